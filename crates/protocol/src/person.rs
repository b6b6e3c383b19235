//! The people: who is signed in, who acts for which council, and what a council's leads and the coordinators see of
//! that.

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::second_factor::FactorDue;
use crate::{CouncilCode, PersonId, Predecessor, Report, Succession};

/// What someone is at a council.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Verified there: what they send is checked first.
    Contributor,
    /// Writes for it.
    Editor,
    /// Decides for it, and looks after its people.
    Lead,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 3] = [Self::Contributor, Self::Editor, Self::Lead];

    /// The word for it, in SQL and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contributor => "contributor",
            Self::Editor => "editor",
            Self::Lead => "lead",
        }
    }
}

/// Written by hand: an alias of serde's would be a word of the window's and of the API's description, too.
impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        // What apps call a contributor that are older than the word.
        if word == "council_user" {
            return Ok(Self::Contributor);
        }
        let role = Self::ALL.into_iter().find(|role| role.as_str() == word);
        role.ok_or_else(|| D::Error::unknown_variant(&word, &["contributor", "editor", "lead"]))
    }
}

/// A council at which a person is verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Membership {
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub name: String,
    /// What they are there.
    #[serde(default = "least")]
    pub role: Role,
    /// May they decide what is sent for it?
    #[serde(default)]
    pub decides: bool,
    /// A lead whom nobody has confirmed yet, and who can't do everything that leads do.
    #[serde(default)]
    pub unconfirmed: bool,
}

fn yes() -> bool {
    true
}

fn least() -> Role {
    Role::Contributor
}

/// `GET /api/v1/me`: who is signed in, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Me {
    /// The person's id.
    pub person: PersonId,
    /// The address with which they sign in.
    pub email: String,
    /// The councils at which they are verified; none for a member from elsewhere.
    pub councils: Vec<Membership>,
    /// Do they belong to the pooled administration?
    #[serde(default)]
    pub coordinator: bool,
    /// The roles that they are offered.
    #[serde(default)]
    pub invitations: Vec<Invitation>,
    /// The councils that they asked to act for and have not been answered.
    #[serde(default)]
    pub asked: Vec<CouncilCode>,
    /// Who asks to act for a council whose lead this person is, and has not been answered: the first [`MAX_REQUESTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<CouncilRequest>,
    /// What they are asks for a second factor, and they have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor_due: Option<FactorDue>,
}

/// As many of those who ask to act for a council are told with [`Me`].
pub const MAX_REQUESTS: usize = 50;

/// Someone asks to act for a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct CouncilRequest {
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// Who asks.
    pub person: PersonId,
    /// The address with which they sign in.
    pub email: String,
    /// Why it is the council's.
    pub evidence: String,
    /// When they asked.
    pub asked_at: Timestamp,
}

/// A role that someone is offered at a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// The address that is invited.
    pub email: String,
    /// What they are to be: editor or lead.
    pub role: Role,
    /// The address of who invited them; empty where that person is no more.
    pub invited_by: String,
    /// When.
    pub invited_at: Timestamp,
}

/// `POST /api/v1/councils/{code}/invitations`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Invite {
    /// The address.
    pub email: String,
    /// Editor or lead.
    pub role: Role,
}

/// `POST /api/v1/invitations/{id}/answer`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct YesOrNo {
    /// Yes?
    pub accept: bool,
}

/// `DELETE /api/v1/me`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Erase {
    /// Names under which contacts of their councils' projects may have them. At most [`MAX_NAMES`].
    #[serde(default)]
    pub names: Vec<String>,
}

/// The most names of someone who wants to be erased.
pub const MAX_NAMES: usize = 10;

/// `PUT /api/v1/councils/{code}/people/{person}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NewRole {
    /// What they are to be.
    pub role: Role,
}

/// Which submissions for a council are checked by someone else before they are published. Suggestions and whatever
/// shows a project to more people are always checked, and what leads send never is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewPolicy {
    /// None.
    None,
    /// Everything from contributors, and each editor's first.
    #[default]
    First,
    /// All.
    All,
}

impl ReviewPolicy {
    /// Every policy.
    pub const ALL: [Self; 3] = [Self::None, Self::First, Self::All];

    /// The word for it, in SQL and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::First => "first",
            Self::All => "all",
        }
    }
}

/// How a council wants to be looked after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct CouncilSettings {
    /// What is checked.
    pub review: ReviewPolicy,
    /// May its editors check what others send?
    pub editors_decide: bool,
    /// May coordinators decide for it? A council without a lead counts as if it had said so.
    pub delegate_to_coordinator: bool,
}

/// `GET /api/v1/councils/{code}/people`: for its leads, and for coordinators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct CouncilPeople {
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub name: String,
    /// How it wants to be looked after.
    pub settings: CouncilSettings,
    /// May who asks give and take roles, and not only invite editors? An older registry lets everyone who sees this.
    #[serde(default = "yes")]
    pub may_manage: bool,
    /// Who acts for it, leads first.
    pub people: Vec<CouncilPerson>,
    /// The invitations that were not answered.
    pub invitations: Vec<Invitation>,
    /// Its email domains, and those that are asked for.
    pub domains: Vec<Domain>,
    /// What people say is wrong with its projects.
    #[serde(default)]
    pub reports: Vec<Report>,
    /// The councils that it came after.
    #[serde(default)]
    pub predecessors: Vec<Predecessor>,
}

