//! An Atom feed (RFC 4287) of projects.

use askama::Template;
use jiff::Timestamp;
use uuid::Uuid;

use crate::site::{Item, List, Site};
use crate::words;

/// A feed of the newest projects in a list.
#[derive(Template)]
#[template(path = "site/feed.xml", escape = "html")]
pub(crate) struct Feed<'a> {
    site: &'a Site,
    /// The feed's own path.
    path: String,
    /// The path of the page that shows the same.
    page: String,
    title: String,
    list: &'a List,
}

impl<'a> Feed<'a> {
    pub(crate) fn new(site: &'a Site, path: &str, page: &str, title: &str, list: &'a List) -> Self {
        Self { site, path: path.to_owned(), page: page.to_owned(), title: xml(title), list }
    }

    /// Stays the same for as long as the registry has its address, or its history where it has none.
    fn id(&self) -> String {
        if self.site.address.is_empty() {
            let name = format!("{}{}", self.site.epoch, self.path);
            return Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).urn().to_string();
        }
        self.site.url(&self.path)
    }

    pub(crate) fn changed_at(&self) -> Option<Timestamp> {
        self.list.changed_at()
    }

    fn updated(&self) -> Timestamp {
        or_epoch(&self.changed_at())
    }
}

fn page_of(site: &Site, item: &Item) -> String {
    site.url(&format!("/projects/{}", item.id))
}

fn or_epoch(at: &Option<Timestamp>) -> Timestamp {
    at.unwrap_or(Timestamp::UNIX_EPOCH)
}

/// An entry's phase and summary, without what XML cannot have.
fn content(item: &Item) -> String {
    xml(&format!("{}. {}", words::phase(item.phase), item.summary))
}

/// The text without the control characters that XML 1.0 does not allow (§2.2).
fn xml(text: &str) -> String {
    let is_allowed =
        |c: &char| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    text.chars().filter(is_allowed).collect()
}
