//! What is wrong with projects, and removing one for good.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{CouncilCode, ProjectId};

/// What someone may say is wrong with a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// It is the same as another one.
    Duplicate,
    /// Something else.
    Problem,
}

impl Wrong {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Duplicate, Self::Problem];

    /// The word for it, in SQL and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Problem => "problem",
        }
    }
}

/// `POST /api/v1/projects/{id}/reports`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NewReport {
    /// What is wrong.
    pub why: Wrong,
    /// In words, at most [`crate::REASON`] characters.
    pub text: String,
}

/// `POST /api/v1/projects/{id}/read`: a coordinator has to look at what only a team can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct ReadTeam {
    /// Why, in at most [`crate::REASON`] characters: it is written down, and the council's leads are told.
    pub reason: String,
}

/// What someone said is wrong with a project, and nobody has dealt with yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Report {
    /// Its id.
    pub id: Uuid,
    /// The project.
    pub project: ProjectId,
    /// What the project is called; empty for who may not see it.
    pub title: String,
    /// The project's council.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// What is wrong.
    pub why: Wrong,
    /// In words.
    pub text: String,
    /// The address of who said so; empty for someone who was not signed in, or is no more.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// `DELETE /api/v1/projects/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Purge {
    /// Why, at most [`crate::REASON`] characters.
    pub reason: String,
}
