//! Push: sends one submission at a time, oldest first, and stores the result of each try before the next.

use guildhall_protocol::changes::{ChangeLine, Kind};
use guildhall_protocol::validate::FieldError;
use guildhall_protocol::{Code, Problem, ProjectId, ReviewOutcome, State, SubmissionId, Verdict};
use jiff::Timestamp;
use rusqlite::Transaction;
use uuid::Uuid;

use crate::env::Env;
use crate::error::{Failure, Result};
use crate::remote::api::{Api, ApiError};
use crate::remote::session::Credentials;
use crate::remote::session::{with_this_token, with_token};
use crate::remote::transport::TransportError;
use crate::store::mirror::{Mirror, reading, reviews};
use crate::store::work::Work;
use crate::store::work::answers::{self, StoredAnswer, StoredRefusal};
use crate::store::work::conflicts::{self, Theirs};
use crate::store::work::drafts::{self, StoredAttention, StoredState};
use crate::store::work::outbox::{self, Waiting};
use crate::store::work::unused_texts::KEPT_FOR;
use crate::sync::outgoing::{confirms, enqueue, rebase_or_clash};

/// The result of one try.
#[derive(Debug, PartialEq)]
pub(crate) enum PushOutcome {
    /// The registry accepted it and answered.
    Answered,
    /// The registry refused it. The draft needs attention; the rest of the queue goes on.
    Parked,
    /// The author withdrew it before it could be sent.
    Withdrawn,
    /// The answer to this submission was faulty. It is retried later; the rest of the queue goes on.
    Skipped(Failure),
}

