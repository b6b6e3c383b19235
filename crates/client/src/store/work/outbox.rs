//! The outbox: submissions that wait to be sent, oldest first.

use guildhall_protocol::SubmissionId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use uuid::Uuid;

use super::drafts;
use crate::error::{Failure, Result};
use crate::store::rows::{Read, parsed, readable};

/// A submission in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) submission: SubmissionId,
    pub(crate) draft: Uuid,
    /// The request body, byte for byte: a repeat must be identical.
    pub(crate) body: String,
    /// How many times it may have reached the registry: it was sent, or about to be when the app ended.
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

/// The first submission in the queue that is not in `skipped`. Ordered by row, as the laptop's clock may have been
/// set back.
pub(crate) fn peek_next(connection: &Connection, skipped: &[SubmissionId]) -> Result<Option<Waiting>> {
    let waiting = all(connection)?;
    Ok(waiting.into_iter().find(|waiting| !skipped.contains(&waiting.submission)))
}

/// How many submissions can be sent.
pub(crate) fn count(connection: &Connection) -> Result<u32> {
    Ok(u32::try_from(all(connection)?.len()).unwrap_or(u32::MAX))
}

/// The submissions that can be sent. If this version cannot read the draft, its submission waits for one that can: the
/// registry's answer may require a merge.
fn all(connection: &Connection) -> Result<Vec<Waiting>> {
    let mut waiting = readable(connection, "SELECT * FROM outbox ORDER BY rowid", [], read)?;
    let mut unreadable = Vec::new();
    for waits in &waiting {
        match drafts::get(connection, waits.draft) {
            // Without the draft, a conflict in the answer could not be merged.
            Err(Failure::Unreadable | Failure::NotFound) => unreadable.push(waits.draft),
            other => drop(other?),
        }
    }
    waiting.retain(|waits| !unreadable.contains(&waits.draft));
    Ok(waiting)
}

/// A draft's submission, if it is in the outbox.
///
/// # Errors
/// [`Failure::Unreadable`].
pub(crate) fn of_draft(connection: &Connection, draft: Uuid) -> Result<Option<Waiting>> {
    let mut statement = connection.prepare_cached("SELECT * FROM outbox WHERE draft = ?1")?;
    let found = statement.query_row([draft.to_string()], |row| Ok(read(row))).optional()?;
    Ok(found.transpose()?)
}

/// Counts a try before it is made, so that one cut short by a crash counts too. False if the submission no longer
/// waits.
pub(crate) fn mark_try(tx: &Transaction<'_>, submission: SubmissionId) -> Result<bool> {
    let counted =
        tx.execute("UPDATE outbox SET tries = tries + 1 WHERE submission = ?1", [submission.to_string()])?;
    Ok(counted == 1)
}

/// Uncounts a try that is known not to have reached the registry.
pub(crate) fn unmark_try(tx: &Transaction<'_>, submission: SubmissionId) -> Result<()> {
    let sql = "UPDATE outbox SET tries = tries - 1 WHERE submission = ?1 AND tries > 0";
    tx.execute(sql, [submission.to_string()])?;
    Ok(())
}

/// Removes a submission that was answered or withdrawn.
pub(crate) fn remove(tx: &Transaction<'_>, submission: SubmissionId) -> Result<()> {
    tx.execute("DELETE FROM outbox WHERE submission = ?1", [submission.to_string()])?;
    Ok(())
}

/// Reads a submission from a row with all columns.
pub(super) fn read(row: &Row<'_>) -> Read<Waiting> {
    Ok(Waiting {
        submission: parsed(row, "submission")?,
        draft: parsed(row, "draft")?,
        body: row.get("body")?,
        tries: row.get("tries")?,
    })
}
