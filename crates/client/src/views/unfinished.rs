//! What is being typed in a box that is no draft.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A box whose text is kept until it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TextBox {
    /// What the author of something that was sent should know; about a submission.
    Review,
    /// What is wrong with a project.
    Report,
    /// Why a coordinator reads a project that only its team can see.
    ReadWithReason,
    /// Why a project is removed for good.
    Purge,
    /// Why someone should act for a council.
    AskForCouncil,
}

impl TextBox {
    /// The word for it, in SQL.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Report => "report",
            Self::ReadWithReason => "read_with_reason",
            Self::Purge => "purge",
            Self::AskForCouncil => "ask_for_council",
        }
    }
}

/// What is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Unfinished {
    /// What was chosen beside the text; empty where nothing was.
    pub choice: String,
    /// The text.
    pub text: String,
}
