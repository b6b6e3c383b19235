//! What waits for this person: what others sent for them to check, the roles that they are offered, and
//! who asks to act for their council.

use guildhall_protocol::{CouncilCode, CouncilRequest, Invitation, ProjectId, State, SubmissionId};
use jiff::Timestamp;
use serde::Serialize;
use specta::Type;

use super::CouncilName;

/// What waits for this person.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Inbox {
    /// What others sent, the first that was sent first.
    pub waiting: Vec<ReviewRow>,
    /// Answers that the registry has not taken yet, and those that came to nothing.
    pub answered: Vec<AnswerRow>,
    /// The roles that they are offered.
    pub invitations: Vec<Invitation>,
    /// Who asks to act for a council of theirs.
    pub requests: Vec<CouncilRequest>,
    /// The councils that they asked to act for and have not been answered.
    pub asked: Vec<CouncilCode>,
}

/// Something that waits for an answer, in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct ReviewRow {
    /// The submission.
    pub id: SubmissionId,
    /// The project.
    pub project: ProjectId,
    /// Its title, as it is to be.
    pub title: String,
    /// The council for which it was sent.
    pub council: CouncilName,
    /// The address of who wrote it.
    pub author: String,
    /// A new project, not a change to one.
    pub new: bool,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// An answer, in a list.
#[derive(Clone, Debug, Serialize, Type)]
pub struct AnswerRow {
    /// What was answered.
    pub row: ReviewRow,
    /// Published, changes requested or declined.
    pub state: State,
    /// Why.
    pub reason: String,
    /// Why it came to nothing; none while it waits to be sent.
    pub refused: Option<AnswerRefused>,
}

/// Why an answer came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AnswerRefused {
    /// It was answered or taken back meanwhile.
    Answered,
    /// Someone changed the same fields meanwhile: it went back to its author.
    Changed,
    /// This person may not answer it.
    NotAllowed,
    /// What would be published breaks a rule.
    Invalid,
    /// For a reason that only another version of the app knows.
    Other,
}

/// Something that waits for an answer.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ReviewView {
    /// As in the list.
    pub row: ReviewRow,
    /// What it changes, in the order of the form.
    pub changes: Vec<FieldChange>,
    /// The project was changed since this was written: publishing puts the two together.
    pub moved_on: bool,
    /// The answer that waits to be sent, or came to nothing.
    pub answer: Option<AnswerRow>,
}

/// A field that changes. The texts are JSON, as the window knows best how to show each field.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// Which of its needs or links, by its id.
    pub member: Option<String>,
    /// As published; `null` where there is nothing.
    pub before: String,
    /// As it is to be; `null` where it is removed.
    pub after: String,
}
