//! The erasure list: a file of JSON lines beside the database and beside every backup, which says who has been erased.
//! It identifies people only by their former ids and by hashes of names.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::files;
use crate::store::erasures::Erasure;

const FILE: &str = "guildhall-erasures.ndjson";

/// Why the erasure list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DamagedLedger {
    /// An I/O error.
    #[error("{}: {reason}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The error from the operating system.
        reason: std::io::Error,
    },
    /// A line could not be parsed.
    #[error("{}, line {line}, cannot be read: put back a copy of that file", .file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line number, from 1.
        line: usize,
    },
}

/// Restricts the list's permissions to its owner, if there is a list in this folder.
pub(super) fn close_to_others(folder: &Path) -> Result<(), DamagedLedger> {
    let file = folder.join(FILE);
    files::tighten(&file).map_err(|reason| DamagedLedger::File { file, reason })
}

/// The erasures listed in this folder; empty if there is no list.
pub(super) fn read(folder: &Path) -> Result<Vec<Erasure>, DamagedLedger> {
    let file = folder.join(FILE);
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(reason) if reason.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(reason) => return Err(DamagedLedger::File { file, reason }),
    };
    let read = |(line, text): (usize, &str)| {
        let damaged = |_| DamagedLedger::Line { file: file.clone(), line: line + 1 };
        serde_json::from_str(text).map_err(damaged)
    };
    text.lines().enumerate().map(read).collect()
}

/// Adds erasures to the list. The file is replaced atomically, so a power cut leaves either the old or the new one.
pub(super) fn merge(folder: &Path, more: &[Erasure]) -> Result<(), DamagedLedger> {
    let listed = read(folder)?;
    let mut all: BTreeMap<_, _> =
        listed.iter().map(|erasure| (erasure.person.to_string(), erasure)).collect();
    all.extend(more.iter().map(|erasure| (erasure.person.to_string(), erasure)));
    if all.len() == listed.len() {
        return Ok(());
    }
    let file = folder.join(FILE);
    let write = || {
        let mut part = tempfile::NamedTempFile::new_in(folder)?;
        for erasure in all.values() {
            serde_json::to_writer(&mut part, erasure)?;
            part.write_all(b"\n")?;
        }
        part.as_file().sync_all()?;
        part.persist(&file)?;
        Ok(())
    };
    write().map_err(|reason| DamagedLedger::File { file: file.clone(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list lies beside backups for years, so its format must stay readable.
    #[test]
    fn the_list_of_who_was_erased_stays_as_it_is_and_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let person = guildhall_protocol::PersonId(uuid::Uuid::from_u128(1));
        let erasure = Erasure { person, names: vec!["4f8e".repeat(16)], at: 1_772_442_000_000 };
        merge(folder.path(), std::slice::from_ref(&erasure)).unwrap();
        let written = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        insta::assert_snapshot!("ledger", written);
        assert_eq!(read(folder.path()).unwrap(), [erasure]);
    }
}
