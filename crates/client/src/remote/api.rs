//! The registry's API, typed. Nothing here accesses files, and nothing branches on the text of an error.

use bytes::Bytes;
use futures_util::StreamExt;
use guildhall_protocol::sign_in::{
    AddressChoice, DifferentAddresses, OpenIdProof, OpenIdVerify, Refresh, Start, StartId, Started, Tokens,
    Verify,
};
use guildhall_protocol::{
    Code, Me, PROTOCOL, Problem, RegistryFacts, Retry, Service, Submission, SubmissionId, Verdict, routes,
    text,
};
use http::{Method, Request, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::env::Env;
use crate::error::Failure;
use crate::remote::transport::{Body, TransportError};

/// The most bytes read of any answer other than a page of changes or an export.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// The most bytes read of an export.
const MAX_EXPORT: usize = 256 * 1024 * 1024;

/// Why a request failed.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The registry refused the request.
    #[error("the registry refused: {:?}", .0.code)]
    Problem(Box<Problem>),
    /// The registry, or a proxy before it, cannot answer at the moment.
    #[error("busy")]
    Busy {
        /// When to retry, in seconds, if the answer said so.
        seconds: Option<u32>,
    },
    /// Something other than a registry answered.
    #[error("not a registry")]
    NotARegistry,
}

pub(crate) type ApiResult<T> = Result<T, ApiError>;

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Transport(_) => Self::NoConnection,
            ApiError::Busy { seconds: Some(seconds) } => Self::TooManyTries { seconds },
            ApiError::Busy { seconds: None } => Self::RegistryBusy,
            ApiError::NotARegistry => Self::NotARegistry,
            ApiError::Problem(problem) => match problem.code {
                Code::ValidationFailed => Self::Invalid { errors: problem.errors },
                Code::SignInRequired | Code::SessionRevoked => Self::SignInNeeded,
                Code::DeviceRevoked => Self::SignedOutElsewhere,
                Code::LastLead => Self::LastLead,
                Code::CodeRefused => Self::CodeRefused,
                Code::AddressUnconfirmed => Self::AddressUnconfirmed,
                Code::AddressDiffers => match problem.addresses {
                    Some(addresses) => {
                        let DifferentAddresses { account, provider, taken } = *addresses;
                        Self::AddressDiffers { account, provider, taken }
                    }
                    None => Self::AddressUnconfirmed,
                },
                Code::SecondFactorRequired => Self::SecondFactorNeeded,
                Code::NotAllowed => Self::NotAllowed,
                Code::NotFound => Self::NotFound,
                Code::ClientTooOld => Self::AppTooOld,
                Code::RateLimited | Code::Maintenance | Code::Internal => Self::RegistryBusy,
                Code::VersionConflict | Code::IdempotencyMismatch | Code::ResyncRequired | Code::TooLarge => {
                    Self::Internal
                }
            },
        }
    }
}

/// A registry at an address.
#[derive(Clone)]
pub(crate) struct Api {
    env: Env,
    address: String,
}

impl Api {
    pub(crate) fn new(env: Env, address: String) -> Self {
        Self { env, address }
    }

    /// The registry's description of itself.
    pub(crate) async fn facts(&self) -> ApiResult<RegistryFacts> {
        self.ask(Method::GET, routes::REGISTRY, None, ()).await
    }

    pub(crate) async fn services(&self) -> ApiResult<Vec<Service>> {
        self.ask(Method::GET, routes::SERVICES, None, ()).await
    }

    /// Requests a sign-in code. Returns the id of this attempt, which older registries do not send.
    pub(crate) async fn start_sign_in(&self, email: &str) -> ApiResult<Option<StartId>> {
        let body = to_json(&Start { email: email.to_owned() })?;
        let answer = self.send(Method::POST, routes::AUTH_EMAIL_START, None, body).await?;
        if answer.status() == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        read_json(answer.into_body()).await.map(|Started { start }| Some(start))
    }

    pub(crate) async fn verify_sign_in(
        &self,
        email: &str,
        code: &str,
        start: Option<StartId>,
        openid: Option<OpenIdProof>,
        second_factor: Option<String>,
    ) -> ApiResult<Tokens> {
        let device = self.env.laptop.clone();
        let email = email.to_owned();
        let body = Verify { email, code: code.to_owned(), start, device, openid, second_factor };
        self.ask(Method::POST, routes::AUTH_EMAIL_VERIFY, None, body).await
    }

    pub(crate) async fn verify_openid(
        &self,
        openid: OpenIdProof,
        address: AddressChoice,
        second_factor: Option<String>,
    ) -> ApiResult<Tokens> {
        let device = self.env.laptop.clone();
        let body = OpenIdVerify { openid, device, second_factor, address: Some(address) };
        self.ask(Method::POST, routes::AUTH_OPENID_VERIFY, None, body).await
    }

    pub(crate) async fn refresh(&self, refresh_token: &str) -> ApiResult<Tokens> {
        let body = Refresh { refresh_token: refresh_token.to_owned() };
        self.ask(Method::POST, routes::AUTH_TOKEN, None, body).await
    }

