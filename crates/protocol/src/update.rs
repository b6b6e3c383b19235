//! Updates: dated messages on a project.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ProjectId;

/// A dated message on a project, for everyone who may see the project. A show-and-tell also has a time, a place and an
/// audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Update {
    /// The project.
    pub project: ProjectId,
    /// When it was published.
    pub at: Timestamp,
    /// The message, in Markdown.
    pub text: String,
    /// When a show-and-tell takes place; none for any other update.
    #[serde(default)]
    pub happens_at: Option<Timestamp>,
    /// Where it takes place.
    #[serde(default)]
    pub place: String,
    /// Who may attend.
    #[serde(default)]
    pub open_to: String,
}
