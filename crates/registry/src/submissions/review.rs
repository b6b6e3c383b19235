//! Submissions that someone else checks before they are published: which those are, and what happens with the answer. An
//! answer is itself a submission, and names the version of the review that it answers.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::{Fields, Patch};
use guildhall_protocol::text::{clean, has_control};
use guildhall_protocol::validate::FieldError;
use guildhall_protocol::{
    Code, CouncilCode, Decision as Answer, PersonId, Phase, ProjectId, REASON, Review, ReviewPolicy,
    Reviewed, Role, State, Submission, SubmissionId, Visibility,
};
use serde::de::DeserializeOwned;
use serde_json::to_value;
use sqlx::AnyConnection;

use super::Decision;
use super::problems::{invalid, problem_with, refusal};
use super::process::{council_of, plan_for, publish};
use super::replay::verdict_of;
use crate::access::council::Council;
use crate::access::policy::{self, Action, Reader, can};
use crate::access::principal::Actor;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::people::{self, Person};
use crate::store::records::{self, Record, RecordWrite, to_fields};
use crate::store::submissions::{self, StoredSubmission, SubmissionState};

/// Does someone else have to check what this person sends?
pub(crate) async fn is_needed(
    sql: &mut AnyConnection,
    actor: &Actor,
    council: &Council,
    before: Option<&Record>,
    next: &RecordWrite,
) -> Result<bool> {
    if can(actor, Action::Widen, council) {
        return Ok(false);
    }
    let role = actor.role_at(&council.code);
    if let Some(Record { body: before, .. }) = before {
        let is_own = field(before, "owner") == Some(actor.person.id);
        // A confirmed lead has returned above.
        let may_widen = is_own && matches!(role, Some(Role::Editor | Role::Lead));
        let may_retire = is_own && role == Some(Role::Lead);
        if (shows_more(before, &next.body) && !may_widen) || (retires(before, &next.body) && !may_retire) {
            return Ok(true);
        }
    }
    Ok(match (council.settings.review, role) {
        (_, Some(Role::Lead)) => false,
        (ReviewPolicy::None, _) => false,
        (ReviewPolicy::First, Some(Role::Editor)) => {
            !submissions::any_published(sql, actor.person.id, council.code.as_str()).await?
        }
        (ReviewPolicy::First | ReviewPolicy::All, _) => true,
    })
}

fn field<T: DeserializeOwned>(fields: &Fields, name: &str) -> Option<T> {
    fields.get(name).and_then(|value| serde_json::from_value(value.clone()).ok())
}

fn shows_more(before: &Fields, next: &Fields) -> bool {
    let audience = |fields| match field(fields, "visibility") {
        Some(Visibility::Public) => 3,
        Some(Visibility::Members) => 2,
        Some(Visibility::Councils) => 1,
        Some(Visibility::Team) | None => 0,
    };
    audience(next) > audience(before)
}

fn retires(before: &Fields, next: &Fields) -> bool {
    let is_retired = |fields| field(fields, "phase") == Some(Phase::Retired);
    is_retired(next) && !is_retired(before)
}

/// Stores a submission to wait for an answer.
pub(crate) async fn ask(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    council: &CouncilCode,
    id: SubmissionId,
    submission: &Submission,
) -> Result<guildhall_protocol::Verdict> {
    let project = submission.record.parse().map_err(|error| Error::damaged("a project's id", error))?;
    wait_for_answer(tx, env, &actor.person, council, id, project, submission).await?;
    let event = AuditEvent {
        council: council.to_string(),
        fields: submission.patch.fields().map(str::to_owned).collect(),
        ..actor.event(AuditAction::AskForReview, format!("project/{project}"))
    };
    audit::log(tx, env, &event).await?;
    Ok(verdict_of(State::InReview))
}

async fn wait_for_answer(
    tx: &mut WriteTx,
    env: &Env,
    author: &Person,
    council: &CouncilCode,
    id: SubmissionId,
    project: ProjectId,
    submission: &Submission,
) -> Result<()> {
    let review = Review {
        author: author.id,
        email: author.email.clone(),
        council: council.clone(),
        project,
        base_version: submission.base_version,
        patch: submission.patch.clone(),
        sent_at: env.clock.now(),
    };
    let state = RecordWrite {
        kind: Kind::Review,
        id: id.to_string(),
        cell: policy::cell_of_reviews(council),
        project: String::new(),
        body: to_fields(&review)?,
        author: author.id.to_string(),
    };
    records::put(tx, &state, env.now_ms()).await?;
    Ok(())
}

