//! The answers to reviews: those waiting to be sent, and those that the registry refused.

use guildhall_protocol::{ProjectId, State, SubmissionId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Result;
use crate::store::rows::{Read, parsed, readable};
use crate::store::{Choice, StoredCouncil};

/// An answer to a review.
#[derive(Clone, Debug)]
pub(crate) struct StoredAnswer {
    /// The submission under review.
    pub(crate) review: SubmissionId,
    pub(crate) submission: SubmissionId,
    /// The request body, byte for byte: a repeat must be identical.
    pub(crate) body: String,
    /// The review as it was when answered; `None` if this version cannot read it. ParsedForm once and never changed.
    pub(crate) row: Option<StoredReview>,
    pub(crate) state: State,
    pub(crate) reason: String,
    pub(crate) tries: u32,
    /// Why it was refused; `None` while it waits.
    pub(crate) refused: Option<Choice<StoredRefusal>>,
}

/// A review as it was when answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredReview {
    /// The submission under review.
    pub(crate) id: SubmissionId,
    pub(crate) project: ProjectId,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) council: StoredCouncil,
    /// The author's address.
    #[serde(default)]
    pub(crate) author: String,
    #[serde(default)]
    pub(crate) new: bool,
    pub(crate) sent_at: Timestamp,
}

/// Why an answer was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredRefusal {
    Answered,
    Changed,
    NotAllowed,
    Invalid,
}

impl StoredRefusal {
    /// The SQL value.
    fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Changed => "changed",
            Self::NotAllowed => "not_allowed",
            Self::Invalid => "invalid",
        }
    }
}

/// Queues an answer. False if the review already has one.
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

/// Every answer that can be read, oldest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<StoredAnswer>> {
    readable(connection, "SELECT * FROM answers ORDER BY rowid", [], read)
}

/// The answer to a review.
///
/// # Errors
/// [`Failure::Unreadable`](crate::error::Failure::Unreadable).
pub(crate) fn find(connection: &Connection, review: SubmissionId) -> Result<Option<StoredAnswer>> {
    let mut statement = connection.prepare_cached("SELECT * FROM answers WHERE review = ?1")?;
    let found = statement.query_row([review.to_string()], |row| Ok(read(row))).optional()?;
    Ok(found.transpose()?)
}

/// Counts a try before it is made, so that one cut short by a crash counts too. False if the answer no longer waits.
pub(crate) fn mark_try(tx: &Transaction<'_>, review: SubmissionId) -> Result<bool> {
    let sql = "UPDATE answers SET tries = tries + 1 WHERE review = ?1 AND refused IS NULL";
    Ok(tx.execute(sql, [review.to_string()])? == 1)
}

/// Uncounts a try that is known not to have reached the registry.
pub(crate) fn unmark_try(tx: &Transaction<'_>, review: SubmissionId) -> Result<()> {
    let sql = "UPDATE answers SET tries = tries - 1 WHERE review = ?1 AND tries > 0";
    tx.execute(sql, [review.to_string()])?;
    Ok(())
}

/// Records that the answer was refused.
pub(crate) fn refuse(tx: &Transaction<'_>, review: SubmissionId, why: StoredRefusal) -> Result<()> {
    tx.execute("UPDATE answers SET refused = ?2 WHERE review = ?1", [&review.to_string(), why.as_str()])?;
    Ok(())
}

/// Removes an answer: it was accepted or withdrawn, or its author has seen why it was refused.
pub(crate) fn remove(tx: &Transaction<'_>, review: SubmissionId) -> Result<()> {
    tx.execute("DELETE FROM answers WHERE review = ?1", [review.to_string()])?;
    Ok(())
}

/// How many answers wait, and how many were refused.
pub(crate) fn count(connection: &Connection) -> Result<(u32, u32)> {
    let sql = "SELECT count(*) FILTER (WHERE refused IS NULL), count(refused) FROM answers";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Reads an answer from a row with all columns.
pub(super) fn read(row: &Row<'_>) -> Read<StoredAnswer> {
    let (shown, state): (String, String) = (row.get("row")?, row.get("state")?);
    let refused: Option<String> = row.get("refused")?;
    Ok(StoredAnswer {
        review: parsed(row, "review")?,
        submission: parsed(row, "submission")?,
        body: row.get("body")?,
        row: serde_json::from_str(&shown).ok(),
        state: serde_json::from_value(Value::String(state))?,
        reason: row.get("reason")?,
        tries: row.get("tries")?,
        refused: refused.map(|why| serde_json::from_value(Value::String(why))).transpose()?,
    })
}
