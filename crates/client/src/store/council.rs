//! A council's name, stored with the texts written for it so that they can be shown without the mirror.

use guildhall_protocol::CouncilCode;
use serde::{Deserialize, Serialize};

/// A council's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredCouncil {
    pub(crate) code: CouncilCode,
    #[serde(default)]
    pub(crate) name: String,
    /// The Welsh name; empty if there is none.
    #[serde(default)]
    pub(crate) name_cy: String,
}
