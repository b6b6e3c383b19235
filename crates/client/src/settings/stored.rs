//! The settings file as stored. Each part is read separately, so that one that is damaged or from another version does
//! not lose the rest: without its registry and person, the app would start over at first run.

use guildhall_protocol::second_factor::FactorDue;
use guildhall_protocol::{
    CouncilCode, CouncilRequest, Invitation, Me, Membership, PersonId, RegistryFacts, ReviewPolicy, Role,
    ServiceId,
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{ChosenRegistry, DEFAULT_PRIVATE_DAYS, PersistedState, Settings, Theme};
use crate::store::Choice;

/// Fields that this version does not know, written back unchanged.
type Rest = Map<String, Value>;

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredFile {
    settings: StoredSettings,
    registry: Option<StoredRegistry>,
    me: Option<StoredMe>,
    acting_for: Option<CouncilCode>,
    signed_out: Option<String>,
    welcomed: bool,
    installation: String,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct StoredSettings {
    theme: Choice<StoredTheme>,
    text_size: u16,
    work_offline: bool,
    private_days: u16,
    services: Vec<ServiceId>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredTheme {
    System,
    Light,
    Dark,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct StoredRegistry {
    address: String,
    facts: StoredFacts,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct StoredFacts {
    protocol: u32,
    name: String,
    operator: String,
    place: String,
    privacy_notice: String,
    terms: String,
    sign_in_with: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct StoredMe {
    person: Option<PersonId>,
    email: String,
    councils: Vec<StoredMembership>,
    coordinator: bool,
    invitations: Vec<StoredInvitation>,
    asked: Vec<CouncilCode>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requests: Vec<StoredRequest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    factor_due: Option<StoredFactorDue>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct StoredFactorDue {
    by: Option<Timestamp>,
    #[serde(default)]
    rests: bool,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct StoredMembership {
    council: CouncilCode,
    #[serde(default)]
    name: String,
    #[serde(default = "least")]
    role: Choice<Role>,
    #[serde(default)]
    decides: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unconfirmed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    review: Option<Choice<ReviewPolicy>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    has_published: bool,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct StoredInvitation {
    id: Uuid,
    council: CouncilCode,
    #[serde(default)]
    council_name: String,
    #[serde(default)]
    email: String,
    role: Choice<Role>,
    #[serde(default)]
    invited_by: String,
    invited_at: Timestamp,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct StoredRequest {
    council: CouncilCode,
    #[serde(default)]
    council_name: String,
    person: PersonId,
    #[serde(default)]
    email: String,
    #[serde(default)]
    evidence: String,
    asked_at: Timestamp,
    #[serde(flatten)]
    rest: Rest,
}

fn least() -> Choice<Role> {
    Choice::Known(Role::Contributor)
}

/// Reads every part that can be read. False if any cannot.
pub(super) fn read(text: &[u8]) -> (StoredFile, bool) {
    let Ok(Value::Object(mut file)) = serde_json::from_slice(text) else {
        return (StoredFile::default(), false);
    };
    fn part<'a>(of: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Map<String, Value>> {
        of.get_mut(name)?.as_object_mut()
    }
    let mut is_whole = true;
    if let Some(settings) = part(&mut file, "settings") {
        is_whole &= keep_readable::<StoredSettings>(settings);
    }
    if let Some(registry) = part(&mut file, "registry") {
        if let Some(facts) = part(registry, "facts") {
            is_whole &= keep_readable::<StoredFacts>(facts);
        }
        is_whole &= keep_readable::<StoredRegistry>(registry);
    }
    if let Some(me) = part(&mut file, "me") {
        is_whole &= keep_readable::<StoredMe>(me);
    }
    is_whole &= keep_readable::<StoredFile>(&mut file);
    (serde_json::from_value(Value::Object(file)).unwrap_or_default(), is_whole)
}

/// Removes the fields that cannot be read as fields of `T`. False if there were any.
fn keep_readable<T: DeserializeOwned>(fields: &mut Map<String, Value>) -> bool {
    let before = fields.len();
    fields.retain(|name, value| {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        serde_json::from_value::<T>(Value::Object(alone)).is_ok()
    });
    fields.len() == before
}

impl StoredFile {
    /// The settings in the form that the app uses.
    pub(super) fn kept(self) -> PersistedState {
        PersistedState {
            settings: self.settings.shown(),
            registry: self.registry.as_ref().and_then(StoredRegistry::shown),
            me: self.me.as_ref().and_then(StoredMe::shown),
            acting_for: self.acting_for.clone(),
            signed_out: self.signed_out.clone(),
            welcomed: self.welcomed,
            installation: self.installation.clone(),
            stored: self,
        }
    }

    /// The file to write, including fields of the one read that this version does not know.
    pub(super) fn of(kept: &PersistedState) -> Self {
        let before = &kept.stored;
        Self {
            settings: before.settings.with(&kept.settings),
            registry: kept.registry.as_ref().map(|registry| StoredRegistry::of(registry, before)),
            me: kept.me.as_ref().map(|me| StoredMe::of(me, before)),
            acting_for: kept.acting_for.clone(),
            signed_out: kept.signed_out.clone(),
            welcomed: kept.welcomed,
            installation: kept.installation.clone(),
            rest: before.rest.clone(),
        }
    }
}

impl Default for StoredSettings {
    fn default() -> Self {
        Self {
            theme: Choice::Known(StoredTheme::System),
            text_size: 100,
            work_offline: false,
            private_days: DEFAULT_PRIVATE_DAYS,
            services: Vec::new(),
            rest: Rest::new(),
        }
    }
}

impl StoredSettings {
    fn shown(&self) -> Settings {
        Settings {
            theme: match self.theme.or(StoredTheme::System) {
                StoredTheme::System => Theme::System,
                StoredTheme::Light => Theme::Light,
                StoredTheme::Dark => Theme::Dark,
            },
            text_size: self.text_size,
            work_offline: self.work_offline,
            private_days: self.private_days,
            services: self.services.clone(),
        }
    }

    fn with(&self, settings: &Settings) -> Self {
        let mut theme = self.theme.clone();
        let chosen = match settings.theme {
            Theme::System => StoredTheme::System,
            Theme::Light => StoredTheme::Light,
            Theme::Dark => StoredTheme::Dark,
        };
        theme.choose(chosen, StoredTheme::System);
        Self {
            theme,
            text_size: settings.text_size,
            work_offline: settings.work_offline,
            private_days: settings.private_days,
            services: settings.services.clone(),
            rest: self.rest.clone(),
        }
    }
}

impl StoredRegistry {
    /// `None` if its address is missing.
    fn shown(&self) -> Option<ChosenRegistry> {
        let StoredFacts {
            protocol, name, operator, place, privacy_notice, terms, sign_in_with, contact, ..
        } = self.facts.clone();
        let facts =
            RegistryFacts { protocol, name, operator, place, privacy_notice, terms, sign_in_with, contact };
        let address = Some(self.address.clone()).filter(|address| !address.is_empty());
        address.map(|address| ChosenRegistry { address, facts })
    }

    fn of(registry: &ChosenRegistry, before: &StoredFile) -> Self {
        let ChosenRegistry { address, facts } = registry.clone();
        let before = before.registry.as_ref().filter(|before| before.address == address);
        let before = before.cloned().unwrap_or_default();
        let RegistryFacts { protocol, name, operator, place, privacy_notice, terms, sign_in_with, contact } =
            facts;
        let rest = before.facts.rest;
        let facts = StoredFacts {
            protocol,
            name,
            operator,
            place,
            privacy_notice,
            terms,
            sign_in_with,
            contact,
            rest,
        };
        Self { address, facts, rest: before.rest }
    }
}

impl StoredMe {
    /// `None` if the person's id or address is missing.
    fn shown(&self) -> Option<Me> {
        Some(Me {
            person: self.person?,
            email: Some(self.email.clone()).filter(|email| !email.is_empty())?,
            councils: self.councils.iter().map(StoredMembership::shown).collect(),
            coordinator: self.coordinator,
            invitations: self.invitations.iter().map(StoredInvitation::shown).collect(),
            asked: self.asked.clone(),
            requests: self.requests.iter().map(StoredRequest::shown).collect(),
            factor_due: self.factor_due.as_ref().map(|due| FactorDue { by: due.by, rests: due.rests }),
        })
    }

    fn of(me: &Me, before: &StoredFile) -> Self {
        let before = before.me.clone().filter(|before| before.person == Some(me.person)).unwrap_or_default();
        let councils = me.councils.iter().map(|membership| {
            // An unchanged membership keeps its stored form, with unknown fields.
            let stored = Membership { leads: Vec::new(), ..membership.clone() };
            let same = before.councils.iter().find(|before| before.shown() == stored);
            same.cloned().unwrap_or_else(|| StoredMembership::of(membership))
        });
        let invitations = me.invitations.iter().map(|invitation| {
            let same = before.invitations.iter().find(|before| before.shown() == *invitation);
            same.cloned().unwrap_or_else(|| StoredInvitation::of(invitation))
        });
        let requests = me.requests.iter().map(|request| {
            let same = before.requests.iter().find(|before| before.shown() == *request);
            same.cloned().unwrap_or_else(|| StoredRequest::of(request))
        });
        Self {
            person: Some(me.person),
            email: me.email.clone(),
            councils: councils.collect(),
            coordinator: me.coordinator,
            invitations: invitations.collect(),
            asked: me.asked.clone(),
            requests: requests.collect(),
            factor_due: me.factor_due.map(|FactorDue { by, rests }| {
                let rest = before.factor_due.as_ref().map(|due| due.rest.clone()).unwrap_or_default();
                StoredFactorDue { by, rests, rest }
            }),
            rest: before.rest.clone(),
        }
    }
}

impl StoredMembership {
    fn shown(&self) -> Membership {
        Membership {
            council: self.council.clone(),
            name: self.name.clone(),
            role: self.role.or(Role::Contributor),
            decides: self.decides,
            unconfirmed: self.unconfirmed,
            review: match self.review {
                Some(Choice::Known(review)) => Some(review),
                Some(Choice::Other(_)) | None => None,
            },
            has_published: self.has_published,
            // Not stored: the address of a lead who deletes their account must not stay on others' laptops.
            leads: Vec::new(),
        }
    }

    fn of(membership: &Membership) -> Self {
        let Membership { council, name, role, decides, unconfirmed, review, has_published, leads: _ } =
            membership.clone();
        Self {
            council,
            name,
            role: Choice::Known(role),
            decides,
            unconfirmed,
            review: review.map(Choice::Known),
            has_published,
            rest: Rest::new(),
        }
    }
}

impl StoredRequest {
    fn shown(&self) -> CouncilRequest {
        let Self { council, council_name, person, email, evidence, asked_at, .. } = self.clone();
        CouncilRequest { council, council_name, person, email, evidence, asked_at }
    }

    fn of(request: &CouncilRequest) -> Self {
        let CouncilRequest { council, council_name, person, email, evidence, asked_at } = request.clone();
        Self { council, council_name, person, email, evidence, asked_at, rest: Rest::new() }
    }
}

impl StoredInvitation {
    fn shown(&self) -> Invitation {
        Invitation {
            id: self.id,
            council: self.council.clone(),
            council_name: self.council_name.clone(),
            email: self.email.clone(),
            role: self.role.or(Role::Contributor),
            invited_by: self.invited_by.clone(),
            invited_at: self.invited_at,
        }
    }

    fn of(invitation: &Invitation) -> Self {
        let Invitation { id, council, council_name, email, role, invited_by, invited_at } =
            invitation.clone();
        Self {
            id,
            council,
            council_name,
            email,
            role: Choice::Known(role),
            invited_by,
            invited_at,
            rest: Rest::new(),
        }
    }
}
