//! Single things of the catalogue: a project, a council.

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
    /// Its name in Welsh, or empty.
    pub name_cy: String,
}

/// A project with all that belongs to it.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ProjectPage {
    /// Its id.
    pub id: ProjectId,
    /// What it says.
    pub project: Project,
    /// Whose it is.
    pub council: CouncilName,
    /// Its services, with their names.
    pub services: Vec<Service>,
    /// Its long texts as HTML, made safe.
    pub html: LongTexts,
    /// Its updates, newest first.
    pub updates: Vec<UpdateView>,
    /// Not confirmed for so long that it may be out of date.
    pub stale: bool,
    /// It belongs to the council for which the reader acts.
    pub own: bool,
    /// A draft of a change to it on this laptop.
    pub draft: Option<Uuid>,
}

/// A project's long texts as HTML that holds no script, style, form or picture.
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
    /// What it says, as safe HTML.
    pub html: String,
    /// When a show-and-tell happens.
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
    /// Who comes after it, where it merges or is split.
    pub successors: Vec<SuccessorView>,
    /// Its projects: by phase, then by title.
    pub projects: Vec<CouncilRow>,
}

/// A council that comes after another.
#[derive(Clone, Debug, Serialize, Type)]
pub struct SuccessorView {
    /// The council.
    pub council: CouncilName,
    /// Its first day, where that is known.
    pub from: Option<Date>,
    /// The part that it covers; empty for all.
    pub area: String,
}

/// A project among those of its council.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CouncilRow {
    /// The project.
    pub id: ProjectId,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// How far it has come.
    pub phase: Phase,
    /// How many needs it has.
    pub needs: u32,
    /// How open the team is.
    pub collaboration: Collaboration,
    /// Who may see it.
    pub visibility: Visibility,
    /// When its council last said that it is true.
    pub confirmed_at: Option<Timestamp>,
    /// Not confirmed for so long that it may be out of date.
    pub stale: bool,
    /// Not yet confirmed by its council.
    pub unclaimed: bool,
    /// A draft of a change to it on this laptop.
    pub draft: Option<Uuid>,
}
