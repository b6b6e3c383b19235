//! A choice among words, as it is stored.

use serde::{Deserialize, Serialize};

/// A choice, or the word for one that only another version of the app knows: it is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Choice<T> {
    /// One that this version knows.
    Known(T),
    /// Another one.
    Other(String),
}

impl<T: Copy + PartialEq> Choice<T> {
    /// The choice; `instead` for one that this version does not know.
    pub(crate) fn or(&self, instead: T) -> T {
        match self {
            Self::Known(known) => *known,
            Self::Other(_) => instead,
        }
    }

    /// Chooses, where something else than what is shown for this one was chosen.
    pub(crate) fn choose(&mut self, choice: T, instead: T) {
        if self.or(instead) != choice {
            *self = Self::Known(choice);
        }
    }
}
