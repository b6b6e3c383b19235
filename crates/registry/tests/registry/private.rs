//! The registry's files and folders are readable by its own user only.
#![cfg(unix)]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::program::{Serving, registry};
use crate::test_registry::SAM;

/// A folder and everything in it.
fn all_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { found.extend(all_in(&entry)) } else { found.push(entry) }
    }
    found
}

/// The paths that others may read, write or list.
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let is_open = |path: &PathBuf| path.metadata().unwrap().permissions().mode() & 0o077 != 0;
    all_in(folder).into_iter().filter(is_open).collect()
}

/// The same command with a umask that permits everything.
fn carelessly(command: &Command) -> Command {
    let mut careless = Command::new("sh");
    careless
        .args(["-c", "umask 000; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args());
    careless
}

fn run(folder: &Path, words: &[&str]) -> Output {
    carelessly(&registry(folder, words)).output().unwrap()
}

/// Serves and backs up, so that SQLite's own files, an email, a backup and the erasure list exist.
fn use_it(folder: &Path, backup: &str) -> Serving {
    let serving = Serving::by(&mut carelessly(&registry(folder, &[])));
    let start = format!("{{\"email\":\"{SAM}\"}}");
    assert!(serving.ask("POST /api/v1/auth/email/start", &start).contains(" 200 "));
    let backup = folder.join(backup);
    assert!(run(folder, &["backup", backup.to_str().unwrap()]).status.success());
    serving
}

#[test]
fn data_files_are_readable_by_their_owner_only() {
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("var").join("registry");
    assert!(run(&folder, &["sample"]).status.success());
    std::fs::write(folder.join("guildhall-erasures.ndjson"), "").unwrap();
    let serving = use_it(&folder, "first.ndjson");
    let names: Vec<String> =
        all_in(&folder).iter().map(|path| path.file_name().unwrap().to_string_lossy().into()).collect();
    for name in ["registry.db", "registry.db-wal", "registry.db-shm", "mail", "first.ndjson"] {
        assert!(names.iter().any(|there| there == name), "{name} in {names:?}");
    }
    // Files that a person created are theirs. The list is closed when a registry is opened.
    assert_eq!(open_to_others(&folder), [""; 0].map(PathBuf::from));

    // The permissions that an earlier version, or a copy, may have left.
    drop(serving);
    for path in all_in(&folder) {
        let mode = if path.is_dir() { 0o777 } else { 0o666 };
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }
    let _serving = use_it(&folder, "second.ndjson");
    let left: Vec<PathBuf> = open_to_others(&folder);
    let is_a_persons =
        |path: &PathBuf| path.ends_with("first.ndjson") || path.extension().is_some_and(|end| end == "txt");
    assert!(left.iter().all(is_a_persons), "{left:?}");
}

/// Not even root can change the permissions of this folder.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_stays_open_to_others_is_refused() {
    let refused = run(Path::new("/proc/sys"), &["doctor"]);
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).lines().last().unwrap().to_owned();
    assert!(
        said.contains("others on this machine can read /proc/sys") && said.contains("name another folder"),
        "{said}"
    );
}
