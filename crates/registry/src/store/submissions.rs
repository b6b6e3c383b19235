//! The verdict on each submission, so that a repeat gets the same answer. A lost session or a busy registry is
//! temporary and is not stored.

#[cfg(test)]
mod frozen;

use guildhall_protocol::{Code, MergedWith, PersonId, Problem, ReviewOutcome, SubmissionId};
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::Result;

/// What became of a submission.
#[derive(Clone, Debug)]
pub(crate) enum SubmissionState {
    /// It was published.
    Published {
        /// The record's version that it created.
        version: u32,
        /// The change that it was merged with, if any.
        merged_with: Option<MergedWith>,
    },
    /// It was refused (403, 404, 409, 422). The record in a conflict is left out: a repeat gets the current one.
    Refused(Box<Problem>),
    /// Its author withdrew it.
    Withdrawn,
    /// It waits for a review.
    InReview {
        /// The submission as it was sent.
        body: String,
    },
    /// The reviewer asked for changes or declined it.
    Returned(Box<ReviewOutcome>),
}

/// A submission with its verdict.
#[derive(Clone, Debug)]
pub(crate) struct StoredSubmission {
    pub(crate) body_hash: String,
    pub(crate) kind: String,
    pub(crate) record: String,
    /// The council it was sent for; empty if it was withdrawn before it arrived.
    pub(crate) council: String,
    pub(crate) state: SubmissionState,
}

#[derive(sqlx::FromRow)]
struct Row {
    body_hash: String,
    kind: String,
    record: String,
    state: String,
    version: i64,
    problem: String,
    merged_with: String,
    council: String,
    body: String,
    answer: String,
}

/// A person's submission by id.
pub(crate) async fn find(
    sql: &mut AnyConnection,
    person: PersonId,
    id: SubmissionId,
) -> Result<Option<StoredSubmission>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT body_hash, kind, record, state, version, problem, merged_with, council, body, answer FROM submissions
         WHERE person = $1 AND id = $2",
    )
    .bind(person.to_string())
    .bind(id.to_string())
    .fetch_optional(sql)
    .await?;
    row.map(|row| {
        let Row { body_hash, kind, record, state, version, problem, merged_with, council, body, answer } =
            row;
        let state = match state.as_str() {
            "published" => SubmissionState::Published {
                version: u32::try_from(version).unwrap_or(u32::MAX),
                merged_with: match merged_with.as_str() {
                    "" => None,
                    text => Some(serde_json::from_str(text)?),
                },
            },
            "withdrawn" => SubmissionState::Withdrawn,
            "in_review" => SubmissionState::InReview { body },
            "changes_requested" | "declined" => SubmissionState::Returned(serde_json::from_str(&answer)?),
            _ => SubmissionState::Refused(serde_json::from_str(&problem)?),
        };
        Ok(StoredSubmission { body_hash, kind, record, council, state })
    })
    .transpose()
}

/// Whether another person sent a submission with this id. One that was withdrawn before it arrived does not count.
pub(crate) async fn is_someone_elses(
    sql: &mut AnyConnection,
    person: PersonId,
    id: SubmissionId,
) -> Result<bool> {
    let others: Option<String> = sqlx::query_scalar(
        "SELECT person FROM submissions WHERE id = $1 AND person <> $2 AND record <> '' LIMIT 1",
    )
    .bind(id.to_string())
    .bind(person.to_string())
    .fetch_optional(sql)
    .await?;
    Ok(others.is_some())
}

/// Deletes the texts of submissions about a deleted record, and of their answers.
pub(crate) async fn forget_texts(tx: &mut WriteTx, record: &str) -> Result<()> {
    let gone = serde_json::to_string(&Problem::new(Code::NotFound, "Not found"))?;
    sqlx::query(
        "UPDATE submissions SET body = '', merged_with = '',
             problem = CASE WHEN state = 'refused' THEN $1 ELSE problem END
         WHERE kind = 'project' AND record = $2",
    )
    .bind(gone)
    .bind(record)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Stores or replaces a submission's verdict.
pub(crate) async fn store(
    tx: &mut WriteTx,
    person: PersonId,
    id: SubmissionId,
    submission: &StoredSubmission,
    now: i64,
) -> Result<()> {
    let mut row = Values::default();
    match &submission.state {
        SubmissionState::Published { version, merged_with } => {
            let merged_with = merged_with.as_ref().map(serde_json::to_string).transpose()?;
            row = Values { state: "published", version: *version, ..row };
            row.merged_with = merged_with.unwrap_or_default();
        }
        SubmissionState::Refused(problem) => {
            row = Values { state: "refused", problem: serde_json::to_string(problem)?, ..row };
        }
        SubmissionState::Withdrawn => row.state = "withdrawn",
        SubmissionState::InReview { body } => row = Values { state: "in_review", body: body.clone(), ..row },
        SubmissionState::Returned(answer) => {
            row = Values { state: answer.state.as_str(), answer: serde_json::to_string(answer)?, ..row };
        }
    }
    sqlx::query(
        "INSERT INTO submissions (person, id, body_hash, state, kind, record, version, problem, merged_with, created_at,
             council, body, answer)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (person, id) DO UPDATE SET state = excluded.state, version = excluded.version,
             problem = excluded.problem, merged_with = excluded.merged_with, body = excluded.body,
             answer = excluded.answer",
    )
    .bind(person.to_string())
    .bind(id.to_string())
    .bind(submission.body_hash.as_str())
    .bind(row.state)
    .bind(submission.kind.as_str())
    .bind(submission.record.as_str())
    .bind(i64::from(row.version))
    .bind(row.problem)
    .bind(row.merged_with)
    .bind(now)
    .bind(submission.council.as_str())
    .bind(row.body)
    .bind(row.answer)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// The columns that hold the verdict.
#[derive(Default)]
struct Values {
    state: &'static str,
    version: u32,
    problem: String,
    merged_with: String,
    body: String,
    answer: String,
}

/// Whether this person has had a project published for this council. Confirming one does not count: nobody publishes by
/// it. What was published of a deleted project is no longer known, and counts.
pub(crate) async fn any_published(sql: &mut AnyConnection, person: PersonId, council: &str) -> Result<bool> {
    let one: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM submissions AS sent
         WHERE person = $1 AND council = $2 AND state = 'published' AND kind = 'project'
             AND (EXISTS (SELECT 1 FROM publications AS published
                          WHERE published.project = sent.record AND published.version = sent.version)
                  OR NOT EXISTS (SELECT 1 FROM records WHERE records.kind = 'project' AND records.id = sent.record))
         LIMIT 1",
    )
    .bind(person.to_string())
    .bind(council)
    .fetch_optional(sql)
    .await?;
    Ok(one.is_some())
}
