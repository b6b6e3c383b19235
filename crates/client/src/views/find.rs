//! Search: queries, results and facets.

use guildhall_protocol::{Collaboration, CouncilCode, Phase, ProjectId, ServiceId};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A piece of text that matches the query or does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Span {
    /// The text.
    pub text: String,
    /// Whether it matches.
    pub mark: bool,
}

/// A search query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, Type)]
pub struct Query {
    /// The words; the last may be unfinished.
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
    /// The order of the results.
    pub sort: Sort,
}

/// The order of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Best match first; without words, projects of the person's own services first.
    #[default]
    BestMatch,
    /// Newest first.
    Newest,
    /// Most recently confirmed first.
    RecentlyConfirmed,
}

/// A part of the results of a query.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Found {
    /// The total number of projects.
    pub projects: u32,
    /// The total number of needs in them.
    pub needs: u32,
    /// The index of the first of these rows among all results.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A project in the results.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Row {
    /// The project.
    pub id: ProjectId,
    /// Its title.
    pub title: Vec<Span>,
    /// Its council's name.
    pub council: String,
    /// The language that it is written in.
    pub lang: String,
    /// Its phase.
    pub phase: Phase,
    /// The text around a match, or the beginning of its summary.
    pub context: Vec<Span>,
    /// How open the team is.
    pub collaboration: Collaboration,
    /// It has not been confirmed for so long that it may be out of date.
    pub stale: bool,
    /// Its council has not confirmed it yet.
    pub unclaimed: bool,
}

/// Counts of the results by value. Each facet is counted without its own choices.
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
    /// The value, for use in a [`Query`].
    pub value: String,
    /// Its name, for a council, service, region or tag; empty if the window has the word for it.
    pub label: String,
    /// The number of projects.
    pub count: u32,
}
