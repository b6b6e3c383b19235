//! The outbox: what waits to be sent, oldest first.

use guildhall_protocol::SubmissionId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use uuid::Uuid;

use crate::failure::{Failure, Result};

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

/// The one that was queued first (by its row: a laptop's clock may have been turned back), apart from those that were passed over.
pub(crate) fn peek_next(connection: &Connection, passed_over: &[SubmissionId]) -> Result<Option<Waiting>> {
    let mut statement =
        connection.prepare_cached("SELECT submission, draft, body, tries FROM outbox ORDER BY rowid")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let waiting = waiting(row)?;
        if !passed_over.contains(&waiting.submission) {
            return Ok(Some(waiting));
        }
    }
    Ok(None)
}

/// How many wait.
pub(crate) fn count(connection: &Connection) -> Result<u32> {
    Ok(connection.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?)
}

/// The submission of that draft, while it waits.
pub(crate) fn of_draft(connection: &Connection, draft: Uuid) -> Result<Option<Waiting>> {
    let sql = "SELECT submission, draft, body, tries FROM outbox WHERE draft = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row([draft.to_string()], |row| Ok(waiting(row))).optional()?;
    found.transpose()
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

fn waiting(row: &Row<'_>) -> Result<Waiting> {
    let (submission, draft): (String, String) = (row.get(0)?, row.get(1)?);
    Ok(Waiting {
        submission: submission.parse().map_err(|_| Failure::Internal)?,
        draft: draft.parse().map_err(|_| Failure::Internal)?,
        body: row.get(2)?,
        tries: row.get(3)?,
    })
}
