//! One resource a file: each unpacks a request, asks the registry, and hands back what it says.

pub(crate) mod auth;
pub(crate) mod changes;
pub(crate) mod coordination;
pub(crate) mod councils;
pub(crate) mod health;
pub(crate) mod me;
pub(crate) mod openid;
pub(crate) mod people;
pub(crate) mod projects;
pub(crate) mod registry;
pub(crate) mod second_factor;
pub(crate) mod services;
pub(crate) mod submissions;

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use axum::extract::FromRequestParts;
use guildhall_protocol::validate::{FieldCode, FieldError};
use guildhall_protocol::{Code, Submission, text};
use http::header;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Registry;
use crate::access::principal::Actor;
use crate::error::{Error, Result};
use crate::http::middleware::{self, RequestId};

/// The access token that came with a request; none where it came without one.
pub(crate) struct Bearer {
    token: Option<String>,
    /// The request's id.
    request: String,
    /// It asks for something to be changed.
    writes: bool,
}

impl<S: Sync> FromRequestParts<S> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let request = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let writes = !parts.method.is_safe();
        let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
            return Ok(Self { token: None, request, writes });
        };
        let token = value.to_str().ok().and_then(|value| value.split_once(' '));
        match token {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                Ok(Self { token: Some(token.trim().to_owned()), request, writes })
            }
            _ => Err(sign_in_required()),
        }
    }
}

impl Bearer {
    /// Who asks, as they are at this moment; none for someone who is not signed in. Whatever they want to change counts
    /// towards one limit.
    pub(crate) async fn actor(&self, registry: &Registry) -> Result<Option<Actor>> {
        let Some(token) = &self.token else { return Ok(None) };
        let actor = registry.authenticate(token, &self.request).await?;
        if let Some(limits) = registry.limits().filter(|_| self.writes) {
            limits.write(actor.person.id)?;
        }
        Ok(Some(actor))
    }

    /// Who asks, where only someone signed in may.
    pub(crate) async fn signed_in(&self, registry: &Registry) -> Result<Actor> {
        self.actor(registry).await?.ok_or_else(sign_in_required)
    }

    /// The same for what does the most harm in the wrong hands: who has a second factor has given it lately.
    pub(crate) async fn with_second_factor(&self, registry: &Registry) -> Result<Actor> {
        let actor = self.signed_in(registry).await?;
        actor.factor.must_be_fresh()?;
        Ok(actor)
    }
}

fn sign_in_required() -> Error {
    Error::refused(Code::SignInRequired, "Sign in first")
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

/// Reads a body as JSON of that shape. A text with a control character is refused, and what nobody can see is taken out.
pub(crate) fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let mut json: Value = read(body)?;
    if let Some(at) = text::find_control(&json, "") {
        let FieldError { pointer, code, detail } = FieldError::control_character(&at);
        return Err(Error::invalid(&pointer, code, detail));
    }
    text::clean_json(&mut json, "", &mut Vec::new());
    serde_json::from_value(json).map_err(|error| cannot_be_read(&error))
}

/// Reads a body of which no text was typed by a person, but for an address and a code: a laptop's name is the
/// system's, and what can't be shown is taken out of it.
pub(crate) fn read_from_laptop<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let mut json: Value = read(body)?;
    text::clean_typed_json(&mut json);
    serde_json::from_value(json).map_err(|error| cannot_be_read(&error))
}

/// Reads a submission. What it removes is named as it is stored, whatever is in it; for the rest its own rules say what
/// is wrong with a text. No text may have U+0000, which PostgreSQL can't store.
pub(crate) fn read_submission(body: &[u8]) -> Result<Submission> {
    const ESCAPED: &[u8] = b"\\u0000";
    if body.windows(ESCAPED.len()).any(|window| window == ESCAPED)
        && read(body).is_ok_and(|json: Value| has_nul(&json))
    {
        return Err(Error::invalid("", FieldCode::NotAllowed, "No text can have the character U+0000"));
    }
    read(body)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| cannot_be_read(&error))
}

fn cannot_be_read(error: &serde_json::Error) -> Error {
    Error::invalid("", FieldCode::NotAllowed, format!("It can't be read: {error}"))
}

fn has_nul(json: &Value) -> bool {
    match json {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Reads an id or a code in a path: there is nothing under what is none.
pub(crate) fn read_id<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::not_found())
}
