//! Errors for programs: RFC 9457 problem details with our own codes. Callers branch on `code` and `retry`, never on the
//! text.

use serde::{Deserialize, Serialize};

use crate::sign_in::DifferentAddresses;
use crate::submission::Conflict;
use crate::validate::FieldError;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $retry:ident;)*) => {
        /// Why the registry refused a request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* $name),* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The HTTP status of the answer.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }
            /// When the same request may be tried again.
            pub fn retry(self) -> Retry {
                match self { $(Self::$name => Retry::$retry),* }
            }
        }
    };
}

codes! {
    /// The request's content breaks a rule; `errors` has the details.
    ValidationFailed = 422, AfterEdit;
    /// The access token is missing or unknown.
    SignInRequired = 401, AfterSignIn;
    /// The session has ended.
    SessionRevoked = 401, AfterSignIn;
    /// This laptop was signed out from another laptop.
    DeviceRevoked = 401, AfterSignIn;
    /// The code is wrong, expired or used.
    CodeRefused = 403, AfterEdit;
    /// The provider has identified the person, but the registry does not know their address yet: a code by email proves
    /// it.
    AddressUnconfirmed = 403, AfterEdit;
    /// The provider vouches for a different address than the account's: the person says which is theirs. `addresses`
    /// has both.
    AddressDiffers = 403, AfterEdit;
    /// A code of the second factor is required: to sign in, or again because the last one was given too long ago. At a
    /// sign-in, also where the code given is wrong, expired or used.
    SecondFactorRequired = 403, AfterEdit;
    /// This person may not do this.
    NotAllowed = 403, Never;
    /// A council's last lead cannot leave.
    LastLead = 409, AfterEdit;
    /// Not found, or this person may not see it.
    NotFound = 404, Never;
    /// Someone else changed the same fields; `conflict` has the current record.
    VersionConflict = 409, AfterEdit;
    /// The same submission id was used with a different body.
    IdempotencyMismatch = 409, Never;
    /// The cursor cannot be used here: read from zero.
    ResyncRequired = 410, Never;
    /// The body is too large.
    TooLarge = 413, AfterEdit;
    /// The app's version of the protocol is no longer supported.
    ClientTooOld = 426, Never;
    /// Too many requests; `Retry-After` has the waiting time.
    RateLimited = 429, Later;
    /// The registry failed; its log has the cause under `request_id`.
    Internal = 500, Later;
    /// The registry is being maintained.
    Maintenance = 503, Later;
}

/// When the same request may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Never: the answer will stay the same.
    Never,
    /// Later, unchanged.
    Later,
    /// After signing in.
    AfterSignIn,
    /// After its content has been changed.
    AfterEdit,
}

/// The body of every answer that is not a success (`application/problem+json`, RFC 9457).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Problem {
    /// A URI for the problem type: `about:blank`, because `code` says more.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// A short sentence for people who read logs.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The problem's code.
    pub code: Code,
    /// The request's id, as in the registry's log.
    #[serde(default)]
    pub request_id: String,
    /// When the request may be tried again.
    pub retry: Retry,
    /// The fields with errors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// With `version_conflict`, the current record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Box<Conflict>>,
    /// With `address_differs`, the addresses from which to choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses: Option<Box<DifferentAddresses>>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    /// A problem with that code, and the status and retry that belong to it.
    pub fn new(code: Code, title: impl Into<String>) -> Self {
        Self {
            kind: about_blank(),
            title: title.into(),
            status: code.status(),
            code,
            request_id: String::new(),
            retry: code.retry(),
            errors: Vec::new(),
            conflict: None,
            addresses: None,
        }
    }
}
