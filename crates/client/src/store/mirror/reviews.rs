//! The tables of reviews that this person may answer, and of the decisions on their own submissions.

use guildhall_protocol::{Review, ReviewOutcome, SubmissionId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde_json::Value;

use super::record::Line;
use crate::error::{Failure, Result};
use crate::store::rows::{Read, parsed, readable};

/// A review that waits for an answer.
#[derive(Clone, Debug)]
pub(crate) struct PendingReview {
    pub(crate) id: SubmissionId,
    pub(crate) version: u32,
    pub(crate) review: Review,
}

/// Inserts or updates a review; false if the body is not that of a review.
pub(crate) fn put_review(tx: &Transaction<'_>, row: Line<'_>) -> Result<bool> {
    let is_one = serde_json::from_value::<Review>(Value::Object(row.body.clone())).is_ok()
        && row.id.parse::<SubmissionId>().is_ok();
    if is_one {
        put(tx, "reviews", row)?;
    }
    Ok(is_one)
}

/// Inserts or updates the decision on a submission; false if the body is not one.
pub(crate) fn put_submission(tx: &Transaction<'_>, row: Line<'_>) -> Result<bool> {
    let is_one = serde_json::from_value::<ReviewOutcome>(Value::Object(row.body.clone())).is_ok()
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

/// Every waiting review, oldest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<PendingReview>> {
    readable(connection, "SELECT id, version, body FROM reviews ORDER BY id", [], read)
}

/// One review.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Unreadable`] for one that another version of the app stored.
pub(crate) fn get(connection: &Connection, id: SubmissionId) -> Result<PendingReview> {
    let mut statement = connection.prepare_cached("SELECT id, version, body FROM reviews WHERE id = ?1")?;
    let found = statement.query_row([id.to_string()], |row| Ok(read(row))).optional()?;
    found.ok_or(Failure::NotFound)?.map_err(Failure::from)
}

fn read(row: &Row<'_>) -> Read<PendingReview> {
    let body: String = row.get("body")?;
    Ok(PendingReview {
        id: parsed(row, "id")?,
        version: row.get("version")?,
        review: serde_json::from_str(&body)?,
    })
}

/// The decisions on this person's submissions.
pub(crate) fn told(connection: &Connection) -> Result<Vec<(SubmissionId, ReviewOutcome)>> {
    readable(connection, "SELECT id, body FROM submissions ORDER BY seq", [], |row| {
        let body: String = row.get("body")?;
        Ok((parsed(row, "id")?, serde_json::from_str(&body)?))
    })
}