    pub(crate) async fn revoke(&self, refresh_token: &str) -> ApiResult<()> {
        self.tell(
            Method::POST,
            routes::AUTH_REVOKE,
            None,
            Refresh { refresh_token: refresh_token.to_owned() },
        )
        .await
    }

    pub(crate) async fn me(&self, token: &str) -> ApiResult<Me> {
        self.ask(Method::GET, routes::ME, Some(token), ()).await
    }

    /// Requests changes. The body is streamed as the registry sends it.
    pub(crate) async fn changes(&self, query: &str, token: Option<&str>) -> ApiResult<Body> {
        let path = format!("{}?{query}", routes::CHANGES);
        let answer = self.send(Method::GET, &path, token, Bytes::new()).await?;
        let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with(routes::NDJSON)) {
            return Err(ApiError::NotARegistry);
        }
        Ok(answer.into_body())
    }

    /// Sends a submission. The body is a string and not a [`Submission`], because a repeat must be identical byte for
    /// byte.
    pub(crate) async fn submit(&self, id: SubmissionId, body: String, token: &str) -> ApiResult<Verdict> {
        let answer = self.send(Method::PUT, &routes::submission(id), Some(token), body.into()).await?;
        read_json(answer.into_body()).await
    }

    /// The current verdict on a submission.
    pub(crate) async fn submission(&self, id: SubmissionId, token: &str) -> ApiResult<Verdict> {
        self.ask(Method::GET, &routes::submission(id), Some(token), ()).await
    }

    /// Withdraws a submission, whether or not it has arrived.
    pub(crate) async fn withdraw(&self, id: SubmissionId, token: &str) -> ApiResult<Verdict> {
        self.ask(Method::POST, &routes::withdrawal(id), Some(token), ()).await
    }

    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: impl Serialize,
    ) -> ApiResult<T> {
        let body = if method == Method::GET { Bytes::new() } else { to_json(&body)? };
        read_json(self.send(method, path, token, body).await?.into_body()).await
    }

    /// Fetches an export, which may be large.
    pub(crate) async fn export(&self, path: &str, token: Option<&str>) -> ApiResult<serde_json::Value> {
        let answer = self.send(Method::GET, path, token, Bytes::new()).await?;
        read_json_up_to(MAX_EXPORT, answer.into_body()).await
    }

    pub(crate) async fn tell(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: impl Serialize,
    ) -> ApiResult<()> {
        self.send(method, path, token, to_json(&body)?).await.map(|_| ())
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Bytes,
    ) -> ApiResult<http::Response<Body>> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header(routes::PROTOCOL_HEADER, PROTOCOL);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(body).map_err(|_| TransportError::Unreachable)?;
        let answer = self.env.transport.send(request).await?;
        if answer.status().is_success() { Ok(answer) } else { Err(refusal(answer).await) }
    }
}

/// Interprets an answer other than success: as a problem document (RFC 9457) if it is one, otherwise by its status.
async fn refusal(answer: http::Response<Body>) -> ApiError {
    let (parts, body) = answer.into_parts();
    let seconds = parts
        .headers
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse().ok());
    if parts.status == StatusCode::TOO_MANY_REQUESTS {
        return ApiError::Busy { seconds: Some(seconds.unwrap_or(60)) };
    }
    match read_json::<Problem>(body).await {
        Ok(problem) if problem.retry == Retry::Later => ApiError::Busy { seconds },
        Ok(problem) => ApiError::Problem(Box::new(problem)),
        Err(ApiError::Transport(error)) => ApiError::Transport(error),
        Err(_) if parts.status.is_server_error() => ApiError::Busy { seconds },
        Err(_) => ApiError::NotARegistry,
    }
}

/// Serialises a request body. Control characters and invisible characters are removed from typed text: people who paste
/// them cannot see them.
fn to_json(body: &impl Serialize) -> ApiResult<Bytes> {
    let cleaned = serde_json::to_value(body).and_then(|mut json| {
        text::clean_typed_json(&mut json);
        serde_json::to_vec(&json)
    });
    cleaned.map(Bytes::from).map_err(|error| {
        tracing::error!(%error, "cannot serialise a request");
        ApiError::Transport(TransportError::Unreachable)
    })
}

/// Reads a JSON body of limited size. Anything else does not come from a registry.
async fn read_json<T: DeserializeOwned>(body: Body) -> ApiResult<T> {
    read_json_up_to(MAX_ANSWER, body).await
}

async fn read_json_up_to<T: DeserializeOwned>(most: usize, mut body: Body) -> ApiResult<T> {
    let mut text = Vec::new();
    while let Some(piece) = body.next().await {
        text.extend_from_slice(&piece?);
        if text.len() > most {
            return Err(ApiError::NotARegistry);
        }
    }
    serde_json::from_slice(&text).map_err(|_| ApiError::NotARegistry)
}

/// The exact request body of a submission.
pub(crate) fn submission_text(submission: &Submission) -> Result<String, Failure> {
    Ok(serde_json::to_string(submission)?)
}
