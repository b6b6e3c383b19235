//! A damaged file is renamed aside, never deleted. The mirror is then simply read anew; what a person made is read out
//! of the damaged file as far as it can be.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};

use crate::error::{Failure, Result};

/// What was read out of a damaged file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rescued {
    /// How many drafts.
    pub(crate) drafts: u32,
    /// Where the damaged file is.
    pub(crate) file: PathBuf,
}

/// The tables of `work.db`, those first that others refer to.
pub(super) const TABLES: [&str; 6] =
    ["drafts", "outbox", "conflicts", "unused_texts", "answers", "unfinished"];

/// What a table was called in files of earlier schemas.
pub(super) fn former_name(table: &str) -> Option<&'static str> {
    (table == "unused_texts").then_some("kept")
}

/// Renames a database aside, with the files that belong to it. Answers its new path.
pub(super) fn set_aside(path: &Path, now: Timestamp) -> Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let aside = path.with_file_name(format!("{stem}.damaged-{}.db", now.as_second()));
    let beside = |path: &Path, suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    // What was not yet written back goes along: SQLite finds it by the file's name.
    for suffix in ["-wal", "-shm", ""] {
        match std::fs::rename(beside(path, suffix), beside(&aside, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::error!(%error, "renaming a damaged file aside");
                return Err(Failure::FilesDamaged);
            }
            _ => {}
        }
    }
    tracing::error!(file = %aside.display(), "a damaged file was renamed aside");
    Ok(aside)
}

/// Is the database whole, as far as SQLite can tell quickly?
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

/// Copies what can be read of the damaged database into the new one. Answers how many drafts that were.
pub(super) fn rescue(damaged: &Path, new: &mut Connection) -> Result<u32> {
    let old = Connection::open(damaged)?;
    let tx = new.transaction()?;
    for table in TABLES {
        let names = [table].into_iter().chain(former_name(table));
        for (columns, row) in names.flat_map(|old_table| readable_rows(&old, old_table, &tx, table)) {
            let marks = vec!["?"; columns.len()].join(", ");
            let sql = format!("INSERT OR IGNORE INTO {table} ({}) VALUES ({marks})", columns.join(", "));
            // A row that breaks a rule of the new tables is no whole row: the others are taken all the same.
            if let Err(error) = tx.execute(&sql, rusqlite::params_from_iter(row)) {
                tracing::warn!(%error, table, "a row that can't be rescued");
            }
        }
    }
    let drafts = tx.query_row("SELECT count(*) FROM drafts WHERE hidden = 0", [], |row| row.get(0))?;
    tx.commit()?;
    Ok(drafts)
}

type Rows = Vec<(Vec<String>, Vec<Value>)>;

/// The rows that the old file has for that table of the new one, from both ends up to where it is damaged.
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
