//! Text typed into boxes outside of drafts.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A box whose text is kept until it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TextBox {
    /// A reviewer's note to the author of a submission.
    Review,
    /// What is wrong with a project.
    Report,
    /// Why a coordinator needs to read a project that only its team can see.
    ReadWithReason,
    /// Why a project is deleted for good.
    Purge,
    /// Why someone should act for a council.
    CouncilAccessRequest,
}

impl TextBox {
    /// The SQL value.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Report => "report",
            Self::ReadWithReason => "read_with_reason",
            Self::Purge => "purge",
            Self::CouncilAccessRequest => "ask_for_council",
        }
    }
}

/// The content of a box.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Unfinished {
    /// What was chosen beside the text; empty if nothing was.
    pub choice: String,
    /// The text.
    pub text: String,
}
