//! Projects that this person can no longer see, stored from when they leave the mirror until those whose owner they
//! are have become drafts.

use guildhall_protocol::ProjectId;
use rusqlite::{Connection, Transaction};
use serde_json::{Map, Value};

use crate::error::Result;
use crate::store::rows::{parsed, readable};

/// A project that left the mirror.
pub(crate) struct LostProject {
    pub(crate) id: ProjectId,
    pub(crate) version: u32,
    pub(crate) fields: Map<String, Value>,
}

/// Stores a project that is about to leave the mirror.
pub(crate) fn keep(tx: &Transaction<'_>, id: &str) -> Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO lost_access (project, version, body) SELECT id, version, body FROM projects WHERE id = ?1",
        [id],
    )?;
    Ok(())
}

/// Every such project that can be read.
pub(crate) fn all(connection: &Connection) -> Result<Vec<LostProject>> {
    readable(connection, "SELECT project, version, body FROM lost_access", [], |row| {
        let body: String = row.get("body")?;
        let fields = serde_json::from_str(&body)?;
        Ok(LostProject { id: parsed(row, "project")?, version: row.get("version")?, fields })
    })
}

/// Clears the table, once the person's own projects are drafts.
pub(crate) fn clear(tx: &Transaction<'_>) -> Result<()> {
    tx.execute("DELETE FROM lost_access", [])?;
    Ok(())
}
