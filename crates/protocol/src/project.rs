//! A project and its parts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{CouncilCode, NeedId, PersonId, ServiceId};

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every choice, in the order in which people are offered them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
        }
    )*};
}

choices! {
    /// How far a project has come.
    #[derive(Default)]
    Phase {
        /// Not begun.
        #[default] Idea,
        /// Finding out what users need.
        Discovery,
        /// Trying out ways to meet it.
        Alpha,
        /// In use by some.
        Beta,
        /// In use.
        Live,
        /// No longer in use.
        Retired,
        /// Ended before it was in use; what was learned is recorded.
        Stopped,
    }
    /// How the need will be met.
    #[derive(Default)]
    Approach {
        /// Not decided.
        #[default] NotDecided,
        /// Made by the team.
        Build,
        /// Bought from a supplier.
        Buy,
        /// Adapted from somebody else's.
        Adapt,
    }
    /// How open the team is to working with others.
    #[derive(Default)]
    Collaboration {
        /// Not now.
        #[default] NotNow,
        /// Sharing ideas.
        SharingIdeas,
        /// Open to talk.
        OpenToTalk,
        /// Looking for partners.
        LookingForPartners,
        /// Sharing funding.
        SharingFunding,
    }
    /// Who may see a project; each choice includes those after it. A draft starts with `team`.
    #[derive(Default)]
    Visibility {
        /// Anyone on the internet.
        Public,
        /// Anyone signed in.
        Members,
        /// Anyone verified at a council.
        Councils,
        /// Members of the project's team.
        #[default] Team,
    }
    /// Roughly what a project costs.
    #[derive(Default)]
    BudgetBand {
        /// Not said.
        #[default] NotSaid,
        /// Under £10,000.
        Under10k,
        /// £10,000 to £50,000.
        From10kTo50k,
        /// £50,000 to £250,000.
        From50kTo250k,
        /// £250,000 to £1 million.
        From250kTo1m,
        /// Over £1 million.
        Over1m,
    }
    /// The kinds of site that a link leads to.
    LinkKind {
        /// Source code.
        Repository,
        /// A board of tasks.
        Board,
        /// A channel to talk in.
        Chat,
        /// Documents.
        Documents,
        /// A website.
        Website,
        /// User research.
        Research,
        /// Something else.
        Other,
    }
    /// The kinds of help that a project is looking for.
    WantedKind {
        /// User research.
        Research,
        /// Design.
        Design,
        /// Code.
        Code,
        /// Testing.
        Testing,
        /// Money.
        Money,
        /// Time.
        Time,
    }
}

/// A user need: "As a … I need to … so that …", with the team's evidence for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Need {
    /// Stays the same when the need is reworded.
    pub id: NeedId,
    /// Who has the need.
    #[serde(default)]
    pub as_a: String,
    /// What they need to do.
    #[serde(default)]
    pub i_need: String,
    /// Why they need to do it.
    #[serde(default)]
    pub so_that: String,
    /// How the team knows of the need: calls, interviews, data.
    #[serde(default)]
    pub evidence: String,
}

/// When a phase began and ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct PhaseDates {
    /// Its first day.
    #[serde(default)]
    pub started: Option<Date>,
    /// Its last day.
    #[serde(default)]
    pub ended: Option<Date>,
}

/// Whom to contact: a team mailbox first; a person's name is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Contact {
    /// An email address, preferably a team's.
    pub mailbox: String,
    /// The name of the team or person.
    pub name: String,
}

/// A link to another site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Link {
    /// Stays the same when the address changes.
    pub id: Uuid,
    /// What the link leads to.
    pub kind: LinkKind,
    /// An http or https address.
    pub url: String,
    /// The link's label; empty to show its address.
    #[serde(default)]
    pub label: String,
}

/// Help that a project is looking for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Wanted {
    /// The kind of help.
    pub kind: WantedKind,
    /// A description.
    #[serde(default)]
    pub what: String,
    /// The day by which the help is needed.
    #[serde(default)]
    pub by: Option<Date>,
}

/// What a team is working on or has made. Sending one requires a title, a need or the problem, a contact and who can
/// see it; the rest is optional. Long texts are Markdown (CommonMark).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Project {
    /// The council that the project belongs to.
    pub council: CouncilCode,
    /// The title.
    pub title: String,
    /// A summary in a sentence or two.
    #[serde(default)]
    pub summary: String,
    /// Why it is being done. Markdown.
    #[serde(default)]
    pub why: String,
    /// The problem that it solves. Markdown.
    #[serde(default)]
    pub problem: String,
    /// The user needs that it meets.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// The services that it is part of.
    #[serde(default)]
    pub services: BTreeSet<ServiceId>,
    /// The current phase.
    #[serde(default)]
    pub phase: Phase,
    /// When each phase began and ended.
    #[serde(default)]
    pub phase_dates: BTreeMap<Phase, PhaseDates>,
    /// What was learned. Markdown.
    #[serde(default)]
    pub learned: String,
    /// How the need will be met.
    #[serde(default)]
    pub approach: Approach,
    /// The product, if it is bought or adapted.
    #[serde(default)]
    pub product: String,
    /// The supplier.
    #[serde(default)]
    pub supplier: String,
    /// When the contract ends.
    #[serde(default)]
    pub contract_ends: Option<Date>,
    /// How open the team is to others.
    #[serde(default)]
    pub collaboration: Collaboration,
    /// Help that the team is looking for.
    #[serde(default)]
    pub wanted: Vec<Wanted>,
    /// Roughly what it costs.
    #[serde(default)]
    pub budget_band: BudgetBand,
    /// Whom to contact.
    #[serde(default)]
    pub contact: Contact,
    /// The owner, who keeps the project up to date; set by the registry.
    #[serde(default)]
    pub owner: Option<PersonId>,
    /// The language of its text: `en` or `cy` (BCP 47).
    #[serde(default = "english")]
    pub lang: String,
    /// Where to find out more.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Free words for searching.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// The licence of what was made, as an SPDX expression.
    #[serde(default)]
    pub licence: String,
    /// How to re-use it. Markdown.
    #[serde(default)]
    pub reuse: String,
    /// Who may see it.
    #[serde(default)]
    pub visibility: Visibility,
    /// When its council last confirmed it; set by the registry.
    #[serde(default)]
    pub confirmed_at: Option<Timestamp>,
    /// When it was first published; set by the registry.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When it last changed; set by the registry.
    #[serde(default)]
    pub changed_at: Option<Timestamp>,
    /// Imported, and not yet confirmed by its council.
    #[serde(default)]
    pub unclaimed: bool,
}

fn english() -> String {
    "en".to_owned()
}

impl Project {
    /// An empty project of that council, visible to its team only.
    pub fn new(council: CouncilCode) -> Self {
        Self {
            council,
            title: String::new(),
            summary: String::new(),
            why: String::new(),
            problem: String::new(),
            needs: Vec::new(),
            services: BTreeSet::new(),
            phase: Phase::default(),
            phase_dates: BTreeMap::new(),
            learned: String::new(),
            approach: Approach::default(),
            product: String::new(),
            supplier: String::new(),
            contract_ends: None,
            collaboration: Collaboration::default(),
            wanted: Vec::new(),
            budget_band: BudgetBand::default(),
            contact: Contact::default(),
            owner: None,
            lang: english(),
            links: Vec::new(),
            tags: BTreeSet::new(),
            licence: String::new(),
            reuse: String::new(),
            visibility: Visibility::default(),
            confirmed_at: None,
            created_at: None,
            changed_at: None,
            unclaimed: false,
        }
    }
}
