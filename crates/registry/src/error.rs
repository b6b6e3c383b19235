//! What can go wrong while the registry works. On its way out it becomes one RFC 9457 problem (`http/problem.rs`).

use guildhall_protocol::validate::{FieldCode, FieldError};
use guildhall_protocol::{Code, Problem};

use crate::auth::openid::ProviderError;
use crate::mail::MailError;
use crate::privacy::erasure::DamagedLedger;
use crate::store::{JobError, StoreError};

/// Why the registry did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It may not be done, or not in this way.
    #[error("{}", sentence(.0))]
    Refused(Box<Problem>),
    /// Asked too often.
    #[error("asked too often; try again in {seconds} seconds")]
    TooMany {
        /// When to come back.
        seconds: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// Something that is kept outside the database can't be understood.
    #[error("{0}")]
    Damaged(String),
    /// Who was erased can't be read or written down.
    #[error(transparent)]
    Erasures(#[from] DamagedLedger),
    /// A mail could not be handed over.
    #[error("a mail could not be sent: {0}")]
    Mail(#[from] MailError),
    /// The provider that people sign in with gave no good answer.
    #[error("the sign-in provider: {0}")]
    Provider(#[from] ProviderError),
    /// The registry is on its way down.
    #[error("the registry is closing")]
    Closing,
}

/// A refusal for a person: what is wrong where that is known, and else that it was refused.
fn sentence(problem: &Problem) -> String {
    if problem.errors.is_empty() {
        return problem.title.clone();
    }
    problem.errors.iter().map(|error| error.detail.as_str()).collect::<Vec<_>>().join("; ")
}

/// What most of the registry's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A refusal of that code.
    pub(crate) fn refused(code: Code, title: impl Into<String>) -> Self {
        Self::Refused(Box::new(Problem::new(code, title)))
    }

    /// There is none, or it may not be seen: the same answer for both.
    pub(crate) fn not_found() -> Self {
        Self::refused(Code::NotFound, "There is nothing here")
    }

    /// What was sent breaks a rule, at that place.
    pub(crate) fn invalid(pointer: &str, code: FieldCode, detail: impl Into<String>) -> Self {
        let mut problem = Problem::new(Code::ValidationFailed, "What was sent can't be taken");
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
