//! How a page is asked for and sent: its validator (RFC 9110 §8.8), its policy for browsers and whether search engines may
//! list it.

use std::convert::Infallible;
use std::sync::LazyLock;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::response::{Html, IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::feed::Feed;
use super::{STYLE, pages};
use crate::secrets;
use crate::site::Site;

/// A page may load its own style sheet, and nothing else.
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'self'; form-action 'none'");
/// A copy may be kept, and is asked about each time: what is no longer public is gone at once.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
const ATOM: HeaderValue = HeaderValue::from_static("application/atom+xml; charset=utf-8");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// What a request for a page says.
pub(crate) struct Asked {
    /// The path, with its query.
    path: String,
    /// What the asker has already (`If-None-Match`).
    has: Vec<String>,
    /// Where in a list the page begins: `?before=`.
    pub(crate) before: Option<u64>,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let has = parts.headers.get_all(header::IF_NONE_MATCH).iter();
        let has = has.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let before = query.into_iter().find(|(name, _)| name == "before");
        Ok(Self {
            has: has.map(|tag| tag.trim().to_owned()).collect(),
            before: before.and_then(|(_, value)| value.parse().ok()),
            path,
        })
    }
}

impl Asked {
    /// The page's validator. Weak, as a page may be compressed on its way.
    fn tag(&self, site: &Site) -> String {
        let mut hash = Sha256::new();
        for part in [site.stamp.as_str(), style_name(), env!("CARGO_PKG_VERSION"), &self.path] {
            hash.update(part);
            hash.update([0]);
        }
        format!("W/\"{}\"", &secrets::hex(&hash.finalize())[..32])
    }

    /// The answer to someone who has the page as it is now.
    pub(crate) fn unchanged(&self, site: &Site) -> Option<Response> {
        let tag = self.tag(site);
        let bare = tag.trim_start_matches("W/");
        if !self.has.iter().any(|has| has.trim_start_matches("W/") == bare) {
            return None;
        }
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        add_headers(response.headers_mut(), site, &tag);
        Some(response)
    }

    /// A page, which last changed at that time.
    pub(crate) fn page(&self, site: &Site, changed_at: Option<Timestamp>, page: &impl Template) -> Response {
        let Ok(page) = page.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
        let mut response = Html(page).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
        add_headers(headers, site, &self.tag(site));
        add_last_modified(headers, changed_at);
        response
    }

    /// A feed.
    pub(crate) fn feed(&self, site: &Site, feed: &Feed<'_>) -> Response {
        let Ok(text) = feed.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
        let mut response = ([(header::CONTENT_TYPE, ATOM)], text).into_response();
        add_headers(response.headers_mut(), site, &self.tag(site));
        add_last_modified(response.headers_mut(), feed.changed_at());
        response
    }
}

fn add_headers(headers: &mut HeaderMap, site: &Site, tag: &str) {
    headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    if !site.is_listed {
        headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    }
}

fn add_last_modified(headers: &mut HeaderMap, changed_at: Option<Timestamp>) {
    let date = changed_at.map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    if let Some(date) = date.and_then(|date| HeaderValue::from_str(&date).ok()) {
        headers.insert(header::LAST_MODIFIED, date);
    }
}

/// The one answer for what does not exist and for what is not public.
pub(crate) fn not_found(site: &Site) -> Response {
    let page = pages::NotFound { site }.render().unwrap_or_default();
    let mut response = (StatusCode::NOT_FOUND, Html(page)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response.headers_mut().insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    response
}

/// The name of the style sheet: a hash of its content.
pub(crate) fn style_name() -> &'static str {
    static NAME: LazyLock<String> =
        LazyLock::new(|| format!("{}.css", &secrets::hex(&Sha256::digest(STYLE))[..16]));
    &NAME
}
