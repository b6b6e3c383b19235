//! The inbox: submissions to review, roles offered to this person, and requests to act for their council.

use guildhall_protocol::{
    CouncilCode, CouncilRequest, Invitation, ProjectId, State, SubmissionId, Visibility,
};
use jiff::Timestamp;
use serde::Serialize;
use specta::Type;

use super::CouncilName;

/// The inbox.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Inbox {
    /// Submissions to review, oldest first.
    pub waiting: Vec<ReviewRow>,
    /// Answers that are waiting to be sent or were refused.
    pub answered: Vec<AnswerRow>,
    /// The roles offered to this person.
    pub invitations: Vec<Invitation>,
    /// Requests to act for their councils.
    pub requests: Vec<CouncilRequest>,
    /// The councils that they asked to act for, without an answer so far.
    pub asked: Vec<CouncilCode>,
}

/// A submission to review, in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct ReviewRow {
    /// The submission.
    pub id: SubmissionId,
    /// The project.
    pub project: ProjectId,
    /// The project's title as submitted.
    pub title: String,
    /// The council for which it was sent.
    pub council: CouncilName,
    /// The author's address.
    pub author: String,
    /// Whether it is a new project rather than a change to one.
    pub new: bool,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// An answer to a review, in a list.
#[derive(Clone, Debug, Serialize, Type)]
pub struct AnswerRow {
    /// The submission that it answers.
    pub row: ReviewRow,
    /// Published, changes requested or declined.
    pub state: State,
    /// The reason given.
    pub reason: String,
    /// Why it was refused; `None` while it waits to be sent.
    pub refused: Option<AnswerRefused>,
}

/// Why an answer was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AnswerRefused {
    /// The submission was answered by somebody else or withdrawn first.
    Answered,
    /// Somebody else changed the same fields, so it went back to its author.
    Changed,
    /// This person may not decide this review.
    NotAllowed,
    /// The result would break a rule.
    Invalid,
    /// A reason that only another version of the app knows.
    Other,
}

/// A submission to review, beside what is published.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ReviewView {
    /// As in the list.
    pub row: ReviewRow,
    /// What an edit changes, or all that a new project says, in the order of the form.
    pub changes: Vec<FieldChange>,
    /// Who will see the project once this is published.
    pub visibility: Visibility,
    /// The language of its text: `en` or `cy` (BCP 47).
    pub lang: String,
    /// The project has changed since this was written; publishing merges the two.
    pub base_changed: bool,
    /// This person's answer, if it is waiting to be sent or was refused.
    pub answer: Option<AnswerRow>,
}

/// A field that changes. Values are JSON, as the window knows how to show each field.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// The id of the need or link within the field, if the change is about one.
    pub member: Option<String>,
    /// The published value; `null` if there is none.
    pub before: String,
    /// The new value; `null` if it is removed.
    pub after: String,
}
