//! Reviews of submissions before they are published, as records: a waiting submission is sent to those who may decide
//! it, and the decision to its author.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::fields::{Fields, Patch};
use crate::submission::Conflict;
use crate::{CouncilCode, PersonId, ProjectId, State};

/// A submission that waits for a decision: a record of [`crate::changes::Kind::Review`] with the submission's id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Review {
    /// The author.
    pub author: PersonId,
    /// The author's address.
    pub email: String,
    /// The council on whose behalf it was sent.
    pub council: CouncilCode,
    /// The project that it changes.
    pub project: ProjectId,
    /// The version on which it was written; 0 for a new project.
    pub base_version: u32,
    /// The changes.
    pub patch: Patch,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// The fields that a decision sets, in a submission of [`crate::changes::Kind::Review`] whose `base_version` is the
/// version of the review that the lead saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Decision {
    /// Published, changes requested or declined.
    pub state: State,
    /// The reason, for the author. Required unless it is published; at most [`REASON`] characters.
    #[serde(default)]
    pub reason: String,
}

/// The most characters of a reason.
pub const REASON: usize = 2000;

/// The outcome of a review: a record of [`crate::changes::Kind::Submission`], for its author.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct ReviewOutcome {
    /// Published, changes requested or declined.
    pub state: State,
    /// The reason; may be empty if it was published.
    pub reason: String,
    /// The address of the person who decided.
    pub by: String,
    /// When they decided.
    pub at: Timestamp,
    /// The project that it changes.
    pub project: String,
    /// With changes requested: the current project, if somebody has changed the same fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Box<Conflict>>,
}

impl Decision {
    /// Reads a decision from the fields that a submission sets.
    ///
    /// # Errors
    /// The fields are not those of a decision.
    pub fn read(set: &Fields) -> Result<Self, serde_json::Error> {
        serde_json::from_value(serde_json::Value::Object(set.clone()))
    }
}
