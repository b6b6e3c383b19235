//! Errors as HTTP responses: one RFC 9457 problem each. The cause of a failure goes to the log and never to the caller.

use axum::response::{IntoResponse, Response};
use guildhall_protocol::{Code, Problem};
use http::{HeaderValue, StatusCode, header};

use crate::error::Error;

/// The problem for the caller, and after how many seconds they can try again.
fn problem_of(error: Error) -> (Problem, Option<u64>) {
    match error {
        Error::Refused(problem) => (*problem, None),
        Error::TooMany { seconds } => (Problem::new(Code::RateLimited, "Too many requests"), Some(seconds)),
        Error::Store(error) if error.is_full() => {
            tracing::error!(%error, "no room left");
            (Problem::new(Code::Maintenance, "The registry’s disk is full"), Some(60))
        }
        Error::Store(error) if error.is_busy() => {
            tracing::error!(%error, "the database is busy");
            (Problem::new(Code::Maintenance, "The registry is busy"), Some(5))
        }
        Error::Mail(error) => {
            tracing::error!(%error, "a mail was not sent");
            (Problem::new(Code::Maintenance, "Email cannot be sent at the moment"), Some(60))
        }
        Error::Provider(error) => {
            tracing::warn!(%error, "the sign-in provider gave no good answer");
            (Problem::new(Code::Maintenance, "The sign-in provider does not answer"), Some(60))
        }
        Error::Closing => (Problem::new(Code::Maintenance, "The registry is being restarted"), Some(5)),
        Error::Store(_) | Error::Damaged(_) | Error::Erasures(_) => {
            tracing::error!(%error, "the registry failed");
            (Problem::new(Code::Internal, "The registry failed"), None)
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (problem, retry_after) = problem_of(self);
        let mut response = problem_response(problem);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// A response that carries the problem as an extension. [`crate::http::middleware`] writes the body, as it knows the
/// request's id.
pub(crate) fn problem_response(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response.extensions_mut().insert(problem);
    response
}