/// Applies an answer: what waited is published, or goes back to its author.
pub(crate) async fn decide(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    reader: &Reader,
    submission: &Submission,
) -> Result<Decision> {
    let Ok(said) = Answer::read(&submission.patch.set) else {
        return Ok(Err(invalid("/set", "An answer is a state and a reason")));
    };
    let is_answer = matches!(said.state, State::Published | State::ChangesRequested | State::Declined);
    if !is_answer {
        return Ok(Err(invalid("/set/state", "It is published, changes_requested or declined")));
    }
    if said.state != State::Published && said.reason.trim().is_empty() {
        return Ok(Err(invalid("/set/reason", "Say why, so that its author knows what to do")));
    }
    if said.reason.chars().count() > REASON {
        return Ok(Err(invalid("/set/reason", "It is too long")));
    }
    if has_control(&said.reason) {
        return Ok(Err(problem_with(vec![FieldError::control_character("/set/reason")])));
    }
    let said = Answer { reason: clean(&said.reason).text, ..said };
    let waits = records::find(tx.sql(), Kind::Review, &submission.record).await?;
    // If it was answered, withdrawn or changed since, it is not what they saw.
    let Some(waits) = waits
        .filter(|waits| reader.can_read(&waits.cell))
        .filter(|waits| waits.version == submission.base_version)
    else {
        return Ok(Err(refusal(Code::NotFound, "It was answered or taken back meanwhile")));
    };
    let review: Review = read(&waits)?;
    let council = Council::find(tx.sql(), &review.council).await?;
    // What has waited for too long can be decided by every coordinator who can see it.
    let is_overdue = waits.cell == policy::cell_of_overdue(&review.council) && actor.person.coordinator;
    if review.author == actor.person.id || !(is_overdue || can(actor, Action::Decide, &council)) {
        return Ok(Err(refusal(Code::NotAllowed, "Someone else decides this")));
    }
    answer(tx, env, actor, &waits, &review, said).await
}

