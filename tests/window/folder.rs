//! The folder of the app's files: used by one app at a time, private to its owner, and hidden in part after a month
//! without contact.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use guildhall_tests::{App, Registry, SAM, Stage};
use rusqlite::Connection;

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_second_app_comes_forward_or_says_which_folder_is_in_use() -> Result<()> {
    let stage = Stage::set("folder")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut sam = App::new(&stage, "sam", &registry)?;
    sam.open_signed_in(&registry, SAM).await?;
    sam.sees("Connected").await?;
    sam.start_again().await?;

    let mut again = sam.once_more();
    again.open().await?;
    again.sees("Guildhall is already open").await?;
    again.sees("window-tests/folder/sam/guildhall").await?;
    again.inspect("folder-in-use-light").await?;
    drop(again);
    sam.follow("My work").await?;
    sam.press("New draft").await?;
    sam.fill("Title", "Still the only one").await?;
    sam.follow("My work").await?;
    sam.sees("Still the only one").await?;

    // Whatever the umask of this test, nobody else may read the folder.
    let settings = sam.files_named("settings.json")?;
    let mut looked_at = 0;
    ensure_private(settings[0].parent().context("it lies in a folder")?, &mut looked_at)?;
    ensure!(looked_at >= 8, "{looked_at} files");
    Ok(())
}

fn ensure_private(path: &Path, looked_at: &mut u32) -> Result<()> {
    let meta = std::fs::symlink_metadata(path)?;
    ensure!(meta.permissions().mode() & 0o077 == 0, "{} is open to others", path.display());
    *looked_at += 1;
    // The webview manages the files in its own folder.
    if meta.is_dir() && path.file_name().is_some_and(|name| name != "webview") {
        for entry in std::fs::read_dir(path)? {
            ensure_private(&entry?.path(), looked_at)?;
        }
    }
    Ok(())
}

/// A file as every version since the first has written it, with more than the app asks for.
const WINDOW: &str = r#"{"main":{"width":1010,"height":654,"x":12,"y":8,"prev_x":12,"prev_y":8,"maximized":false,
    "visible":true,"decorated":true,"fullscreen":false}}"#;

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn the_window_opens_as_it_was_left() -> Result<()> {
    let stage = Stage::set("window")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut sam = App::new(&stage, "sam", &registry)?;
    sam.open_signed_in(&registry, SAM).await?;
    sam.sees("Connected").await?;
    ensure!(sam.page_size().await? == (1280, 800));
    sam.terminate().await?;

    let [file] = &sam.files_named("window.json")?[..] else { bail!("one file says how the window was left") };
    std::fs::write(file, WINDOW)?;
    sam.remember_window();
    sam.open().await?;
    sam.sees("Connected").await?;
    ensure!(sam.page_size().await? == (1010, 654));
    sam.terminate().await?;
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(file)?)?;
    ensure!(kept["main"]["width"] == 1010 && kept["main"]["height"] == 654, "{kept}");

    // Half a file, as a full disk leaves it: the window has its first size.
    std::fs::write(file, &WINDOW[..60])?;
    sam.open().await?;
    sam.sees("Connected").await?;
    ensure!(sam.page_size().await? == (1280, 800));
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_month_without_contact_is_told_until_there_is_one() -> Result<()> {
    let stage = Stage::set("month")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut sam = App::new(&stage, "sam", &registry)?;
    sam.open_signed_in(&registry, SAM).await?;
    sam.sees("Connected").await?;
    sam.sees("Catalogue last updated").await?;
    sam.kill().await?;
    registry.stop().await?;
    for mirror in sam.files_named("mirror.db")? {
        let forty_days = 40 * 24 * 60 * 60 * 1000_i64;
        Connection::open(mirror)?.execute("UPDATE contact SET looked_at = looked_at - ?1", [forty_days])?;
    }
    let hidden = "we have hidden everything that is not public";
    sam.open().await?;
    sam.sees(hidden).await?;
    sam.inspect("hidden-light").await?;
    for (size, theme) in [("100%", "Dark"), ("200%", "Light"), ("100%", "Light")] {
        sam.follow("Settings").await?;
        sam.follow("Theme and text size").await?;
        sam.choose(theme).await?;
        sam.choose(size).await?;
        sam.follow("Projects").await?;
        sam.inspect(&format!("hidden-{}-{size}", theme.to_lowercase())).await?;
    }
    registry.start().await?;
    sam.sees_no_more(hidden).await?;
    sam.sees("Connected").await
}
