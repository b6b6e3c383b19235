//! The file of a backup: lines of JSON. The first says of what and when, each of the others is a row, and the last has
//! how many there are and the SHA-256 of all lines before it, so that half a file is never taken for a whole one.

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

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    format: String,
    /// The last migration of the database that it is of.
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

/// A line in between.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) table: String,
    pub(super) row: Columns,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
struct Foot {
    rows: u64,
    sha256: String,
}

/// Why a file is not the backup that it should be.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The disk says why.
    #[error("it can't be read: {0}")]
    File(#[from] std::io::Error),
    /// It is something else.
    #[error("it is no backup of a registry")]
    NoBackup,
    /// It is a part of one, or not as it was made.
    #[error("it breaks off before its end, or was changed since it was made")]
    NotWhole,
}

/// Writes one. It has people's addresses: others may not read it.
pub(super) struct Writer {
    file: BufWriter<File>,
    hash: Sha256,
    rows: u64,
}

impl Writer {
    /// Begins a new file.
    pub(super) fn create(file: &Path, head: &Head) -> std::io::Result<Self> {
        let mut writer = Self { file: BufWriter::new(files::create(file)?), hash: Sha256::new(), rows: 0 };
        writer.line(head)?;
        Ok(writer)
    }

    pub(super) fn put(&mut self, line: &Line) -> std::io::Result<()> {
        self.rows += 1;
        self.line(line)
    }

    /// Writes its end, and has the disk keep it. Gives the number of rows.
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

/// Reads one.
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
        // A file of something else may be one endless line.
        std::io::Read::take(&mut file, 4096).read_until(b'\n', &mut first)?;
        let head: Head = serde_json::from_slice(&first).map_err(|_| Unreadable::NoBackup)?;
        if head.format != FORMAT {
            return Err(Unreadable::NoBackup);
        }
        Ok(Self { file, hash: Sha256::new_with_prefix(&first), rows: 0, head })
    }

    /// The next row; none at the end of a whole file.
    pub(super) fn next(&mut self) -> Result<Option<Line>, Unreadable> {
        let mut bytes = Vec::new();
        self.file.read_until(b'\n', &mut bytes)?;
        if let Ok(line) = serde_json::from_slice::<Line>(&bytes) {
            self.hash.update(&bytes);
            self.rows += 1;
            return Ok(Some(line));
        }
        let foot: Foot = serde_json::from_slice(&bytes).map_err(|_| Unreadable::NotWhole)?;
        let is_whole = foot.rows == self.rows && foot.sha256 == hex(&self.hash.clone().finalize());
        if is_whole { Ok(None) } else { Err(Unreadable::NotWhole) }
    }

    /// How many rows were read so far.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The file is a format: what an earlier version wrote is restored by this one, so that the example never changes.
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

        // What is read is the committed example, not what was just written.
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
