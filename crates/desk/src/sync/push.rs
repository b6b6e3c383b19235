//! The way out: one submission after the other, oldest first. What a try became is written down before the next.

use guildhall_protocol::changes::{ChangeLine, Kind};
use guildhall_protocol::{Code, Problem, ProjectId, Verdict};
use jiff::Timestamp;

use crate::api::{Api, ApiError};
use crate::failure::{Failure, Result};
use crate::session::Credentials;
use crate::store::mirror::Mirror;
use crate::store::work::conflicts::Theirs;
use crate::store::work::outbox::Waiting;
use crate::store::work::{Work, conflicts, drafts, outbox};
use crate::views::{Attention, Clash, DraftState};

/// What a try became.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    /// The registry has it.
    Answered,
    /// The registry refused it: it needs attention, and the others go on.
    Parked,
}

/// Sends one submission.
///
/// # Errors
/// Whatever keeps all of them from being sent now: no connection, a busy registry, an ended session. The
/// submission then simply waits.
pub(crate) async fn push_one(
    work: &Work,
    mirror: &Mirror,
    api: &Api,
    credentials: &Credentials,
    waiting: Waiting,
    now: Timestamp,
) -> Result<Outcome> {
    let id = waiting.submission;
    work.write(move |tx| outbox::mark_try(tx, id)).await?;
    let answer = super::with_token(Some(credentials), |token| {
        let body = waiting.body.clone();
        async move { api.submit(id, body, &token.unwrap_or_default()).await }
    });
    match answer.await {
        Ok(verdict) => {
            settle(work, mirror, waiting, verdict).await?;
            Ok(Outcome::Answered)
        }
        Err(ApiError::Problem(problem)) if parks(problem.code) => {
            park(work, waiting, *problem, now).await?;
            Ok(Outcome::Parked)
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks what became of a submission that was tried and whose answer was lost.
///
/// # Errors
/// [`Failure::NotFound`] where it never arrived.
pub(crate) async fn ask_after(
    work: &Work,
    mirror: &Mirror,
    api: &Api,
    credentials: &Credentials,
    waiting: Waiting,
) -> Result<()> {
    let id = waiting.submission;
    let answer = super::with_token(Some(credentials), |token| async move {
        api.submission(id, &token.unwrap_or_default()).await
    });
    let verdict = answer.await?;
    settle(work, mirror, waiting, verdict).await
}

/// Writes the registry's answer down: work.db first, then the record into the mirror.
async fn settle(work: &Work, mirror: &Mirror, waiting: Waiting, verdict: Verdict) -> Result<()> {
    let (draft, submission, state) = (waiting.draft, waiting.submission, drafts::state_of(verdict.state));
    let project = work
        .write(move |tx| {
            let stored = drafts::get(tx, draft)?;
            outbox::remove(tx, submission)?;
            conflicts::close(tx, draft)?;
            drafts::set_state(tx, draft, state)?;
            Ok(stored.project)
        })
        .await?;
    // No seq: the record has been moved out of this person's sight since.
    if state == DraftState::Published && verdict.seq > 0 {
        let line = line_of(project, verdict);
        super::pull::take_in_answer(mirror, line).await?;
    }
    Ok(())
}

fn line_of(project: ProjectId, verdict: Verdict) -> ChangeLine {
    ChangeLine {
        seq: verdict.seq,
        kind: Kind::Project.as_str().to_owned(),
        id: project.to_string(),
        version: verdict.version,
        body: Some(verdict.record),
        gone: false,
    }
}

/// Does this answer say that the submission itself can't be taken as it is?
fn parks(code: Code) -> bool {
    match code {
        Code::ValidationFailed
        | Code::VersionConflict
        | Code::IdempotencyMismatch
        | Code::NotAllowed
        | Code::NotFound
        | Code::TooLarge => true,
        Code::SignInRequired
        | Code::SessionRevoked
        | Code::DeviceRevoked
        | Code::CodeRefused
        | Code::ResyncRequired
        | Code::ClientTooOld
        | Code::RateLimited
        | Code::Internal
        | Code::Maintenance => false,
    }
}

async fn park(work: &Work, waiting: Waiting, problem: Problem, now: Timestamp) -> Result<()> {
    work.write(move |tx| {
        let stored = drafts::get(tx, waiting.draft)?;
        let attention = match problem.code {
            Code::VersionConflict => {
                let Some(conflict) = problem.conflict else { return Err(Failure::NotARegistry) };
                let submission: guildhall_protocol::Submission = serde_json::from_str(&waiting.body)?;
                let mine = guildhall_protocol::fields::apply(&stored.base, &submission.patch);
                let text = |fields: &serde_json::Map<String, serde_json::Value>, field: &str| {
                    fields.get(field).map_or_else(|| "null".to_owned(), ToString::to_string)
                };
                let clashes = conflict.fields.iter().map(|field| Clash {
                    field: field.clone(),
                    before: text(&stored.base, field),
                    mine: text(&mine, field),
                    theirs: text(&conflict.record, field),
                });
                let attention = Attention::Conflict { clashes: clashes.collect() };
                let theirs = Theirs { version: conflict.version, fields: conflict.record };
                conflicts::put(tx, waiting.draft, &theirs, now)?;
                attention
            }
            Code::NotAllowed => Attention::NotAllowed,
            Code::NotFound => Attention::Gone,
            Code::IdempotencyMismatch => Attention::Mismatch,
            Code::TooLarge => Attention::TooLarge,
            _ => Attention::Refused { errors: problem.errors },
        };
        outbox::remove(tx, waiting.submission)?;
        drafts::set_attention(tx, waiting.draft, &attention)
    })
    .await
}

/// The next that waits.
pub(crate) async fn next(work: &Work) -> Result<Option<Waiting>> {
    work.read(|connection| outbox::peek_next(connection, &[])).await
}
