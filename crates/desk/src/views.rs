//! What the window is shown: the shapes of the desk's answers. They hold data, never words for the screen, which
//! the window has in two languages.

use guildhall_protocol::{
    Approach, BudgetBand, Collaboration, CouncilCode, LinkKind, Membership, NeedId, PersonId, Phase, Project,
    ProjectId, Service, ServiceId, UpdateId, Visibility, WantedKind,
    validate::{FieldCode, FieldError},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

use crate::failure::Failure;
use crate::settings::{ChosenRegistry, Settings};

/// Everything that the window needs to know when it opens.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Start {
    /// The registry in use; none before first run.
    pub registry: Option<ChosenRegistry>,
    /// The address to offer at first run, where a build or a setting gives one.
    pub preset: Option<String>,
    /// Who is signed in; none for someone who only reads.
    pub account: Option<Account>,
    /// First run was gone through.
    pub welcomed: bool,
    /// How the window is to look.
    pub settings: Settings,
    /// The app's own version.
    pub version: String,
    /// Why the app's files can't be opened, where they can't.
    pub trouble: Option<Failure>,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Account {
    /// The person's id.
    pub person: PersonId,
    /// The address with which they signed in.
    pub email: String,
    /// The councils at which they are verified; none for a member from elsewhere.
    pub councils: Vec<Membership>,
    /// The one for which they act now.
    pub acting_for: Option<CouncilCode>,
    /// How long they stay signed in.
    pub session: Session,
}

/// How long someone stays signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Session {
    /// The keychain holds it.
    Kept,
    /// There is no keychain: until the app closes.
    UntilClosed,
    /// It has ended: signing in again sends what waits.
    Ended,
}

/// What stays on the laptop when someone signs out.
#[derive(Clone, Debug, Serialize, Type)]
pub struct WhatStays {
    /// Drafts that were not sent.
    pub drafts: u32,
    /// Those of them that wait to be sent.
    pub waiting: u32,
}

/// The line at the foot of the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Status {
    /// Is there a connection?
    pub connection: Connection,
    /// When the catalogue on this laptop last agreed with the registry's.
    pub last_updated: Option<Timestamp>,
    /// How many drafts wait to be sent.
    pub waiting: u32,
    /// How many need attention.
    pub attention: u32,
    /// How many drafts are being written.
    pub drafts: u32,
    /// What is being done now, if anything.
    pub activity: Activity,
    /// The session has ended: nothing is sent before someone signs in.
    pub sign_in_needed: bool,
    /// Why the last try to sync did not work, where that is more than a missing connection.
    pub trouble: Option<Failure>,
}

/// Is there a connection?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// Nothing is known yet.
    Unknown,
    /// The registry answered last time.
    Connected,
    /// It could not be reached last time.
    Offline,
    /// The Work offline switch is on.
    SwitchedOff,
}

/// What sync is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Activity {
    /// Nothing.
    Idle,
    /// Sending what waits.
    Sending,
    /// Reading changes.
    Reading {
        /// Records read so far.
        done: u32,
        /// Records that there are, about.
        of: u32,
    },
}

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

/// A council's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
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
    /// Its projects: by phase, then by title.
    pub projects: Vec<CouncilRow>,
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
    /// Made by [`crate::Desk::new_id`].
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
    /// Made by [`crate::Desk::new_id`].
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
    /// How often sending was tried.
    pub tries: u32,
    /// Why it needs attention.
    pub attention: Option<Attention>,
}

/// Why a draft needs attention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Attention {
    /// Someone else changed the same fields.
    Conflict {
        /// Each of them.
        clashes: Vec<Clash>,
    },
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
}

/// A field that two people changed. The texts are JSON, as the window knows best how to show each field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Clash {
    /// The field.
    pub field: String,
    /// Before both.
    pub before: String,
    /// What this draft says.
    pub mine: String,
    /// What the registry says now.
    pub theirs: String,
}

/// What saving a draft answers.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Saved {
    /// When.
    pub at: Timestamp,
    /// The task list after it.
    pub sections: Vec<SectionProgress>,
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
