//! The words that generated councils and projects are made of, from `words.toml`.

use guildhall_protocol::ServiceId;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) councils: CouncilWords,
    pub(super) projects: ProjectWords,
    pub(super) theme: Vec<Theme>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CouncilWords {
    pub(super) first: Vec<String>,
    pub(super) last: Vec<String>,
    pub(super) regions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectWords {
    pub(super) titles: Vec<String>,
    pub(super) summaries: Vec<String>,
    pub(super) problems: Vec<String>,
    pub(super) as_a: Vec<String>,
    pub(super) i_need: Vec<String>,
    pub(super) so_that: Vec<String>,
    pub(super) evidence: Vec<String>,
    pub(super) learned: Vec<String>,
    pub(super) teams: Vec<String>,
    pub(super) suppliers: Vec<String>,
    pub(super) products: Vec<String>,
    pub(super) licences: Vec<String>,
    pub(super) updates: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Theme {
    pub(super) services: Vec<ServiceId>,
    pub(super) things: Vec<String>,
    pub(super) tags: Vec<String>,
}

pub(super) fn read() -> Result<Words, toml::de::Error> {
    toml::from_str(include_str!("words.toml"))
}
