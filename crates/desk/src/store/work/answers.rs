//! Answers to what others sent: those that wait to be sent, and those that came to nothing.

use guildhall_protocol::{State, SubmissionId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::views::{AnswerRefused, ReviewRow};

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct StoredAnswer {
    /// The submission that it answers.
    pub(crate) review: SubmissionId,
    pub(crate) submission: SubmissionId,
    /// The request's body, byte for byte: a repeat must be the same.
    pub(crate) body: String,
    /// What was answered, as it was shown.
    pub(crate) row: ReviewRow,
    pub(crate) state: State,
    pub(crate) reason: String,
    pub(crate) tries: u32,
    /// Why it came to nothing; none while it waits.
    pub(crate) refused: Option<AnswerRefused>,
}

const COLUMNS: &str = "review, submission, body, row, state, reason, tries, refused";

/// Has it wait. False where that was answered already.
pub(crate) fn enqueue(tx: &Transaction<'_>, answer: &StoredAnswer, now: Timestamp) -> Result<bool> {
    let added = tx.execute(
        "INSERT INTO answers (review, submission, body, row, state, reason, queued_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (review) DO NOTHING",
        rusqlite::params![
            answer.review.to_string(),
            answer.submission.to_string(),
            answer.body,
            serde_json::to_string(&answer.row)?,
            answer.state.as_str(),
            answer.reason,
            now.as_millisecond(),
        ],
    )?;
    Ok(added == 1)
}

/// All of them, the first that was given first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<StoredAnswer>> {
    let sql = format!("SELECT {COLUMNS} FROM answers ORDER BY rowid");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// The answer to that submission.
pub(crate) fn find(connection: &Connection, review: SubmissionId) -> Result<Option<StoredAnswer>> {
    let sql = format!("SELECT {COLUMNS} FROM answers WHERE review = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_row([review.to_string()], |row| Ok(read(row))).optional()?;
    found.transpose()
}

/// Counts a try: before it, so that one that ended in a crash counts too. False where it waits no more.
pub(crate) fn mark_try(tx: &Transaction<'_>, review: SubmissionId) -> Result<bool> {
    let sql = "UPDATE answers SET tries = tries + 1 WHERE review = ?1 AND refused IS NULL";
    Ok(tx.execute(sql, [review.to_string()])? == 1)
}

/// Takes the count of a try back that is known never to have arrived.
pub(crate) fn unmark_try(tx: &Transaction<'_>, review: SubmissionId) -> Result<()> {
    let sql = "UPDATE answers SET tries = tries - 1 WHERE review = ?1 AND tries > 0";
    tx.execute(sql, [review.to_string()])?;
    Ok(())
}

/// It came to nothing.
pub(crate) fn refuse(tx: &Transaction<'_>, review: SubmissionId, why: AnswerRefused) -> Result<()> {
    let why = serde_json::to_value(why)?;
    let params = [review.to_string(), why.as_str().unwrap_or_default().to_owned()];
    tx.execute("UPDATE answers SET refused = ?2 WHERE review = ?1", params)?;
    Ok(())
}

/// The registry has it, or its author takes it back or knows why it came to nothing.
pub(crate) fn remove(tx: &Transaction<'_>, review: SubmissionId) -> Result<()> {
    tx.execute("DELETE FROM answers WHERE review = ?1", [review.to_string()])?;
    Ok(())
}

/// How many wait, and how many came to nothing.
pub(crate) fn count(connection: &Connection) -> Result<(u32, u32)> {
    let sql = "SELECT count(*) FILTER (WHERE refused IS NULL), count(refused) FROM answers";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn read(row: &Row<'_>) -> Result<StoredAnswer> {
    let (review, submission, shown): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
    let (state, refused): (String, Option<String>) = (row.get(4)?, row.get(7)?);
    Ok(StoredAnswer {
        review: review.parse().map_err(|_| Failure::Internal)?,
        submission: submission.parse().map_err(|_| Failure::Internal)?,
        body: row.get(2)?,
        row: serde_json::from_str(&shown)?,
        state: serde_json::from_value(Value::String(state))?,
        reason: row.get(5)?,
        tries: row.get(6)?,
        refused: refused.map(|why| serde_json::from_value(Value::String(why))).transpose()?,
    })
}
