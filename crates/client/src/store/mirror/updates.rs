//! The table of updates on projects.

use guildhall_protocol::{ProjectId, Update, UpdateId};
use rusqlite::{Connection, Transaction};
use serde_json::Value;

use super::record::Line;
use crate::error::Result;
use crate::store::rows::{parsed, readable};

/// Inserts or updates an update; false if the body is not that of an update.
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
    let sql = "SELECT id, body FROM updates WHERE project = ?1";
    let mut updates: Vec<(UpdateId, Update)> = readable(connection, sql, [project.to_string()], |row| {
        let body: String = row.get("body")?;
        Ok((parsed(row, "id")?, serde_json::from_str(&body)?))
    })?;
    updates.sort_by_key(|(_, update)| std::cmp::Reverse(update.at));
    Ok(updates)
}
