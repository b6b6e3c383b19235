//! Councils and the services that they run: records that coordinators keep, and everybody may read.

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

/// A council that came after another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Successor {
    /// The council that came after.
    pub council: CouncilCode,
    /// The first day of it.
    pub from: Option<Date>,
    /// The part of the old council that it covers, where it was split.
    #[serde(default)]
    pub area: String,
}

/// What a council offers others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Offer {
    /// The kind of help, for example "user research".
    pub skill: String,
    /// What exactly is offered.
    pub what: String,
    /// The last day on which it is.
    pub until: Option<Date>,
}

/// An organisation with a mandate. Its record's id is its code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Council {
    /// local-authority-code.
    pub code: CouncilCode,
    /// The GSS code of its boundary, empty where it has none.
    #[serde(default)]
    pub gss_code: String,
    /// Its name in English.
    pub name: String,
    /// Its name in Welsh, empty where it has none.
    #[serde(default)]
    pub name_cy: String,
    /// Other names that people and spreadsheets use for it.
    #[serde(default)]
    pub other_names: Vec<String>,
    /// The kind of council, for example "Unitary authority".
    #[serde(default)]
    pub council_type: String,
    /// Its nation.
    pub nation: Nation,
    /// Its region of England, or its nation's name.
    #[serde(default)]
    pub region: String,
    /// Degrees north, WGS 84.
    #[serde(default)]
    pub lat: Option<f64>,
    /// Degrees east, WGS 84.
    #[serde(default)]
    pub long: Option<f64>,
    /// The first day of its existence, where known.
    #[serde(default)]
    pub started: Option<Date>,
    /// The last day of its existence; none for a current council.
    #[serde(default)]
    pub ended: Option<Date>,
    /// Who came after it.
    #[serde(default)]
    pub successors: Vec<Successor>,
    /// What it offers others.
    #[serde(default)]
    pub offers: Vec<Offer>,
}

/// A service of the Local Government Service List. Its record's id is its LGSL id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Service {
    /// LGSL id.
    pub id: ServiceId,
    /// Its name, for example "Missed bin collection".
    pub name: String,
}
