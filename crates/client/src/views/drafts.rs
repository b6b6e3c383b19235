//! Drafts: the form as typed, its progress, and the state of each draft.

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

/// A date as typed, so that nothing is lost while it is not a valid date yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)]
pub struct DateForm {
    pub day: String,
    pub month: String,
    pub year: String,
}

/// A need as typed.
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

/// A phase's dates as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)]
pub struct PhaseForm {
    pub phase: Phase,
    pub started: DateForm,
    pub ended: DateForm,
}

/// Wanted help as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)]
pub struct WantedForm {
    pub kind: WantedKind,
    pub what: String,
    pub by: DateForm,
}

/// A link as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)]
pub struct LinkForm {
    /// Made by [`crate::Client::new_id`].
    pub id: Uuid,
    pub kind: LinkKind,
    pub url: String,
    pub label: String,
}

/// A draft's text as typed.
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
    /// One for each phase with a date; the window may add the others.
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
    /// `None` until the person has answered who can see it.
    pub visibility: Option<Visibility>,
}

/// The sections of a draft, each a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Title, who can see it, summary, services, tags, language.
    About,
    /// Why, and the problem.
    Problem,
    /// The user needs.
    Needs,
    /// Phase, dates and lessons learned.
    Phase,
    /// Build or buy, product, supplier, contract, budget.
    Approach,
    /// Contact, collaboration and help wanted.
    Others,
    /// Links, licence and how to re-use it.
    Links,
}

/// The progress of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// It has everything required.
    Done,
    /// Something is required before sending.
    NotYet,
    /// It is empty, and nothing in it is required.
    Optional,
}

/// A section in the task list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub struct SectionProgress {
    /// The section.
    pub section: Section,
    /// Its progress.
    pub progress: Progress,
}

/// An error that keeps a draft from being sent, and the page on which to correct it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Check {
    /// The page.
    pub section: Section,
    /// A JSON Pointer (RFC 6901) into the form, for example `/needs/0/i_need`, `/contact_mailbox` or
    /// `/phase_dates/alpha/ended`.
    pub pointer: String,
    /// What is wrong.
    pub code: FieldCode,
}

/// The state of a draft, with the words on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// Being edited: "Saved on this laptop".
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
    /// Its project.
    pub project: ProjectId,
    /// Its title; may be empty.
    pub title: String,
    /// The council for which it is written.
    pub council: CouncilName,
    /// Whether it is a new project rather than a change to one.
    pub new: bool,
    /// Whether it was sent to confirm a project without changing it.
    pub confirms: bool,
    /// Its state.
    pub state: DraftState,
    /// When it was last saved on this laptop.
    pub saved_at: Timestamp,
    /// When it was queued for sending.
    pub sent_at: Option<Timestamp>,
    /// Who can see it; `None` until that is answered.
    pub visibility: Option<Visibility>,
    /// Why it needs attention. While its author edits it, what its reviewer said.
    pub attention: Option<Attention>,
}

/// A draft with everything shown in the editor.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Draft {
    /// As in the list.
    pub row: DraftRow,
    /// Its text.
    pub form: DraftForm,
    /// The text of the project that it changes; `None` for a new project.
    pub before: Option<DraftForm>,
    /// Whether someone else reviews it before it is published; `None` where this laptop cannot know.
    pub reviewed: Option<bool>,
    /// The task list.
    pub sections: Vec<SectionProgress>,
    /// Where hidden characters will be removed from its text, as JSON Pointers into the project.
    pub cleaned: Vec<String>,
    /// How many times its submission may have reached the registry.
    pub tries: u32,
    /// If published: the changes by others that it was merged with.
    pub merged_with: Option<MergedWith>,
}

/// Why a draft needs attention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Attention {
    /// Someone else changed the same fields: see `Conflict`.
    Conflict,
    /// The registry found errors in it.
    Refused {
        /// The errors.
        errors: Vec<FieldError>,
    },
    /// This person may not submit for this council.
    NotAllowed,
    /// The project was deleted, or this person can no longer see it.
    Gone,
    /// The registry has a different submission under the same id. Sending it again uses a new id.
    Mismatch,
    /// It is too large.
    TooLarge,
    /// The reviewer asks for changes.
    ChangesRequested {
        /// The reviewer's address; empty if unknown.
        by: String,
        /// The reviewer's reason.
        reason: String,
    },
    /// The reviewer declined it.
    Declined {
        /// The reviewer's address; empty if unknown.
        by: String,
        /// The reviewer's reason.
        reason: String,
    },
    /// It was published, but the registry was restored from a backup since and no longer has it.
    NotThere,
    /// Someone else changed the project after this person looked at it and confirmed it.
    ChangedSince {
        /// Their address; empty if unknown.
        by: String,
    },
    /// A reason that only another version of the app knows.
    Other,
}

/// A row on this laptop that this version cannot read: another version wrote it, or it is damaged. It stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct UnreadableRow {
    /// The kind of row.
    pub what: UnreadableKind,
    /// Its title, if known; may be empty.
    pub title: String,
    /// When it was written, if known.
    pub at: Option<Timestamp>,
}

/// The kind of an unreadable row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UnreadableKind {
    /// A draft.
    Draft,
    /// A draft's submission in the outbox.
    Waiting,
    /// A draft's conflict.
    Conflict,
    /// An unused text.
    UnusedText,
    /// An answer to a review.
    Answer,
}

/// The result of saving a draft.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Saved {
    /// When it was saved.
    pub at: Timestamp,
    /// Whether someone else reviews it before it is published; `None` where this laptop cannot know.
    pub reviewed: Option<bool>,
    /// The task list after saving.
    pub sections: Vec<SectionProgress>,
    /// Where hidden characters will be removed from its text, as JSON Pointers into the project.
    pub cleaned: Vec<String>,
}

/// Another project with a similar need.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Match {
    /// The project.
    pub id: ProjectId,
    /// Its title.
    pub title: String,
    /// Its council's name.
    pub council: String,
    /// Its phase.
    pub phase: Phase,
    /// Words that both use, most distinctive first.
    pub about: Vec<String>,
    /// The names of the services that both have.
    pub services: Vec<String>,
    /// What was learned, if it stopped or is retired. Plain text, shortened.
    pub learned: String,
}
