//! Submissions that someone checks before they are published, as records: what waits stands with those who may answer
//! it, the answer with its author.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::fields::{Fields, Patch};
use crate::submission::Conflict;
use crate::{CouncilCode, PersonId, ProjectId, State};

/// A submission that waits for an answer: a record of [`crate::changes::Kind::Review`], whose id is the submission's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Review {
    /// Who wrote it.
    pub author: PersonId,
    /// Their address.
    pub email: String,
    /// The council for which it was sent.
    pub council: CouncilCode,
    /// The project that it is about.
    pub project: ProjectId,
    /// The version that it was written on; 0 for a new project.
    pub base_version: u32,
    /// What it changes.
    pub patch: Patch,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// The fields that a decision sets: a submission of [`crate::changes::Kind::Review`] whose `base_version` is the version
/// of the review that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Decision {
    /// Published, changes requested or declined.
    pub state: State,
    /// Why, for its author. Needed unless it is published; at most [`REASON`] characters.
    #[serde(default)]
    pub reason: String,
}

/// The most characters of a reason.
pub const REASON: usize = 2000;

/// What became of a submission that waited: a record of [`crate::changes::Kind::Submission`], for its author.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Reviewed {
    /// Published, changes requested or declined.
    pub state: State,
    /// Why; may be empty where it was published.
    pub reason: String,
    /// The address of who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The project that it is about.
    pub project: String,
    /// With changes requested: the project as it is now, where somebody changed the same fields meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Box<Conflict>>,
}

impl Decision {
    /// Reads what a submission sets.
    ///
    /// # Errors
    /// Where it sets something else.
    pub fn read(set: &Fields) -> Result<Self, serde_json::Error> {
        serde_json::from_value(serde_json::Value::Object(set.clone()))
    }
}
