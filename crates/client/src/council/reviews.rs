//! The inbox and reviews. Submissions to review are in the mirror, and answers go through a queue, so that both work
//! without a connection.

use std::collections::BTreeSet;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::{self, Fields, PROJECT_FIELDS, Patch, Shape};
use guildhall_protocol::text::clean_typed;
use guildhall_protocol::{Decision, Project, State, Submission, SubmissionId, Visibility};
use rusqlite::{Connection, Transaction};
use serde_json::Value;

use crate::error::{Failure, Result};
use crate::remote::api::submission_text;
use crate::store::mirror::reviews::{self, PendingReview};
use crate::store::mirror::{councils, projects};
use crate::store::work::answers::{self, StoredAnswer};
use crate::store::work::unfinished::{self, StoredText};
use crate::views::{AnswerRow, FieldChange, Inbox, ReviewRow, ReviewView, TextBox};
use crate::{Client, Event};

impl Client {
    /// The items that wait for this person.
    ///
    /// # Errors
    /// [`Failure::SignInNeeded`] if nobody is signed in.
    pub async fn inbox(&self) -> Result<Inbox> {
        let profile = self.inner.open_profile()?;
        let me = profile.me()?;
        let answered = profile.work()?.read(answers::all).await?;
        let rows = profile.mirror.read(|connection| {
            reviews::all(connection)?.iter().map(|waits| row(connection, waits)).collect::<Result<Vec<_>>>()
        });
        let is_answered = |row: &ReviewRow| answered.iter().any(|answer| answer.review == row.id);
        Ok(Inbox {
            waiting: rows.await?.into_iter().filter(|row| !is_answered(row)).collect(),
            answered: answered.into_iter().filter_map(shown).collect(),
            invitations: me.invitations,
            requests: me.requests,
            asked: me.asked,
        })
    }

    /// A submission to review, beside what is published.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if it no longer waits.
    pub async fn review(&self, id: SubmissionId) -> Result<ReviewView> {
        let profile = self.inner.open_profile()?;
        let answer = profile.work()?.read(move |connection| answers::find(connection, id)).await?;
        profile
            .mirror
            .read(move |connection| {
                let waits = reviews::get(connection, id)?;
                let there = projects::find(connection, waits.review.project)?;
                let version = there.as_ref().map_or(0, |there| there.version);
                let published = there.map(|there| there.fields);
                let empty = empty(&waits)?;
                let before = published.as_ref().unwrap_or(&empty);
                let after = fields::apply(before, &waits.review.patch);
                Ok(ReviewView {
                    row: row(connection, &waits)?,
                    visibility: visibility(&after),
                    lang: after.get("lang").and_then(Value::as_str).unwrap_or("en").to_owned(),
                    changes: match published {
                        Some(_) => changes(before, &after),
                        None => answers(&after),
                    },
                    base_changed: waits.review.base_version != version,
                    answer: answer.and_then(shown),
                })
            })
            .await
    }

    /// Queues an answer to a review. It is sent at once, or when there is a connection.
    ///
    /// # Errors
    /// [`Failure::ReasonNeeded`]; [`Failure::NotFound`] if the submission no longer waits or has an answer already.
    pub async fn answer_review(&self, id: SubmissionId, state: State, reason: String) -> Result<()> {
        let reason = clean_typed(&reason).text.trim().to_owned();
        if state != State::Published && reason.is_empty() {
            return Err(Failure::ReasonNeeded);
        }
        let profile = self.inner.open_profile()?;
        let (waits, row) = profile
            .mirror
            .read(move |connection| {
                let waits = reviews::get(connection, id)?;
                let row = row(connection, &waits)?;
                Ok((waits, row))
            })
            .await?;
        let decision = Decision { state, reason: reason.clone() };
        let set = match serde_json::to_value(&decision)? {
            Value::Object(set) => set,
            _ => return Err(Failure::Internal),
        };
        let submission = Submission {
            kind: Kind::Review,
            record: id.to_string(),
            council: waits.review.council.clone(),
            base_version: waits.version,
            base: None,
            patch: Patch { set, ..Patch::default() },
        };
        let answer = StoredAnswer {
            review: id,
            submission: SubmissionId(self.new_id()),
            body: submission_text(&submission)?,
            row: Some(row.into()),
            state,
            reason,
            tries: 0,
            refused: None,
        };
        let now = self.inner.env().clock.now();
        let enqueue = move |tx: &Transaction<'_>| {
            unfinished::remove(tx, TextBox::Review.as_str(), &id.to_string())?;
            answers::enqueue(tx, &answer, now)
        };
        if !profile.work()?.write(enqueue).await? {
            return Err(Failure::NotFound);
        }
        self.drafts_changed().await;
        self.sync_now();
        Ok(())
    }

    /// Withdraws an answer that has not been sent, and puts its text back into its box; or removes a refused answer
    /// from the list.
    ///
    /// # Errors
    /// [`Failure::BeingSent`] once sending was tried, as the answer may have arrived.
    pub async fn withdraw_answer(&self, id: SubmissionId) -> Result<()> {
        let (profile, at) = (self.inner.open_profile()?, self.inner.env().clock.now());
        profile
            .work()?
            .write(move |tx| {
                match answers::find(tx, id)? {
                    Some(StoredAnswer { tries, refused: None, .. }) if tries > 0 => {
                        return Err(Failure::BeingSent);
                    }
                    Some(StoredAnswer { refused: None, state, reason, .. }) => {
                        let again = StoredText { choice: state.as_str().to_owned(), text: reason };
                        unfinished::save(tx, TextBox::Review.as_str(), &id.to_string(), &again, at)?;
                    }
                    _ => {}
                }
                answers::remove(tx, id)
            })
            .await?;
        self.drafts_changed().await;
        self.inner.emit(Event::CatalogueChanged);
        Ok(())
    }
}

