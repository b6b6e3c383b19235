//! The second step of signing in, after the code by email: codes from an authenticator app (RFC 6238), and recovery
//! codes for when the app is not to hand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The number of digits in an authenticator app's code.
pub const TOTP_DIGITS: usize = 6;
/// The number of characters in a recovery code: 120 random bits, so that its plain hash cannot be found by trying.
pub const RECOVERY_LENGTH: usize = 24;
/// How many recovery codes are made at once.
pub const RECOVERY_CODES: usize = 10;

/// `GET /api/v1/me/second-factor`: the state of a person's second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct SecondFactor {
    /// When it was set up; none if they have none.
    pub since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
    /// Whether their role requires one.
    pub required: bool,
    /// When a requested reset takes effect; none if nobody requested one.
    pub reset_at: Option<Timestamp>,
    /// Whether a code must be given again before the most sensitive actions.
    pub asked: bool,
}

/// A person's role requires a second factor, and they have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct FactorDue {
    /// When the role is suspended unless they set one up; none for at once.
    pub by: Option<Timestamp>,
    /// Whether the role is suspended already.
    pub rests: bool,
}

/// `POST /api/v1/me/second-factor`: the secret from which an authenticator app makes codes. It takes effect when a
/// first code from it is given, within an hour. There is no Debug, so that none reaches a log by accident.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct NewFactor {
    /// The secret, for typing in (RFC 4648, base 32).
    pub secret: String,
    /// The secret as an `otpauth` URI, for a QR code.
    pub uri: String,
}

/// A code from an authenticator app, or a recovery code. `PUT /api/v1/me/second-factor` confirms a new factor (answered
/// with [`RecoveryCodes`]); `POST …/verify` gives a code again (answered 204).
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct FactorCode {
    /// The code as typed.
    pub code: String,
}

/// New recovery codes, which replace all earlier ones and are shown only once. There is no Debug, as for [`NewFactor`].
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct RecoveryCodes {
    /// Each can be used once.
    pub codes: Vec<String>,
}
