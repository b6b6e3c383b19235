//! Confirming: a submission without a change says that a project is still right, and claims one that was imported. It
//! needs no review and no complete project, as nothing is shown that was not shown before. It holds for the text that
//! its author has seen, and for no other.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::{self, Fields};
use guildhall_protocol::{Code, PersonId, Problem, Project, ProjectId, Submission};
use jiff::Timestamp;
use serde_json::Value;

use super::plan::{Plan, conflict};
use super::problems::refusal;
use crate::access::council::Council;
use crate::access::policy::{self, Action, can};
use crate::access::principal::Actor;
use crate::store::records::{Record, RecordWrite};

/// Whether this person may confirm the project: their own work, or any of their council's as an editor or a lead.
pub(super) fn is_allowed(actor: &Actor, council: &Council, current: &Record) -> bool {
    let owner = current.body.get("owner").and_then(Value::as_str);
    let is_own = owner == Some(actor.person.id.to_string().as_str());
    can(actor, Action::Confirm, council) || (is_own && can(actor, Action::Send, council))
}

/// The project as its author confirms it. `base` is what they have seen; if its text has changed since, or nobody has
/// that version any more, they have to look again.
pub(super) fn plan(
    id: ProjectId,
    author: PersonId,
    submission: &Submission,
    current: &Record,
    base: Option<&Fields>,
    now: Timestamp,
) -> Result<Plan, Box<Problem>> {
    let changed: Vec<String> = base.map_or_else(Vec::new, |base| {
        fields::diff(base, &current.body).fields().map(str::to_owned).collect()
    });
    if base.is_none() || !changed.is_empty() {
        return Err(conflict(Some(current), changed));
    }
    let mut body = current.body.clone();
    let Ok(project) = serde_json::from_value::<Project>(Value::Object(body.clone())) else {
        return Err(refusal(Code::NotAllowed, "This version of the registry cannot read the project"));
    };
    // Seconds are precise enough for a catalogue of projects that take months.
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    body.insert("confirmed_at".to_owned(), Value::String(now.to_string()));
    body.insert("unclaimed".to_owned(), Value::Bool(false));
    let author = author.to_string();
    if project.owner.is_none() {
        body.insert("owner".to_owned(), Value::String(author.clone()));
    }
    let record = RecordWrite {
        kind: Kind::Project,
        id: submission.record.clone(),
        cell: policy::cell_of(id, project.visibility),
        project: String::new(),
        body,
        author,
    };
    Ok(Plan { record, merged_with: None, cleaned: Vec::new() })
}
