//! Answers to what others sent: those that wait to be sent, and those that came to nothing.

use guildhall_protocol::{ProjectId, State, SubmissionId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Result;
use crate::store::rows::{Read, parsed, readable};
use crate::store::{Choice, StoredCouncil};

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct StoredAnswer {
    /// The submission that it answers.
    pub(crate) review: SubmissionId,
    pub(crate) submission: SubmissionId,
    /// The request's body, byte for byte: a repeat must be the same.
    pub(crate) body: String,
    /// What was answered, as it was then; none where this version can't tell. It is written once, and never changed.
    pub(crate) row: Option<StoredReview>,
    pub(crate) state: State,
    pub(crate) reason: String,
    pub(crate) tries: u32,
    /// Why it came to nothing; none while it waits.
    pub(crate) refused: Option<Choice<StoredRefusal>>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredReview {
    /// The submission.
    pub(crate) id: SubmissionId,
    pub(crate) project: ProjectId,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) council: StoredCouncil,
    /// The address of who wrote it.
    #[serde(default)]
    pub(crate) author: String,
    #[serde(default)]
    pub(crate) new: bool,
    pub(crate) sent_at: Timestamp,
}

/// Why an answer came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredRefusal {
    Answered,
    Changed,
    NotAllowed,
    Invalid,
}

impl StoredRefusal {
    /// The word for it in SQL.
    fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Changed => "changed",
            Self::NotAllowed => "not_allowed",
            Self::Invalid => "invalid",
        }
    }
}

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

/// All that can be read, the first that was given first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<StoredAnswer>> {
    readable(connection, "SELECT * FROM answers ORDER BY rowid", [], read)
}

/// The answer to that submission.
///
/// # Errors
/// [`Failure::Unreadable`](crate::error::Failure::Unreadable).
pub(crate) fn find(connection: &Connection, review: SubmissionId) -> Result<Option<StoredAnswer>> {
    let mut statement = connection.prepare_cached("SELECT * FROM answers WHERE review = ?1")?;
    let found = statement.query_row([review.to_string()], |row| Ok(read(row))).optional()?;
    Ok(found.transpose()?)
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
pub(crate) fn refuse(tx: &Transaction<'_>, review: SubmissionId, why: StoredRefusal) -> Result<()> {
    tx.execute("UPDATE answers SET refused = ?2 WHERE review = ?1", [&review.to_string(), why.as_str()])?;
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

/// An answer in a row that has all columns.
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
