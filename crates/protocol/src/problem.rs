//! What went wrong, for programs: RFC 9457 problem details with a code of our own. Callers branch on `code` and
//! `retry`, never on the text.

use serde::{Deserialize, Serialize};

use crate::sign_in::DifferentAddresses;
use crate::submission::Conflict;
use crate::validate::FieldError;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $retry:ident;)*) => {
        /// Why the registry refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* $name),* }

        impl Code {
            /// Each of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The HTTP status that it comes with.
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
    /// The request's content breaks a rule; `errors` says which.
    ValidationFailed = 422, AfterEdit;
    /// There is no token, or it is not known.
    SignInRequired = 401, AfterSignIn;
    /// The session was ended.
    SessionRevoked = 401, AfterSignIn;
    /// This laptop was signed out from elsewhere.
    DeviceRevoked = 401, AfterSignIn;
    /// The code is wrong, old or used.
    CodeRefused = 403, AfterEdit;
    /// The provider knows who it is, and the registry not yet which address is theirs: a code by email shows it.
    AddressUnconfirmed = 403, AfterEdit;
    /// The provider vouches for another address than this person's account has: they say which is theirs. `addresses` has
    /// both.
    AddressDiffers = 403, AfterEdit;
    /// A code of the second factor is needed: to sign in, or once more as it was last given long ago. At a sign-in also
    /// where the one that came is wrong, old or used.
    SecondFactorRequired = 403, AfterEdit;
    /// This person may not do this.
    NotAllowed = 403, Never;
    /// A council's last lead can't leave.
    LastLead = 409, AfterEdit;
    /// There is none, or it may not be seen by this person.
    NotFound = 404, Never;
    /// Someone else changed the same fields; `conflict` has the record as it is now.
    VersionConflict = 409, AfterEdit;
    /// The same submission id with another body.
    IdempotencyMismatch = 409, Never;
    /// The cursor is of no use here: read from zero.
    ResyncRequired = 410, Never;
    /// The body is larger than allowed.
    TooLarge = 413, AfterEdit;
    /// The app speaks an older protocol than is still understood.
    ClientTooOld = 426, Never;
    /// Too many requests; `Retry-After` says when.
    RateLimited = 429, Later;
    /// The registry failed; the log knows why, under `request_id`.
    Internal = 500, Later;
    /// The registry is being looked after.
    Maintenance = 503, Later;
}

/// When the same request may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// The answer will not change.
    Never,
    /// As it is, in a while.
    Later,
    /// Once signed in.
    AfterSignIn,
    /// Once its content was changed.
    AfterEdit,
}

/// The body of every answer that is not a success (`application/problem+json`, RFC 9457).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Problem {
    /// A URI that names the kind: `about:blank`, as `code` says more.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// A short sentence for people who read logs.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// Which problem.
    pub code: Code,
    /// The same as in the registry's log.
    #[serde(default)]
    pub request_id: String,
    /// When to try again.
    pub retry: Retry,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The record as it is now, with `version_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Box<Conflict>>,
    /// Between which addresses there is to choose, with `address_differs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses: Option<Box<DifferentAddresses>>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    /// A problem of that code, with the status and retry that go with it.
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
