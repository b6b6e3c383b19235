//! A second step of signing in, besides the code by email: codes that an authenticator app makes (RFC 6238), and recovery
//! codes for when that is not at hand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The number of digits of an authenticator app's code.
pub const TOTP_DIGITS: usize = 6;
/// The number of characters of a recovery code: 120 bits of chance, so that a plain hash of one can't be searched.
pub const RECOVERY_LENGTH: usize = 24;
/// How many recovery codes are made at a time.
pub const RECOVERY_CODES: usize = 10;

/// `GET /api/v1/me/second-factor`: where someone's second factor stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct SecondFactor {
    /// Since when they have one; none where they have none.
    pub since: Option<Timestamp>,
    /// How many recovery codes were not used.
    pub recovery_codes: u32,
    /// Does what they are ask for one?
    pub required: bool,
    /// When a reset takes effect that somebody asked for; none where nobody did.
    pub reset_at: Option<Timestamp>,
    /// Has a code to be given once more before what does the most harm in the wrong hands?
    pub asked: bool,
}

/// That what someone is asks for a second factor, and they have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct FactorDue {
    /// From when on the role rests without one; none for at once.
    pub by: Option<Timestamp>,
    /// Does it rest by now?
    pub rests: bool,
}

/// `POST /api/v1/me/second-factor`: what an authenticator app makes codes from. It counts once a first code from it was
/// given, within an hour. Has no Debug, so that none can reach a log by accident.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NewFactor {
    /// The secret, to be typed in (RFC 4648, base 32).
    pub secret: String,
    /// The same as an `otpauth` address, to be shown as a QR code.
    pub uri: String,
}

/// A code: of an authenticator app, or a recovery code. `PUT /api/v1/me/second-factor` confirms a new factor with it
/// (answered with [`RecoveryCodes`]), `POST …/verify` gives it again (answered 204).
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct FactorCode {
    /// As it was typed.
    pub code: String,
}

/// New recovery codes, in the place of all earlier ones. They are told this once. Has no Debug, as [`NewFactor`].
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct RecoveryCodes {
    /// Each is good once.
    pub codes: Vec<String>,
}
