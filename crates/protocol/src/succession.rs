//! Councils that merge or are split: which councils succeed them, and which take over their projects.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{CouncilCode, ProjectId};

/// The most successors of one council.
pub const MAX_SUCCESSORS: usize = 20;
/// The most projects taken over at once.
pub const MAX_TAKEN_OVER: usize = 500;
/// The most characters in a successor's area.
pub const AREA: usize = 200;

/// `PUT /api/v1/councils/{code}/successors`: names a council's successors. An empty list removes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NameSuccessors {
    /// The successors' first day; the council's last is the day before.
    pub from: Date,
    /// At most [`MAX_SUCCESSORS`], without repeats.
    pub successors: Vec<NewSuccessor>,
}

/// A council to be named as a successor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NewSuccessor {
    /// The successor's code.
    pub council: CouncilCode,
    /// Where the council is split, the part that this successor covers: at most [`AREA`] characters.
    #[serde(default)]
    pub area: String,
}

/// `POST /api/v1/councils/{code}/takeover`: a lead confirms that projects of a predecessor are now their council's.
/// Answered with [`TakenOver`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct TakeOver {
    /// The predecessor.
    pub from: CouncilCode,
    /// The projects, at most [`MAX_TAKEN_OVER`]. Those that are not the predecessor's, or that the person may not see,
    /// are skipped.
    pub projects: Vec<ProjectId>,
    /// Whether to take over all of the predecessor's team-only projects as well.
    #[serde(default)]
    pub team_only: bool,
}

/// The result of a [`TakeOver`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct TakenOver {
    /// How many projects were taken over.
    pub projects: u32,
}

/// A predecessor, as shown to a lead of a successor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Predecessor {
    /// The predecessor's code.
    pub council: CouncilCode,
    /// The predecessor's name.
    pub name: String,
    /// The successor's first day, where known.
    pub from: Option<Date>,
    /// The part of the predecessor that this successor covers; empty for all.
    pub area: String,
    /// Whether this is its only successor.
    pub alone: bool,
    /// Projects not taken over yet, as far as the reader may see them.
    pub projects: Vec<TitledProject>,
}

/// A project, in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct TitledProject {
    /// Its id.
    pub id: ProjectId,
    /// Its title.
    pub title: String,
}

/// A council that is ending, or ended within the last year, as shown to coordinators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Succession {
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub name: String,
    /// The successors' first day.
    pub from: Date,
    /// The successors, and the part that each covers.
    pub successors: Vec<NamedSuccessor>,
    /// How many projects have not been taken over yet, of those that the reader may see.
    pub left: u32,
}

/// A successor, in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NamedSuccessor {
    /// The successor's code.
    pub council: CouncilCode,
    /// The successor's name.
    pub name: String,
    /// The part that it covers; empty for all.
    pub area: String,
}
