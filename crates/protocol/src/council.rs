//! Councils and the services that they run: records that coordinators maintain and everybody may read.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{CouncilCode, ServiceId};

/// The nation that a council is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Nation {
    England,
    NorthernIreland,
    Scotland,
    Wales,
}

/// A council that succeeds another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Successor {
    /// The succeeding council's code.
    pub council: CouncilCode,
    /// Its first day.
    pub from: Option<Date>,
    /// The part of the old council that it covers, where it was split.
    #[serde(default)]
    pub area: String,
}

/// Help that a council offers to other councils.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Offer {
    /// The kind of help, for example "user research".
    pub skill: String,
    /// A description of the offer.
    pub what: String,
    /// The last day of the offer.
    pub until: Option<Date>,
}

/// A local authority. Its code is the record's id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Council {
    /// The local-authority-code.
    pub code: CouncilCode,
    /// The GSS code of its boundary; empty if it has none.
    #[serde(default)]
    pub gss_code: String,
    /// Its name in English.
    pub name: String,
    /// Its name in Welsh; empty if it has none.
    #[serde(default)]
    pub name_cy: String,
    /// Other names that people and spreadsheets use.
    #[serde(default)]
    pub other_names: Vec<String>,
    /// The kind of council, for example "Unitary authority".
    #[serde(default)]
    pub council_type: String,
    /// Its nation.
    pub nation: Nation,
    /// Its region in England; elsewhere the name of its nation.
    #[serde(default)]
    pub region: String,
    /// Degrees north, WGS 84.
    #[serde(default)]
    pub lat: Option<f64>,
    /// Degrees east, WGS 84.
    #[serde(default)]
    pub long: Option<f64>,
    /// The day on which it was established, where known.
    #[serde(default)]
    pub started: Option<Date>,
    /// Its last day; none for a current council.
    #[serde(default)]
    pub ended: Option<Date>,
    /// The councils that succeed it.
    #[serde(default)]
    pub successors: Vec<Successor>,
    /// Help that it offers to other councils.
    #[serde(default)]
    pub offers: Vec<Offer>,
}

/// A service in the Local Government Service List (LGSL). Its LGSL id is the record's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Service {
    /// The LGSL id.
    pub id: ServiceId,
    /// Its name, for example "Missed bin collection".
    pub name: String,
}
