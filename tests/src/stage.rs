//! Where a test runs: its own folder, which is kept for inspection, and the desktop session.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// A test's folder, target/window-tests/NAME, empty at first.
pub struct Stage {
    folder: PathBuf,
    sockets: PathBuf,
}

impl Stage {
    /// Creates an empty stage. Fails outside the session that `cargo xtask test` creates, because these tests use the
    /// display and the keychain, and must not use those of the person who runs them.
    pub fn set(name: &str) -> Result<Self> {
        if std::env::var_os("GUILDHALL_WINDOW_TESTS").is_none() {
            bail!("these tests take a display and a keychain of their own: run `cargo xtask test window`");
        }
        let folder = target()?.join("window-tests").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let sockets = std::env::var_os("XDG_RUNTIME_DIR").context("a session has an XDG_RUNTIME_DIR")?;
        Ok(Self { folder, sockets: Path::new(&sockets).join(name) })
    }

    /// A folder for one program's sockets, within the session's: their paths must be short.
    pub(crate) fn sockets(&self, who: &str) -> Result<PathBuf> {
        let folder = self.sockets.join(who);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        Ok(folder)
    }

    /// A path in the test's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Cargo's target folder.
pub(crate) fn target() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    test.ancestors().nth(3).map(Path::to_owned).context("a test lies in target/debug/deps")
}

/// The content of a file in one of the UI's npm packages.
pub(crate) fn npm_file(path: &str) -> Result<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules").join(path);
    fs::read_to_string(&file).with_context(|| format!("{} is missing: run `npm ci` in ui/", file.display()))
}
