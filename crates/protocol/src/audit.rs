//! Who did what: the audit log, as it is shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What is written down in the audit log. Whoever shows it has words for each of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(rename_all = "snake_case")]
        pub enum AuditAction { $($(#[$doc])* $name),* }

        impl AuditAction {
            /// Each of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word for it, in SQL and on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }
    };
}

actions! {
    /// A version of a project was published.
    Publish = "publish",
    /// Something was sent that someone checks first.
    AskForReview = "ask_for_review",
    /// Who checked it asked for changes.
    Return = "return",
    /// Who checked it did not accept it.
    Decline = "decline",
    /// What was sent was taken back.
    Withdraw = "withdraw",
    /// The leads were reminded that something waits for them.
    Remind = "remind",
    /// Someone signed in.
    SignIn = "sign_in",
    /// Someone has another address, for which the provider vouches.
    ChangeAddress = "change_address",
    /// A laptop was signed out from another one.
    SignOutDevice = "sign_out_device",
    /// Someone erased their account.
    Erase = "erase",
    /// Someone became a lead because nobody was one.
    LeadForNow = "lead_for_now",
    /// A lead of another council vouched for someone who leads unconfirmed.
    Vouch = "vouch",
    /// Someone objected to a lead whom nobody has confirmed.
    Object = "object",
    /// Someone's seat in a project's team was taken back.
    TakeSeatBack = "take_seat_back",
    /// All that is held on a council was taken along.
    ExportCouncil = "export_council",
    /// Someone did not confirm their address for too long.
    Lapse = "lapse",
    /// Someone has another role.
    SetRole = "set_role",
    /// Someone may no longer act for a council.
    RemoveAccess = "remove_access",
    /// Someone was invited.
    Invite = "invite",
    /// An invitation was taken back.
    WithdrawInvitation = "withdraw_invitation",
    /// An invitation was accepted.
    AcceptInvitation = "accept_invitation",
    /// An invitation was declined.
    DeclineInvitation = "decline_invitation",
    /// How a council is looked after was changed.
    ChangeSettings = "change_settings",
    /// Someone asked to act for a council.
    AskForCouncil = "ask_for_council",
    /// A domain is a council's.
    AddDomain = "add_domain",
    /// A domain is no longer a council's.
    RemoveDomain = "remove_domain",
    /// One person may act for a council without their domain being its.
    LetIn = "let_in",
    /// Who asked to act for a council may not.
    DeclineDomain = "decline_domain",
    /// Whoever runs the registry made someone a lead.
    AddLead = "add_lead",
    /// Someone is a coordinator.
    AddCoordinator = "add_coordinator",
    /// Someone is no longer a coordinator.
    RemoveCoordinator = "remove_coordinator",
    /// Something is said to be wrong with a project.
    Report = "report",
    /// A report was dealt with.
    CloseReport = "close_report",
    /// A coordinator read what only a team can see.
    ReadTeam = "read_team",
    /// A project was removed for good.
    Purge = "purge",
    /// Who comes after a council was said.
    NameSuccessors = "name_successors",
    /// Projects of a council before were taken over.
    TakeOver = "take_over",
    /// Someone set up a second factor.
    EnrolSecondFactor = "enrol_second_factor",
    /// Someone turned their second factor off.
    TurnOffSecondFactor = "turn_off_second_factor",
    /// Someone made new recovery codes.
    NewRecoveryCodes = "new_recovery_codes",
    /// Someone used a recovery code.
    UseRecoveryCode = "use_recovery_code",
    /// A lead asked that someone's second factor be reset, which takes a day.
    AskFactorReset = "ask_factor_reset",
    /// That was called off.
    CallOffFactorReset = "call_off_factor_reset",
    /// Someone's second factor was reset.
    ResetSecondFactor = "reset_second_factor",
    /// Whoever runs the registry had a sign-in code printed.
    IssueCode = "issue_code",
    /// What the registry says of itself was changed.
    Set = "set",
    /// Councils came in from a file.
    ImportCouncils = "import_councils",
    /// Services came in from a file.
    ImportServices = "import_services",
    /// Projects came in from a file.
    ImportProjects = "import_projects",
    /// The sample came in.
    Sample = "sample",
    /// Made-up projects came in.
    Generate = "generate",
    /// A backup was put back.
    BeginNewHistory = "begin_new_history",
}

/// Someone's act: `GET /api/v1/audit`. Names of changed fields, never what they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// The address of who did it; empty for whoever runs the registry, and for someone who was erased.
    pub by: String,
    /// On which laptop; may be empty.
    pub device: String,
    /// What was done: the word for an [`AuditAction`], as text. A newer registry, and an older one's log, may have words
    /// that this version does not know.
    pub action: String,
    /// To what, for example `project/ID`.
    pub subject: String,
    /// What that is called: a project's title, where the reader may see it, a council's name or a person's address.
    pub name: String,
    /// What else is worth knowing.
    pub detail: String,
    /// The names of the fields that changed.
    pub fields: Vec<String>,
    /// The reason that was given.
    pub reason: String,
    /// The request in which it came; may be empty.
    pub request: String,
}

/// A page of the audit log, the last act first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct AuditPage {
    /// The acts.
    pub entries: Vec<AuditEntry>,
    /// Asks for the next page, as `before`; none after the last.
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
