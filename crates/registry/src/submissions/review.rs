//! Submissions that someone else checks before they are published: which those are, and what is stored of them while
//! they wait. `answer` beside this has what happens next.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::{Fields, Patch};
use guildhall_protocol::{
    CouncilCode, PersonId, Phase, ProjectId, Review, ReviewPolicy, Role, State, Submission, SubmissionId,
    Verdict, Visibility,
};
use serde::de::DeserializeOwned;
use serde_json::to_value;
use sqlx::AnyConnection;

use super::replay::verdict_of;
use crate::access::council::Council;
use crate::access::policy::{self, Action, can};
use crate::access::principal::Actor;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::people::{self, Person};
use crate::store::records::{self, Record, RecordWrite, to_fields};
use crate::store::submissions::{self, StoredSubmission, SubmissionState};

/// Does someone else have to check what this person sends?
pub(super) async fn is_needed(
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

/// The fields that an edit changes, for the activity log. A new project changes none.
pub(super) fn logged_fields(submission: &Submission) -> Vec<String> {
    if submission.base_version == 0 {
        return Vec::new();
    }
    let mut fields: Vec<String> = submission.patch.fields().map(str::to_owned).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// Stores a submission that someone has to check.
pub(super) async fn request(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    council: &CouncilCode,
    id: SubmissionId,
    submission: &Submission,
) -> Result<Verdict> {
    let project = submission.record.parse().map_err(|error| Error::damaged("a project's id", error))?;
    store_review(tx, env, &actor.person, council, id, project, submission).await?;
    let event = AuditEvent {
        council: council.to_string(),
        fields: logged_fields(submission),
        ..actor.event(AuditAction::AskForReview, format!("project/{project}"))
    };
    audit::log(tx, env, &event).await?;
    Ok(verdict_of(State::InReview))
}

async fn store_review(
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
        store_review(tx, env, &author, council, id, project, &submission).await?;
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