async fn answer(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    waits: &Record,
    review: &Review,
    said: Answer,
) -> Result<Decision> {
    let damaged = || Error::Damaged(format!("review/{}", waits.id));
    let id: SubmissionId = waits.id.parse().map_err(|error| Error::damaged("a review's id", error))?;
    let stored = submissions::find(tx.sql(), review.author, id).await?.ok_or_else(damaged)?;
    let SubmissionState::InReview { body } = &stored.state else { return Err(damaged()) };
    let submission: Submission = serde_json::from_str(body)?;
    let now = env.clock.now();
    let mut reviewed = Reviewed {
        state: said.state,
        reason: said.reason.trim().to_owned(),
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
    let mut verdict = verdict_of(said.state);
    let mut state = None;
    if said.state == State::Published {
        let current = records::find(tx.sql(), Kind::Project, &submission.record).await?;
        let council = council_of(tx, &submission.council, current.as_ref()).await?;
        let (author, current) = (review.author, current.as_ref());
        match plan_for(tx, author, review.project, &submission, &council, current, now).await? {
            Ok(plan) => {
                verdict =
                    publish(tx, env, event(AuditAction::Publish), review.author, &submission, plan).await?;
                let merged_with = verdict.merged_with.clone();
                state = Some(SubmissionState::Published { version: verdict.version, merged_with });
            }
            // Somebody changed the same fields while it waited: its author resolves that like any conflict.
            Err(problem) => {
                let event = event(AuditAction::Return);
                reviewed.state = State::ChangesRequested;
                reviewed.conflict = problem.conflict;
                verdict = verdict_of(State::ChangesRequested);
                audit::log(tx, env, &event).await?;
            }
        }
    } else {
        audit::log(
            tx,
            env,
            &event(if said.state == State::Declined { AuditAction::Decline } else { AuditAction::Return }),
        )
        .await?;
    }
    let state = state.unwrap_or_else(|| {
        // A repeat of the submission is given the record as it is by then.
        SubmissionState::Returned(Box::new(Reviewed { conflict: None, ..reviewed.clone() }))
    });
    submissions::store(tx, review.author, id, &StoredSubmission { state, ..stored }, now.as_millisecond())
        .await?;
    records::remove(tx, Kind::Review, waits, now.as_millisecond()).await?;
    let told = RecordWrite {
        kind: Kind::Submission,
        id: waits.id.clone(),
        cell: policy::cell_of_person(review.author),
        project: String::new(),
        body: to_fields(&reviewed)?,
        author: actor.person.id.to_string(),
    };
    records::put(tx, &told, now.as_millisecond()).await?;
    Ok(Ok(verdict))
}

/// Declines everything that waits to change a project.
pub(crate) async fn decline_all(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    project: ProjectId,
    reason: &str,
) -> Result<()> {
    for waits in records::of_kind(tx.sql(), Kind::Review).await? {
        let review = read(&waits)?;
        if review.project == project {
            let said = Answer { state: State::Declined, reason: reason.to_owned() };
            // Nothing is published, so nothing can be refused.
            let _ = answer(tx, env, actor, &waits, &review, said).await?;
        }
    }
    Ok(())
}

/// Moves what waits to change those projects to the council that has taken them over.
pub(crate) async fn move_to(
    tx: &mut WriteTx,
    env: &Env,
    council: &CouncilCode,
    projects: &[String],
) -> Result<()> {
    for waits in records::of_kind(tx.sql(), Kind::Review).await? {
        let review = read(&waits)?;
        if projects.contains(&review.project.to_string()) {
            let state = RecordWrite {
                kind: Kind::Review,
                id: waits.id,
                cell: policy::cell_of_reviews(council),
                project: String::new(),
                body: to_fields(&Review { council: council.clone(), ..review })?,
                author: waits.author,
            };
            records::put(tx, &state, env.now_ms()).await?;
        }
    }
    Ok(())
}

/// Has someone check what an unconfirmed lead published for that council, where nobody has changed it since. Until then
/// it is team-only.
pub(crate) async fn have_checked_again(
    tx: &mut WriteTx,
    env: &Env,
    council: &CouncilCode,
    person: PersonId,
) -> Result<()> {
    let Some(author) = people::find(tx.sql(), person).await? else { return Ok(()) };
    for record in records::projects_of(tx.sql(), council).await? {
        let Some(shown) = record.body.get("visibility").cloned() else { continue };
        let Ok(project) = record.id.parse::<ProjectId>() else { continue };
        if record.author != person.to_string() || record.cell == policy::cell_of(project, Visibility::Team) {
            continue;
        }
        let mut body = record.body.clone();
        body.insert("visibility".to_owned(), to_value(Visibility::Team)?);
        let narrowed = RecordWrite {
            kind: Kind::Project,
            id: record.id.clone(),
            cell: policy::cell_of(project, Visibility::Team),
            project: String::new(),
            body,
            author: record.author.clone(),
        };
        let (version, _) = records::put(tx, &narrowed, env.now_ms()).await?;
        let patch = Patch { set: Fields::from_iter([("visibility".to_owned(), shown)]), ..Patch::default() };
        let submission = Submission {
            kind: Kind::Project,
            record: record.id.clone(),
            council: council.clone(),
            base_version: version,
            base: None,
            patch,
        };
        let id = SubmissionId(env.new_id());
        let stored = StoredSubmission {
            body_hash: String::new(),
            kind: Kind::Project.as_str().to_owned(),
            record: record.id.clone(),
            council: council.to_string(),
            state: SubmissionState::InReview { body: serde_json::to_string(&submission)? },
        };
        submissions::store(tx, person, id, &stored, env.now_ms()).await?;
        wait_for_answer(tx, env, &author, council, id, project, &submission).await?;
        let event = AuditEvent {
            council: council.to_string(),
            fields: vec!["visibility".to_owned()],
            ..AuditEvent::operator(AuditAction::AskForReview, format!("project/{project}"), "")
        };
        audit::log(tx, env, &event).await?;
    }
    Ok(())
}

/// Reads the record of a review.
pub(crate) fn read(record: &Record) -> Result<Review> {
    Ok(serde_json::from_value(serde_json::Value::Object(record.body.clone()))?)
}
