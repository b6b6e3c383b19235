//! The answer to a submission that waits to be checked: it is published, or goes back to its author. An answer is
//! itself a submission, and names the version of the review that it answers.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Fields;
use guildhall_protocol::text::{clean, has_control};
use guildhall_protocol::validate::FieldError;
use guildhall_protocol::{
    Code, Decision as Answer, Problem, ProjectId, REASON, Review, ReviewOutcome, State, Submission,
    SubmissionId, Verdict,
};

use super::problems::{invalid, problem_with, refusal};
use super::process::{council_of, plan_for, publish};
use super::replay::verdict_of;
use super::{Decision, review};
use crate::access::council::Council;
use crate::access::policy::{self, Action, Reader, can};
use crate::access::principal::Actor;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::records::{self, Record, RecordWrite, to_fields};
use crate::store::submissions::{self, StoredSubmission, SubmissionState};

/// Decides what waits as the answer says, if it still waits and this person may decide it.
pub(super) async fn decide(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    reader: &Reader,
    submission: &Submission,
) -> Result<Decision> {
    let answer = match read(&submission.patch.set) {
        Ok(answer) => answer,
        Err(problem) => return Ok(Err(problem)),
    };
    let waiting = records::find(tx.sql(), Kind::Review, &submission.record).await?;
    // If it was answered, withdrawn or changed since, it is not what they saw.
    let Some(waiting) = waiting
        .filter(|waiting| reader.can_read(&waiting.cell))
        .filter(|waiting| waiting.version == submission.base_version)
    else {
        return Ok(Err(refusal(Code::NotFound, "It has been answered or withdrawn since")));
    };
    let review = review::read(&waiting)?;
    let council = Council::find(tx.sql(), &review.council).await?;
    // What has waited for too long can be decided by every coordinator who can see it.
    let is_overdue = waiting.cell == policy::cell_of_overdue(&review.council) && actor.person.coordinator;
    if review.author == actor.person.id || !(is_overdue || can(actor, Action::Decide, &council)) {
        return Ok(Err(refusal(Code::NotAllowed, "You cannot review this")));
    }
    apply(tx, env, actor, &waiting, &review, &answer).await.map(Ok)
}

/// Reads an answer, and removes characters that nobody can see from its reason.
fn read(fields: &Fields) -> Result<Answer, Box<Problem>> {
    let Ok(answer) = Answer::read(fields) else {
        return Err(invalid("/set", "An answer is a state and a reason"));
    };
    if !matches!(answer.state, State::Published | State::ChangesRequested | State::Declined) {
        return Err(invalid("/set/state", "It is published, changes_requested or declined"));
    }
    if answer.state != State::Published && answer.reason.trim().is_empty() {
        return Err(invalid("/set/reason", "Say why, so that its author knows what to do"));
    }
    if answer.reason.chars().count() > REASON {
        return Err(invalid("/set/reason", "The reason is too long"));
    }
    if has_control(&answer.reason) {
        return Err(problem_with(vec![FieldError::control_character("/set/reason")]));
    }
    Ok(Answer { reason: clean(&answer.reason).text, ..answer })
}

/// Publishes what waits, or returns it. Its author is told by a record that only they can read.
async fn apply(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    waiting: &Record,
    review: &Review,
    answer: &Answer,
) -> Result<Verdict> {
    let damaged = || Error::Damaged(format!("review/{}", waiting.id));
    let (author, now) = (review.author, env.clock.now());
    let id: SubmissionId = waiting.id.parse().map_err(|error| Error::damaged("a review's id", error))?;
    let stored = submissions::find(tx.sql(), author, id).await?.ok_or_else(damaged)?;
    let SubmissionState::InReview { body } = &stored.state else { return Err(damaged()) };
    let submission: Submission = serde_json::from_str(body)?;
    let mut reviewed = ReviewOutcome {
        state: answer.state,
        reason: answer.reason.trim().to_owned(),
        by: actor.person.email.clone(),
        at: now,
        project: review.project.to_string(),
        conflict: None,
    };
    let event = |action| AuditEvent {
        council: review.council.to_string(),
        reason: reviewed.reason.clone(),
        ..actor.event(action, format!("project/{}", review.project))
    };
    let mut published = None;
    let returned = match answer.state {
        State::Published => {
            let current = records::find(tx.sql(), Kind::Project, &submission.record).await?;
            let council = council_of(tx, &submission.council, current.as_ref()).await?;
            let (project, current) = (review.project, current.as_ref());
            match plan_for(tx, author, project, &submission, &council, current, now).await? {
                Ok(plan) => {
                    let event = event(AuditAction::Publish);
                    published = Some(publish(tx, env, event, author, &submission, plan).await?);
                    None
                }
                // Somebody changed the same fields while it waited: its author resolves that like any conflict.
                Err(problem) => {
                    reviewed.state = State::ChangesRequested;
                    reviewed.conflict = problem.conflict;
                    Some(AuditAction::Return)
                }
            }
        }
        State::Declined => Some(AuditAction::Decline),
        _ => Some(AuditAction::Return),
    };
    if let Some(action) = returned {
        audit::log(tx, env, &event(action)).await?;
    }
    let state = match &published {
        Some(verdict) => {
            SubmissionState::Published { version: verdict.version, merged_with: verdict.merged_with.clone() }
        }
        // A repeat of the submission is given the record as it is by then.
        None => SubmissionState::Returned(Box::new(ReviewOutcome { conflict: None, ..reviewed.clone() })),
    };
    let now = now.as_millisecond();
    submissions::store(tx, author, id, &StoredSubmission { state, ..stored }, now).await?;
    records::remove(tx, Kind::Review, waiting, now).await?;
    let told = RecordWrite {
        kind: Kind::Submission,
        id: waiting.id.clone(),
        cell: policy::cell_of_person(author),
        project: String::new(),
        body: to_fields(&reviewed)?,
        author: actor.person.id.to_string(),
    };
    records::put(tx, &told, now).await?;
    Ok(published.unwrap_or_else(|| verdict_of(reviewed.state)))
}

/// Declines everything that waits to change a project.
pub(crate) async fn decline_all(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    project: ProjectId,
    reason: &str,
) -> Result<()> {
    let answer = Answer { state: State::Declined, reason: reason.to_owned() };
    for waiting in records::of_kind(tx.sql(), Kind::Review).await? {
        let review = review::read(&waiting)?;
        if review.project == project {
            apply(tx, env, actor, &waiting, &review, &answer).await?;
        }
    }
    Ok(())
}
