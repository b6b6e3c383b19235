//! Recovers from damaged files. They are renamed aside, never deleted. The mirror is then fetched again; a person's
//! work is copied from the damaged file as far as it can be read.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};

use crate::error::{Failure, Result};

/// What was copied from a damaged file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rescued {
    /// The number of drafts.
    pub(crate) drafts: u32,
    /// The path of the damaged file.
    pub(crate) file: PathBuf,
}

/// The tables of `work.db`, in an order that satisfies foreign keys.
pub(super) const TABLES: [&str; 6] =
    ["drafts", "outbox", "conflicts", "unused_texts", "answers", "unfinished"];

/// A table's name in files of earlier schemas, if it had another.
pub(super) fn former_name(table: &str) -> Option<&'static str> {
    (table == "unused_texts").then_some("kept")
}

/// Renames a database aside, together with its log files. Returns its new path.
pub(super) fn set_aside(path: &Path, now: Timestamp) -> Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let aside = path.with_file_name(format!("{stem}.damaged-{}.db", now.as_second()));
    let beside = |path: &Path, suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    // The write-ahead log moves with it: SQLite finds the log by the database's name.
    for suffix in ["-wal", "-shm", ""] {
        match std::fs::rename(beside(path, suffix), beside(&aside, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::error!(%error, "cannot rename a damaged file");
                return Err(Failure::FilesDamaged);
            }
            _ => {}
        }
    }
    tracing::error!(file = %aside.display(), "a damaged file was renamed aside");
    Ok(aside)
}

/// Whether SQLite's quick check finds the database intact.
pub(super) fn is_sound(path: &Path) -> Result<bool> {
    let connection = Connection::open(path)?;
    let told: std::result::Result<String, _> =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
    match told {
        Ok(told) => Ok(told == "ok"),
        Err(error) => match Failure::from(error) {
            Failure::FilesDamaged => Ok(false),
            other => Err(other),
        },
    }
}

/// Copies everything readable from the damaged database to the new one. Returns the number of drafts.
pub(super) fn rescue(damaged: &Path, new: &mut Connection) -> Result<u32> {
    let old = Connection::open(damaged)?;
    let tx = new.transaction()?;
    for table in TABLES {
        let names = [table].into_iter().chain(former_name(table));
        for (columns, row) in names.flat_map(|old_table| readable_rows(&old, old_table, &tx, table)) {
            let marks = vec!["?"; columns.len()].join(", ");
            let sql = format!("INSERT OR IGNORE INTO {table} ({}) VALUES ({marks})", columns.join(", "));
            // A row that violates a constraint of the new tables is skipped.
            if let Err(error) = tx.execute(&sql, rusqlite::params_from_iter(row)) {
                tracing::warn!(%error, table, "a row that cannot be rescued");
            }
        }
    }
    let drafts = tx.query_row("SELECT count(*) FROM drafts WHERE hidden = 0", [], |row| row.get(0))?;
    tx.commit()?;
    Ok(drafts)
}

type Rows = Vec<(Vec<String>, Vec<Value>)>;

/// Reads the table's rows from both ends, as far as the damage.
fn readable_rows(old: &Connection, old_table: &str, new: &Connection, table: &str) -> Rows {
    let known = columns(new, table).unwrap_or_default();
    let columns: Vec<String> =
        columns(old, old_table).unwrap_or_default().into_iter().filter(|name| known.contains(name)).collect();
    if columns.is_empty() {
        return Rows::new();
    }
    let mut rows = Rows::new();
    let mut read = |order: &str, from: i64| -> Option<i64> {
        let sql = format!(
            "SELECT rowid, {} FROM {old_table} WHERE rowid > ?1 ORDER BY rowid {order}",
            columns.join(", ")
        );
        let mut last = None;
        let mut statement = old.prepare(&sql).ok()?;
        let mut found = statement.query([from]).ok()?;
        while let Ok(Some(row)) = found.next() {
            let Ok(rowid) = row.get::<_, i64>(0) else { break };
            let values: std::result::Result<Vec<Value>, _> =
                (1..=columns.len()).map(|column| row.get(column)).collect();
            let Ok(values) = values else { break };
            rows.push((columns.clone(), values));
            last = Some(rowid);
        }
        last
    };
    let reached = read("ASC", 0).unwrap_or(0);
    read("DESC", reached);
    rows
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let exists = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE name = ?1", [table], |_| Ok(()))
        .optional()?;
    if exists.is_none() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<std::result::Result<_, _>>()?)
}
