//! What the laptop and the registry must agree on: ids, records, submissions, validation, merging, routes and error
//! codes. Everything here is pure, so that a rule gives the same answer at both ends, and in a test without files or a
//! network.
//!
//! Two people change a project at the same time; the changes are merged field by field:
//!
//! ```
//! use guildhall_protocol::fields::{Fields, Patch, diff};
//! use guildhall_protocol::merge::merge;
//! use serde_json::{from_value, json};
//!
//! # fn main() -> Result<(), serde_json::Error> {
//! let base: Fields = from_value(json!({"title": "Missed bins", "phase": "alpha"}))?;
//! let theirs: Fields = from_value(json!({"title": "Missed bins", "phase": "beta"}))?;
//! let mine: Fields = from_value(json!({"title": "Report a missed bin", "phase": "alpha"}))?;
//!
//! let patch: Patch = diff(&base, &mine);
//! let merged = merge(&base, &theirs, &patch);
//! assert!(merged.clashes.is_empty());
//! assert_eq!(merged.fields["title"], "Report a missed bin");
//! assert_eq!(merged.fields["phase"], "beta");
//! # Ok(())
//! # }
//! ```

mod audit;
pub mod changes;
mod coordination;
mod council;
pub mod digest;
pub mod fields;
mod hashed;
mod history;
mod ids;
pub mod markdown;
pub mod merge;
mod paragraphs;
mod person;
mod problem;
mod project;
mod registry;
mod report;
mod review;
pub mod routes;
pub mod second_factor;
pub mod sign_in;
mod submission;
mod succession;
pub mod text;
mod update;
pub mod validate;

pub use audit::{AuditAction, AuditEntry, AuditPage};
pub use coordination::{Coordination, LeadToConfirm, NamedCouncil, Week};
pub use council::{Council, Nation, Offer, Service, Successor};
pub use history::{HistoryEntry, HistoryKind};
pub use ids::{CouncilCode, NeedId, PersonId, ProjectId, ServiceId, SubmissionId, UpdateId};
pub use person::{
    CouncilAccessRequest, CouncilPeople, CouncilPerson, CouncilRequest, CouncilSettings, DecideDomain,
    Device, Domain, DomainAnswer, DomainStatus, EraseAccount, Invitation, InvitationReply, Invite, MAX_NAMES,
    MAX_REQUESTS, Me, Membership, NewRole, ReviewPolicy, Role, Seat, UnconfirmedLead,
};
pub use problem::{Code, Problem, Retry};
pub use project::{
    Approach, BudgetBand, Collaboration, Contact, Link, LinkKind, Need, Phase, PhaseDates, Project,
    Visibility, Wanted, WantedKind,
};
pub use registry::RegistryFacts;
pub use report::{NewReport, Purge, ReadTeam, Report, ReportReason};
pub use review::{Decision, REASON, Review, ReviewOutcome};
pub use submission::{Conflict, MergedWith, State, Submission, Verdict};
pub use succession::{
    AREA, MAX_SUCCESSORS, MAX_TAKEN_OVER, NameSuccessors, NamedSuccessor, NewSuccessor, Predecessor,
    Succession, TakeOver, TakenOver, TitledProject,
};
pub use update::Update;

/// The version of the protocol that this code speaks. An app and a registry with different versions cannot sync.
pub const PROTOCOL: u32 = 1;
