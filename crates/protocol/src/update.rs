//! A dated message on a project. A show-and-tell says when and where it happens, and who may come.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ProjectId;

/// A dated message on a project. It is seen by those who may see its project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Update {
    /// The project that it is about.
    pub project: ProjectId,
    /// When it was published.
    pub at: Timestamp,
    /// What it says. Markdown.
    pub text: String,
    /// When a show-and-tell happens; none for any other update.
    #[serde(default)]
    pub happens_at: Option<Timestamp>,
    /// Where it happens.
    #[serde(default)]
    pub place: String,
    /// Who may come.
    #[serde(default)]
    pub open_to: String,
}
