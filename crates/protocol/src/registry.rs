//! What a registry says of itself to anyone who asks.

use serde::{Deserialize, Serialize};

/// `GET /api/v1/registry`: who operates it, where, its privacy notice and terms. An answer of this shape is also
/// how an app knows that an address is a registry's at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct RegistryFacts {
    /// The version of the protocol that it speaks.
    pub protocol: u32,
    /// What it is called.
    pub name: String,
    /// Who operates it.
    pub operator: String,
    /// Where the data are kept, for example "United Kingdom".
    pub place: String,
    /// What is kept about people and why. Plain text, a few paragraphs.
    pub privacy_notice: String,
    /// What one agrees to. Plain text, a few paragraphs.
    pub terms: String,
    /// What people may sign in with besides a code by email, for example "Microsoft"; none for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in_with: Option<String>,
}
