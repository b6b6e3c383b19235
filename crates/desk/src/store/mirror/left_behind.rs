//! Projects that this person may no longer see, from the moment in which they leave the mirror until those whose
//! keeper they are have become drafts.

use guildhall_protocol::ProjectId;
use rusqlite::{Connection, Transaction};
use serde_json::{Map, Value};

use crate::failure::{Failure, Result};

/// One of them.
pub(crate) struct LeftBehind {
    pub(crate) id: ProjectId,
    pub(crate) version: u32,
    pub(crate) fields: Map<String, Value>,
}

/// It is about to leave the mirror.
pub(crate) fn keep(tx: &Transaction<'_>, id: &str) -> Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO left_behind (project, version, body) SELECT id, version, body FROM projects WHERE id = ?1",
        [id],
    )?;
    Ok(())
}

/// All of them.
pub(crate) fn all(connection: &Connection) -> Result<Vec<LeftBehind>> {
    let mut statement = connection.prepare_cached("SELECT project, version, body FROM left_behind")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.map(|row| {
        let (id, version, body): (String, u32, String) = row?;
        let id = id.parse().map_err(|_| Failure::Internal)?;
        Ok(LeftBehind { id, version, fields: serde_json::from_str(&body)? })
    })
    .collect()
}

/// What was theirs is kept elsewhere by now.
pub(crate) fn clear(tx: &Transaction<'_>) -> Result<()> {
    tx.execute("DELETE FROM left_behind", [])?;
    Ok(())
}
