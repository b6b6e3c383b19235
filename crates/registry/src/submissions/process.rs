//! Deciding a submission: it is published, it waits to be checked, or it is refused. The effects, the verdict and the
//! audit entry are written together.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::{self, Fields};
use guildhall_protocol::{
    Code, CouncilCode, PersonId, Problem, Project, ProjectId, State, Submission, SubmissionId, Verdict,
};
use jiff::Timestamp;
use serde_json::Value;

use super::plan::{Plan, plan};
use super::problems::{invalid, refusal};
use super::{Decision, answer, confirm, replay, review};
use crate::access::council::{self, Council};
use crate::access::policy::{self, Action, Reader, can};
use crate::access::principal::Actor;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::memberships::{self, Standing};
use crate::store::records::{self, Record, to_fields};
use crate::store::submissions::{self, StoredSubmission, SubmissionState};
use crate::store::{WriteTx, history, people, publications, purges, seats};

/// Decides a submission, or gives the verdict again that it had.
pub(super) async fn receive(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    id: SubmissionId,
    body_hash: &str,
    submission: &Submission,
) -> Result<Decision> {
    let person = actor.person.id;
    let reader = policy::reader(tx.sql(), Some(actor)).await?;
    if submissions::is_someone_elses(tx.sql(), person, id).await? {
        let title = "Another submission has this id";
        return Err(Error::refused(Code::IdempotencyMismatch, title));
    }
    if let Some(stored) = submissions::find(tx.sql(), person, id).await? {
        if stored.body_hash != body_hash && !matches!(stored.state, SubmissionState::Withdrawn) {
            let title = "Another submission has this id";
            return Err(Error::refused(Code::IdempotencyMismatch, title));
        }
        return replay::replay(tx.sql(), &reader, stored).await;
    }

    let decision = match submission.kind {
        Kind::Review => answer::decide(tx, env, actor, &reader, submission).await?,
        _ => process(tx, env, actor, &reader, id, submission).await?,
    };
    let state = match &decision {
        Ok(verdict) if verdict.state == State::InReview => {
            SubmissionState::InReview { body: serde_json::to_string(submission)? }
        }
        Ok(verdict) => {
            SubmissionState::Published { version: verdict.version, merged_with: verdict.merged_with.clone() }
        }
        Err(problem) => SubmissionState::Refused(replay::without_record(problem)),
    };
    let (kind, council) = (submission.kind.as_str().to_owned(), submission.council.to_string());
    let stored = StoredSubmission {
        body_hash: body_hash.to_owned(),
        kind,
        record: submission.record.clone(),
        council,
        state,
    };
    submissions::store(tx, person, id, &stored, env.now_ms()).await?;
    Ok(decision)
}

/// Publishes a change of a project, or has it checked first.
async fn process(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    reader: &Reader,
    id: SubmissionId,
    submission: &Submission,
) -> Result<Decision> {
    let current = records::find(tx.sql(), Kind::Project, &submission.record).await?;
    let code = council_of(tx, &submission.council, current.as_ref()).await?;
    let council = Council::find(tx.sql(), &code).await?;
    let plan =
        match decide(tx, actor, reader, &council, submission, current.as_ref(), env.clock.now()).await? {
            Ok(plan) => plan,
            Err(problem) => return Ok(Err(problem)),
        };
    if submission.confirms() {
        let event = actor.event(AuditAction::Confirm, format!("project/{}", plan.record.id));
        return publish(tx, env, event, actor.person.id, submission, plan).await.map(Ok);
    }
    if review::is_needed(tx.sql(), actor, &council, current.as_ref(), &plan.record).await? {
        let verdict = review::request(tx, env, actor, &council.code, id, submission).await?;
        return Ok(Ok(Verdict { cleaned: plan.cleaned, ..verdict }));
    }
    let event = actor.event(AuditAction::Publish, format!("project/{}", plan.record.id));
    publish(tx, env, event, actor.person.id, submission, plan).await.map(Ok)
}

/// The council that the project belongs to: the one that the change was sent for, or a successor that has taken it
/// over.
pub(super) async fn council_of(
    tx: &mut WriteTx,
    sent_for: &CouncilCode,
    current: Option<&Record>,
) -> Result<CouncilCode> {
    let now = current.and_then(|current| current.council.parse::<CouncilCode>().ok());
    match now {
        Some(now) if now != *sent_for && council::comes_after(tx.sql(), sent_for, &now).await? => Ok(now),
        _ => Ok(sent_for.clone()),
    }
}

