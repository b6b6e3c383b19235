//! What handlers take from a request. Each extractor that refuses does so with a problem (RFC 9457), and handlers name
//! them in the order in which they are to refuse: limits, who asks, the path, the body.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use guildhall_protocol::validate::{FieldCode, FieldError};
use guildhall_protocol::{Code, CouncilCode, ProjectId, Submission, SubmissionId, routes, text};
use http::header;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::access::principal::Actor;
use crate::error::{Error, Result};
use crate::http::limits::Limits;
use crate::http::middleware::{self, RequestId};
use crate::{Registry, secrets};

/// The access token of a request, which may have none.
pub(crate) struct Bearer {
    token: Option<String>,
    request_id: String,
    /// Does the request change something?
    writes: bool,
}

impl<S: Sync> FromRequestParts<S> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let writes = !parts.method.is_safe();
        let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
            return Ok(Self { token: None, request_id, writes });
        };
        let token = value.to_str().ok().and_then(|value| value.split_once(' '));
        match token {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                Ok(Self { token: Some(token.trim().to_owned()), request_id, writes })
            }
            _ => Err(sign_in_required()),
        }
    }
}

impl Bearer {
    /// The person who asks, as they are at this moment; none without a token. A request that changes something counts
    /// towards that person's limit.
    pub(crate) async fn actor(&self, registry: &Registry) -> Result<Option<Actor>> {
        let Some(token) = &self.token else { return Ok(None) };
        let actor = registry.authenticate(token, &self.request_id).await?;
        if let Some(limits) = registry.limits().filter(|_| self.writes) {
            limits.write(actor.person.id)?;
        }
        Ok(Some(actor))
    }
}

fn sign_in_required() -> Error {
    Error::refused(Code::SignInRequired, "Sign in first")
}

/// The person who asks, where one is signed in.
pub(crate) struct MaybeSignedIn(pub(crate) Option<Actor>);

impl FromRequestParts<Registry> for MaybeSignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, registry: &Registry) -> Result<Self> {
        Bearer::from_request_parts(parts, registry).await?.actor(registry).await.map(Self)
    }
}

/// The person who asks. Anyone else has to sign in first.
pub(crate) struct SignedIn(pub(crate) Actor);

impl FromRequestParts<Registry> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, registry: &Registry) -> Result<Self> {
        let MaybeSignedIn(actor) = MaybeSignedIn::from_request_parts(parts, registry).await?;
        actor.map(Self).ok_or_else(sign_in_required)
    }
}

/// The person who asks for something that does the most harm in the wrong hands. If they have a second factor, they
/// have given a code of it lately.
pub(crate) struct WithSecondFactor(pub(crate) Actor);

impl FromRequestParts<Registry> for WithSecondFactor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, registry: &Registry) -> Result<Self> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, registry).await?;
        actor.factor.must_be_fresh()?;
        Ok(Self(actor))
    }
}

/// The address from which a request comes.
pub(crate) struct ClientIp(pub(crate) IpAddr);

impl<S: Sync> FromRequestParts<S> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let client_ip = parts.extensions.get::<middleware::ClientIp>();
        Ok(Self(client_ip.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client_ip| client_ip.0)))
    }
}

/// The address from which a request comes that counts towards the limit `L`.
pub(crate) struct Limited<L> {
    pub(crate) from: IpAddr,
    limit: PhantomData<L>,
}

/// A limit on the requests from one network.
pub(crate) trait NetworkLimit {
    /// Counts a request from that address.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    fn count(limits: &Limits, from: IpAddr) -> Result<()>;
}

/// Requests for a code.
pub(crate) struct Codes;
/// Tries at a code or a token.
pub(crate) struct Tries;
/// Reports of a problem with a project.
pub(crate) struct Reports;

impl NetworkLimit for Codes {
    fn count(limits: &Limits, from: IpAddr) -> Result<()> {
        limits.request_code(from)
    }
}

impl NetworkLimit for Tries {
    fn count(limits: &Limits, from: IpAddr) -> Result<()> {
        limits.try_secret(from)
    }
}

impl NetworkLimit for Reports {
    fn count(limits: &Limits, from: IpAddr) -> Result<()> {
        limits.report(from)
    }
}

impl<L: NetworkLimit> FromRequestParts<Registry> for Limited<L> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, registry: &Registry) -> Result<Self> {
        let Ok(ClientIp(from)) = ClientIp::from_request_parts(parts, registry).await;
        if let Some(limits) = registry.limits() {
            L::count(limits, from)?;
        }
        Ok(Self { from, limit: PhantomData })
    }
}

