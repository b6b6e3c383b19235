//! The folder that holds the app's files. It is locked, because two apps in one folder would silently overwrite each
//! other, and readable by its owner alone: drafts, and what councils share among themselves, are not for everyone with
//! an account on the laptop.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use crate::error::{Failure, Result};

/// The webview's own files are not restricted one by one: restricting the folder around them is enough.
pub(crate) const WEBVIEW: &str = "webview";

/// The lock on the folder while it is in use. The operating system releases it when the process ends, however it ends,
/// so a crash leaves nothing to clean up, as a PID file would.
pub(crate) struct Lock {
    _file: File,
}

/// Creates the folder if needed, restricts it to its owner and locks it for this app.
///
/// # Errors
/// [`Failure::FolderInUse`], [`Failure::FolderOpenToOthers`], and those of [`make`].
pub(crate) fn take(dir: &Path) -> Result<Lock> {
    make(dir)?;
    // Before the lock: anyone who can write here could have put something else in its place.
    access::close(dir, &[WEBVIEW]).map_err(|error| {
        tracing::error!(%error, "cannot restrict the folder to its owner");
        Failure::FolderOpenToOthers { folder: shown(dir) }
    })?;
    let file = private_file().create(true).truncate(false).write(true).open(dir.join("lock"));
    let file = file.map_err(told("opening the lock of the folder"))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(Failure::FolderInUse { folder: shown(dir) }),
        // Some network drives do not support locks. Refusing to start for their users would help nobody.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            tracing::warn!(%error, "this drive has no locks: two apps could open one folder");
        }
        Err(TryLockError::Error(error)) => return Err(told("locking the folder")(error)),
    }
    Ok(Lock { _file: file })
}

/// Creates a folder and any missing parents, readable by its owner alone.
///
/// # Errors
/// [`Failure::DiskFull`] and [`Failure::FilesBroken`].
pub(crate) fn make(dir: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    access::for_owner(&mut builder);
    builder.create(dir).map_err(told("making a folder for the app's files"))
}

/// Creates an empty file if there is none, readable by its owner alone. SQLite gives the files beside a database the
/// same permissions.
///
/// # Errors
/// [`Failure::DiskFull`] and [`Failure::FilesBroken`].
pub(crate) fn make_file(path: &Path) -> Result<()> {
    let made = private_file().create(true).append(true).open(path);
    made.map(drop).map_err(told("making one of the app's files"))
}

/// Options that make any file they create readable by its owner alone.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    access::file_for_owner(&mut options);
    options
}

fn told(doing: &'static str) -> impl Fn(io::Error) -> Failure {
    move |error| {
        tracing::error!(%error, "{doing}");
        match error.kind() {
            io::ErrorKind::StorageFull => Failure::DiskFull,
            _ => Failure::FilesBroken,
        }
    }
}

fn shown(dir: &Path) -> String {
    dir.display().to_string()
}

#[cfg(unix)]
mod access {
    use std::fs::{DirBuilder, Metadata, OpenOptions, Permissions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
    use std::path::Path;

    const OTHERS: u32 = 0o077;
    /// A folder with this bit is meant to be shared, as `/tmp` is.
    const STICKY: u32 = 0o1000;

    pub(super) fn for_owner(builder: &mut DirBuilder) {
        builder.mode(0o700);
    }

    pub(super) fn file_for_owner(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    /// Removes everyone else's permissions from the folder and everything below it, except below `but`.
    pub(super) fn close(dir: &Path, but: &[&str]) -> io::Result<()> {
        // The folder itself may be reached through a symbolic link.
        tighten(dir, &std::fs::metadata(dir)?)?;
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            if but.iter().any(|name| entry.file_name() == *name) {
                tighten(&entry.path(), &std::fs::symlink_metadata(entry.path())?)?;
            } else {
                close_below(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Does not follow symbolic links: their targets do not belong to the app.
    fn close_below(path: &Path) -> io::Result<()> {
        let meta = match std::fs::symlink_metadata(path) {
            // SQLite may have just removed one of its log files.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        if meta.is_symlink() {
            return Ok(());
        }
        tighten(path, &meta)?;
        if meta.is_dir() {
            for entry in std::fs::read_dir(path)? {
                close_below(&entry?.path())?;
            }
        }
        Ok(())
    }

    fn tighten(path: &Path, meta: &Metadata) -> io::Result<()> {
        let mode = meta.permissions().mode();
        if mode & OTHERS == 0 || meta.is_symlink() {
            return Ok(());
        }
        let refused = || io::Error::new(io::ErrorKind::PermissionDenied, "it stays open to others");
        if mode & STICKY != 0 {
            return Err(refused());
        }
        std::fs::set_permissions(path, Permissions::from_mode(mode & 0o700))?;
        // Some drives accept the call and ignore it.
        if std::fs::metadata(path)?.permissions().mode() & OTHERS != 0 {
            return Err(refused());
        }
        tracing::info!(path = %path.display(), "restricted to its owner");
        Ok(())
    }
}

/// On Windows the folder for local app data is inside the user's profile. Its access list excludes other users, and new
/// files inherit that list.
#[cfg(not(unix))]
mod access {
    use std::fs::{DirBuilder, OpenOptions};
    use std::io;
    use std::path::Path;

    pub(super) fn for_owner(_: &mut DirBuilder) {}

    pub(super) fn file_for_owner(_: &mut OpenOptions) {}

    pub(super) fn close(_: &Path, _: &[&str]) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_folder_open_to_others_is_closed_or_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let outer = tempfile::tempdir().unwrap();
        let set = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap()
        };
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        let dir = outer.path().join("guildhall");
        std::fs::create_dir_all(dir.join("registries/one")).unwrap();
        std::fs::create_dir_all(dir.join("webview")).unwrap();
        let elsewhere = outer.path().join("elsewhere");
        std::fs::write(&elsewhere, "").unwrap();
        std::os::unix::fs::symlink(&elsewhere, dir.join("link")).unwrap();
        for (path, open) in
            [("", 0o755), ("registries", 0o775), ("registries/one", 0o777), ("webview", 0o755)]
        {
            set(&dir.join(path), open);
        }
        for file in ["settings.json", "registries/one/work.db", "webview/cache"] {
            std::fs::write(dir.join(file), "").unwrap();
            set(&dir.join(file), 0o664);
        }
        set(&elsewhere, 0o644);
        take(&dir).unwrap();
        for path in ["", "registries", "registries/one", "webview"] {
            assert_eq!(mode(&dir.join(path)), 0o700, "{path}");
        }
        for file in ["settings.json", "registries/one/work.db", "lock"] {
            assert_eq!(mode(&dir.join(file)), 0o600, "{file}");
        }
        assert_eq!((mode(&elsewhere), mode(&dir.join("webview/cache"))), (0o644, 0o664), "not the app's");

        let shared = outer.path().join("shared");
        std::fs::create_dir(&shared).unwrap();
        set(&shared, 0o1777);
        let open = Failure::FolderOpenToOthers { folder: shown(&shared) };
        assert_eq!(take(&shared).err(), Some(open));
        assert_eq!(mode(&shared), 0o1777, "it is left as it was");
    }

    #[test]
    fn a_folder_is_one_app_s_until_it_lets_go() {
        let dir = tempfile::tempdir().unwrap();
        let first = take(dir.path()).unwrap();
        let in_use = Failure::FolderInUse { folder: shown(dir.path()) };
        assert_eq!(take(dir.path()).err(), Some(in_use));
        drop(first);
        assert!(take(dir.path()).is_ok());
    }
}
