//! The audit log as it is sent to readers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The kinds of event in the audit log. The app has a label for each of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        pub enum AuditAction { $($(#[$doc])* #[serde(rename = $word)] $name),* }

        impl AuditAction {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The action's name in SQL and on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }
    };
}

actions! {
    /// A version of a project was published.
    Publish = "publish",
    /// A project was confirmed, or claimed, without a change.
    Confirm = "confirm",
    /// A submission was sent that must be reviewed.
    AskForReview = "ask_for_review",
    /// A reviewer asked for changes.
    Return = "return",
    /// A reviewer declined a submission.
    Decline = "decline",
    /// A submission was withdrawn.
    Withdraw = "withdraw",
    /// Leads were reminded of a waiting review.
    Remind = "remind",
    /// Someone signed in.
    SignIn = "sign_in",
    /// A person's address was changed to the one for which their provider vouches.
    ChangeAddress = "change_address",
    /// A laptop was signed out from another laptop.
    SignOutDevice = "sign_out_device",
    /// Someone erased their account.
    EraseAccount = "erase",
    /// Someone became an unconfirmed lead because the council had no lead.
    BecomeUnconfirmedLead = "lead_for_now",
    /// A lead of another council vouched for an unconfirmed lead.
    Vouch = "vouch",
    /// Someone objected to an unconfirmed lead.
    Object = "object",
    /// A person's seat in a project's team was removed.
    TakeSeatBack = "take_seat_back",
    /// All data about a council were exported.
    ExportCouncil = "export_council",
    /// A membership lapsed because the person did not confirm their address in time.
    Lapse = "lapse",
    /// A person's role was changed.
    SetRole = "set_role",
    /// A person's access to a council was removed.
    RemoveAccess = "remove_access",
    /// Someone was invited.
    Invite = "invite",
    /// An invitation was withdrawn.
    WithdrawInvitation = "withdraw_invitation",
    /// An invitation was accepted.
    AcceptInvitation = "accept_invitation",
    /// An invitation was declined.
    DeclineInvitation = "decline_invitation",
    /// A council's settings were changed.
    ChangeSettings = "change_settings",
    /// Someone asked to act for a council.
    CouncilAccessRequest = "ask_for_council",
    /// A domain was added to a council.
    AddDomain = "add_domain",
    /// A domain was removed from a council.
    RemoveDomain = "remove_domain",
    /// One person was allowed to act for a council although their domain is not the council's.
    ApproveRequest = "let_in",
    /// A request to act for a council was declined.
    DeclineDomain = "decline_domain",
    /// The registry's operator made someone a lead.
    AddLead = "add_lead",
    /// Someone became a coordinator.
    AddCoordinator = "add_coordinator",
    /// Someone stopped being a coordinator.
    RemoveCoordinator = "remove_coordinator",
    /// A project was reported.
    Report = "report",
    /// A report was closed.
    CloseReport = "close_report",
    /// A coordinator read a project that only its team can see.
    ReadTeam = "read_team",
    /// A project was deleted permanently.
    Purge = "purge",
    /// A council's successors were named.
    NameSuccessors = "name_successors",
    /// Projects were taken over from a predecessor council.
    TakeOver = "take_over",
    /// Someone set up a second factor.
    EnrolSecondFactor = "enrol_second_factor",
    /// Someone turned their second factor off.
    TurnOffSecondFactor = "turn_off_second_factor",
    /// Someone created new recovery codes.
    NewRecoveryCodes = "new_recovery_codes",
    /// Someone used a recovery code.
    UseRecoveryCode = "use_recovery_code",
    /// A lead requested a reset of someone's second factor, which takes a day.
    AskFactorReset = "ask_factor_reset",
    /// A requested reset was cancelled.
    CallOffFactorReset = "call_off_factor_reset",
    /// Someone's second factor was reset.
    ResetSecondFactor = "reset_second_factor",
    /// The registry's operator had a sign-in code printed.
    IssueCode = "issue_code",
    /// A registry setting was changed.
    Set = "set",
    /// Councils were imported from a file.
    ImportCouncils = "import_councils",
    /// Services were imported from a file.
    ImportServices = "import_services",
    /// Projects were imported from a file.
    ImportProjects = "import_projects",
    /// The sample data was loaded.
    Sample = "sample",
    /// Made-up projects were generated.
    Generate = "generate",
    /// A new epoch began after a backup was restored.
    BeginNewHistory = "begin_new_history",
}

/// One event in the audit log: `GET /api/v1/audit`. It names the fields that changed, never their values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// The event's id.
    pub id: Uuid,
    /// When it happened.
    pub at: Timestamp,
    /// The address of the person who acted; empty for the registry's operator, and for an erased person.
    pub by: String,
    /// The name of their laptop; may be empty.
    pub device: String,
    /// The name of an [`AuditAction`], as text: a newer registry, and the log of an older one, may have names that this
    /// version does not know.
    pub action: String,
    /// What it was done to, for example `project/ID`.
    pub subject: String,
    /// The subject's name: a project's title where the reader may see it, a council's name or a person's address.
    pub name: String,
    /// Further details.
    pub detail: String,
    /// The names of the fields that changed.
    pub fields: Vec<String>,
    /// The reason given.
    pub reason: String,
    /// The id of the request; may be empty.
    pub request: String,
}

/// A page of the audit log, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct AuditPage {
    /// The events.
    pub entries: Vec<AuditEntry>,
    /// The value of `before` for the next page; none on the last one.
    pub next: Option<Uuid>,
}

#[cfg(test)]
mod tests {
    use super::AuditAction;

    #[test]
    fn an_action_has_one_word_everywhere() {
        for action in AuditAction::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
        }
    }
}
