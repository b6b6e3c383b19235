//! What stands around every screen: starting, who is signed in, and the line at the foot.

use guildhall_protocol::second_factor::FactorDue;
use guildhall_protocol::{CouncilCode, Membership, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::Failure;
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
    /// This laptop was signed out from another one, and has removed that person's copy of the catalogue: their address.
    pub signed_out: Option<String>,
    /// A person's work was damaged: what was read out of it.
    pub rescued: Option<Rescued>,
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
    /// Do they belong to the pooled administration?
    pub coordinator: bool,
    /// The one for which they act now.
    pub acting_for: Option<CouncilCode>,
    /// How long they stay signed in.
    pub session: Session,
    /// What they are asks for a second factor, and they have none.
    pub factor_due: Option<FactorDue>,
}

/// What an authenticator app is told. Has no Debug, so that none can reach a log by accident.
#[derive(Clone, Serialize, Type)]
pub struct NewSecondFactor {
    /// To be typed in, in fours.
    pub secret: String,
    /// To be scanned: a QR code as SVG.
    pub qr: String,
}

/// How long someone stays signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Session {
    /// The keychain holds it.
    InKeychain,
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

/// What was read out of a damaged file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Rescued {
    /// How many drafts.
    pub drafts: u32,
    /// Where the damaged file is.
    pub file: String,
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
    /// How much waits for this person's answer.
    pub inbox: u32,
    /// How many drafts are being written.
    pub drafts: u32,
    /// What is being done now, if anything.
    pub activity: Activity,
    /// The session has ended: nothing is sent before someone signs in.
    pub sign_in_needed: bool,
    /// Why the last try to sync did not work, where that is more than a missing connection.
    pub trouble: Option<Failure>,
    /// What became of what is not open to everyone.
    pub private: Private,
}

/// What became of what is not open to everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Private {
    /// It can be read.
    Shown,
    /// This laptop's clock says that there was no contact for so long. It is hidden, and removed in a day or at the next
    /// start, where there is no contact before.
    Hidden {
        /// For how long it is kept without one.
        days: u16,
    },
    /// There was no contact for so long: it is no longer on this laptop.
    Removed {
        /// For how long it is kept without one.
        days: u16,
    },
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
    Sending {
        /// Which one, of those that are sent on this occasion.
        nth: u32,
        /// How many they are.
        of: u32,
    },
    /// Reading changes.
    Reading {
        /// Records read so far.
        done: u32,
        /// Records that there are, about.
        of: u32,
    },
    /// Neither, until somebody asks for it: it was stopped.
    Stopped {
        /// Records read so far.
        done: u32,
        /// Records that there are, about; 0 where it was no reading that was stopped.
        of: u32,
    },
}
