//! A draft that was sent, and what became of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::CouncilCode;
use crate::changes::Kind;
use crate::fields::{OversizedPatch, PATCH_KEY, Patch};

/// `PUT /api/v1/submissions/{id}`: only what changed since `base_version`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Submission {
    /// What kind of record it is about.
    pub kind: Kind,
    /// The record's id, made on the laptop where the record is new.
    pub record: String,
    /// The council for which it is sent.
    pub council: CouncilCode,
    /// The version that the change was written on; 0 for a new record.
    pub base_version: u32,
    /// The [`crate::fields::fingerprint`] of that version, as the laptop has it: after a restored backup another may
    /// have its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// What changed.
    #[serde(flatten)]
    pub patch: Patch,
}

impl Submission {
    /// Nothing in it is longer than a change of a record needs: neither its patch ([`Patch::check_size`]) nor the names
    /// beside it.
    ///
    /// # Errors
    /// Names the first place that has too much.
    pub fn check_size(&self) -> Result<(), OversizedPatch> {
        let names = [("/record", self.record.len()), ("/base", self.base.as_ref().map_or(0, String::len))];
        if let Some((pointer, _)) = names.into_iter().find(|(_, length)| *length > PATCH_KEY) {
            return Err(OversizedPatch { pointer: pointer.to_owned(), most: PATCH_KEY });
        }
        self.patch.check_size()
    }
}

/// What became of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Stored, not looked at.
    Received,
    /// Waits for someone to check it.
    InReview,
    /// In the catalogue.
    Published,
    /// Someone asks for changes.
    ChangesRequested,
    /// Not accepted.
    Declined,
    /// Taken back by its author.
    Withdrawn,
}

impl State {
    /// The word for it, in SQL and on the wire.
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
    /// What became of it.
    pub state: State,
    /// The record's version now.
    pub version: u32,
    /// The record's `seq` now, so that the laptop can place it among the changes.
    pub seq: u64,
    /// The record as it is now.
    pub record: Map<String, Value>,
    /// What others had changed since the base, with which it was merged; none where nobody had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_with: Option<MergedWith>,
    /// Why, where someone who checked it said so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Where hidden characters were taken out of what was sent: JSON Pointers into the record. A repeat doesn't say it
    /// again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cleaned: Vec<String>,
}

/// What a submission was merged with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct MergedWith {
    /// The fields that others had changed.
    pub fields: Vec<String>,
    /// The address of who changed the record last; empty where that is not known.
    pub by: String,
    /// When that was.
    pub at: Option<Timestamp>,
}

/// The record as it is now, where a submission and someone else changed the same fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Conflict {
    /// The record's version now.
    pub version: u32,
    /// Its `seq` now.
    pub seq: u64,
    /// The fields that both changed.
    pub fields: Vec<String>,
    /// The address of who changed the record last; empty where that is not known.
    #[serde(default)]
    pub by: String,
    /// The record as it is now.
    pub record: Map<String, Value>,
}
