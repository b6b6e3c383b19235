//! Signing in with a provider, as the browser meets it: pages for a person, each of which says where to go on.

use std::fmt::Display;

use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Form, Json};
use guildhall_protocol::sign_in::{OpenIdVerify, Tokens, grouped};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;

use crate::Registry;
use crate::auth::openid::{Back, BrowserSecret, PageRequest, Provider};
use crate::error::{Error, Result};
use crate::http::extract::{Codes, DeviceJson, Limited, Tries};
use crate::http::operation::{Parameter, Parameters};
use crate::http::pages::{self, NotSignedIn};

/// `?challenge=…&port=…`
#[derive(Deserialize)]
pub(crate) struct Begin {
    challenge: String,
    port: Option<u16>,
}

impl Parameters for Begin {
    const DESCRIBED: &'static [Parameter] = &[
        ("challenge", "string", "The S256 challenge of the app’s verifier (RFC 7636)"),
        ("port", "integer", "The port that the app listens on. Without it, the page shows a code to paste"),
    ];
}

/// Asks before anything begins. Whoever follows a link that somebody sent them sees a code that their app doesn't show.
pub(crate) async fn start(
    State(registry): State<Registry>,
    headers: HeaderMap,
    Query(Begin { challenge, port }): Query<Begin>,
) -> Result<Response> {
    let Some(provider) = registry.provider() else { return Err(Error::not_found()) };
    let PageRequest { registry: name, code } = match registry.ask_before_openid(&challenge).await {
        Ok(question) => question,
        Err(failure) => return not_signed_in(provider, failure),
    };
    // A second page in the same browser has the secret of the first, so that either can be finished.
    let cookie = provider.cookie();
    let browser = BrowserSecret::of(&headers, cookie);
    let browser = browser.unwrap_or_else(|| BrowserSecret::new(registry.env()));
    let asked = pages::SignIn {
        registry: &name,
        host: &provider.registry(),
        provider: provider.name(),
        code: &code,
        challenge: &challenge,
        port: port.filter(|port| *port > 0),
        mark: &browser.mark_of_form(&challenge),
    };
    Ok(with_cookie(page(StatusCode::OK, &asked), &cookie.set(&browser)))
}

/// What the form of that page sends.
#[derive(Deserialize)]
pub(crate) struct Pressed {
    challenge: String,
    /// Empty for none.
    port: String,
    mark: String,
}

/// The button was pressed, on a page of ours and in the browser to which it was shown.
pub(crate) async fn go(
    State(registry): State<Registry>,
    _: Limited<Codes>,
    headers: HeaderMap,
    Form(Pressed { challenge, port, mark }): Form<Pressed>,
) -> Result<Response> {
    let Some(provider) = registry.provider() else { return Err(Error::not_found()) };
    let cookie = provider.cookie();
    let browser = BrowserSecret::of(&headers, cookie).filter(|_| is_from_here(&headers));
    let Some(browser) = browser.filter(|browser| browser.has_marked(&challenge, &mark)) else {
        return Ok(page(StatusCode::FORBIDDEN, &NotSignedIn::NotOurButton));
    };
    let port = port.parse().ok().filter(|port| *port > 0);
    match registry.start_openid(&challenge, port, &browser).await {
        Ok(page) => Ok(with_cookie(Redirect::to(page.as_str()).into_response(), &cookie.set(&browser))),
        Err(failure) => not_signed_in(provider, failure),
    }
}

/// Browsers that say from where a request comes (Fetch Metadata) say that it is this site.
fn is_from_here(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin")
}

/// `?state=…&code=…`, or `?state=…&error=…`
#[derive(Deserialize)]
pub(crate) struct CameBack {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
}

impl Parameters for CameBack {
    const DESCRIBED: &'static [Parameter] = &[
        ("state", "string", "Which sign-in this is"),
        ("code", "string", "The provider’s code"),
        ("error", "string", "Why there is no code"),
    ];
}

pub(crate) async fn callback(
    State(registry): State<Registry>,
    _: Limited<Tries>,
    headers: HeaderMap,
    Query(CameBack { state, code }): Query<CameBack>,
) -> Result<Response> {
    let Some(provider) = registry.provider() else { return Err(Error::not_found()) };
    let cookie = provider.cookie();
    let browser = BrowserSecret::of(&headers, cookie);
    // It is done with the cookie once the provider has named someone: who gave up there may try again.
    match registry.finish_openid(&state, &code, browser.as_ref()).await {
        Ok(Back::App(app)) => Ok(with_cookie(Redirect::to(app.as_str()).into_response(), &cookie.clear())),
        Ok(Back::Paste(code)) => {
            let code = pages::Code { code: &grouped(&code) };
            Ok(with_cookie(page(StatusCode::OK, &code), &cookie.clear()))
        }
        Ok(Back::AnotherBrowser) => Ok(page(StatusCode::FORBIDDEN, &NotSignedIn::AnotherBrowser)),
        Err(failure) => not_signed_in(provider, failure),
    }
}

pub(crate) async fn verify(
    State(registry): State<Registry>,
    _: Limited<Tries>,
    DeviceJson(verify): DeviceJson<OpenIdVerify>,
) -> Result<Json<Tokens>> {
    registry.verify_openid(verify).await.map(Json)
}

/// The page that says why; a failure of the registry itself stays one.
fn not_signed_in(provider: &Provider, failure: Error) -> Result<Response> {
    match failure {
        Error::Refused(problem) => {
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::FORBIDDEN);
            Ok(page(status, &NotSignedIn::TooLate))
        }
        Error::Provider(error) => {
            tracing::warn!(%error, "the sign-in provider gave no good answer");
            Ok(page(StatusCode::BAD_GATEWAY, &NotSignedIn::NoAnswer { provider: provider.name() }))
        }
        other => Err(other),
    }
}

/// Where a form may lead: to this site, from there to the provider, which may send the browser on to where its accounts
/// are kept, and back by this site to the app on this laptop. Browsers look at each of these redirects.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; \
                      form-action 'self' https: http://127.0.0.1:* http://localhost:*";

/// A page that loads nothing, and tells no other site where it came from.
fn page(status: StatusCode, page: &impl Display) -> Response {
    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, HEADERS, Html(page.to_string())).into_response()
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    // It is of letters, digits and marks alone.
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
