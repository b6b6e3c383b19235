//! What became of each submission, so that a repeat gets the same verdict. A lost session or a busy registry is for
//! its moment only, and not stored.

use guildhall_protocol::{MergedWith, PersonId, Problem, SubmissionId};
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::failure::Outcome;

/// What a submission came to.
#[derive(Clone, Debug)]
pub(crate) enum Stood {
    /// It is in the catalogue, and made that version.
    Published {
        /// The version.
        version: u32,
        /// What it was merged with.
        merged_with: Option<MergedWith>,
    },
    /// It was refused (403, 404, 409, 422). A conflict's record is left out: a repeat gets the record as it is by then.
    Refused(Box<Problem>),
    /// Its author took it back.
    Withdrawn,
}

/// A submission whose verdict stands.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) body_hash: String,
    pub(crate) kind: String,
    pub(crate) record: String,
    pub(crate) stood: Stood,
}

/// That person's submission of that id.
pub(crate) async fn find(
    sql: &mut AnyConnection,
    person: PersonId,
    id: SubmissionId,
) -> Outcome<Option<Stored>> {
    let row: Option<(String, String, String, String, i64, String, String)> = sqlx::query_as(
        "SELECT body_hash, kind, record, state, version, problem, merged_with FROM submissions
         WHERE person = $1 AND id = $2",
    )
    .bind(person.to_string())
    .bind(id.to_string())
    .fetch_optional(sql)
    .await?;
    row.map(|(body_hash, kind, record, state, version, problem, merged_with)| {
        let stood = match state.as_str() {
            "published" => Stood::Published {
                version: u32::try_from(version).unwrap_or(u32::MAX),
                merged_with: match merged_with.as_str() {
                    "" => None,
                    text => Some(serde_json::from_str(text)?),
                },
            },
            "withdrawn" => Stood::Withdrawn,
            _ => Stood::Refused(serde_json::from_str(&problem)?),
        };
        Ok(Stored { body_hash, kind, record, stood })
    })
    .transpose()
}

/// Stores what became of it.
pub(crate) async fn store(
    tx: &mut WriteTx,
    person: PersonId,
    id: SubmissionId,
    submission: &Stored,
    now: i64,
) -> Outcome<()> {
    let none = String::new();
    let (state, version, problem, merged_with) = match &submission.stood {
        Stood::Published { version, merged_with } => {
            let merged_with = merged_with.as_ref().map(serde_json::to_string).transpose()?;
            ("published", *version, none, merged_with.unwrap_or_default())
        }
        Stood::Refused(problem) => ("refused", 0, serde_json::to_string(problem)?, none),
        Stood::Withdrawn => ("withdrawn", 0, none.clone(), none),
    };
    sqlx::query(
        "INSERT INTO submissions (person, id, body_hash, state, kind, record, version, problem, merged_with, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (person, id) DO UPDATE SET state = excluded.state, version = excluded.version,
             problem = excluded.problem",
    )
    .bind(person.to_string())
    .bind(id.to_string())
    .bind(submission.body_hash.as_str())
    .bind(state)
    .bind(submission.kind.as_str())
    .bind(submission.record.as_str())
    .bind(i64::from(version))
    .bind(problem)
    .bind(merged_with)
    .bind(now)
    .execute(tx.sql())
    .await?;
    Ok(())
}
