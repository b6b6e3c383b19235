//! What can go wrong while the registry works. Inside it is an error; on its way out it becomes one RFC 9457
//! problem. A failure of the registry's own says nothing of its cause to the caller, and everything to the log.

use axum::response::{IntoResponse, Response};
use guildhall_protocol::validate::{FieldCode, FieldError};
use guildhall_protocol::{Code, Problem};
use http::{HeaderValue, StatusCode, header};

use crate::auth::openid::ProviderError;
use crate::mail::MailError;
use crate::privacy::erasure::DamagedLedger;
use crate::store::engine;

/// Why the registry did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It may not be done, or not in this way.
    #[error("{}", sentence(.0))]
    Refused(Box<Problem>),
    /// Asked too often.
    #[error("asked too often; try again in {seconds} seconds")]
    TooMany {
        /// When to come back.
        seconds: u64,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Store(#[from] sqlx::Error),
    /// A row of the database can't be understood.
    #[error("a stored row can't be read: {0}")]
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
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
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

    fn into_problem(self) -> (Problem, Option<u64>) {
        match self {
            Self::Refused(problem) => (*problem, None),
            Self::TooMany { seconds } => {
                (Problem::new(Code::RateLimited, "Too many requests"), Some(seconds))
            }
            Self::Store(error) if engine::is_full(&error) => {
                tracing::error!(%error, "no room left");
                (Problem::new(Code::Maintenance, "The registry has no room left to store this"), Some(60))
            }
            Self::Store(error) if engine::is_busy(&error) => {
                tracing::error!(%error, "the database is busy");
                (Problem::new(Code::Maintenance, "The registry is busy"), Some(5))
            }
            Self::Mail(error) => {
                tracing::error!(%error, "a mail was not sent");
                (Problem::new(Code::Maintenance, "No mail can be sent now"), Some(60))
            }
            Self::Provider(error) => {
                tracing::warn!(%error, "the sign-in provider gave no good answer");
                (Problem::new(Code::Maintenance, "The sign-in provider can't be asked now"), Some(60))
            }
            Self::Closing => (Problem::new(Code::Maintenance, "The registry is being restarted"), Some(5)),
            Self::Store(_) | Self::Damaged(_) | Self::Erasures(_) => {
                tracing::error!(error = %self, "the registry failed");
                (Problem::new(Code::Internal, "The registry failed"), None)
            }
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (problem, retry_after) = self.into_problem();
        let mut response = problem_response(problem);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// An answer that carries the problem beside its empty body: it is written out at the edge, where the request's
/// id is known (see [`crate::http::middleware`]).
pub(crate) fn problem_response(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response.extensions_mut().insert(problem);
    response
}
