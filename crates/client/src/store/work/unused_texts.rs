//! Unused text: what was not taken in a conflict. It can be brought back for 90 days.

use std::time::Duration;

use guildhall_protocol::ProjectId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::error::{Failure, Result};
use crate::store::rows::{Read, parsed, readable};

/// How long a laptop keeps unused text, and the drafts that it sent.
pub(crate) const KEPT_FOR: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Who wrote the unused text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredWhose {
    Mine,
    Theirs,
}

impl StoredWhose {
    /// The SQL value.
    fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Theirs => "theirs",
        }
    }
}

/// An unused text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredUnusedText {
    pub(crate) id: Uuid,
    pub(crate) project: ProjectId,
    pub(crate) title: String,
    pub(crate) field: String,
    pub(crate) value: String,
    pub(crate) whose: StoredWhose,
    pub(crate) kept_at: Timestamp,
}

pub(crate) fn insert(tx: &Transaction<'_>, text: &StoredUnusedText) -> Result<()> {
    tx.execute(
        "INSERT INTO unused_texts (id, project, title, field, value, whose, kept_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        rusqlite::params![
            text.id.to_string(),
            text.project.to_string(),
            text.title,
            text.field,
            text.value,
            text.whose.as_str(),
            text.kept_at.as_millisecond(),
        ],
    )?;
    Ok(())
}

/// Every unused text that can be read, newest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<StoredUnusedText>> {
    readable(connection, "SELECT * FROM unused_texts ORDER BY kept_at DESC, rowid DESC", [], read)
}

/// One unused text.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Unreadable`].
pub(crate) fn get(connection: &Connection, id: Uuid) -> Result<StoredUnusedText> {
    let mut statement = connection.prepare_cached("SELECT * FROM unused_texts WHERE id = ?1")?;
    let found = statement.query_row([id.to_string()], |row| Ok(read(row))).optional()?;
    found.ok_or(Failure::NotFound)?.map_err(Failure::from)
}

/// The projects with unused text by others.
pub(crate) fn projects(connection: &Connection) -> Result<Vec<ProjectId>> {
    let sql = "SELECT DISTINCT project FROM unused_texts WHERE whose = 'theirs'";
    readable(connection, sql, [], |row| parsed(row, "project"))
}

/// Deletes others' unused text of a project.
pub(crate) fn delete_theirs(tx: &Transaction<'_>, project: ProjectId) -> Result<()> {
    tx.execute("DELETE FROM unused_texts WHERE project = ?1 AND whose = 'theirs'", [project.to_string()])?;
    Ok(())
}

/// Deletes unused text older than [`KEPT_FOR`].
pub(crate) fn delete_expired(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM unused_texts WHERE kept_at < ?1", [(now - KEPT_FOR).as_millisecond()])?;
    Ok(())
}

/// Reads an unused text from a row with all columns.
pub(super) fn read(row: &Row<'_>) -> Read<StoredUnusedText> {
    Ok(StoredUnusedText {
        id: parsed(row, "id")?,
        project: parsed(row, "project")?,
        title: row.get("title")?,
        field: row.get("field")?,
        value: row.get("value")?,
        whose: serde_json::from_value(Value::String(row.get("whose")?))?,
        kept_at: Timestamp::from_millisecond(row.get("kept_at")?)?,
    })
}
