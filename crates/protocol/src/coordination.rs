//! What coordinators are shown: everything that waits for them, from all councils.

use serde::{Deserialize, Serialize};

use crate::{CouncilCode, Domain, PersonId, Report, Succession};

/// `GET /api/v1/coordination`: everything that waits for coordinators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Coordination {
    /// Requested domains.
    pub domains: Vec<Domain>,
    /// Councils that have people but no lead.
    pub without_lead: Vec<NamedCouncil>,
    /// Unconfirmed leads.
    pub interim: Vec<LeadToConfirm>,
    /// The email domains of all councils.
    #[serde(default)]
    pub listed: Vec<Domain>,
    /// How many requests have waited more than ten working days.
    pub overdue: u32,
    /// Reports of problems with projects.
    #[serde(default)]
    pub reports: Vec<Report>,
    /// Councils that are merging or being split.
    #[serde(default)]
    pub successions: Vec<Succession>,
    /// Activity in the last seven days.
    pub week: Week,
}

/// A council, in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NamedCouncil {
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub name: String,
}

/// An unconfirmed lead: the first person to act for a council without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct LeadToConfirm {
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// The person's id.
    pub person: PersonId,
    /// The address with which they sign in.
    pub email: String,
}

/// Activity in seven days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Week {
    /// New projects.
    pub new_projects: u32,
    /// Other published changes to projects.
    pub changes: u32,
    /// Councils that published something.
    pub councils: u32,
    /// People who signed in for the first time.
    pub new_people: u32,
}
