//! What was not taken where two people clashed: it can be brought back for 90 days.

use std::time::Duration;

use guildhall_protocol::ProjectId;
use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction};
use uuid::Uuid;

use crate::failure::{Failure, Result};
use crate::views::{KeptText, Whose};

/// For how long a laptop keeps what was not taken, and what it sent.
pub(crate) const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Something that was not taken.
#[derive(Clone, Debug)]
pub(crate) struct NotTaken {
    pub(crate) id: Uuid,
    pub(crate) project: ProjectId,
    pub(crate) title: String,
    pub(crate) field: String,
    pub(crate) value: String,
    pub(crate) whose: Whose,
}

pub(crate) fn insert(tx: &Transaction<'_>, text: &NotTaken, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO kept (id, project, title, field, value, whose, kept_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        rusqlite::params![
            text.id.to_string(),
            text.project.to_string(),
            text.title,
            text.field,
            text.value,
            match text.whose {
                Whose::Mine => "mine",
                Whose::Theirs => "theirs",
            },
            now.as_millisecond(),
        ],
    )?;
    Ok(())
}

/// All of it, the last first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<KeptText>> {
    let sql =
        "SELECT id, project, title, field, value, whose, kept_at FROM kept ORDER BY kept_at DESC, rowid DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], raw)?;
    rows.map(|row| read(row?)).collect()
}

/// # Errors
/// [`Failure::NotFound`].
pub(crate) fn get(connection: &Connection, id: Uuid) -> Result<KeptText> {
    let sql = "SELECT id, project, title, field, value, whose, kept_at FROM kept WHERE id = ?1";
    read(connection.query_row(sql, [id.to_string()], raw)?)
}

/// The projects of which something that others wrote is kept.
pub(crate) fn projects(connection: &Connection) -> Result<Vec<ProjectId>> {
    let mut statement =
        connection.prepare_cached("SELECT DISTINCT project FROM kept WHERE whose = 'theirs'")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|row| row?.parse().map_err(|_| Failure::Internal)).collect()
}

/// Lets go of what others wrote of a project.
pub(crate) fn forget_theirs(tx: &Transaction<'_>, project: ProjectId) -> Result<()> {
    tx.execute("DELETE FROM kept WHERE project = ?1 AND whose = 'theirs'", [project.to_string()])?;
    Ok(())
}

/// Lets go of what was kept for long enough.
pub(crate) fn forget(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM kept WHERE kept_at < ?1", [(now - KEPT).as_millisecond()])?;
    Ok(())
}

type Raw = ([String; 6], i64);

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok(([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?], row.get(6)?))
}

fn read(([id, project, title, field, value, whose], kept_at): Raw) -> Result<KeptText> {
    let kept_at = Timestamp::from_millisecond(kept_at).map_err(|_| Failure::Internal)?;
    Ok(KeptText {
        id: id.parse().map_err(|_| Failure::Internal)?,
        project: project.parse().map_err(|_| Failure::Internal)?,
        title,
        field,
        value,
        whose: if whose == "mine" { Whose::Mine } else { Whose::Theirs },
        kept_at,
        until: kept_at + KEPT,
    })
}
