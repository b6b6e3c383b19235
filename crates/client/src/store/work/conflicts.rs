//! Conflicts between a draft and somebody else's change, with the choices made so far. They are closed by the author's
//! choices, by the registry's verdict on the draft, or with the draft itself.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::Result;
use crate::store::rows::Read;

/// The choice for one clash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredChosen {
    pub(crate) field: String,
    /// The id of the clashing need or link.
    #[serde(default)]
    pub(crate) member: Option<String>,
    pub(crate) choice: StoredChoice,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

/// Which of two changes to take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "take", rename_all = "snake_case")]
pub(crate) enum StoredChoice {
    Mine,
    Theirs,
    Anew {
        /// The value as JSON.
        value: String,
    },
    /// A choice that only another version of the app knows. It is kept but not applied.
    #[serde(untagged)]
    Other(Value),
}

/// The registry's record at the time of the conflict.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Theirs {
    pub(crate) version: u32,
    pub(crate) fields: Map<String, Value>,
    /// The address of its author; empty if unknown.
    pub(crate) by: String,
    /// The choices made, one list per step.
    pub(crate) steps: Vec<Vec<StoredChosen>>,
}

impl Theirs {
    /// A conflict without any choices yet.
    pub(crate) fn new(version: u32, fields: Map<String, Value>, by: String) -> Self {
        Self { version, fields, by, steps: Vec::new() }
    }
}

pub(crate) fn put(tx: &Transaction<'_>, draft: Uuid, theirs: &Theirs, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO conflicts (draft, version, theirs, by_whom, steps, met_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (draft) DO UPDATE SET version = ?2, theirs = ?3, by_whom = ?4, steps = ?5, met_at = ?6",
        rusqlite::params![
            draft.to_string(),
            theirs.version,
            serde_json::to_string(&theirs.fields)?,
            theirs.by,
            serde_json::to_string(&theirs.steps)?,
            now.as_millisecond()
        ],
    )?;
    Ok(())
}

pub(crate) fn set_steps(tx: &Transaction<'_>, draft: Uuid, steps: &[Vec<StoredChosen>]) -> Result<()> {
    let params = [draft.to_string(), serde_json::to_string(steps)?];
    tx.execute("UPDATE conflicts SET steps = ?2 WHERE draft = ?1", params)?;
    Ok(())
}

/// The registry's side of a draft's conflict.
///
/// # Errors
/// [`Failure::Unreadable`](crate::error::Failure::Unreadable).
pub(crate) fn get(connection: &Connection, draft: Uuid) -> Result<Option<Theirs>> {
    let mut statement = connection.prepare_cached("SELECT * FROM conflicts WHERE draft = ?1")?;
    let found = statement.query_row([draft.to_string()], |row| Ok(read(row))).optional()?;
    Ok(found.transpose()?)
}

/// Reads a conflict from a row with all columns.
pub(super) fn read(row: &Row<'_>) -> Read<Theirs> {
    let (fields, steps): (String, String) = (row.get("theirs")?, row.get("steps")?);
    Ok(Theirs {
        version: row.get("version")?,
        fields: serde_json::from_str(&fields)?,
        by: row.get("by_whom")?,
        steps: serde_json::from_str(&steps)?,
    })
}

pub(crate) fn close(tx: &Transaction<'_>, draft: Uuid) -> Result<()> {
    tx.execute("DELETE FROM conflicts WHERE draft = ?1", [draft.to_string()])?;
    Ok(())
}