/// What the parameters of a path name. A path with anything else in their place leads nowhere (404).
pub(crate) struct Path<T>(pub(crate) T);

/// What can be read from the parameters of a path.
pub(crate) trait FromPath: Sized {
    /// None where they are anything else.
    fn from_path<'a>(parameters: impl Iterator<Item = &'a str>) -> Option<Self>;
}

fn next<'a, T: FromStr>(parameters: &mut impl Iterator<Item = &'a str>) -> Option<T> {
    parameters.next()?.parse().ok()
}

macro_rules! from_path {
    ($($named:ty),*) => {$(
        impl FromPath for $named {
            fn from_path<'a>(mut parameters: impl Iterator<Item = &'a str>) -> Option<Self> {
                next(&mut parameters)
            }
        }
    )*};
}

from_path!(CouncilCode, ProjectId, SubmissionId, Uuid);

impl<A: FromStr, B: FromStr> FromPath for (A, B) {
    fn from_path<'a>(mut parameters: impl Iterator<Item = &'a str>) -> Option<Self> {
        Some((next(&mut parameters)?, next(&mut parameters)?))
    }
}

impl<S: Send + Sync, T: FromPath> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Ok(parameters) = RawPathParams::from_request_parts(parts, state).await else {
            return Err(Error::not_found());
        };
        T::from_path(parameters.iter().map(|(_, value)| value)).map(Self).ok_or_else(Error::not_found)
    }
}

/// A body in JSON. A text with a control character is refused, and characters that nobody can see are taken out.
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Registry> for ApiJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, registry: &Registry) -> Result<Self> {
        read_json(&body(request, registry).await?).map(Self)
    }
}

fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let mut json: Value = read(body)?;
    if let Some(at) = text::find_control(&json, "") {
        let FieldError { pointer, code, detail } = FieldError::control_character(&at);
        return Err(Error::invalid(&pointer, code, detail));
    }
    text::clean_json(&mut json, "", &mut Vec::new());
    serde_json::from_value(json).map_err(|error| cannot_be_read(&error))
}

/// A body in JSON of which a person typed only an address and a code. A device's name comes from its operating system,
/// so characters that cannot be shown are taken out of it, not refused.
pub(crate) struct DeviceJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Registry> for DeviceJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, registry: &Registry) -> Result<Self> {
        let mut json: Value = read(&body(request, registry).await?)?;
        text::clean_typed_json(&mut json);
        serde_json::from_value(json).map(Self).map_err(|error| cannot_be_read(&error))
    }
}

/// A submission and the hash of its bytes, by which a repeat is known. Its own rules say what is wrong with a text, as
/// what it removes has to be named exactly as it is stored. No text may have U+0000, which PostgreSQL cannot store.
pub(crate) struct SubmissionBody {
    pub(crate) hash: String,
    pub(crate) submission: Submission,
}

impl FromRequest<Registry> for SubmissionBody {
    type Rejection = Error;

    /// Takes more than [`routes::MAX_BODY`], to which other bodies are limited.
    async fn from_request(request: Request, _: &Registry) -> Result<Self> {
        let body =
            to_bytes(request.into_body(), routes::MAX_LINE).await.map_err(|error| too_large(&error))?;
        Ok(Self { hash: secrets::hash(&body), submission: read_submission(&body)? })
    }
}

fn read_submission(body: &[u8]) -> Result<Submission> {
    const ESCAPED: &[u8] = b"\\u0000";
    if body.windows(ESCAPED.len()).any(|window| window == ESCAPED)
        && read(body).is_ok_and(|json: Value| has_nul(&json))
    {
        return Err(Error::invalid("", FieldCode::NotAllowed, "No text can have the character U+0000"));
    }
    read(body)
}

fn has_nul(json: &Value) -> bool {
    match json {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The whole body, up to the limit of its route.
async fn body(request: Request, registry: &Registry) -> Result<Bytes> {
    Bytes::from_request(request, registry).await.map_err(|rejection| too_large(&rejection))
}

/// The middleware has read the body already: only its size can be wrong now.
fn too_large(error: &impl std::error::Error) -> Error {
    tracing::debug!(%error, "a body was refused");
    Error::refused(Code::TooLarge, "The request is too large")
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| cannot_be_read(&error))
}

fn cannot_be_read(error: &serde_json::Error) -> Error {
    Error::invalid("", FieldCode::NotAllowed, format!("It cannot be read: {error}"))
}
