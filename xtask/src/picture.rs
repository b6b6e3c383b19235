//! A picture of the virtual display, for who can't see it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::headless::Session;
use crate::steps::{root, run};

/// Of a display of a million pixels, how many may differ while it counts as still: a caret that blinks.
const STILL: f64 = 400.0;
/// With fewer colours than this the window is still blank.
const BLANK: u32 = 16;

/// The picture that is kept, and whether the window has come to rest in it.
pub struct Picture {
    path: PathBuf,
    settled: bool,
}

impl Picture {
    /// Will be kept at `path`; what an earlier run left there goes.
    pub fn at(path: PathBuf) -> Self {
        let _ = fs::remove_file(&path);
        Self { path, settled: false }
    }

    /// Where it is, from the workspace's folder.
    pub fn place(&self) -> String {
        self.path.strip_prefix(root()).unwrap_or(&self.path).display().to_string()
    }

    /// Takes it anew; true the first time that it shows something and is like the one before.
    pub fn take(&mut self, session: &Session) -> Result<bool> {
        let next = self.path.with_extension("next.png");
        run(session.enter(Command::new("import").args(["-window", "root"]).arg(&next)))?;
        let still = self.path.is_file() && differing(&self.path, &next) < STILL && colours(&next) >= BLANK;
        // Renamed, so that who looks never meets half a picture.
        fs::rename(&next, &self.path)?;
        let first = still && !self.settled;
        self.settled |= still;
        Ok(first)
    }
}

fn differing(one: &Path, other: &Path) -> f64 {
    // It ends with 1 where the pictures differ at all, and prints the count on stderr.
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
