//! The verdict that stands for a submission, given again; and taking a submission back.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Fields;
use guildhall_protocol::{Code, Conflict, Problem, State, SubmissionId, Verdict};
use sqlx::AnyConnection;

use super::Decision;
use crate::access::policy::Reader;
use crate::access::principal::Actor;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::records::{self, Record};
use crate::store::submissions::{self, StoredSubmission, SubmissionState};
use crate::store::{WriteTx, history, people};

/// The verdict that stands, with the record as it is now.
pub(super) async fn replay(
    sql: &mut AnyConnection,
    reader: &Reader,
    stored: StoredSubmission,
) -> Result<Decision> {
    let kind = stored.kind.parse().map_err(|error| Error::damaged("a submission's kind", error))?;
    let now = records::find(sql, kind, &stored.record).await?.filter(|now| reader.can_read(&now.cell));
    let gives = |state, now: Option<Record>| {
        let empty = verdict_of(state);
        match now {
            Some(now) => Verdict { version: now.version, seq: now.seq, record: now.body, ..empty },
            None => empty,
        }
    };
    Ok(match stored.state {
        SubmissionState::Published { version, merged_with } => {
            let mut verdict = gives(State::Published, now);
            verdict.merged_with = merged_with;
            if verdict.version == 0 {
                // They can no longer see the record, but they have seen what they wrote themselves.
                verdict.version = version;
                verdict.record = history::find(sql, kind, &stored.record, version).await?.unwrap_or_default();
            }
            Ok(verdict)
        }
        SubmissionState::Withdrawn => Ok(gives(State::Withdrawn, now)),
        SubmissionState::InReview { .. } => Ok(verdict_of(State::InReview)),
        SubmissionState::Returned(answer) => {
            Ok(Verdict { reason: answer.reason, ..gives(answer.state, now) })
        }
        SubmissionState::Refused(mut problem) => {
            problem.conflict = match (problem.conflict, now) {
                (Some(conflict), Some(now)) => Some(Box::new(Conflict {
                    version: now.version,
                    seq: now.seq,
                    fields: conflict.fields,
                    by: people::address_of(sql, &now.author).await?,
                    record: now.body,
                })),
                _ => None,
            };
            Err(problem)
        }
    })
}

/// A verdict without a record.
pub(super) fn verdict_of(state: State) -> Verdict {
    Verdict {
        state,
        version: 0,
        seq: 0,
        record: Fields::new(),
        merged_with: None,
        reason: String::new(),
        cleaned: Vec::new(),
    }
}

/// Takes a submission back, which is possible until it is published.
pub(super) async fn withdraw(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    id: SubmissionId,
) -> Result<Verdict> {
    let person = actor.person.id;
    let known = submissions::find(tx.sql(), person, id).await?;
    if matches!(&known, Some(StoredSubmission { state: SubmissionState::Published { .. }, .. })) {
        let title = "This has been published. Change the project instead";
        return Err(Error::refused(Code::NotAllowed, title));
    }
    let waited = matches!(&known, Some(StoredSubmission { state: SubmissionState::InReview { .. }, .. }));
    // Also one that has not come yet: it must not be published when it arrives later.
    let stored = match known {
        Some(stored) => StoredSubmission { state: SubmissionState::Withdrawn, ..stored },
        None => StoredSubmission {
            body_hash: String::new(),
            kind: Kind::Project.as_str().to_owned(),
            record: String::new(),
            council: String::new(),
            state: SubmissionState::Withdrawn,
        },
    };
    submissions::store(tx, person, id, &stored, env.now_ms()).await?;
    if !waited {
        // Nothing has changed, so there is nothing for the council's activity log.
        return Ok(verdict_of(State::Withdrawn));
    }
    let review = records::find(tx.sql(), Kind::Review, &id.to_string()).await?;
    if let Some(review) = review.filter(|review| review.author == person.to_string()) {
        records::remove(tx, Kind::Review, &review, env.now_ms()).await?;
    }
    let event = AuditEvent {
        council: stored.council,
        ..actor.event(AuditAction::Withdraw, format!("submission/{id}"))
    };
    audit::log(tx, env, &event).await?;
    Ok(verdict_of(State::Withdrawn))
}

/// The problem as it is stored: a repeat is given the record as it is by then.
pub(super) fn without_record(problem: &Problem) -> Box<Problem> {
    let mut problem = Box::new(problem.clone());
    if let Some(conflict) = &mut problem.conflict {
        conflict.record = Fields::new();
        conflict.by = String::new();
    }
    problem
}
