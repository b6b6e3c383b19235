//! Signing in with a provider, as the browser meets it: pages for a person, each of which says where to go on.

use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Form, Json};
use guildhall_protocol::sign_in::{OpenIdVerify, Tokens, in_halves};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;

use crate::Registry;
use crate::auth::openid::{Back, BrowserSecret, Provider, Question};
use crate::error::{Error, Result};
use crate::http::extract::{Codes, DeviceJson, Limited, Tries};
use crate::http::openapi::escaped;
use crate::http::operation::{Parameter, Parameters};

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
    let Question { registry: name, code } = match registry.ask_before_openid(&challenge).await {
        Ok(question) => question,
        Err(failure) => return not_signed_in(provider, failure),
    };
    // A second page in the same browser has the secret of the first, so that either can be finished.
    let cookie = provider.cookie();
    let browser = BrowserSecret::of(&headers, cookie);
    let browser = browser.unwrap_or_else(|| BrowserSecret::new(registry.env()));
    let port = port.filter(|port| *port > 0).map(|port| port.to_string()).unwrap_or_default();
    let name = if name.is_empty() { "This registry".to_owned() } else { escaped(&name) };
    let (host, with, mark) =
        (escaped(&provider.registry()), escaped(provider.name()), browser.mark_of_form(&challenge));
    let text = format!(
        "<h1>Sign in to Guildhall</h1>\
         <p>{name} ({host}) will send you to {with} to sign in.</p>\
         <p>Does Guildhall show the same code?</p><p class=\"code\">{code}</p>\
         <form method=\"post\" action=\"go\"><input type=\"hidden\" name=\"challenge\" value=\"{challenge}\">\
         <input type=\"hidden\" name=\"port\" value=\"{port}\"><input type=\"hidden\" name=\"mark\" value=\"{mark}\">\
         <button>The codes match: continue to {with}</button></form>\
         <p>If the codes differ, or you did not begin to sign in to Guildhall just now, close this page.</p>"
    );
    Ok(with_cookie(page(StatusCode::OK, &text), &cookie.set(&browser)))
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
        let text = "<h1>You are not signed in</h1>\
                    <p>Guildhall cannot tell that you pressed the button on its own page.</p>\
                    <p>Close this page, go back to Guildhall, and open the page again. If it happens again, let your \
                    browser keep cookies from this site, or ask for a code by email.</p>";
        return Ok(page(StatusCode::FORBIDDEN, text));
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
            let text = format!(
                "<h1>Your code</h1><p class=\"code\">{}</p>\
                 <p>Type or paste it into Guildhall. It works for 10 minutes.</p>\
                 <p>If you did not begin to sign in to Guildhall on your own laptop just now, close this page and \
                 give the code to nobody.</p>",
                in_halves(&code)
            );
            Ok(with_cookie(page(StatusCode::OK, &text), &cookie.clear()))
        }
        Ok(Back::AnotherBrowser) => {
            let text = "<h1>You are not signed in</h1><p>This sign-in was not begun in this browser.</p>\
                        <p>Close this page. If you want to sign in, go back to Guildhall and open the page again \
                        there.</p>";
            Ok(page(StatusCode::FORBIDDEN, text))
        }
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

/// Says so on a page.
fn not_signed_in(provider: &Provider, failure: Error) -> Result<Response> {
    let name = escaped(provider.name());
    let (status, why) = match failure {
        Error::Refused(problem) => (
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::FORBIDDEN),
            "This sign-in took too long, was finished before, or was not begun in Guildhall.".to_owned(),
        ),
        Error::Provider(error) => {
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
button{font:inherit;font-weight:600;padding:.75rem 1.25rem;border:2px solid transparent;border-radius:.25rem;color:#faf8f3;background:#14342b;cursor:pointer}
button:focus-visible{outline:3px solid #14342b;outline-offset:2px}
@media(prefers-color-scheme:dark){body{color:#e9e6dd;background:#12211c}button{color:#12211c;background:#e9e6dd}
button:focus-visible{outline-color:#e9e6dd}}</style>";

/// Where a form may lead: to this site, from there to the provider, which may send the browser on to where its accounts
/// are kept, and back by this site to the app on this laptop. Browsers look at each of these redirects.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; \
                      form-action 'self' https: http://127.0.0.1:* http://localhost:*";

/// A page that loads nothing, and tells no other site where it came from.
fn page(status: StatusCode, text: &str) -> Response {
    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, HEADERS, Html(format!("{HEAD}<main>{text}</main>"))).into_response()
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    // It is of letters, digits and marks alone.
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