/// `None` if this version cannot read the review that it answers.
fn shown(answer: StoredAnswer) -> Option<AnswerRow> {
    let refused = answer.refused.map(Into::into);
    Some(AnswerRow { row: answer.row?.into(), state: answer.state, reason: answer.reason, refused })
}

fn row(connection: &Connection, waits: &PendingReview) -> Result<ReviewRow> {
    let review = &waits.review;
    let there = match projects::find(connection, review.project) {
        // The project was stored by another version of the app. Only its title is missing here.
        Err(Failure::Unreadable) => None,
        found => found?,
    };
    let new_title = review.patch.set.get("title").and_then(Value::as_str).map(str::to_owned);
    let title = new_title.or_else(|| there.map(|there| there.project.title)).unwrap_or_default();
    Ok(ReviewRow {
        id: waits.id,
        project: review.project,
        title,
        council: councils::name(connection, &review.council)?.into(),
        author: review.email.clone(),
        new: review.base_version == 0,
        sent_at: review.sent_at,
    })
}

/// The fields that a new project is written on.
fn empty(waits: &PendingReview) -> Result<Fields> {
    match serde_json::to_value(Project::new(waits.review.council.clone()))? {
        Value::Object(fields) => Ok(fields),
        _ => Err(Failure::Internal),
    }
}

/// Who will see it. A value that this version does not know is shown as the narrowest.
fn visibility(after: &Fields) -> Visibility {
    let visibility = after.get("visibility").cloned();
    visibility.and_then(|visibility| serde_json::from_value(visibility).ok()).unwrap_or(Visibility::Team)
}

/// All that a new project says: its answers, also those that are as in an empty form, but no field left empty.
fn answers(after: &Fields) -> Vec<FieldChange> {
    let mut answers = Vec::new();
    for (field, shape) in PROJECT_FIELDS {
        let value = after.get(*field);
        if matches!(shape, Shape::ById) {
            members(field, None, value, &mut answers);
        } else if value.is_some_and(is_filled_in) {
            answers.push(FieldChange {
                field: (*field).to_owned(),
                member: None,
                before: text(None),
                after: text(value),
            });
        }
    }
    answers
}

fn is_filled_in(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(members) => members.iter().any(is_filled_in),
        Value::Object(fields) => fields.values().any(is_filled_in),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The changes that publishing an edit now would make.
fn changes(before: &Fields, after: &Fields) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for (field, shape) in PROJECT_FIELDS {
        let (old, new) = (before.get(*field), after.get(*field));
        if old == new {
            continue;
        }
        match shape {
            Shape::ById => members(field, old, new, &mut changes),
            Shape::Whole | Shape::Text | Shape::Values => {
                changes.push(FieldChange {
                    field: (*field).to_owned(),
                    member: None,
                    before: text(old),
                    after: text(new),
                });
            }
        }
    }
    changes
}

fn members(field: &str, old: Option<&Value>, new: Option<&Value>, changes: &mut Vec<FieldChange>) {
    let all = |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
    let id = |member: &Value| member.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (old, new) = (all(old), all(new));
    let mut seen = BTreeSet::new();
    for member in new.iter().chain(&old) {
        let name = id(member);
        if !seen.insert(name.clone()) {
            continue;
        }
        let of = |list: &[Value]| list.iter().find(|member| id(member) == name).cloned();
        let (before, after) = (of(&old), of(&new));
        if before != after {
            changes.push(FieldChange {
                field: field.to_owned(),
                member: Some(name),
                before: text(before.as_ref()),
                after: text(after.as_ref()),
            });
        }
    }
}

fn text(value: Option<&Value>) -> String {
    value.map_or_else(|| "null".to_owned(), Value::to_string)
}
