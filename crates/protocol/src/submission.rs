//! A draft that was sent, and the registry's verdict on it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::CouncilCode;
use crate::changes::Kind;
use crate::fields::{OversizedPatch, PATCH_KEY, Patch};

/// `PUT /api/v1/submissions/{id}`: only the changes since `base_version`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Submission {
    /// The kind of record.
    pub kind: Kind,
    /// The record's id; for a new record, the laptop creates it.
    pub record: String,
    /// The council on whose behalf it is sent.
    pub council: CouncilCode,
    /// The version on which the change was written; 0 for a new record.
    pub base_version: u32,
    /// The [`crate::fields::fingerprint`] of that version on the laptop: after a backup is restored, a different
    /// version may have the same number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The changes.
    #[serde(flatten)]
    pub patch: Patch,
}

impl Submission {
    /// Whether it confirms a project without changing it: the version that its author has seen is still right. An
    /// imported project is claimed by that. Of an older registry it asks for a new version with the same text.
    pub fn confirms(&self) -> bool {
        self.kind == Kind::Project && self.base_version > 0 && self.patch.is_empty()
    }

    /// Checks the size of the patch ([`Patch::check_size`]) and the length of the record's id and the fingerprint.
    ///
    /// # Errors
    /// Names the first place that is too large.
    pub fn check_size(&self) -> Result<(), OversizedPatch> {
        let names = [("/record", self.record.len()), ("/base", self.base.as_ref().map_or(0, String::len))];
        if let Some((pointer, _)) = names.into_iter().find(|(_, length)| *length > PATCH_KEY) {
            return Err(OversizedPatch { pointer: pointer.to_owned(), most: PATCH_KEY });
        }
        self.patch.check_size()
    }
}

/// The state of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Stored, but not processed.
    Received,
    /// Waiting for review.
    InReview,
    /// Published in the catalogue.
    Published,
    /// A reviewer asked for changes.
    ChangesRequested,
    /// A reviewer declined it.
    Declined,
    /// Withdrawn by its author.
    Withdrawn,
}

impl State {
    /// The state's name in SQL and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InReview => "in_review",
            Self::Published => "published",
            Self::ChangesRequested => "changes_requested",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The answer to a submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// The submission's state.
    pub state: State,
    /// The record's current version.
    pub version: u32,
    /// The record's current `seq`, so that the laptop can order this answer among the changes.
    pub seq: u64,
    /// The current record.
    pub record: Map<String, Value>,
    /// The changes by others since the base version, with which it was merged; none if there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_with: Option<MergedWith>,
    /// The reviewer's reason, if any.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Where hidden characters were removed from the submission: JSON Pointers into the record. Absent from the answer
    /// to a repeat.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cleaned: Vec<String>,
}

/// The changes by others with which a submission was merged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct MergedWith {
    /// The fields that others had changed.
    pub fields: Vec<String>,
    /// The address of the person who last changed the record; empty if not known.
    pub by: String,
    /// When they changed it.
    pub at: Option<Timestamp>,
}

/// A submission and someone else changed the same fields: the record as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Conflict {
    /// The record's current version.
    pub version: u32,
    /// The record's current `seq`.
    pub seq: u64,
    /// The fields changed by both.
    pub fields: Vec<String>,
    /// The address of the person who last changed the record; empty if not known.
    #[serde(default)]
    pub by: String,
    /// The current record.
    pub record: Map<String, Value>,
}
