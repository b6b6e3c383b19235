//! Councils that merge or are split: who comes after whom, and whose projects they become.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{CouncilCode, ProjectId};

/// The most councils that come after one.
pub const MAX_SUCCESSORS: usize = 20;
/// The most projects that are taken over at once.
pub const MAX_TAKEN_OVER: usize = 500;
/// The most characters of a successor's area.
pub const AREA: usize = 200;

/// `PUT /api/v1/councils/{code}/successors`: who comes after a council. Nobody does where the list is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NameSuccessors {
    /// Their first day; the council's last is the one before.
    pub from: Date,
    /// At most [`MAX_SUCCESSORS`], each once.
    pub successors: Vec<NewSuccessor>,
}

/// A council that is to come after another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NewSuccessor {
    /// Its code.
    pub council: CouncilCode,
    /// The part that it covers, where the old one is split: at most [`AREA`] characters.
    #[serde(default)]
    pub area: String,
}

/// `POST /api/v1/councils/{code}/takeover`: a lead confirms that projects of a council before are now theirs. Answered with
/// [`TakenOver`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct TakeOver {
    /// The council before.
    pub from: CouncilCode,
    /// Those of its projects, at most [`MAX_TAKEN_OVER`]. What is not its, or can't be seen by who asks, is left alone.
    pub projects: Vec<ProjectId>,
    /// All those as well that only their team can see.
    #[serde(default)]
    pub team_only: bool,
}

/// What came of a [`TakeOver`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct TakenOver {
    /// How many projects moved.
    pub projects: u32,
}

/// A council that another came after, as a lead of the later one sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Predecessor {
    /// Its code.
    pub council: CouncilCode,
    /// Its name.
    pub name: String,
    /// The first day of the one that came after, where that is known.
    pub from: Option<Date>,
    /// The part of it that this one covers; empty for all.
    pub area: String,
    /// No other council came after it.
    pub alone: bool,
    /// Its projects that were not taken over yet, as far as the reader may see them.
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

/// A council that ends, or ended within the last year, as coordinators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Succession {
    /// Its code.
    pub council: CouncilCode,
    /// Its name.
    pub name: String,
    /// The first day of those that come after it.
    pub from: Date,
    /// Who comes after it, and for which part.
    pub successors: Vec<NamedSuccessor>,
    /// How many of its projects were not taken over yet, as far as the reader may see them.
    pub left: u32,
}

/// A successor, in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NamedSuccessor {
    /// Its code.
    pub council: CouncilCode,
    /// Its name.
    pub name: String,
    /// The part that it covers; empty for all.
    pub area: String,
}
