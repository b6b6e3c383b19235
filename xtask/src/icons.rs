//! `cargo xtask icons`: makes every size of the icon from one drawing. The files are committed, so a build needs none
//! of this.

use std::fs;

use anyhow::{Context, Result};

use crate::machine::{self, Purpose};
use crate::steps::{npm, root, run as run_step, say};

const TAURI_CLI: &str = "@tauri-apps/cli@2.12.5";
/// The files that a desktop app on Linux, Windows and macOS needs, out of those that Tauri makes.
const WANTED: [&str; 6] = ["32x32.png", "128x128.png", "128x128@2x.png", "icon.png", "icon.ico", "icon.icns"];

pub fn run() -> Result<()> {
    machine::install_tools(Purpose::Build)?;
    let icons = root().join("icons");
    say("Making the icons from icons/guildhall.svg");
    let all = tempfile::tempdir()?;
    run_step(
        npm()
            .args(["exec", "--yes", &format!("--package={TAURI_CLI}"), "--", "tauri", "icon"])
            .arg(icons.join("guildhall.svg"))
            .arg("--output")
            .arg(all.path()),
    )?;
    for name in WANTED {
        fs::copy(all.path().join(name), icons.join(name)).with_context(|| format!("no {name} was made"))?;
    }
    Ok(())
}
