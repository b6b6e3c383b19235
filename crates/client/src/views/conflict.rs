//! Where a draft and somebody else's change clash, what is chosen there, and what was not taken.

use guildhall_protocol::ProjectId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

/// Where a draft and somebody else's change clash.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Conflict {
    /// The draft.
    pub draft: Uuid,
    /// When it was last saved on this laptop.
    pub mine_at: Timestamp,
    /// When the other change was published.
    pub theirs_at: Option<Timestamp>,
    /// The address of who published it; empty where that is not known.
    pub theirs_by: String,
    /// What both changed, in the order of the form.
    pub clashes: Vec<Clash>,
    /// The other fields that the draft changes: they don't clash.
    pub others: Vec<String>,
    /// There is a choice to undo.
    pub can_undo: bool,
}

/// Something that two people changed. The texts are JSON, as the window knows best how to show each field.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct Clash {
    /// The field.
    pub field: String,
    /// Which of its needs or links, by its id.
    pub member: Option<String>,
    /// Before both; `null` where there was nothing.
    pub before: String,
    /// What this draft says; `null` where it removes it.
    pub mine: String,
    /// What the registry says; `null` where it was removed.
    pub theirs: String,
    /// What was chosen so far.
    pub choice: Option<Choice>,
}

/// What to take of two changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "take", rename_all = "snake_case")]
pub enum Choice {
    /// What this draft says.
    Mine,
    /// What the registry says.
    Theirs,
    /// Something else.
    Anew {
        /// The value, as JSON.
        value: String,
    },
}

/// A choice for one clash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Chosen {
    /// The clash's field.
    pub field: String,
    /// The clash's member.
    pub member: Option<String>,
    /// What to take.
    pub choice: Choice,
}

/// What follows when everything is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The draft goes to the outbox.
    Send,
    /// Its author goes on writing.
    Write,
}

/// What became of a draft whose conflict was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// It waits to be sent.
    Queued,
    /// It is being written.
    Writing,
    /// Theirs was taken throughout: there is nothing left to send, and the draft is closed.
    NothingLeft,
}

/// Something that was not taken, kept for 90 days.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct UnusedText {
    /// Names it.
    pub id: Uuid,
    /// The project.
    pub project: ProjectId,
    /// Its title then.
    pub title: String,
    /// The field.
    pub field: String,
    /// The value, as JSON.
    pub value: String,
    /// Whose it was.
    pub whose: Whose,
    /// Since when it is kept.
    pub kept_at: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Whose text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// One's own.
    Mine,
    /// The other's.
    Theirs,
}
