//! Pages of the catalogue: a project, a council.

use guildhall_protocol::{
    Collaboration, CouncilCode, Phase, Project, ProjectId, Service, UpdateId, Visibility,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

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
}
