//! Signing in with a provider, as the browser meets it: pages for a person, each of which says where to go on.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use guildhall_protocol::sign_in::{OpenIdVerify, Tokens};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::{Caller, read_from_laptop};
use crate::Registry;
use crate::failure::{Failure, Outcome};
use crate::openapi::escaped;
use crate::openid::Back;

/// `?challenge=…&port=…`
#[derive(Deserialize)]
pub(crate) struct Begin {
    challenge: String,
    port: Option<u16>,
}

pub(crate) async fn start(
    State(registry): State<Registry>,
    caller: Caller,
    Query(Begin { challenge, port }): Query<Begin>,
) -> Outcome<Response> {
    if let Some(limits) = registry.limits() {
        limits.ask_for_code(caller.0)?;
    }
    match registry.start_openid(&challenge, port.filter(|port| *port > 0)).await {
        Ok(page) => Ok(Redirect::to(page.as_str()).into_response()),
        Err(failure) => not_signed_in(&registry, failure),
    }
}

/// `?state=…&code=…`, or `?state=…&error=…`
#[derive(Deserialize)]
pub(crate) struct CameBack {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
}

pub(crate) async fn callback(
    State(registry): State<Registry>,
    caller: Caller,
    Query(CameBack { state, code }): Query<CameBack>,
) -> Outcome<Response> {
    if let Some(limits) = registry.limits() {
        limits.try_secret(caller.0)?;
    }
    match registry.finish_openid(&state, &code).await {
        Ok(Back::App(app)) => Ok(Redirect::to(app.as_str()).into_response()),
        Ok(Back::Paste(code)) => {
            let (first, last) = code.split_at(code.len() / 2);
            let text = format!(
                "<h1>Your code</h1><p class=\"code\">{first}-{last}</p>\
                 <p>Type or paste it into Guildhall. It works for 10 minutes.</p>\
                 <p>If you did not begin to sign in to Guildhall on your own laptop just now, close this page and \
                 give the code to nobody.</p>"
            );
            Ok(page(StatusCode::OK, &text))
        }
        Err(failure) => not_signed_in(&registry, failure),
    }
}

pub(crate) async fn verify(
    State(registry): State<Registry>,
    caller: Caller,
    body: Bytes,
) -> Outcome<Json<Tokens>> {
    if let Some(limits) = registry.limits() {
        limits.try_secret(caller.0)?;
    }
    let verify: OpenIdVerify = read_from_laptop(&body)?;
    registry.verify_openid(&verify).await.map(Json)
}

/// Says so on a page. Where there is no provider there are no pages either.
fn not_signed_in(registry: &Registry, failure: Failure) -> Outcome<Response> {
    let Some(provider) = registry.provider() else { return Err(failure) };
    let name = escaped(provider.name());
    let (status, why) = match failure {
        Failure::Refused(problem) => (
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::FORBIDDEN),
            "This sign-in took too long, was finished before, or was not begun in Guildhall.".to_owned(),
        ),
        Failure::Provider(error) => {
            tracing::warn!(%error, "the sign-in provider gave no good answer");
            (StatusCode::BAD_GATEWAY, format!("{name} did not say who you are."))
        }
        other => return Err(other),
    };
    let text = format!(
        "<h1>You are not signed in</h1><p>{why}</p>\
         <p>Close this page, go back to Guildhall, and try again there or ask for a code by email.</p>"
    );
    Ok(page(status, &text))
}

const HEAD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign in to Guildhall</title>
<meta name=\"viewport\" content=\"width=device-width\"><style>
:root{color-scheme:light dark}
body{font:18px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1.5rem;color:#14342b;background:#faf8f3}
h1{font-size:1.75rem;margin:0 0 1rem}.code{font:600 2.25rem/1.2 ui-monospace,monospace;letter-spacing:.08em;user-select:all}
@media(prefers-color-scheme:dark){body{color:#e9e6dd;background:#12211c}}</style>";

/// A page that loads nothing, and tells no other site where it came from.
fn page(status: StatusCode, text: &str) -> Response {
    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        ),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, HEADERS, Html(format!("{HEAD}{text}"))).into_response()
}
