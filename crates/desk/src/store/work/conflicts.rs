//! What the registry said where a draft clashed with somebody else's change, and what was chosen so far. Closed only
//! by a person's choice.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::failure::Result;
use crate::views::Chosen;

/// The record as the registry had it when the clash came to light.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Theirs {
    pub(crate) version: u32,
    pub(crate) fields: Map<String, Value>,
    /// The address of who wrote it; empty where that is not known.
    pub(crate) by: String,
    /// What was chosen, a list for each step.
    pub(crate) steps: Vec<Vec<Chosen>>,
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

pub(crate) fn set_steps(tx: &Transaction<'_>, draft: Uuid, steps: &[Vec<Chosen>]) -> Result<()> {
    let params = [draft.to_string(), serde_json::to_string(steps)?];
    tx.execute("UPDATE conflicts SET steps = ?2 WHERE draft = ?1", params)?;
    Ok(())
}

pub(crate) fn get(connection: &Connection, draft: Uuid) -> Result<Option<Theirs>> {
    let sql = "SELECT version, theirs, by_whom, steps FROM conflicts WHERE draft = ?1";
    let found: Option<(u32, String, String, String)> = connection
        .query_row(sql, [draft.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    found
        .map(|(version, fields, by, steps)| {
            let (fields, steps) = (serde_json::from_str(&fields)?, serde_json::from_str(&steps)?);
            Ok(Theirs { version, fields, by, steps })
        })
        .transpose()
}

pub(crate) fn close(tx: &Transaction<'_>, draft: Uuid) -> Result<()> {
    tx.execute("DELETE FROM conflicts WHERE draft = ?1", [draft.to_string()])?;
    Ok(())
}
