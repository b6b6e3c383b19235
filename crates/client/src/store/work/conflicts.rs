//! What the registry said where a draft clashed with somebody else's change, and what was chosen so far. Closed only
//! by a person's choice.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::Result;
use crate::store::rows::Read;

/// A choice for one clash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredChosen {
    pub(crate) field: String,
    /// Which of its needs or links, by its id.
    #[serde(default)]
    pub(crate) member: Option<String>,
    pub(crate) choice: StoredChoice,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

/// What to take of two changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "take", rename_all = "snake_case")]
pub(crate) enum StoredChoice {
    Mine,
    Theirs,
    Anew {
        /// As JSON.
        value: String,
    },
    /// What only another version of the app knows. Here nothing is chosen by it; it is kept as it is.
    #[serde(untagged)]
    Other(Value),
}

/// The record as the registry had it when the clash came to light.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Theirs {
    pub(crate) version: u32,
    pub(crate) fields: Map<String, Value>,
    /// The address of who wrote it; empty where that is not known.
    pub(crate) by: String,
    /// What was chosen, a list for each step.
    pub(crate) steps: Vec<Vec<StoredChosen>>,
}

impl Theirs {
    /// Nothing is chosen yet.
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

/// What that draft clashes with.
///
/// # Errors
/// [`Failure::Unreadable`](crate::error::Failure::Unreadable).
pub(crate) fn get(connection: &Connection, draft: Uuid) -> Result<Option<Theirs>> {
    let mut statement = connection.prepare_cached("SELECT * FROM conflicts WHERE draft = ?1")?;
    let found = statement.query_row([draft.to_string()], |row| Ok(read(row))).optional()?;
    Ok(found.transpose()?)
}

/// What clashes, in a row that has all columns.
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
