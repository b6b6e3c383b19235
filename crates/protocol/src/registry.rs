//! How a registry describes itself to anyone who asks.

use serde::{Deserialize, Serialize};

/// `GET /api/v1/registry`: who operates it, where, its privacy notice and its terms. An app also uses this answer to
/// check that an address belongs to a registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct RegistryFacts {
    /// The version of the protocol that the registry speaks.
    pub protocol: u32,
    /// The registry's name.
    pub name: String,
    /// Who operates it.
    pub operator: String,
    /// Where the data are stored, for example "United Kingdom".
    pub place: String,
    /// Which data about people are stored, and why. Plain text, a few paragraphs.
    pub privacy_notice: String,
    /// The terms of use. Plain text, a few paragraphs.
    pub terms: String,
    /// A provider with which people may sign in besides a code by email, for example "Microsoft"; none if there is
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in_with: Option<String>,
    /// Where to reach the operator: an email address, or the web address of a page. None if they have not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}
