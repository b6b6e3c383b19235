//! Writing small files as a whole: what was there before is there until the new one is, whenever the power goes.

use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::error::Failure;

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        tracing::error!(%error, "the app's files");
        match error.kind() {
            ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::FilesBroken,
        }
    }
}

/// Replaces a file of the app's own, which nobody but its owner can read.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    finish(NamedTempFile::new_in(folder(path))?, path, bytes)
}

/// Replaces a file that a person chose. Who can read it is as they have it for all their new files.
pub(crate) fn export(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut builder = Builder::new();
    #[cfg(unix)]
    let builder = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    finish(builder.tempfile_in(folder(path))?, path, bytes)
}

/// Writes a file that is not there yet.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] where it is.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part = NamedTempFile::new_in(folder(path))?;
    part.write_all(bytes)?;
    part.as_file().sync_all()?;
    part.persist_noclobber(path)?;
    Ok(())
}

fn finish(mut part: NamedTempFile, path: &Path, bytes: &[u8]) -> io::Result<()> {
    part.write_all(bytes)?;
    part.as_file().sync_all()?;
    part.persist(path)?;
    Ok(())
}

/// A path without a folder is in this one.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
