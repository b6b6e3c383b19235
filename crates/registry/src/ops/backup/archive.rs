//! The format of a backup: JSON lines. The first describes the backup, each of the following is a row, and the last has
//! the number of rows and the SHA-256 of all lines before it, so that a truncated file is detected.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::files;
use crate::secrets::hex;
use crate::store::tables::Columns;

const FORMAT: &str = "guildhall-registry-backup";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    format: String,
    /// The database's newest migration.
    pub(super) schema: i64,
    pub(super) made_at: Timestamp,
    pub(super) epoch: String,
    pub(super) seq: u64,
}

impl Head {
    pub(super) fn new(schema: i64, made_at: Timestamp, epoch: String, seq: u64) -> Self {
        Self { format: FORMAT.to_owned(), schema, made_at, epoch, seq }
    }
}

/// A row.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) table: String,
    pub(super) row: Columns,
}

#[derive(Debug, Serialize, Deserialize)]
struct Foot {
    rows: u64,
    sha256: String,
}

/// Why a file is not a usable backup.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// An I/O error.
    #[error("it cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// It is a different kind of file.
    #[error("it is no backup of a registry")]
    NoBackup,
    /// It is truncated or was changed.
    #[error("it breaks off before its end, or was changed since it was made")]
    Inconsistent,
}

/// Writes a backup. The file contains email addresses, so only its owner may read it.
pub(super) struct Writer {
    file: BufWriter<File>,
    hash: Sha256,
    rows: u64,
}

impl Writer {
    /// Creates the file, which must not exist yet.
    pub(super) fn create(file: &Path, head: &Head) -> std::io::Result<Self> {
        let mut writer = Self { file: BufWriter::new(files::create(file)?), hash: Sha256::new(), rows: 0 };
        writer.line(head)?;
        Ok(writer)
    }

    pub(super) fn put(&mut self, line: &Line) -> std::io::Result<()> {
        self.rows += 1;
        self.line(line)
    }

    /// Writes the last line and syncs the file to disk. Returns the number of rows.
    pub(super) fn finish(mut self) -> std::io::Result<u64> {
        let foot = Foot { rows: self.rows, sha256: hex(&self.hash.clone().finalize()) };
        self.line(&foot)?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(self.rows)
    }

    fn line(&mut self, line: &impl Serialize) -> std::io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.hash.update(&bytes);
        self.file.write_all(&bytes)
    }
}

pub(super) struct Reader {
    file: BufReader<File>,
    hash: Sha256,
    rows: u64,
    pub(super) head: Head,
}

impl Reader {
    pub(super) fn open(file: &Path) -> Result<Self, Unreadable> {
        let mut file = BufReader::new(File::open(file)?);
        let mut first = Vec::new();
        // Another kind of file may be one endless line.
        std::io::Read::take(&mut file, 4096).read_until(b'\n', &mut first)?;
        let head: Head = serde_json::from_slice(&first).map_err(|_| Unreadable::NoBackup)?;
        if head.format != FORMAT {
            return Err(Unreadable::NoBackup);
        }
        Ok(Self { file, hash: Sha256::new_with_prefix(&first), rows: 0, head })
    }

    /// The next row; `None` at the end of a complete file.
    pub(super) fn next(&mut self) -> Result<Option<Line>, Unreadable> {
        let mut bytes = Vec::new();
        self.file.read_until(b'\n', &mut bytes)?;
        if let Ok(line) = serde_json::from_slice::<Line>(&bytes) {
            self.hash.update(&bytes);
            self.rows += 1;
            return Ok(Some(line));
        }
        let foot: Foot = serde_json::from_slice(&bytes).map_err(|_| Unreadable::Inconsistent)?;
        let is_whole = foot.rows == self.rows && foot.sha256 == hex(&self.hash.clone().finalize());
        if is_whole { Ok(None) } else { Err(Unreadable::Inconsistent) }
    }

    /// The number of rows read so far.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Backups from earlier versions must stay restorable, so the frozen example never changes.
    #[test]
    fn a_backup_stays_as_it_is_and_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.ndjson");
        let head = Head::new(9, "2026-03-02T09:00:00Z".parse().unwrap(), "k3x9".into(), 420);
        let row = |row: serde_json::Value| row.as_object().unwrap().clone();
        let lines = [
            Line { table: "counter".into(), row: row(json!({"one": 1, "epoch": "k3x9", "seq": 420})) },
            Line {
                table: "settings".into(),
                row: row(json!({"name": "place", "value": "Here “and” there\n"})),
            },
        ];
        let mut writer = Writer::create(&file, &head).unwrap();
        lines.iter().for_each(|line| writer.put(line).unwrap());
        assert_eq!(writer.finish().unwrap(), 2);
        insta::assert_snapshot!("backup", std::fs::read_to_string(&file).unwrap());

        // Read the committed example, not the file just written.
        let frozen = include_str!("snapshots/guildhall_registry__ops__backup__archive__tests__backup.snap");
        let written = frozen.splitn(3, "---\n").nth(2).unwrap();
        std::fs::write(&file, written).unwrap();
        let mut reader = Reader::open(&file).unwrap();
        assert_eq!(reader.head, head);
        for line in lines {
            let read = reader.next().unwrap().unwrap();
            assert_eq!((read.table, read.row), (line.table, line.row));
        }
        assert!(reader.next().unwrap().is_none(), "whole");
    }
}