/// Someone who acts for a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct CouncilPerson {
    /// The person's id.
    pub person: PersonId,
    /// The address with which they sign in.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// A lead whom nobody has confirmed.
    pub interim: bool,
    /// They have to confirm their address before they can act for the council again.
    pub lapsed: bool,
    /// When they last confirmed their address.
    pub verified_at: Timestamp,
    /// The day on which they were last seen; none where they never were.
    pub last_seen: Option<Timestamp>,
    /// Do they have a second factor?
    #[serde(default)]
    pub second_factor: bool,
    /// When a reset of it takes effect that somebody asked for.
    #[serde(default)]
    pub factor_reset_at: Option<Timestamp>,
}

/// Where an email domain stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DomainStatus {
    /// Someone asked for it.
    Asked,
    /// People with an address there are verified at the council.
    Active,
}

/// An email domain of a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Domain {
    /// For example `barchester.example`.
    pub domain: String,
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// Where it stands.
    pub status: DomainStatus,
    /// Why it is the council's.
    pub evidence: String,
    /// The address of who asked for it or added it; empty for whoever runs the registry.
    pub added_by: String,
    /// When; none where that was not noted.
    pub added_at: Option<Timestamp>,
    /// From when on it is the council's; none where it is already.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Until when it is, where it is a council's that merges or is split; none for ever.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Whether it counts for all domains that end with it, at a dot, too.
    #[serde(default)]
    pub below: bool,
    /// Who asked; none for a domain that is the council's.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// How many people with an address there have signed in.
    #[serde(default)]
    pub lets_in: u32,
}

/// `POST /api/v1/me/councils`: someone whose domain is not known asks to act for a council.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct AskForCouncil {
    /// The council.
    pub council: CouncilCode,
    /// Why their address is the council's, at most 1,000 characters.
    pub evidence: String,
}

/// What becomes of someone's wish to act for a council.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DomainAnswer {
    /// Everybody with an address at this domain acts for it from now on: for coordinators.
    Domain,
    /// Only who asked does.
    Person,
    /// Nobody does.
    No,
    /// Nobody does any more because of an address at this domain: for coordinators.
    Remove,
}

/// `PUT /api/v1/councils/{code}/domains/{domain}`: answers who asked for it, or without that adds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct AnswerDomain {
    /// What is to become of it.
    pub answer: DomainAnswer,
    /// Whose request it answers; an older app says only the domain, and means the first who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Whether the domain counts for all that end with it, at a dot, too.
    #[serde(default)]
    pub below: bool,
}

/// A lead whom nobody has confirmed, as those see them who may vouch for them or object: one of
/// `GET /api/v1/unconfirmed-leads`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct UnconfirmedLead {
    /// Where they lead.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// Who they are.
    pub person: PersonId,
    /// Their address.
    pub email: String,
    /// The councils whose leads have vouched for them, by name.
    pub vouched_by: Vec<String>,
    /// From when on they are confirmed, where enough have vouched and nobody objects.
    pub confirmed_from: Option<Timestamp>,
    /// May who asks vouch for them?
    pub may_vouch: bool,
    /// May who asks object?
    pub may_object: bool,
}

/// A person's place in a project's team: one of `GET /api/v1/projects/{id}/seats`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Seat {
    /// Who has it.
    pub person: PersonId,
    /// Their address.
    pub email: String,
    /// The council for which they have it.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// It rests until they confirm their address, or act for the council again.
    pub suspended: bool,
    /// May who asks take it back?
    pub may_take_back: bool,
}

/// A laptop that someone is signed in on: `GET /api/v1/me/devices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Device {
    /// Its id.
    pub id: Uuid,
    /// What it calls itself; may be empty.
    pub name: String,
    /// Since when.
    pub signed_in_at: Timestamp,
    /// When it was last heard of.
    pub last_seen: Timestamp,
    /// Is it the one that asks?
    pub this: bool,
}

/// `GET /api/v1/coordination`: what waits for the coordinators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Coordination {
    /// Domains that were asked for.
    pub domains: Vec<Domain>,
    /// Councils at which someone works and that have no lead.
    pub without_lead: Vec<NamedCouncil>,
    /// Leads who were simply the first.
    pub interim: Vec<InterimLead>,
    /// The email domains of all councils.
    #[serde(default)]
    pub listed: Vec<Domain>,
    /// How many requests were not answered for ten working days.
    pub overdue: u32,
    /// What people say is wrong with projects.
    #[serde(default)]
    pub reports: Vec<Report>,
    /// Councils that merge or are split.
    #[serde(default)]
    pub successions: Vec<Succession>,
    /// What the network did in the last seven days.
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

/// A lead who was simply the first of a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct InterimLead {
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// The person's id.
    pub person: PersonId,
    /// The address with which they sign in.
    pub email: String,
}

/// What the network did in seven days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Week {
    /// Projects that came in.
    pub new_projects: u32,
    /// Other changes to projects that were published.
    pub changes: u32,
    /// Councils that published something.
    pub councils: u32,
    /// People who signed in for the first time.
    pub new_people: u32,
}
