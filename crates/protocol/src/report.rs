//! Reports of problems with projects, and deleting a project permanently.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{CouncilCode, ProjectId};

/// The reason for a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportReason {
    /// The project duplicates another.
    Duplicate,
    /// Another problem.
    Problem,
}

impl ReportReason {
    /// Every reason.
    pub const ALL: [Self; 2] = [Self::Duplicate, Self::Problem];

    /// The reason's name in SQL and on the wire.
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
    /// The reason.
    pub why: ReportReason,
    /// A description, at most [`crate::REASON`] characters.
    pub text: String,
}

/// `POST /api/v1/projects/{id}/read`: a coordinator must read a project that only its team can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct ReadTeam {
    /// The reason, at most [`crate::REASON`] characters. It goes into the audit log, and the council's leads are told.
    pub reason: String,
}

/// An open report of a problem with a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Report {
    /// The report's id.
    pub id: Uuid,
    /// The project.
    pub project: ProjectId,
    /// The project's title; empty if the reader may not see it.
    pub title: String,
    /// The project's council.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// The reason.
    pub why: ReportReason,
    /// A description.
    pub text: String,
    /// The reporter's address; empty for someone who was not signed in, or whose account was erased.
    pub by: String,
    /// When it was reported.
    pub at: Timestamp,
}

/// `DELETE /api/v1/projects/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Purge {
    /// The reason, at most [`crate::REASON`] characters.
    pub reason: String,
}
