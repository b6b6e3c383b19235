//! Pages of the catalogue: a project, a council.

use guildhall_protocol::{
    Collaboration, CouncilCode, NeedId, Phase, Project, ProjectId, Service, UpdateId, Visibility,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

use super::DraftState;

/// A council's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CouncilName {
    /// Its code.
    pub code: CouncilCode,
    /// Its name.
    pub name: String,
    /// Its name in Welsh; may be empty.
    pub name_cy: String,
}

/// A project with everything shown on its page.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ProjectPage {
    /// Its id.
    pub id: ProjectId,
    /// The record.
    pub project: Project,
    /// Its council.
    pub council: CouncilName,
    /// Its services, with names.
    pub services: Vec<Service>,
    /// Its long texts as safe HTML.
    pub html: LongTexts,
    /// Its updates, newest first.
    pub updates: Vec<UpdateView>,
    /// It has not been confirmed for so long that it may be out of date.
    pub stale: bool,
    /// It belongs to the council for which the reader acts.
    pub own: bool,
    /// This laptop's open draft of a change to it.
    pub draft: Option<Uuid>,
    /// Whether the reader can confirm it, and whether they did.
    pub confirmation: Confirmation,
}

/// An open draft of a published project.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenEdit {
    pub(crate) id: Uuid,
    /// Whether it confirms the project without changing it.
    pub(crate) confirms: bool,
    pub(crate) state: DraftState,
}

/// Whether a person can confirm a project, and whether they did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Confirmation {
    /// They can, as far as this laptop knows.
    pub allowed: bool,
    /// It is time to: it was imported and never confirmed, or was confirmed too long ago for its phase.
    pub due: bool,
    /// It is theirs to confirm before others: they are its owner, or it has none.
    pub own: bool,
    /// Their confirmation that is not published yet.
    pub draft: Option<Uuid>,
    /// The state of that confirmation.
    pub state: Option<DraftState>,
}

/// A project's long texts as HTML without scripts, styles, forms or images.
#[derive(Clone, Debug, Serialize, Type)]
#[allow(missing_docs)]
pub struct LongTexts {
    pub why: String,
    pub problem: String,
    pub learned: String,
    pub reuse: String,
}

/// An update.
#[derive(Clone, Debug, Serialize, Type)]
pub struct UpdateView {
    /// Its id.
    pub id: UpdateId,
    /// When it was published.
    pub at: Timestamp,
    /// Its text as safe HTML.
    pub html: String,
    /// When the show-and-tell happens, if it is one.
    pub happens_at: Option<Timestamp>,
    /// Where it happens.
    pub place: String,
    /// Who may come.
    pub open_to: String,
}

/// A council and its projects.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CouncilPage {
    /// The council.
    pub council: CouncilName,
    /// Its successors, if it is merging or being split.
    pub successors: Vec<SuccessorView>,
    /// Its projects, by phase and then by title.
    pub projects: Vec<CouncilRow>,
}

/// A council's successor.
#[derive(Clone, Debug, Serialize, Type)]
pub struct SuccessorView {
    /// The council.
    pub council: CouncilName,
    /// The first day, if known.
    pub from: Option<Date>,
    /// The part of the area that it takes over; empty for all of it.
    pub area: String,
}

/// A project in the list of its council.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CouncilRow {
    /// The project.
    pub id: ProjectId,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// The language that it is written in.
    pub lang: String,
    /// Its phase.
    pub phase: Phase,
    /// How many needs it has.
    pub needs: u32,
    /// How open the team is.
    pub collaboration: Collaboration,
    /// Who can see it.
    pub visibility: Visibility,
    /// When its council last confirmed it.
    pub confirmed_at: Option<Timestamp>,
    /// It has not been confirmed for so long that it may be out of date.
    pub stale: bool,
    /// Its council has not confirmed it yet.
    pub unclaimed: bool,
    /// This laptop's open draft of a change to it.
    pub draft: Option<Uuid>,
    /// Whether the reader can confirm it, and whether they did.
    pub confirmation: Confirmation,
}

/// Another council's page: what it works on, and what came before and after it.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CouncilProfile {
    /// The council.
    pub council: CouncilName,
    /// The kind of council, for example "Unitary authority"; may be empty.
    pub council_type: String,
    /// Its region or nation; may be empty.
    pub region: String,
    /// Its last day, if that has passed.
    pub ended: Option<Date>,
    /// Its successors.
    pub successors: Vec<SuccessorView>,
    /// The councils that it succeeded or will succeed.
    pub predecessors: Vec<SuccessorView>,
    /// Its projects, by phase and then by title.
    pub projects: Vec<CouncilRow>,
}

/// What councils do about a service.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ServicePage {
    /// The service.
    pub service: Service,
    /// Its projects, by phase and then by title.
    pub projects: Vec<ProjectRow>,
    /// The user needs of those projects.
    pub needs: Vec<NeedRow>,
}

/// A project in a list of several councils' projects.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ProjectRow {
    /// The project.
    pub id: ProjectId,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// The language that it is written in.
    pub lang: String,
    /// Its council.
    pub council: CouncilName,
    /// Its phase.
    pub phase: Phase,
    /// How open the team is.
    pub collaboration: Collaboration,
}

/// A user need in a list.
#[derive(Clone, Debug, Serialize, Type)]
pub struct NeedRow {
    /// The need.
    pub id: NeedId,
    /// Who has it.
    pub as_a: String,
    /// What they need to do.
    pub i_need: String,
    /// Why.
    pub so_that: String,
    /// The project that it belongs to.
    pub project: ProjectRow,
}

/// A part of the list of needs.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Needs {
    /// How many there are in all.
    pub total: u32,
    /// These of them.
    pub rows: Vec<NeedRow>,
}

/// How many of each the catalogue on this laptop has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[allow(missing_docs)]
pub struct Parts {
    pub projects: u32,
    pub needs: u32,
    /// Services that have a project.
    pub services: u32,
    pub products: u32,
}

/// A service that has projects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct ServiceRow {
    /// The service.
    pub service: Service,
    /// How many projects it has.
    pub projects: u32,
    /// How many councils those belong to.
    pub councils: u32,
}

/// A product that projects use.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ProductRow {
    /// Its name; empty if only the supplier is known.
    pub product: String,
    /// Who supplies it; may be empty.
    pub supplier: String,
    /// The projects that use it.
    pub projects: Vec<ProjectRow>,
}
