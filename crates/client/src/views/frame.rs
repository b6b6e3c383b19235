//! What surrounds every screen: the start of the app, the account, and the status line.

use guildhall_protocol::second_factor::FactorDue;
use guildhall_protocol::{CouncilCode, Membership, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::Failure;
use crate::settings::{ChosenRegistry, Settings};

/// Everything that the window needs when it opens.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Start {
    /// The registry in use; `None` before first run.
    pub registry: Option<ChosenRegistry>,
    /// The address to offer at first run, if the build or a setting has one.
    pub preset: Option<String>,
    /// The signed-in person; `None` for an anonymous reader.
    pub account: Option<Account>,
    /// The first-run screens are done.
    pub welcomed: bool,
    /// The person's settings for the window.
    pub settings: Settings,
    /// The app's version.
    pub version: String,
    /// Why the app's files cannot be opened, if so.
    pub open_error: Option<Failure>,
    /// The address of a person who was signed out from another laptop, whose copy of the catalogue was removed here.
    pub signed_out: Option<String>,
    /// What was rescued if the person's work was damaged.
    pub rescued: Option<Rescued>,
}

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Account {
    /// The person's id.
    pub person: PersonId,
    /// The address with which they signed in.
    pub email: String,
    /// The councils at which they are verified; empty for a member from elsewhere.
    pub councils: Vec<Membership>,
    /// Whether they are a coordinator.
    pub coordinator: bool,
    /// The council for which they are acting.
    pub acting_for: Option<CouncilCode>,
    /// How long they stay signed in.
    pub session: Session,
    /// Set if their role requires a second factor and they have none.
    pub factor_due: Option<FactorDue>,
}

/// The secret for an authenticator app. Does not implement `Debug`, so that it cannot reach a log by accident.
#[derive(Clone, Serialize, Type)]
pub struct NewSecondFactor {
    /// The secret in groups of four characters, for typing.
    pub secret: String,
    /// A QR code as SVG, for scanning.
    pub qr: String,
}

/// How long someone stays signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Session {
    /// The keychain holds the refresh token.
    InKeychain,
    /// There is no keychain: the session lasts until the app closes.
    UntilClosed,
    /// It has ended. After signing in again, the outbox is sent.
    Ended,
}

/// What stays on the laptop after signing out.
#[derive(Clone, Debug, Serialize, Type)]
pub struct SignOutSummary {
    /// Drafts not sent yet.
    pub drafts: u32,
    /// Those of them that wait to be sent.
    pub waiting: u32,
}

/// What was copied out of a damaged file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Rescued {
    /// The number of drafts.
    pub drafts: u32,
    /// The path of the damaged file.
    pub file: String,
}

/// The status line at the foot of the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Status {
    /// The state of the connection.
    pub connection: Connection,
    /// When the catalogue on this laptop last agreed with the registry's.
    pub last_updated: Option<Timestamp>,
    /// How many drafts and review answers wait to be sent.
    pub waiting: u32,
    /// How many drafts need attention.
    pub attention: u32,
    /// How many items need this person's answer, including their answers that were refused.
    pub inbox: u32,
    /// How many drafts are being written.
    pub drafts: u32,
    /// What sync is doing.
    pub activity: Activity,
    /// The session has ended: nothing is sent until the person signs in.
    pub sign_in_needed: bool,
    /// Why the last sync failed, if for more than a missing connection.
    pub last_error: Option<Failure>,
    /// The state of records that are not open to everyone.
    pub private: Private,
}

impl Status {
    /// The status before anything has been counted or tried.
    pub(crate) fn at_start(work_offline: bool) -> Self {
        Self {
            connection: if work_offline { Connection::SwitchedOff } else { Connection::Unknown },
            last_updated: None,
            waiting: 0,
            attention: 0,
            inbox: 0,
            drafts: 0,
            activity: Activity::Idle,
            sign_in_needed: false,
            last_error: None,
            private: Private::Shown,
        }
    }
}

/// The state of records that are not open to everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Private {
    /// They can be read.
    Shown,
    /// By this laptop's clock, the registry has not been reached for that long. They are hidden, and removed once the
    /// app has run for another day or is started again, unless there is contact before that.
    Hidden {
        /// How many days they are kept without contact.
        days: u16,
    },
    /// The registry has not been reached for that long, and they were removed from this laptop.
    Removed {
        /// How many days they are kept without contact.
        days: u16,
    },
}

/// The state of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// Nothing is known yet.
    Unknown,
    /// The registry answered the last request.
    Connected,
    /// The registry could not be reached.
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
    /// Sending the outbox.
    Sending {
        /// The position of the submission in this run.
        nth: u32,
        /// The number of submissions in this run.
        of: u32,
    },
    /// Reading changes.
    Reading {
        /// Records read so far.
        done: u32,
        /// Records in total, approximately.
        of: u32,
    },
    /// Stopped until somebody asks for a sync.
    Stopped {
        /// Records read so far.
        done: u32,
        /// Records in total, approximately; 0 if no reading was stopped.
        of: u32,
    },
}
