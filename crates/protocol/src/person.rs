//! People: who is signed in, who acts for which council, and what leads see of them.

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::second_factor::FactorDue;
use crate::{CouncilCode, PersonId, Predecessor, Report};

/// A person's role at a council.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Verified at the council; what they send is reviewed.
    Contributor,
    /// Publishes for the council.
    Editor,
    /// Publishes, reviews and manages the council's people.
    Lead,
}

impl Role {
    /// Every role, from the fewest rights to the most.
    pub const ALL: [Self; 3] = [Self::Contributor, Self::Editor, Self::Lead];

    /// The role's name in SQL and on the wire.
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
    /// The person's role there.
    #[serde(default = "least")]
    pub role: Role,
    /// Whether they may review submissions for the council.
    #[serde(default)]
    pub decides: bool,
    /// Whether they are a lead whom nobody has confirmed yet, with fewer rights than a confirmed one.
    #[serde(default)]
    pub unconfirmed: bool,
    /// Which submissions the council reviews, so that the app can say beforehand whether one will be. `None` from a
    /// registry that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewPolicy>,
    /// Whether anything that they sent for the council has been published: [`ReviewPolicy::First`] depends on it.
    #[serde(default)]
    pub has_published: bool,
    /// The addresses of the council's leads, so that its people know whom to ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<String>,
}

fn yes() -> bool {
    true
}

fn least() -> Role {
    Role::Contributor
}

/// `GET /api/v1/me`: the signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Me {
    /// The person's id.
    pub person: PersonId,
    /// The address with which they sign in.
    pub email: String,
    /// The councils at which they are verified; empty for a member from elsewhere.
    pub councils: Vec<Membership>,
    /// Whether they are a coordinator.
    #[serde(default)]
    pub coordinator: bool,
    /// Roles offered to them.
    #[serde(default)]
    pub invitations: Vec<Invitation>,
    /// Councils that they have asked to act for, without an answer so far.
    #[serde(default)]
    pub asked: Vec<CouncilCode>,
    /// Open requests to act for councils that this person leads: the first [`MAX_REQUESTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<CouncilRequest>,
    /// Set if their role requires a second factor and they have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor_due: Option<FactorDue>,
}

/// The most requests in [`Me::requests`].
pub const MAX_REQUESTS: usize = 50;

/// Someone's request to act for a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct CouncilRequest {
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// The person who asks.
    pub person: PersonId,
    /// The address with which they sign in.
    pub email: String,
    /// Why their address belongs to the council.
    pub evidence: String,
    /// When they asked.
    pub asked_at: Timestamp,
}

/// A role offered to someone at a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Invitation {
    /// The invitation's id.
    pub id: Uuid,
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// The invited address.
    pub email: String,
    /// The role offered: editor or lead.
    pub role: Role,
    /// The address of the person who invited them; empty if their account was erased.
    pub invited_by: String,
    /// When they were invited.
    pub invited_at: Timestamp,
}

/// `POST /api/v1/councils/{code}/invitations`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Invite {
    /// The address to invite.
    pub email: String,
    /// Editor or lead.
    pub role: Role,
}

/// `POST /api/v1/invitations/{id}/answer`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct InvitationReply {
    /// Whether the invitation is accepted.
    pub accept: bool,
}

/// `DELETE /api/v1/me`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct EraseAccount {
    /// Names by which they may appear as a contact on their councils' projects. At most [`MAX_NAMES`].
    #[serde(default)]
    pub names: Vec<String>,
}

/// The most names in [`EraseAccount::names`].
pub const MAX_NAMES: usize = 10;

/// `PUT /api/v1/councils/{code}/people/{person}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NewRole {
    /// The new role.
    pub role: Role,
}

/// Which submissions for a council are reviewed before they are published. Retiring a project, or showing it to more
/// people, is reviewed in any case unless the author may decide it alone; leads' other submissions never are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewPolicy {
    /// None.
    None,
    /// Those by contributors, and each editor's first.
    #[default]
    First,
    /// Every submission.
    All,
}

impl ReviewPolicy {
    /// Every policy.
    pub const ALL: [Self; 3] = [Self::None, Self::First, Self::All];

    /// The policy's name in SQL and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::First => "first",
            Self::All => "all",
        }
    }
}

/// A council's settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct CouncilSettings {
    /// Which submissions are reviewed.
    pub review: ReviewPolicy,
    /// Whether editors may review submissions.
    pub editors_decide: bool,
    /// Whether coordinators may decide for the council. Always so for a council without a lead.
    pub delegate_to_coordinator: bool,
}

