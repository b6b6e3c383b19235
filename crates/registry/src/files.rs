//! What the registry keeps has people's addresses, and codes where mail goes into files: its folders and files are for its
//! own user alone, whatever the umask says. What is there already and can be read by others is tightened.
//!
//! On Windows they have the permissions of the folder that they are in, which for a user's own folders are that user's.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Result};
use std::net::IpAddr;
use std::path::Path;

/// Does that name, or that address, stand for this machine whatever its network says? What goes there can't be read on its
/// way.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let address = bare.parse::<IpAddr>().map(|address| address.to_canonical().is_loopback());
    address.unwrap_or_else(|_| bare.eq_ignore_ascii_case("localhost"))
}

/// Makes a folder, with those above it that are missing.
///
/// # Errors
/// Where it can't be made, or is there and stays open to others.
pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    tighten(folder)
}

/// Makes a new file and opens it for writing.
///
/// # Errors
/// Where it can't be made, or is there already.
pub(crate) fn create(file: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Makes a file with nothing in it where there is none. One that is there stays as it is, and is closed to others.
///
/// # Errors
/// Where it can't be made, or stays open to others.
pub(crate) fn make_file(file: &Path) -> Result<()> {
    match create(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => tighten(file),
        made => made.map(|_| ()),
    }
}

/// Closes a file or a folder to others, where it is there and open to them.
///
/// # Errors
/// Where it stays so: with what can be done about it.
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
    // Some file systems say yes and change nothing.
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

/// They have the permissions of the folder that they are in.
#[cfg(not(unix))]
pub(crate) fn tighten(_: &Path) -> Result<()> {
    Ok(())
}