/// What the record is to be, or why not. Every refusal is final, even of what would be allowed on another day.
/// Otherwise a late copy of the submission could be published after its author was told of the refusal and sent another
/// one.
async fn decide(
    tx: &mut WriteTx,
    actor: &Actor,
    reader: &Reader,
    council: &Council,
    submission: &Submission,
    current: Option<&Record>,
    now: Timestamp,
) -> Result<Result<Plan, Box<Problem>>> {
    if submission.kind != Kind::Project {
        return Ok(Err(invalid("/kind", "Only projects can be sent")));
    }
    let Ok(id) = submission.record.parse::<ProjectId>() else {
        return Ok(Err(invalid("/record", "A record's id is a UUID")));
    };
    if id.to_string() != submission.record {
        return Ok(Err(invalid("/record", "A UUID is written in lower case, with hyphens")));
    }
    if let Err(bad) = submission.patch.check() {
        return Ok(Err(invalid(&format!("/{}", bad.field), "This field cannot be changed in this way")));
    }
    if !can(actor, Action::Send, council) {
        return Ok(Err(refusal(Code::NotAllowed, "You are not verified at this council")));
    }
    if current.is_some_and(|current| !reader.can_read(&current.cell)) {
        return Ok(Err(refusal(Code::NotFound, "Not found")));
    }
    if submission.confirms() && current.is_some_and(|current| !confirm::is_allowed(actor, council, current)) {
        return Ok(Err(refusal(Code::NotAllowed, "You can confirm only your own projects")));
    }
    plan_for(tx, actor.person.id, id, submission, &council.code, current, now).await
}

/// What that author's submission for a project of that council comes to now.
pub(super) async fn plan_for(
    tx: &mut WriteTx,
    author: PersonId,
    id: ProjectId,
    submission: &Submission,
    council: &CouncilCode,
    current: Option<&Record>,
    now: Timestamp,
) -> Result<Result<Plan, Box<Problem>>> {
    let base = match current {
        None if submission.base_version > 0 => {
            return Ok(Err(refusal(Code::NotFound, "Not found")));
        }
        None if purges::contains(tx.sql(), id).await? => {
            return Ok(Err(refusal(Code::NotAllowed, "It was removed for good")));
        }
        Some(current) if current.version == submission.base_version => Some(current.body.clone()),
        Some(_) if submission.base_version > 0 => {
            history::find(tx.sql(), Kind::Project, &submission.record, submission.base_version).await?
        }
        _ => Some(empty(&submission.council)?),
    };
    if current.is_some_and(|current| current.council != council.as_str()) {
        return Ok(Err(refusal(Code::NotAllowed, "This project belongs to another council")));
    }
    // After a restored backup, this number may belong to another version than the one it was written on.
    let is_theirs =
        |base: &Fields| submission.base.as_ref().is_none_or(|name| *name == fields::fingerprint(base));
    let base = base.filter(is_theirs);
    let mut plan = match current {
        Some(current) if submission.confirms() => {
            confirm::plan(id, author, submission, current, base.as_ref(), now)
        }
        _ => plan(id, author, submission, current, base.as_ref(), now),
    };
    // Only an author whose change meets another one is told who made that.
    if let Some(current) = current {
        let by = people::address_of(tx.sql(), &current.author).await?;
        match &mut plan {
            Ok(Plan { merged_with: Some(merged_with), .. }) => merged_with.by = by,
            Err(problem) => {
                if let Some(conflict) = &mut problem.conflict {
                    conflict.by = by;
                }
            }
            Ok(_) => {}
        }
    }
    Ok(plan)
}

/// Stores what was planned. Its author wrote it; the event says who published it.
pub(super) async fn publish(
    tx: &mut WriteTx,
    env: &Env,
    event: AuditEvent,
    author: PersonId,
    submission: &Submission,
    plan: Plan,
) -> Result<Verdict> {
    let Plan { record, merged_with, cleaned } = plan;
    // The owner of a project has a seat in its team. So has whoever makes it team-only, or they could no longer see it.
    let owns_it = record.body.get("owner").and_then(Value::as_str) == Some(&author.to_string());
    if (owns_it || record.cell.starts_with(policy::TEAM))
        && let Ok(council) = record.council().parse::<CouncilCode>()
        && memberships::find(tx.sql(), &council, author)
            .await?
            .is_some_and(|it| it.standing == Standing::Active)
    {
        seats::add(tx, &record.id, author, &council).await?;
    }
    let (version, seq) = records::put(tx, &record, env.now_ms()).await?;
    if !submission.confirms() {
        publications::add(tx, &record.id, version, record.council(), env.now_ms()).await?;
    }
    let event = AuditEvent {
        council: record.council().to_owned(),
        detail: format!("version {version}"),
        fields: review::logged_fields(submission),
        ..event
    };
    audit::log(tx, env, &event).await?;
    let (state, record, reason) = (State::Published, record.body, String::new());
    Ok(Verdict { state, version, seq, record, merged_with, reason, cleaned })
}

/// The fields of an empty project of that council: what a new record's patch was written on.
fn empty(council: &CouncilCode) -> Result<Fields> {
    Ok(to_fields(&Project::new(council.clone()))?)
}