/// Sends one submission.
///
/// # Errors
/// Anything that stops the whole queue: no connection, a busy registry, an ended session. The submission stays queued.
pub(crate) async fn push_one(
    work: &Work,
    mirror: &Mirror,
    api: &Api,
    credentials: &Credentials,
    waiting: Waiting,
    env: &Env,
) -> Result<PushOutcome> {
    let id = waiting.submission;
    // Without a token nothing is sent, so this does not count as a try.
    let token = credentials.token().await?;
    if !work.write(move |tx| outbox::mark_try(tx, id)).await? {
        return Ok(PushOutcome::Withdrawn);
    }
    let answer = with_this_token(credentials, token, |token| {
        let body = waiting.body.clone();
        async move { api.submit(id, body, &token).await }
    });
    match answer.await {
        Err(error @ ApiError::Transport(TransportError::Unreachable)) => {
            work.write(move |tx| outbox::unmark_try(tx, id)).await?;
            Err(error.into())
        }
        Ok(verdict) => {
            settle(work, mirror, waiting, verdict, env.clock.now()).await?;
            Ok(PushOutcome::Answered)
        }
        Err(ApiError::Problem(problem)) if parks(problem.code) => {
            match park(work, waiting, *problem, env).await {
                // It waits for a version of the app that can merge the two.
                Err(Failure::Unreadable) => Ok(PushOutcome::Skipped(Failure::Unreadable)),
                parked => parked.map(|()| PushOutcome::Parked),
            }
        }
        // The registry failed on this one, or something in between did, such as a content filter that mistakes its text
        // for an attack. Others may still get through.
        Err(error @ (ApiError::NotARegistry | ApiError::Busy { seconds: None })) => {
            Ok(PushOutcome::Skipped(error.into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Withdraws a submission that was tried and whose answer was lost. If it has been published by now, that verdict is
/// stored instead. If it has not arrived yet, the registry will treat it as withdrawn when it does.
pub(crate) async fn withdraw(
    work: &Work,
    mirror: &Mirror,
    api: &Api,
    credentials: &Credentials,
    waiting: Waiting,
    now: Timestamp,
) -> Result<()> {
    let id = waiting.submission;
    let withdrawn =
        with_token(
            Some(credentials),
            |token| async move { api.withdraw(id, &token.unwrap_or_default()).await },
        );
    let verdict = match withdrawn.await {
        Err(ApiError::Problem(problem)) if problem.code == Code::NotAllowed => {
            let published = with_token(Some(credentials), |token| async move {
                api.submission(id, &token.unwrap_or_default()).await
            });
            published.await?
        }
        other => other?,
    };
    settle(work, mirror, waiting, verdict, now).await
}

/// Stores the registry's verdict: first in `work.db`, then the record in the mirror.
async fn settle(
    work: &Work,
    mirror: &Mirror,
    waiting: Waiting,
    verdict: Verdict,
    now: Timestamp,
) -> Result<()> {
    let (draft, submission) = (waiting.draft, waiting.submission);
    let state = match verdict.state {
        // The author withdrew it to go on editing. They may learn only now that this succeeded.
        State::Withdrawn => StoredState::Draft,
        other => drafts::state_of(other),
    };
    let (returned, reason) = (verdict.state, verdict.reason.clone());
    let history = mirror.read(reading::get).await?.history();
    let merged_with = verdict.merged_with.clone().map(Into::into);
    let project = work
        .write(move |tx| {
            let project = drafts::project_of(tx, draft)?;
            outbox::remove(tx, submission)?;
            conflicts::close(tx, draft)?;
            drafts::set_answered(tx, draft, state, submission, &history, merged_with.as_ref())?;
            // The reviewer decided before the answer to the submission arrived.
            match returned {
                State::ChangesRequested => {
                    let why = StoredAttention::ChangesRequested { by: String::new(), reason };
                    drafts::set_attention(tx, draft, &why)?;
                }
                State::Declined => {
                    drafts::set_declined(
                        tx,
                        draft,
                        &StoredAttention::Declined { by: String::new(), reason },
                    )?;
                }
                _ => {}
            }
            Ok(project)
        })
        .await?;
    // A verdict without a `seq` is for a record that this person can no longer see.
    if state == StoredState::Published && verdict.seq > 0 {
        let line = line_of(project, verdict);
        super::pull::apply_verdict(mirror, line, now).await?;
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

/// Whether an error concerns this submission itself, so that sending it again unchanged cannot succeed.
fn parks(code: Code) -> bool {
    match code {
        Code::ValidationFailed
        | Code::VersionConflict
        | Code::IdempotencyMismatch
        | Code::NotAllowed
        | Code::NotFound
        | Code::LastLead
        | Code::TooLarge => true,
        Code::SignInRequired
        | Code::SessionRevoked
        | Code::DeviceRevoked
        | Code::CodeRefused
        | Code::AddressUnconfirmed
        | Code::AddressDiffers
        | Code::SecondFactorRequired
        | Code::ResyncRequired
        | Code::ClientTooOld
        | Code::RateLimited
        | Code::Internal
        | Code::Maintenance => false,
    }
}

async fn park(work: &Work, waiting: Waiting, problem: Problem, env: &Env) -> Result<()> {
    let (now, resent) = (env.clock.now(), SubmissionId(env.new_id()));
    work.write(move |tx| {
        let draft = drafts::get(tx, waiting.draft)?;
        outbox::remove(tx, waiting.submission)?;
        if problem.code != Code::VersionConflict {
            return drafts::set_attention(tx, draft.id, &attention_to(problem));
        }
        let Some(conflict) = problem.conflict else { return Err(Failure::NotARegistry) };
        // They confirmed what they saw. They have not seen this.
        if confirms(&draft) {
            let why = StoredAttention::ChangedSince { by: conflict.by };
            return drafts::set_attention(tx, draft.id, &why);
        }
        let theirs = Theirs::new(conflict.version, conflict.record, conflict.by);
        if rebase_or_clash(tx, &draft, theirs, now)? {
            // Only the registry lacked the base version: merged with it here, nothing clashes.
            send_again(tx, draft.id, resent, now)?;
        }
        Ok(())
    })
    .await
}

/// Why the author of a refused submission has to act.
fn attention_to(problem: Problem) -> StoredAttention {
    match problem.code {
        Code::NotAllowed => StoredAttention::NotAllowed,
        Code::NotFound => StoredAttention::Gone,
        Code::IdempotencyMismatch => StoredAttention::Mismatch,
        Code::TooLarge => StoredAttention::TooLarge,
        _ => refused(problem.errors),
    }
}

fn refused(errors: Vec<FieldError>) -> StoredAttention {
    StoredAttention::Refused { errors: errors.into_iter().map(Into::into).collect() }
}

/// Why a reviewer's answer was refused.
fn refused_for(code: Code) -> StoredRefusal {
    match code {
        Code::NotFound => StoredRefusal::Answered,
        Code::NotAllowed => StoredRefusal::NotAllowed,
        _ => StoredRefusal::Invalid,
    }
}

/// Queues a rebased draft under a new submission id.
fn send_again(tx: &Transaction<'_>, draft: Uuid, resent: SubmissionId, now: Timestamp) -> Result<()> {
    match enqueue(tx, &drafts::get(tx, draft)?, resent, now) {
        // Somebody else has published the same change.
        Err(Failure::NothingChanged) => drafts::set_state(tx, draft, StoredState::Published),
        Err(Failure::Invalid { errors }) => drafts::set_attention(tx, draft, &refused(errors)),
        other => other,
    }
}

/// Sends one answer to a review.
///
/// # Errors
/// Anything that stops the whole queue.
pub(crate) async fn push_answer(
    work: &Work,
    api: &Api,
    credentials: &Credentials,
    answer: StoredAnswer,
) -> Result<PushOutcome> {
    let review = answer.review;
    let token = credentials.token().await?;
    if !work.write(move |tx| answers::mark_try(tx, review)).await? {
        return Ok(PushOutcome::Withdrawn);
    }
    let sent = with_this_token(credentials, token, |token| {
        let body = answer.body.clone();
        async move { api.submit(answer.submission, body, &token).await }
    });
    let refused = match sent.await {
        Err(error @ ApiError::Transport(TransportError::Unreachable)) => {
            work.write(move |tx| answers::unmark_try(tx, review)).await?;
            return Err(error.into());
        }
        // It was approved, but a conflicting change sent it back to its author.
        Ok(verdict) if verdict.state == State::ChangesRequested && answer.state == State::Published => {
            Some(StoredRefusal::Changed)
        }
        Ok(_) => None,
        Err(ApiError::Problem(problem)) if parks(problem.code) => Some(refused_for(problem.code)),
        Err(error @ (ApiError::NotARegistry | ApiError::Busy { seconds: None })) => {
            return Ok(PushOutcome::Skipped(error.into()));
        }
        Err(error) => return Err(error.into()),
    };
    work.write(move |tx| match refused {
        None => answers::remove(tx, review),
        Some(why) => answers::refuse(tx, review, why),
    })
    .await?;
    Ok(if refused.is_none() { PushOutcome::Answered } else { PushOutcome::Parked })
}

/// Applies review decisions from the mirror to the drafts in review. True if any draft changed.
pub(crate) async fn apply_decisions(work: &Work, mirror: &Mirror, env: &Env) -> Result<bool> {
    let waiting = work.read(drafts::in_review).await?;
    if waiting.is_empty() {
        return Ok(false);
    }
    let told = mirror.read(reviews::told).await?;
    let history = mirror.read(reading::get).await?.history();
    let mut any = false;
    for (draft, submission) in waiting {
        let Some((_, told)) = told.iter().find(|(id, _)| *id == submission) else { continue };
        let (told, history, now) = (told.clone(), history.clone(), env.clock.now());
        let heard = work.write(move |tx| apply_decision(tx, draft, submission, &history, told, now)).await;
        any |= match heard {
            // Left for a version of the app that can read it.
            Err(Failure::Unreadable) => false,
            heard => heard?,
        };
    }
    Ok(any)
}

fn apply_decision(
    tx: &Transaction<'_>,
    draft: Uuid,
    submission: SubmissionId,
    history: &str,
    told: ReviewOutcome,
    now: Timestamp,
) -> Result<bool> {
    let project = drafts::project_of(tx, draft)?;
    // While another draft of the same project is open, the decision waits until that one has been sent.
    let is_busy = drafts::open_by_project(tx)?.iter().any(|(other, _)| *other == project);
    match told.state {
        State::Published => {
            drafts::set_answered(tx, draft, StoredState::Published, submission, history, None)?
        }
        State::Declined => {
            drafts::set_declined(tx, draft, &StoredAttention::Declined { by: told.by, reason: told.reason })?;
        }
        _ if is_busy => return Ok(false),
        _ => match told.conflict {
            Some(conflict) => {
                let theirs = Theirs::new(conflict.version, conflict.record, conflict.by);
                // Nothing clashes any more, but the author checks the merged draft before it is sent again.
                if rebase_or_clash(tx, &drafts::get(tx, draft)?, theirs, now)? {
                    drafts::set_state(tx, draft, StoredState::Draft)?;
                }
            }
            None => {
                let why = StoredAttention::ChangesRequested { by: told.by, reason: told.reason };
                drafts::set_attention(tx, draft, &why)?;
            }
        },
    }
    Ok(true)
}

/// Asks the registry about submissions accepted in another history than the one that was read last: it may have been
/// restored from a backup since. Those it no longer knows are offered to their author again. True if there were any to
/// ask about.
pub(crate) async fn recheck_accepted(
    work: &Work,
    mirror: &Mirror,
    api: &Api,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<bool> {
    let history = mirror.read(reading::get).await?.history();
    let accepted = {
        let history = history.clone();
        work.read(move |connection| drafts::accepted_in_other_history(connection, &history, now - KEPT_FOR))
            .await?
    };
    let any = !accepted.is_empty();
    for (draft, submission) in accepted {
        let answer = with_token(Some(credentials), |token| async move {
            api.submission(submission, &token.unwrap_or_default()).await
        });
        let known = match answer.await {
            Ok(verdict) => !matches!(verdict.state, State::Withdrawn | State::Declined),
            // Unknown, or a late repeat arrived after the restore and was refused.
            Err(ApiError::Problem(problem)) if parks(problem.code) => false,
            Err(error) => return Err(error.into()),
        };
        let history = history.clone();
        work.write(move |tx| {
            if known {
                return drafts::set_history(tx, draft, &history);
            }
            // An earlier iteration may have reopened another draft of the same project; that one goes first.
            let project = drafts::project_of(tx, draft)?;
            if drafts::open_by_project(tx)?.iter().any(|(other, _)| *other == project) {
                return Ok(());
            }
            drafts::set_attention(tx, draft, &StoredAttention::NotThere)
        })
        .await?;
    }
    Ok(any)
}

/// Counts the queue behind the next submission, without those in `skipped`.
pub(crate) async fn count_others(work: &Work, skipped: &[SubmissionId]) -> Result<u32> {
    let others = work.read(outbox::count).await?.saturating_sub(1);
    Ok(others.saturating_sub(u32::try_from(skipped.len()).unwrap_or(u32::MAX)))
}

/// The next submission in the queue, skipping `skipped`.
pub(crate) async fn next(work: &Work, skipped: &[SubmissionId]) -> Result<Option<Waiting>> {
    let skipped = skipped.to_vec();
    work.read(move |connection| outbox::peek_next(connection, &skipped)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_is_told_in_its_own_words() {
        let refused = StoredAttention::Refused { errors: Vec::new() };
        for (code, attention, answer) in [
            (Code::NotAllowed, StoredAttention::NotAllowed, StoredRefusal::NotAllowed),
            (Code::NotFound, StoredAttention::Gone, StoredRefusal::Answered),
            (Code::IdempotencyMismatch, StoredAttention::Mismatch, StoredRefusal::Invalid),
            (Code::TooLarge, StoredAttention::TooLarge, StoredRefusal::Invalid),
            (Code::ValidationFailed, refused.clone(), StoredRefusal::Invalid),
            (Code::LastLead, refused, StoredRefusal::Invalid),
        ] {
            assert!(parks(code), "{code:?}");
            assert_eq!(attention_to(Problem::new(code, "")), attention, "{code:?}");
            assert_eq!(refused_for(code), answer, "{code:?}");
        }
    }
}
