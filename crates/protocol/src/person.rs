//! The person who is signed in, as the registry knows them.

use serde::{Deserialize, Serialize};

use crate::{CouncilCode, PersonId};

/// A council at which a person is verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Membership {
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub name: String,
}

/// `GET /api/v1/me`: who is signed in, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Me {
    /// The person's id.
    pub person: PersonId,
    /// The address with which they sign in.
    pub email: String,
    /// The councils at which they are verified; none for a member from elsewhere.
    pub councils: Vec<Membership>,
}
