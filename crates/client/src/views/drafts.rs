//! Drafts: the form as it is typed, how far it has come, and what became of it.

use guildhall_protocol::validate::{FieldCode, FieldError};
use guildhall_protocol::{
    Approach, BudgetBand, Collaboration, LinkKind, MergedWith, NeedId, Phase, ProjectId, ServiceId,
    Visibility, WantedKind,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

use super::CouncilName;

/// A date as it is being typed: nothing typed is lost because it is no date yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)]
pub struct DateForm {
    pub day: String,
    pub month: String,
    pub year: String,
}

/// A need as it is being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)]
pub struct NeedForm {
    /// Made by [`crate::Client::new_id`].
    pub id: NeedId,
    pub as_a: String,
    pub i_need: String,
    pub so_that: String,
    pub evidence: String,
}

/// A phase's dates as they are being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)]
pub struct PhaseForm {
    pub phase: Phase,
    pub started: DateForm,
    pub ended: DateForm,
}

/// Wanted help as it is being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)]
pub struct WantedForm {
    pub kind: WantedKind,
    pub what: String,
    pub by: DateForm,
}

/// A link as it is being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)]
pub struct LinkForm {
    /// Made by [`crate::Client::new_id`].
    pub id: Uuid,
    pub kind: LinkKind,
    pub url: String,
    pub label: String,
}

/// A draft's text, as it is being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)]
pub struct DraftForm {
    pub title: String,
    pub summary: String,
    pub why: String,
    pub problem: String,
    pub needs: Vec<NeedForm>,
    pub services: Vec<ServiceId>,
    pub phase: Phase,
    /// One for each phase that has a date; the window may add the others.
    pub phase_dates: Vec<PhaseForm>,
    pub learned: String,
    pub approach: Approach,
    pub product: String,
    pub supplier: String,
    pub contract_ends: DateForm,
    pub collaboration: Collaboration,
    pub wanted: Vec<WantedForm>,
    pub budget_band: BudgetBand,
    pub contact_mailbox: String,
    pub contact_name: String,
    pub lang: String,
    pub links: Vec<LinkForm>,
    pub tags: Vec<String>,
    pub licence: String,
    pub reuse: String,
    pub visibility: Visibility,
}

/// The pages of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Title, summary, services, tags, language.
    About,
    /// Why, and the problem.
    Problem,
    /// Who needs it.
    Needs,
    /// Phase and dates, what was learned.
    Phase,
    /// Build or buy, product, supplier, contract, budget.
    Approach,
    /// Contact, collaboration, what is wanted.
    Others,
    /// Links, licence and how to re-use it.
    Links,
    /// Who can see it.
    Visibility,
}

/// How far a section has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Has what is needed.
    Done,
    /// Something is needed before sending.
    NotYet,
    /// Nothing in it yet, and nothing is needed.
    Optional,
}

/// A section in the task list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub struct SectionProgress {
    /// The section.
    pub section: Section,
    /// How far it has come.
    pub progress: Progress,
}

/// What keeps a draft from being sent, and on which page it is mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Check {
    /// The page.
    pub section: Section,
    /// A JSON Pointer into the form, for example `/needs/0/i_need`, `/contact_mailbox` or
    /// `/phase_dates/alpha/ended`.
    pub pointer: String,
    /// What is wrong.
    pub code: FieldCode,
}

/// Where a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// Being written: "Saved on this laptop".
    Draft,
    /// "Waiting to send".
    Queued,
    /// "Sending".
    Sending,
    /// "Needs attention".
    NeedsAttention,
    /// "Sent".
    Received,
    /// "Being checked by …".
    InReview,
    /// "Published".
    Published,
    /// "Not accepted".
    Declined,
    /// "Withdrawn".
    Withdrawn,
}

/// A draft in a list.
#[derive(Clone, Debug, Serialize, Type)]
pub struct DraftRow {
    /// The draft.
    pub id: Uuid,
    /// The project that it is about.
    pub project: ProjectId,
    /// Its title; may be empty.
    pub title: String,
    /// The council for which it is written.
    pub council: CouncilName,
    /// A new project, not a change to one.
    pub new: bool,
    /// Where it stands.
    pub state: DraftState,
    /// When it was last saved on this laptop.
    pub saved_at: Timestamp,
    /// When it was sent, or queued.
    pub sent_at: Option<Timestamp>,
}

/// A draft.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Draft {
    /// As in the list.
    pub row: DraftRow,
    /// Its text.
    pub form: DraftForm,
    /// The task list.
    pub sections: Vec<SectionProgress>,
    /// Where hidden characters in its text will be taken out: JSON Pointers into the project.
    pub cleaned: Vec<String>,
    /// How often sending was tried.
    pub tries: u32,
    /// Why it needs attention.
    pub attention: Option<Attention>,
    /// Where it was published: what others had changed meanwhile, with which it was merged.
    pub merged_with: Option<MergedWith>,
}

/// Why a draft needs attention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Attention {
    /// Someone else changed the same fields: see [`Conflict`].
    Conflict,
    /// The registry asks for changes.
    Refused {
        /// What to change.
        errors: Vec<FieldError>,
    },
    /// This person may not send for this council.
    NotAllowed,
    /// The project is gone, or may no longer be seen.
    Gone,
    /// The registry took something else under the same id; sending again takes a new one.
    Mismatch,
    /// It is too large.
    TooLarge,
    /// Who checked it asks for changes.
    ChangesRequested {
        /// The address of who checked it; empty where that is not known.
        by: String,
        /// What they say.
        reason: String,
    },
    /// Who checked it did not accept it.
    Declined {
        /// The address of who checked it; empty where that is not known.
        by: String,
        /// Why.
        reason: String,
    },
    /// It was published, and the registry was put back to an earlier state since: it is no longer in the catalogue.
    NotThere,
    /// For a reason that only another version of the app knows.
    Other,
}

/// Something on this laptop that this version can't read: another one wrote it, or it was damaged. It stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct UnreadableRow {
    /// What it is.
    pub what: UnreadableKind,
    /// Its title, where that can be told; may be empty.
    pub title: String,
    /// When it was written, where that can be told.
    pub at: Option<Timestamp>,
}

/// What it is that can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UnreadableKind {
    /// A draft.
    Draft,
    /// What waits to be sent of a draft.
    Waiting,
    /// What a draft clashes with.
    Conflict,
    /// A text that was not taken.
    UnusedText,
    /// What was answered.
    Answer,
}

/// What saving a draft answers.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Saved {
    /// When.
    pub at: Timestamp,
    /// The task list after it.
    pub sections: Vec<SectionProgress>,
    /// Where hidden characters in its text will be taken out: JSON Pointers into the project.
    pub cleaned: Vec<String>,
}

/// Another project with the same need.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Match {
    /// The project.
    pub id: ProjectId,
    /// Its title.
    pub title: String,
    /// Its council's name.
    pub council: String,
    /// How far it has come.
    pub phase: Phase,
    /// The words that both use, most telling first.
    pub about: Vec<String>,
    /// The names of the services that both have.
    pub services: Vec<String>,
    /// What was learned, where it stopped or is retired. Plain text, shortened.
    pub learned: String,
}
