//! What others sent and this person may answer, and what became of what they sent themselves.

use guildhall_protocol::{Review, Reviewed, SubmissionId};
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde_json::Value;

use super::record::Line;
use crate::failure::{Failure, Result};

/// What waits for an answer.
#[derive(Clone, Debug)]
pub(crate) struct Waits {
    pub(crate) id: SubmissionId,
    pub(crate) version: u32,
    pub(crate) review: Review,
}

/// Puts in what waits for an answer; false where its body is not that.
pub(crate) fn put_review(tx: &Transaction<'_>, row: Line<'_>) -> Result<bool> {
    let is_one = serde_json::from_value::<Review>(Value::Object(row.body.clone())).is_ok()
        && row.id.parse::<SubmissionId>().is_ok();
    if is_one {
        put(tx, "reviews", row)?;
    }
    Ok(is_one)
}

/// Puts in what became of a submission; false where its body is not that.
pub(crate) fn put_submission(tx: &Transaction<'_>, row: Line<'_>) -> Result<bool> {
    let is_one = serde_json::from_value::<Reviewed>(Value::Object(row.body.clone())).is_ok()
        && row.id.parse::<SubmissionId>().is_ok();
    if is_one {
        put(tx, "submissions", row)?;
    }
    Ok(is_one)
}

fn put(tx: &Transaction<'_>, table: &str, row: Line<'_>) -> Result<()> {
    tx.prepare_cached(&format!(
        "INSERT INTO {table} (id, version, seq, generation, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET version = ?2, seq = ?3, generation = ?4, body = ?5"
    ))?
    .execute(rusqlite::params![
        row.id,
        row.version,
        row.seq.cast_signed(),
        row.generation,
        serde_json::to_string(row.body)?,
    ])?;
    Ok(())
}

/// All that waits, the first that was sent first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Waits>> {
    let mut statement = connection.prepare_cached("SELECT id, version, body FROM reviews ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.map(|row| read(row?)).collect()
}

/// One of them.
///
/// # Errors
/// [`Failure::NotFound`].
pub(crate) fn get(connection: &Connection, id: SubmissionId) -> Result<Waits> {
    let mut statement = connection.prepare_cached("SELECT id, version, body FROM reviews WHERE id = ?1")?;
    let row = statement.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    read(row.optional()?.ok_or(Failure::NotFound)?)
}

fn read((id, version, body): (String, u32, String)) -> Result<Waits> {
    let id = id.parse().map_err(|_| Failure::Internal)?;
    Ok(Waits { id, version, review: serde_json::from_str(&body)? })
}

/// What became of this person's submissions that waited for an answer.
pub(crate) fn told(connection: &Connection) -> Result<Vec<(SubmissionId, Reviewed)>> {
    let mut statement = connection.prepare_cached("SELECT id, body FROM submissions ORDER BY seq")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (id, body) = row?;
        Ok((id.parse().map_err(|_| Failure::Internal)?, serde_json::from_str(&body)?))
    })
    .collect()
}
