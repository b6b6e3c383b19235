//! What happened to a project: its versions, in words' reach. No text of an earlier version is in it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CouncilCode, Phase, Visibility};

/// What a version of a project came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    /// Somebody published it.
    Published,
    /// It was imported, and its council had not confirmed it.
    Imported,
    /// Its text changed.
    Changed,
    /// Its council claimed an imported project.
    Claimed,
    /// Its council confirmed that it is right.
    Confirmed,
    /// Another council took it over.
    Moved,
}

/// A version of a project: what changed, when, and by whom as far as the reader may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct HistoryEntry {
    /// The version.
    pub version: u32,
    /// When it was published, if known.
    pub at: Option<Timestamp>,
    /// What happened.
    pub kind: HistoryKind,
    /// The fields whose text changed.
    pub fields: Vec<String>,
    /// The new phase, if that changed.
    pub phase: Option<Phase>,
    /// Who can see it since, if that changed.
    pub visibility: Option<Visibility>,
    /// The council that it belonged to then.
    pub council: CouncilCode,
    /// That council's name.
    pub council_name: String,
    /// The address of whoever wrote it, for people of the project's council; otherwise empty.
    pub by: String,
}
