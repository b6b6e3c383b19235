//! A conflict between a draft and somebody else's change, the choices made, and unused text.

use guildhall_protocol::ProjectId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

/// A conflict between a draft and somebody else's change.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Conflict {
    /// The draft.
    pub draft: Uuid,
    /// When the draft was last saved on this laptop.
    pub mine_at: Timestamp,
    /// When the other change was published.
    pub theirs_at: Option<Timestamp>,
    /// The address of its author; empty if unknown.
    pub theirs_by: String,
    /// The fields that both changed, in the order of the form.
    pub clashes: Vec<Clash>,
    /// Other fields that the draft changes, without a clash.
    pub others: Vec<String>,
    /// Whether there is a choice to undo.
    pub can_undo: bool,
}

/// A field that both changed. Values are JSON, as the window knows how to show each field.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Clash {
    /// The field.
    pub field: String,
    /// The id of the need or link within the field, if the clash is about one.
    pub member: Option<String>,
    /// The value before both changes; `null` if there was none.
    pub before: String,
    /// The draft's value; `null` if it removes it.
    pub mine: String,
    /// The registry's value; `null` if it was removed.
    pub theirs: String,
    /// The choice made so far.
    pub choice: Option<Choice>,
}

/// Which of two changes to take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "take", rename_all = "snake_case")]
pub enum Choice {
    /// The draft's value.
    Mine,
    /// The registry's value.
    Theirs,
    /// A newly written value.
    Anew {
        /// The value, as JSON.
        value: String,
    },
}

/// The choice for one clash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Chosen {
    /// The clash's field.
    pub field: String,
    /// The clash's member.
    pub member: Option<String>,
    /// The choice.
    pub choice: Choice,
}

/// What to do once everything is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Queue the draft in the outbox.
    Send,
    /// Go on editing it.
    Write,
}

/// The result of settling a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// The draft is queued.
    Queued,
    /// The draft is being edited.
    Writing,
    /// The registry's values were taken throughout. Nothing is left to send, so the draft was deleted.
    NothingLeft,
}

/// An unused text, kept for 90 days.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct UnusedText {
    /// Its id.
    pub id: Uuid,
    /// The project.
    pub project: ProjectId,
    /// The project's title at the time.
    pub title: String,
    /// The field.
    pub field: String,
    /// The value, as JSON.
    pub value: String,
    /// Who wrote it.
    pub whose: Whose,
    /// When it was put aside.
    pub kept_at: Timestamp,
    /// When it will be deleted.
    pub until: Timestamp,
}

/// Who wrote an unused text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// This person.
    Mine,
    /// Somebody else.
    Theirs,
}
