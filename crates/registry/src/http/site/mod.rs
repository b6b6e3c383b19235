//! The web pages: what is public, for people who do not have the app. They have no script and load only their own style
//! sheet. What is not public is answered as if it did not exist, with one and the same page.
//!
//! Every page has a validator that changes with any change of the registry, so a browser, a feed reader or a cache asks
//! again and is told that nothing changed.

mod answer;
mod feed;
mod pages;
#[cfg(test)]
mod snapshots;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};

use self::answer::Asked;
use crate::Registry;
use crate::error::Result;
use crate::http::site::feed::Feed;
use crate::words::pages::site as words;

/// The style sheet. Its colours are those of `ui/src/styles/_tokens.scss`.
const STYLE: &str = include_str!("../../../templates/site/site.css");

pub(crate) async fn index(State(registry): State<Registry>, asked: Asked) -> Result<Response> {
    let site = registry.site().await?;
    if let Some(unchanged) = asked.unchanged(&site) {
        return Ok(unchanged);
    }
    let list = registry.public_projects(asked.before).await?;
    Ok(asked.page(&site, list.changed_at(), &pages::Index { site: &site, list: &list }))
}

pub(crate) async fn project(
    State(registry): State<Registry>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response> {
    let site = registry.site().await?;
    if let Some(unchanged) = asked.unchanged(&site) {
        return Ok(unchanged);
    }
    let Some(page) = registry.public_project(&id).await? else { return Ok(answer::not_found(&site)) };
    Ok(asked.page(&site, page.project.changed_at, &pages::Project { site: &site, page: &page }))
}

pub(crate) async fn need(
    State(registry): State<Registry>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response> {
    let site = registry.site().await?;
    if let Some(unchanged) = asked.unchanged(&site) {
        return Ok(unchanged);
    }
    let Some(page) = registry.public_need(&id).await? else { return Ok(answer::not_found(&site)) };
    Ok(asked.page(&site, page.project.changed_at, &pages::Need { site: &site, page: &page }))
}

pub(crate) async fn council(
    State(registry): State<Registry>,
    asked: Asked,
    Path(code): Path<String>,
) -> Result<Response> {
    let site = registry.site().await?;
    if let Some(unchanged) = asked.unchanged(&site) {
        return Ok(unchanged);
    }
    let found = registry.public_council(&code, asked.before).await?;
    let Some(page) = found else { return Ok(answer::not_found(&site)) };
    Ok(asked.page(&site, page.list.changed_at(), &pages::Council { site: &site, page: &page }))
}

pub(crate) async fn service(
    State(registry): State<Registry>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response> {
    let site = registry.site().await?;
    if let Some(unchanged) = asked.unchanged(&site) {
        return Ok(unchanged);
    }
    let found = registry.public_service(&id, asked.before).await?;
    let Some(page) = found else { return Ok(answer::not_found(&site)) };
    Ok(asked.page(&site, page.list.changed_at(), &pages::Service { site: &site, page: &page }))
}

/// The feed of the newest projects of all councils.
pub(crate) async fn feed(State(registry): State<Registry>, asked: Asked) -> Result<Response> {
    let site = registry.site().await?;
    if let Some(unchanged) = asked.unchanged(&site) {
        return Ok(unchanged);
    }
    let list = registry.public_projects(None).await?;
    Ok(asked.feed(&site, &Feed::new(&site, "/feed.atom", "/", &site.name, &list)))
}

/// The feed of a council.
pub(crate) async fn council_feed(
    State(registry): State<Registry>,
    asked: Asked,
    Path(code): Path<String>,
) -> Result<Response> {
    let site = registry.site().await?;
    if let Some(unchanged) = asked.unchanged(&site) {
        return Ok(unchanged);
    }
    let found = registry.public_council(&code, None).await?;
    let Some(page) = found else { return Ok(answer::not_found(&site)) };
    let own = format!("/councils/{}", page.council.code);
    let feed = Feed::new(&site, &format!("{own}/feed.atom"), &own, &page.council.name, &page.list);
    Ok(asked.feed(&site, &feed))
}

/// The feed of a service.
pub(crate) async fn service_feed(
    State(registry): State<Registry>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response> {
    let site = registry.site().await?;
    if let Some(unchanged) = asked.unchanged(&site) {
        return Ok(unchanged);
    }
    let found = registry.public_service(&id, None).await?;
    let Some(page) = found else { return Ok(answer::not_found(&site)) };
    let own = format!("/services/{}", page.service.id);
    let title = words::service_title(&page.service.name);
    let feed = Feed::new(&site, &format!("{own}/feed.atom"), &own, &title, &page.list);
    Ok(asked.feed(&site, &feed))
}

/// The style sheet, under a name that changes with its content. Any other name is not there.
pub(crate) async fn style(Path(name): Path<String>) -> Response {
    if name != answer::style_name() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (headers, STYLE).into_response()
}

/// What search engines may do (RFC 9309).
pub(crate) async fn robots(State(registry): State<Registry>) -> Result<Response> {
    let rules = match registry.site().await?.is_listed {
        true => "User-agent: *\nDisallow: /api/\n",
        false => "User-agent: *\nDisallow: /\n",
    };
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], rules).into_response())
}
