//! The outbox: what waits to be sent, oldest first.

use guildhall_protocol::SubmissionId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use uuid::Uuid;

use super::drafts;
use crate::error::{Failure, Result};
use crate::store::rows::{Read, parsed, readable};

/// A submission that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) submission: SubmissionId,
    pub(crate) draft: Uuid,
    /// The request's body, byte for byte: a repeat must be the same.
    pub(crate) body: String,
    /// How often it may have arrived: it was sent, or was about to be when the app ended.
    pub(crate) tries: u32,
}

pub(crate) fn enqueue(tx: &Transaction<'_>, waiting: &Waiting, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO outbox (submission, draft, body, tries, queued_at) VALUES (?1, ?2, ?3, 0, ?4)",
        rusqlite::params![
            waiting.submission.to_string(),
            waiting.draft.to_string(),
            waiting.body,
            now.as_millisecond()
        ],
    )?;
    Ok(())
}

/// The one that was queued first (by its row: a laptop's clock may have been turned back), apart from those that were
/// passed over.
pub(crate) fn peek_next(connection: &Connection, passed_over: &[SubmissionId]) -> Result<Option<Waiting>> {
    let waiting = all(connection)?;
    Ok(waiting.into_iter().find(|waiting| !passed_over.contains(&waiting.submission)))
}

/// How many wait that can be sent.
pub(crate) fn count(connection: &Connection) -> Result<u32> {
    Ok(u32::try_from(all(connection)?.len()).unwrap_or(u32::MAX))
}

/// Those that can be sent. One whose draft this version can't read waits for one that can: what the registry answers
/// may have to be merged with it.
fn all(connection: &Connection) -> Result<Vec<Waiting>> {
    let mut waiting = readable(connection, "SELECT * FROM outbox ORDER BY rowid", [], read)?;
    let mut unreadable = Vec::new();
    for waits in &waiting {
        match drafts::get(connection, waits.draft) {
            // Without its draft nothing could be made of the answer.
            Err(Failure::Unreadable | Failure::NotFound) => unreadable.push(waits.draft),
            other => drop(other?),
        }
    }
    waiting.retain(|waits| !unreadable.contains(&waits.draft));
    Ok(waiting)
}

/// The submission of that draft, while it waits.
///
/// # Errors
/// [`Failure::Unreadable`].
pub(crate) fn of_draft(connection: &Connection, draft: Uuid) -> Result<Option<Waiting>> {
    let mut statement = connection.prepare_cached("SELECT * FROM outbox WHERE draft = ?1")?;
    let found = statement.query_row([draft.to_string()], |row| Ok(read(row))).optional()?;
    Ok(found.transpose()?)
}

/// Counts a try: before it, so that one that ended in a crash counts too. False where it waits no more.
pub(crate) fn mark_try(tx: &Transaction<'_>, submission: SubmissionId) -> Result<bool> {
    let counted =
        tx.execute("UPDATE outbox SET tries = tries + 1 WHERE submission = ?1", [submission.to_string()])?;
    Ok(counted == 1)
}

/// Takes the count of a try back that is known never to have arrived.
pub(crate) fn unmark_try(tx: &Transaction<'_>, submission: SubmissionId) -> Result<()> {
    let sql = "UPDATE outbox SET tries = tries - 1 WHERE submission = ?1 AND tries > 0";
    tx.execute(sql, [submission.to_string()])?;
    Ok(())
}

/// It has its answer, or was taken back.
pub(crate) fn remove(tx: &Transaction<'_>, submission: SubmissionId) -> Result<()> {
    tx.execute("DELETE FROM outbox WHERE submission = ?1", [submission.to_string()])?;
    Ok(())
}

/// What waits, in a row that has all columns.
pub(super) fn read(row: &Row<'_>) -> Read<Waiting> {
    Ok(Waiting {
        submission: parsed(row, "submission")?,
        draft: parsed(row, "draft")?,
        body: row.get("body")?,
        tries: row.get("tries")?,
    })
}
