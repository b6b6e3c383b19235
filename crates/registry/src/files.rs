//! Creating the registry's folders and files so that only its own user can read them, whatever the umask: they contain
//! email addresses and, where email is written to files, sign-in codes. Existing files and folders are tightened.
//!
//! On Windows they have the permissions of their folder, which for a user's own folders are that user's.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Result};
use std::net::IpAddr;
use std::path::Path;

/// Whether a host name or address always means this machine, so that traffic to it cannot be intercepted.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let address = bare.parse::<IpAddr>().map(|address| address.to_canonical().is_loopback());
    address.unwrap_or_else(|_| bare.eq_ignore_ascii_case("localhost"))
}

/// Creates a folder and its missing parents.
///
/// # Errors
/// If it cannot be created, or exists and stays open to others.
pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    tighten(folder)
}

/// Creates a new file for writing.
///
/// # Errors
/// If it cannot be created or already exists.
pub(crate) fn create(file: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Creates an empty file if it is missing. An existing file keeps its content and is closed to others.
///
/// # Errors
/// If it cannot be created or stays open to others.
pub(crate) fn make_file(file: &Path) -> Result<()> {
    match create(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => tighten(file),
        made => made.map(|_| ()),
    }
}

/// Closes a file or folder to others, if it exists.
///
/// # Errors
/// If it stays open to others. The message says how to fix that.
#[cfg(unix)]
pub(crate) fn tighten(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    const OF_OTHERS: u32 = 0o077;
    let mode = || path.metadata().map(|metadata| metadata.permissions().mode());
    let open_to = match mode() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        mode => mode? & OF_OTHERS,
    };
    if open_to == 0 {
        return Ok(());
    }
    let closed = std::fs::Permissions::from_mode(mode()? & !OF_OTHERS & 0o7777);
    // Some file systems report success and change nothing.
    let done = std::fs::set_permissions(path, closed).and_then(|()| Ok(mode()? & OF_OTHERS == 0));
    if matches!(done, Ok(true)) {
        return Ok(());
    }
    let kind = done.err().map_or(ErrorKind::Unsupported, |error| error.kind());
    let path = path.display();
    Err(std::io::Error::new(
        kind,
        format!(
            "others on this machine can read {path}, and this user can't change that: have its owner run \
             `chmod go= {path}`, or name another folder"
        ),
    ))
}

/// On Windows a file has its folder's permissions.
#[cfg(not(unix))]
pub(crate) fn tighten(_: &Path) -> Result<()> {
    Ok(())
}
