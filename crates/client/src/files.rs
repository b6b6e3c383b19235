//! Atomic writes of small files: whenever the power fails, either the old file or the whole new one is there.

use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::error::Failure;

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        tracing::error!(%error, "a file operation failed");
        match error.kind() {
            ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::FilesBroken,
        }
    }
}

/// Replaces one of the app's own files, readable by its owner alone.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    finish(NamedTempFile::new_in(folder(path))?, path, bytes)
}

/// Replaces a file that a person chose. Its permissions follow their umask.
pub(crate) fn export(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut builder = Builder::new();
    #[cfg(unix)]
    let builder = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    finish(builder.tempfile_in(folder(path))?, path, bytes)
}

/// Writes a new file.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] if the file exists.
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

/// The folder of a path; the current one if the path names none.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
