//! What the registry said where a draft clashed with somebody else's change. Closed only by a person's choice.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::failure::Result;

/// The record as the registry had it when the clash came to light.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Theirs {
    pub(crate) version: u32,
    pub(crate) fields: Map<String, Value>,
}

pub(crate) fn put(tx: &Transaction<'_>, draft: Uuid, theirs: &Theirs, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO conflicts (draft, version, theirs, met_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (draft) DO UPDATE SET version = ?2, theirs = ?3, met_at = ?4",
        rusqlite::params![
            draft.to_string(),
            theirs.version,
            serde_json::to_string(&theirs.fields)?,
            now.as_millisecond()
        ],
    )?;
    Ok(())
}

pub(crate) fn get(connection: &Connection, draft: Uuid) -> Result<Option<Theirs>> {
    let sql = "SELECT version, theirs FROM conflicts WHERE draft = ?1";
    let found: Option<(u32, String)> =
        connection.query_row(sql, [draft.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.map(|(version, fields)| Ok(Theirs { version, fields: serde_json::from_str(&fields)? })).transpose()
}

pub(crate) fn close(tx: &Transaction<'_>, draft: Uuid) -> Result<()> {
    tx.execute("DELETE FROM conflicts WHERE draft = ?1", [draft.to_string()])?;
    Ok(())
}
