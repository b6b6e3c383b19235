//! A stored choice from a set of words, some of which only other versions of the app may know.

use serde::{Deserialize, Serialize};

/// A choice, or a word that only another version of the app knows, kept unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Choice<T> {
    /// A choice that this version knows.
    Known(T),
    /// A word that it does not know.
    Other(String),
}

impl<T: Copy + PartialEq> Choice<T> {
    /// The choice, or `instead` if this version does not know it.
    pub(crate) fn or(&self, instead: T) -> T {
        match self {
            Self::Known(known) => *known,
            Self::Other(_) => instead,
        }
    }

    /// Sets the choice unless it is the one already shown, so that an unknown word shown as `instead` is kept.
    pub(crate) fn choose(&mut self, choice: T, instead: T) {
        if self.or(instead) != choice {
            *self = Self::Known(choice);
        }
    }
}
