//! Preparing a draft to be sent: queueing it in the outbox and rebasing it onto the registry's current version. Drafts,
//! conflicts and pushes all need both, so they are kept here, below all three.

use guildhall_protocol::merge::merge;
use guildhall_protocol::{Project, fields};
use jiff::Timestamp;
use rusqlite::Transaction;
use serde_json::{Map, Value};

use crate::error::{Failure, Result};
use crate::form;
use crate::remote::api::submission_text;
use crate::store::work::conflicts::{self, Theirs};
use crate::store::work::drafts::{self, StoredAttention, StoredDraft, StoredForm, StoredState};
use crate::store::work::outbox::{self, Waiting};
use crate::views::DraftForm;
use guildhall_protocol::Submission;
use guildhall_protocol::SubmissionId;
use guildhall_protocol::changes::Kind;

/// Rebases a draft onto the registry's current version. True if that worked; false if the two clash and the draft now
/// needs attention. The author's text is kept either way.
pub(crate) fn rebase_or_clash(
    tx: &Transaction<'_>,
    draft: &StoredDraft,
    theirs: Theirs,
    now: Timestamp,
) -> Result<bool> {
    let merged = merge(&draft.base, &theirs.fields, &fields::diff(&draft.base, &mine(draft)?));
    if !merged.clashes.is_empty() {
        conflicts::put(tx, draft.id, &theirs, now)?;
        drafts::set_attention(tx, draft.id, &StoredAttention::Conflict)?;
        return Ok(false);
    }
    drafts::rebase(tx, draft.id, theirs.version, &theirs.fields, &form_of(merged.fields, draft)?)?;
    drafts::set_state(tx, draft.id, StoredState::Draft)?;
    Ok(true)
}

/// The record as the draft would leave it.
///
/// # Errors
/// [`Failure::Unreadable`] if this version cannot read the draft's base.
pub(crate) fn mine(draft: &StoredDraft) -> Result<Map<String, Value>> {
    let project = form::to_project(&form::shown(&draft.form), &before(draft)?).project;
    match serde_json::to_value(project)? {
        Value::Object(fields) => Ok(fields),
        _ => Err(Failure::Internal),
    }
}

/// The project that the draft changes; an empty one for a new project.
///
/// # Errors
/// [`Failure::Unreadable`] if this version cannot read it.
pub(crate) fn before(draft: &StoredDraft) -> Result<Project> {
    if draft.base_version == 0 {
        return Ok(Project::new(draft.council.code.clone()));
    }
    project(draft.base.clone())
}

/// A form with the record's values, keeping those fields of the draft's form that this version does not know.
pub(crate) fn form_of(record: Map<String, Value>, draft: &StoredDraft) -> Result<StoredForm> {
    let form: DraftForm = form::of_project(&project(record)?);
    Ok(form::stored(form, &draft.form))
}

/// Parses a record, which may come from a newer registry.
///
/// # Errors
/// [`Failure::Unreadable`] if this version cannot read it.
pub(crate) fn project(record: Map<String, Value>) -> Result<Project> {
    serde_json::from_value(Value::Object(record)).map_err(|error| {
        tracing::warn!(%error, "a record that this version cannot read");
        Failure::Unreadable
    })
}

/// Puts a draft in the outbox.
///
/// # Errors
/// [`Failure::Invalid`] if it breaks a rule, [`Failure::NothingChanged`] if it does not differ from its base.
pub(crate) fn enqueue(
    tx: &Transaction<'_>,
    draft: &StoredDraft,
    submission: SubmissionId,
    now: Timestamp,
) -> Result<()> {
    let body = submission_text(&written(draft)?)?;
    outbox::enqueue(tx, &Waiting { submission, draft: draft.id, body, tries: 0 }, now)?;
    drafts::set_sent(tx, draft.id, now)
}

/// Puts a confirmation in the outbox: a submission without a change. Unlike a change, it does not require the project to
/// be complete.
pub(crate) fn enqueue_confirmation(
    tx: &Transaction<'_>,
    draft: &StoredDraft,
    submission: SubmissionId,
    now: Timestamp,
) -> Result<()> {
    let body = submission_text(&with_patch(draft, fields::Patch::default()))?;
    outbox::enqueue(tx, &Waiting { submission, draft: draft.id, body, tries: 0 }, now)?;
    drafts::set_sent(tx, draft.id, now)
}

/// Whether a draft that was sent is a confirmation: its text is that of its base.
pub(crate) fn confirms(draft: &StoredDraft) -> bool {
    draft.base_version > 0 && draft.state != StoredState::Draft && is_unchanged(draft)
}

/// Whether the draft's text is that of its base.
pub(crate) fn is_unchanged(draft: &StoredDraft) -> bool {
    let Ok(before) = before(draft) else { return false };
    draft.form == form::stored(form::of_project(&before), &StoredForm::default())
}

/// The submission for a draft: its difference from its base.
fn written(draft: &StoredDraft) -> Result<Submission> {
    let checks = form::check(&form::shown(&draft.form), &before(draft)?);
    if !checks.is_empty() {
        let errors = checks
            .into_iter()
            .map(|check| guildhall_protocol::validate::FieldError::new(check.pointer, check.code, ""))
            .collect();
        return Err(Failure::Invalid { errors });
    }
    let patch = fields::diff(&draft.base, &mine(draft)?);
    if patch.is_empty() {
        return Err(Failure::NothingChanged);
    }
    Ok(with_patch(draft, patch))
}

fn with_patch(draft: &StoredDraft, patch: fields::Patch) -> Submission {
    Submission {
        kind: Kind::Project,
        record: draft.project.to_string(),
        council: draft.council.code.clone(),
        base_version: draft.base_version,
        base: (draft.base_version > 0).then(|| fields::fingerprint(&draft.base)),
        patch,
    }
}
