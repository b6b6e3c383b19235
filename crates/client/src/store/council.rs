//! A council's name, as it is kept beside what was written for it.

use guildhall_protocol::CouncilCode;
use serde::{Deserialize, Serialize};

/// A council's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredCouncil {
    pub(crate) code: CouncilCode,
    #[serde(default)]
    pub(crate) name: String,
    /// In Welsh; empty where there is none.
    #[serde(default)]
    pub(crate) name_cy: String,
}
