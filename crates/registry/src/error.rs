//! The registry's errors. Each becomes an RFC 9457 problem when it is sent (`http/problem.rs`).

use std::fmt::Display;

use guildhall_protocol::validate::{FieldCode, FieldError};
use guildhall_protocol::{Code, Problem};

use crate::auth::openid::ProviderError;
use crate::mail::MailError;
use crate::privacy::erasure::DamagedLedger;
use crate::store::{JobError, StoreError};

/// Why the registry did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request was refused.
    #[error("{}", sentence(.0))]
    Refused(Box<Problem>),
    /// The caller has reached a rate limit.
    #[error("asked too often; try again in {seconds} seconds")]
    TooMany {
        /// When to try again.
        seconds: u64,
    },
    /// The store returned an error.
    #[error(transparent)]
    Store(StoreError),
    /// Data outside the database could not be decoded.
    #[error("{0}")]
    Damaged(String),
    /// The erasure list could not be read or written.
    #[error(transparent)]
    Erasures(#[from] DamagedLedger),
    /// An email could not be sent.
    #[error("a mail could not be sent: {0}")]
    Mail(#[from] MailError),
    /// The sign-in provider did not give a usable answer.
    #[error("the sign-in provider: {0}")]
    Provider(#[from] ProviderError),
    /// The registry is shutting down.
    #[error("the registry is closing")]
    Closing,
}

/// A refusal in words: the field errors if there are any, else the title.
fn sentence(problem: &Problem) -> String {
    if problem.errors.is_empty() {
        return problem.title.clone();
    }
    problem.errors.iter().map(|error| error.detail.as_str()).collect::<Vec<_>>().join("; ")
}

/// The result type of the registry's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A refusal with this code.
    pub(crate) fn refused(code: Code, title: impl Into<String>) -> Self {
        Self::Refused(Box::new(Problem::new(code, title)))
    }

    /// What is kept and cannot be understood, and why.
    pub(crate) fn damaged(what: &str, why: impl Display) -> Self {
        Self::Damaged(format!("{what}: {why}"))
    }

    /// The answer both for what does not exist and for what this person may not see.
    pub(crate) fn not_found() -> Self {
        Self::refused(Code::NotFound, "Not found")
    }

    /// A refusal of one field, at a JSON pointer (RFC 6901).
    pub(crate) fn invalid(pointer: &str, code: FieldCode, detail: impl Into<String>) -> Self {
        let mut problem = Problem::new(Code::ValidationFailed, "The request is not valid");
        problem.errors.push(FieldError::new(pointer, code, detail));
        Self::Refused(Box::new(problem))
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Closed => Self::Closing,
            other => Self::Store(other),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(error.into())
    }
}

impl JobError for Error {
    fn into_database_error(self) -> std::result::Result<sqlx::Error, Self> {
        match self {
            Self::Store(StoreError::Database(error)) => Ok(error),
            other => Err(other),
        }
    }
}
