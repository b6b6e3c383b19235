//! A screenshot of the virtual display, for people who cannot see it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::headless::Session;
use crate::steps::{root, run};

/// How many of a display's million pixels may differ while it counts as still: enough for a blinking caret.
const STILL: f64 = 400.0;
/// A window with fewer colours is still blank.
const BLANK: u32 = 16;

/// The latest screenshot, and whether the window has settled.
pub struct Picture {
    path: PathBuf,
    settled: bool,
}

impl Picture {
    /// A screenshot stored at `path`. Removes one from an earlier run.
    pub fn at(path: PathBuf) -> Self {
        let _ = fs::remove_file(&path);
        Self { path, settled: false }
    }

    /// The path, relative to the workspace.
    pub fn place(&self) -> String {
        self.path.strip_prefix(root()).unwrap_or(&self.path).display().to_string()
    }

    /// Takes a new screenshot. True the first time that it is not blank and matches the one before.
    pub fn take(&mut self, session: &Session) -> Result<bool> {
        let next = self.path.with_extension("next.png");
        run(session.enter(Command::new("import").args(["-window", "root"]).arg(&next)))?;
        let still = self.path.is_file() && differing(&self.path, &next) < STILL && colours(&next) >= BLANK;
        // Renamed, so that nobody ever opens half a screenshot.
        fs::rename(&next, &self.path)?;
        let first = still && !self.settled;
        self.settled |= still;
        Ok(first)
    }
}

fn differing(one: &Path, other: &Path) -> f64 {
    // `compare` exits with 1 if the pictures differ at all, and prints the count on stderr.
    let compare = Command::new("compare")
        .args(["-metric", "AE", "-fuzz", "5%"])
        .args([one, other])
        .arg("null:")
        .output();
    let count = compare.ok().and_then(|out| String::from_utf8(out.stderr).ok());
    count.and_then(|count| count.split_whitespace().next()?.parse().ok()).unwrap_or(f64::INFINITY)
}

fn colours(picture: &Path) -> u32 {
    let identify = Command::new("identify").args(["-format", "%k"]).arg(picture).output();
    identify.ok().and_then(|out| String::from_utf8(out.stdout).ok()?.trim().parse().ok()).unwrap_or(0)
}