/// `GET /api/v1/councils/{code}/people`: for the council's leads and for coordinators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct CouncilPeople {
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub name: String,
    /// The council's settings.
    pub settings: CouncilSettings,
    /// Whether the reader may change roles, rather than only invite editors. Absent from older registries, where every
    /// reader may.
    #[serde(default = "yes")]
    pub may_manage: bool,
    /// The people who act for the council, leads first.
    pub people: Vec<CouncilPerson>,
    /// Open invitations.
    pub invitations: Vec<Invitation>,
    /// Its email domains, and those requested.
    pub domains: Vec<Domain>,
    /// Reports of problems with its projects.
    #[serde(default)]
    pub reports: Vec<Report>,
    /// The councils that it succeeds.
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
    /// Their role.
    pub role: Role,
    /// Whether they are an unconfirmed lead.
    pub interim: bool,
    /// Whether they must confirm their address before they can act for the council again.
    pub lapsed: bool,
    /// When they last confirmed their address.
    pub verified_at: Timestamp,
    /// The day on which they were last seen; none if never.
    pub last_seen: Option<Timestamp>,
    /// Whether they have a second factor.
    #[serde(default)]
    pub second_factor: bool,
    /// When a requested reset of their second factor takes effect.
    #[serde(default)]
    pub factor_reset_at: Option<Timestamp>,
}

/// The status of an email domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DomainStatus {
    /// Someone has asked for it.
    Asked,
    /// People with an address at this domain are verified at the council.
    Active,
}

/// An email domain of a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Domain {
    /// The domain, for example `barchester.example`.
    pub domain: String,
    /// The council's code.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// The domain's status.
    pub status: DomainStatus,
    /// Why the domain belongs to the council.
    pub evidence: String,
    /// The address of the person who requested or added it; empty for the registry's operator.
    pub added_by: String,
    /// When it was requested or added; none if not recorded.
    pub added_at: Option<Timestamp>,
    /// When it becomes the council's; none if it is already.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// When it ceases to be the council's, because the council merges or is split; none if there is no end.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Whether it includes all of its subdomains.
    #[serde(default)]
    pub below: bool,
    /// The person who requested it; none for a domain that is already the council's.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// How many people with an address at this domain have signed in.
    #[serde(default)]
    pub lets_in: u32,
}

/// `POST /api/v1/me/councils`: someone with an unknown domain asks to act for a council.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct CouncilAccessRequest {
    /// The council.
    pub council: CouncilCode,
    /// Why their address belongs to the council, at most 1,000 characters.
    pub evidence: String,
}

/// The decision on a request to act for a council.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DomainAnswer {
    /// Allow everybody with an address at this domain. For coordinators.
    Domain,
    /// Allow only the person who asked.
    Person,
    /// Decline.
    No,
    /// Remove the domain, so that its addresses no longer count. For coordinators.
    Remove,
}

/// `PUT /api/v1/councils/{code}/domains/{domain}`: decides a request, or adds the domain where there is none.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct DecideDomain {
    /// The decision.
    pub answer: DomainAnswer,
    /// The person whose request is decided; absent from older apps, which mean the first who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Whether the domain includes all of its subdomains.
    #[serde(default)]
    pub below: bool,
}

/// An unconfirmed lead, as shown to those who may vouch or object: one of `GET /api/v1/unconfirmed-leads`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct UnconfirmedLead {
    /// The council that they lead.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// The lead's id.
    pub person: PersonId,
    /// The lead's address.
    pub email: String,
    /// The names of the councils whose leads have vouched for them.
    pub vouched_by: Vec<String>,
    /// When they become confirmed, if enough leads have vouched and nobody objects.
    pub confirmed_from: Option<Timestamp>,
    /// Whether the reader may vouch for them.
    pub may_vouch: bool,
    /// Whether the reader may object.
    pub may_object: bool,
}

/// A person's place in a project's team: one of `GET /api/v1/projects/{id}/seats`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Seat {
    /// The person.
    pub person: PersonId,
    /// Their address.
    pub email: String,
    /// The council for which they have the seat.
    pub council: CouncilCode,
    /// The council's name.
    pub council_name: String,
    /// Whether the seat is suspended until they confirm their address, or act for the council again.
    pub suspended: bool,
    /// Whether the reader may remove the seat.
    pub may_take_back: bool,
}

/// A laptop on which someone is signed in: `GET /api/v1/me/devices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Device {
    /// The laptop's id.
    pub id: Uuid,
    /// The laptop's name; may be empty.
    pub name: String,
    /// When it signed in.
    pub signed_in_at: Timestamp,
    /// When it last made a request.
    pub last_seen: Timestamp,
    /// Whether it is the laptop that asks.
    pub this: bool,
}
