//! A draft's state as stored: a word in `drafts.state`, and JSON in `drafts.attention` and `drafts.merged_with`. The
//! JSON is always replaced as a whole and never edited, so unknown fields need not be kept.

use guildhall_protocol::State;
use guildhall_protocol::validate::FieldCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::Choice;

/// A draft's state. Whether it is being sent at the moment is known only in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredState {
    Draft,
    Queued,
    NeedsAttention,
    Received,
    InReview,
    Published,
    Declined,
    Withdrawn,
}

impl StoredState {
    /// The SQL value.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Queued => "queued",
            Self::NeedsAttention => "needs_attention",
            Self::Received => "received",
            Self::InReview => "in_review",
            Self::Published => "published",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The draft's state for a verdict of the registry.
pub(crate) fn state_of(state: State) -> StoredState {
    match state {
        State::Received => StoredState::Received,
        State::InReview => StoredState::InReview,
        State::Published => StoredState::Published,
        State::ChangesRequested => StoredState::NeedsAttention,
        State::Declined => StoredState::Declined,
        State::Withdrawn => StoredState::Withdrawn,
    }
}

/// Why a draft needs attention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub(crate) enum StoredAttention {
    Conflict,
    Refused {
        #[serde(default)]
        errors: Vec<StoredError>,
    },
    NotAllowed,
    Gone,
    Mismatch,
    TooLarge,
    ChangesRequested {
        #[serde(default)]
        by: String,
        #[serde(default)]
        reason: String,
    },
    Declined {
        #[serde(default)]
        by: String,
        #[serde(default)]
        reason: String,
    },
    NotThere,
    ChangedSince {
        #[serde(default)]
        by: String,
    },
    /// A reason that only another version of the app knows.
    #[serde(untagged)]
    Other(Value),
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredError {
    /// A JSON Pointer (RFC 6901) into the project.
    pub(crate) pointer: String,
    pub(crate) code: Choice<FieldCode>,
    #[serde(default)]
    pub(crate) detail: String,
}

/// What a draft was merged with when it was published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredMerge {
    pub(crate) fields: Vec<String>,
    /// The address of the other author; empty if unknown.
    pub(crate) by: String,
    pub(crate) at: Option<Timestamp>,
}
