//! Ids, each with its own type, so that a need cannot be looked up as a project. Ids created on a laptop are UUIDv7
//! (RFC 9562 §5.7): unique without coordination, and in order of creation.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

uuid_ids! {
    /// A project.
    ProjectId
    /// A need. It keeps its id when it is reworded, so that others can refer to it.
    NeedId
    /// An update.
    UpdateId
    /// A person who signs in.
    PersonId
    /// A submission, created on the laptop; also its idempotency key.
    SubmissionId
    /// A sign-in by email that has begun.
    StartId
}

/// A council's local-authority-code, for example `WBK`. Not its GSS code, which names a boundary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct CouncilCode(String);

/// Not a council's code, which has 2 to 12 letters, digits or hyphens.
#[derive(Debug, thiserror::Error)]
#[error("a council's code is 2 to 12 letters, digits or hyphens")]
pub struct BadCouncilCode;

impl CouncilCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CouncilCode {
    type Err = BadCouncilCode;
    fn from_str(text: &str) -> Result<Self, BadCouncilCode> {
        let fits =
            (2..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fits { Ok(Self(text.to_ascii_uppercase())) } else { Err(BadCouncilCode) }
    }
}

impl fmt::Display for CouncilCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An id in the Local Government Service List (LGSL).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct ServiceId(pub u32);

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
