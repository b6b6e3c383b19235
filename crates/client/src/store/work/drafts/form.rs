//! A draft's text as stored: JSON in `drafts.form`. The window's type is a separate one, so that changing a screen
//! leaves the stored format alone.
//!
//! A phase or visibility that only a newer version knows makes the draft unreadable to this one, which would otherwise
//! have to guess what its author means to publish. An unknown kind of link is shown as "other" and kept.

use guildhall_protocol::{
    Approach, BudgetBand, Collaboration, LinkKind, NeedId, Phase, ServiceId, Visibility, WantedKind,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::store::Choice;

/// Fields that this version does not know, written back unchanged.
pub(crate) type Rest = Map<String, Value>;

/// A draft's text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredForm {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) why: String,
    pub(crate) problem: String,
    pub(crate) needs: Vec<StoredNeed>,
    pub(crate) services: Vec<ServiceId>,
    pub(crate) phase: Phase,
    pub(crate) phase_dates: Vec<StoredPhaseDates>,
    pub(crate) learned: String,
    pub(crate) approach: Approach,
    pub(crate) product: String,
    pub(crate) supplier: String,
    pub(crate) contract_ends: StoredDate,
    pub(crate) collaboration: Collaboration,
    pub(crate) wanted: Vec<StoredWanted>,
    pub(crate) budget_band: BudgetBand,
    pub(crate) contact_mailbox: String,
    pub(crate) contact_name: String,
    #[serde(default = "english")]
    pub(crate) lang: String,
    pub(crate) links: Vec<StoredLink>,
    pub(crate) tags: Vec<String>,
    pub(crate) licence: String,
    pub(crate) reuse: String,
    /// `None` until it is answered. Left out then, as versions before this one cannot read `null` here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) visibility: Option<Visibility>,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

fn english() -> String {
    "en".to_owned()
}

/// A date as typed, in three boxes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredDate {
    pub(crate) day: String,
    pub(crate) month: String,
    pub(crate) year: String,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

/// A need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredNeed {
    pub(crate) id: NeedId,
    #[serde(default)]
    pub(crate) as_a: String,
    #[serde(default)]
    pub(crate) i_need: String,
    #[serde(default)]
    pub(crate) so_that: String,
    #[serde(default)]
    pub(crate) evidence: String,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

/// A phase's dates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredPhaseDates {
    pub(crate) phase: Phase,
    #[serde(default)]
    pub(crate) started: StoredDate,
    #[serde(default)]
    pub(crate) ended: StoredDate,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

/// Help that is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredWanted {
    pub(crate) kind: WantedKind,
    #[serde(default)]
    pub(crate) what: String,
    #[serde(default)]
    pub(crate) by: StoredDate,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredLink {
    pub(crate) id: Uuid,
    pub(crate) kind: Choice<LinkKind>,
    #[serde(default)]
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) label: String,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}
