//! Finding projects: what is asked, and what is found.

use guildhall_protocol::{Collaboration, CouncilCode, Phase, ProjectId, ServiceId};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A piece of text, marked where it matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Span {
    /// The text.
    pub text: String,
    /// It matches what was searched for.
    pub mark: bool,
}

/// What someone looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, Type)]
pub struct Query {
    /// Words; the last may be unfinished.
    pub text: String,
    /// Any of these phases; none chosen means all.
    pub phases: Vec<Phase>,
    /// Any of these councils.
    pub councils: Vec<CouncilCode>,
    /// Any of these nations, by their code as in [`guildhall_protocol::Nation`].
    pub nations: Vec<String>,
    /// Any of these regions.
    pub regions: Vec<String>,
    /// Any of these services.
    pub services: Vec<ServiceId>,
    /// Any of these kinds of collaboration.
    pub collaborations: Vec<Collaboration>,
    /// Any of these tags.
    pub tags: Vec<String>,
    /// In which order.
    pub sort: Sort,
}

/// The order of what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Best match; with no words, one's own services first.
    #[default]
    BestMatch,
    /// Newest first.
    Newest,
    /// Most recently confirmed first.
    RecentlyConfirmed,
}

/// A part of what was found.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Found {
    /// How many projects were found in all.
    pub projects: u32,
    /// How many needs they have.
    pub needs: u32,
    /// The first of these rows among all.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One project in a list.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Row {
    /// The project.
    pub id: ProjectId,
    /// Its title.
    pub title: Vec<Span>,
    /// Its council's name.
    pub council: String,
    /// How far it has come.
    pub phase: Phase,
    /// Where it matches, or the beginning of its summary.
    pub context: Vec<Span>,
    /// How open the team is.
    pub collaboration: Collaboration,
    /// Not confirmed for so long that it may be out of date.
    pub stale: bool,
    /// Not yet confirmed by its council.
    pub unclaimed: bool,
}

/// How many of what was found have which value. Each facet is counted without its own choices.
#[derive(Clone, Debug, Default, Serialize, Type)]
pub struct Facets {
    /// By phase; `value` is a [`Phase`].
    pub phases: Vec<Count>,
    /// By council; `value` is its code.
    pub councils: Vec<Count>,
    /// By nation; `value` is a [`guildhall_protocol::Nation`].
    pub nations: Vec<Count>,
    /// By region.
    pub regions: Vec<Count>,
    /// By service; `value` is its id.
    pub services: Vec<Count>,
    /// By collaboration; `value` is a [`Collaboration`].
    pub collaborations: Vec<Count>,
    /// By tag.
    pub tags: Vec<Count>,
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Count {
    /// The value, to be put into a [`Query`].
    pub value: String,
    /// Its name where it has one of its own (a council, a service, a region, a tag); empty where the window has
    /// the word.
    pub label: String,
    /// How many projects.
    pub count: u32,
}
