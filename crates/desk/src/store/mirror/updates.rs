//! Updates.

use guildhall_protocol::{ProjectId, Update, UpdateId};
use rusqlite::{Connection, Transaction};
use serde_json::Value;

use super::record::Line;
use crate::failure::Result;

/// Puts an update in; false where its body is not an update's.
pub(crate) fn put(tx: &Transaction<'_>, row: Line<'_>) -> Result<bool> {
    let (Ok(update), Ok(_)) =
        (serde_json::from_value::<Update>(Value::Object(row.body.clone())), row.id.parse::<UpdateId>())
    else {
        return Ok(false);
    };
    tx.prepare_cached(
        "INSERT INTO updates (id, version, seq, generation, body, project) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET version = ?2, seq = ?3, generation = ?4, body = ?5, project = ?6",
    )?
    .execute(rusqlite::params![
        row.id,
        row.version,
        row.seq.cast_signed(),
        row.generation,
        serde_json::to_string(row.body)?,
        update.project.to_string(),
    ])?;
    Ok(true)
}

/// A project's updates, newest first.
pub(crate) fn of_project(connection: &Connection, project: ProjectId) -> Result<Vec<(UpdateId, Update)>> {
    let mut statement = connection.prepare("SELECT id, body FROM updates WHERE project = ?1")?;
    let rows = statement
        .query_map([project.to_string()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut updates = Vec::new();
    for row in rows {
        let (id, body) = row?;
        if let Ok(id) = id.parse() {
            updates.push((id, serde_json::from_str::<Update>(&body)?));
        }
    }
    updates.sort_by_key(|(_, update)| std::cmp::Reverse(update.at));
    Ok(updates)
}
