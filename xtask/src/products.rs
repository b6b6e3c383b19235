//! Builds the UI first, because the window embeds ui/dist, and then the app and the registry.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;

use crate::steps::{cargo, npm, root, run, say, target};

/// Builds ui/dist if a file in ui/ or words/ is newer. An unnecessary build would make cargo link again.
pub fn build_ui() -> Result<()> {
    let ui = root().join("ui");
    let built = fs::metadata(ui.join("dist/index.html")).and_then(|file| file.modified());
    let newest = newest(&ui).max(newest(&root().join("words")));
    if built.is_ok_and(|built| newest.is_some_and(|newest| newest <= built)) {
        return Ok(());
    }
    say("Building the UI");
    run(npm().args(["run", "build"]))
}

/// Builds every program but xtask itself, with the features that `cargo test --workspace` uses.
pub fn build() -> Result<()> {
    build_ui()?;
    say("Building the app and the registry");
    run(cargo().args(["build", "--workspace", "--exclude", "xtask"]))
}

/// The window's program.
pub fn app() -> PathBuf {
    program("guildhall")
}

/// The registry's program.
pub fn registry() -> PathBuf {
    program("guildhall-registry")
}

fn program(name: &str) -> PathBuf {
    target().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn newest(dir: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(dir).ok()?.flatten();
    let sources =
        entries.filter(|entry| !matches!(entry.file_name().to_str(), Some("node_modules" | "dist")));
    sources
        .filter_map(|entry| {
            if entry.path().is_dir() { newest(&entry.path()) } else { entry.metadata().ok()?.modified().ok() }
        })
        .max()
}
