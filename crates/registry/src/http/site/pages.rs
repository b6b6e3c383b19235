//! The web pages, as templates in `templates/site`. Values are escaped; only Markdown that was made safe is not.

use askama::Template;
use guildhall_protocol::markdown;
use guildhall_protocol::validate::is_web_address;
use guildhall_protocol::{
    Approach, BudgetBand, Collaboration, Link, Need as UserNeed, PhaseDates, Project as Record, Wanted,
};
use jiff::Timestamp;

use super::answer::style_name;
use crate::site::{CouncilPage, Item, List, NeedPage, Neighbour, ProjectPage, ServicePage, Site};
use crate::words::pages::site as words;
use crate::words::{self as labels};

/// The front page.
#[derive(Template)]
#[template(path = "site/index.html")]
pub(crate) struct Index<'a> {
    pub(crate) site: &'a Site,
    pub(crate) list: &'a List,
}

/// A project.
#[derive(Template)]
#[template(path = "site/project.html")]
pub(crate) struct Project<'a> {
    pub(crate) site: &'a Site,
    pub(crate) page: &'a ProjectPage,
}

/// A need.
#[derive(Template)]
#[template(path = "site/need.html")]
pub(crate) struct Need<'a> {
    pub(crate) site: &'a Site,
    pub(crate) page: &'a NeedPage,
}

/// A council.
#[derive(Template)]
#[template(path = "site/council.html")]
pub(crate) struct Council<'a> {
    pub(crate) site: &'a Site,
    pub(crate) page: &'a CouncilPage,
}

/// A service.
#[derive(Template)]
#[template(path = "site/service.html")]
pub(crate) struct Service<'a> {
    pub(crate) site: &'a Site,
    pub(crate) page: &'a ServicePage,
}

/// What does not exist, or is not public.
#[derive(Template)]
#[template(path = "site/not_found.html")]
pub(crate) struct NotFound<'a> {
    pub(crate) site: &'a Site,
}

/// A page as its head and the previews of other programs describe it.
struct About {
    title: String,
    description: String,
    path: String,
    /// The path of its feed; empty for none.
    feed: String,
}

impl About {
    fn new(title: impl Into<String>, description: impl Into<String>, path: impl Into<String>) -> Self {
        let (title, description, path) = (title.into(), description.into(), path.into());
        Self { title, description, path, feed: String::new() }
    }

    /// With a feed of the same.
    fn with_feed(mut self) -> Self {
        self.feed = format!("{}/feed.atom", self.path.trim_end_matches('/'));
        self
    }
}

impl Index<'_> {
    fn about(&self) -> About {
        About::new(&self.site.name, words::what_it_is(), "/").with_feed()
    }

    fn next(&self) -> Option<String> {
        self.list.next.map(|next| format!("/?before={next}"))
    }
}

impl Project<'_> {
    fn record(&self) -> &Record {
        &self.page.project
    }

    fn about(&self) -> About {
        let record = self.record();
        let description = match record.summary.trim() {
            "" => words::description_of_project(&self.page.council_name, labels::phase(record.phase)),
            summary => summary.to_owned(),
        };
        About::new(&record.title, description, format!("/projects/{}", self.page.id))
    }

    /// The address of a mail to the team, with its subject filled in (RFC 6068).
    fn mailto(&self) -> Option<String> {
        let record = self.record();
        let mailbox = record.contact.mailbox.trim();
        if !guildhall_protocol::validate::is_email(mailbox) {
            return None;
        }
        let subject: String = url::form_urlencoded::byte_serialize(record.title.as_bytes()).collect();
        Some(format!("mailto:{mailbox}?subject={}", subject.replace('+', "%20")))
    }

    fn approach(&self) -> Option<&'static str> {
        let record = self.record();
        (record.approach != Approach::NotDecided).then(|| labels::approach(record.approach))
    }

    fn budget(&self) -> Option<&'static str> {
        let record = self.record();
        (record.budget_band != BudgetBand::NotSaid).then(|| labels::budget(record.budget_band))
    }

    fn collaboration(&self) -> Option<&'static str> {
        let record = self.record();
        (record.collaboration != Collaboration::NotNow).then(|| labels::collaboration(record.collaboration))
    }

    fn phases(&self) -> Vec<(&'static str, String)> {
        let dated = self.record().phase_dates.iter().filter_map(|(phase, dates)| {
            let PhaseDates { started, ended } = *dates;
            let said = match (started.map(labels::month), ended.map(labels::month)) {
                (Some(from), Some(to)) => words::from_to(from, to),
                (Some(from), None) => words::since(from),
                (None, Some(to)) => words::until(to),
                (None, None) => return None,
            };
            Some((labels::phase(*phase), said))
        });
        dated.collect()
    }

    fn links(&self) -> Vec<&Link> {
        self.record().links.iter().filter(|link| is_web_address(&link.url)).collect()
    }

    fn texts(&self) -> Vec<(&'static str, String)> {
        let record = self.record();
        let texts = [
            (words::problem(), &record.problem),
            (words::why(), &record.why),
            (words::learned(), &record.learned),
            (words::reuse(), &record.reuse),
        ];
        let written = texts.into_iter().filter(|(_, text)| !text.trim().is_empty());
        written.map(|(heading, text)| (heading, markdown::to_html(text))).collect()
    }

    fn checked(&self) -> String {
        let record = self.record();
        match record.confirmed_at {
            _ if record.unclaimed => words::unclaimed().to_owned(),
            Some(at) => words::confirmed(labels::date(at)),
            None => words::not_confirmed().to_owned(),
        }
    }
}

impl Need<'_> {
    fn about(&self) -> About {
        let description = words::need_of(&self.page.project.title, &self.page.project.council_name);
        let path = format!("/needs/{}", self.page.need.id);
        About::new(sentence(&self.page.need), description, path)
    }

    fn items(&self) -> [&Item; 1] {
        [&self.page.project]
    }
}

impl Council<'_> {
    fn about(&self) -> About {
        let council = &self.page.council;
        let description = words::description_of_council(&council.name);
        About::new(&council.name, description, format!("/councils/{}", council.code)).with_feed()
    }

    fn next(&self) -> Option<String> {
        self.page.list.next.map(|next| format!("/councils/{}?before={next}", self.page.council.code))
    }
}

impl Service<'_> {
    fn about(&self) -> About {
        let service = &self.page.service;
        let title = words::service_title(&service.name);
        let description = words::description_of_service(&service.name);
        About::new(title, description, format!("/services/{}", service.id)).with_feed()
    }

    fn next(&self) -> Option<String> {
        self.page.list.next.map(|next| format!("/services/{}?before={next}", self.page.service.id))
    }
}

impl NotFound<'_> {
    fn about(&self) -> About {
        About::new(words::not_found_title(), words::not_found_what(), "")
    }
}

/// A need in a sentence, as it is read aloud.
fn sentence(need: &UserNeed) -> String {
    let parts =
        [(words::as_a(), &need.as_a), (words::i_need(), &need.i_need), (words::so_that(), &need.so_that)];
    let said = parts.into_iter().filter(|(_, part)| !part.trim().is_empty());
    let said: Vec<String> = said.map(|(before, part)| format!("{before} {}", part.trim())).collect();
    let sentence = said.join(" ");
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The words of a link: its label, or its kind and host.
fn link_text(link: &Link) -> String {
    if !link.label.trim().is_empty() {
        return link.label.clone();
    }
    let host = url::Url::parse(&link.url).ok().and_then(|url| url.host_str().map(ToOwned::to_owned));
    words::link_text(host.unwrap_or_default(), labels::link_kind(link.kind))
}

fn wanted(wanted: &Wanted) -> String {
    match wanted.what.trim() {
        "" => labels::wanted(wanted.kind).to_owned(),
        what => words::wanted_what(labels::wanted(wanted.kind), what),
    }
}

fn neighbour_before(old: &Neighbour) -> String {
    succession(old, words::until_day)
}

fn neighbour_after(new: &Neighbour) -> String {
    succession(new, words::from_day)
}

/// The day and the part, in brackets after a council's name.
fn succession(council: &Neighbour, said: fn(String) -> String) -> String {
    let day = council.from.map(|from| said(labels::day(from)));
    let area = (!council.area.is_empty()).then(|| council.area.clone());
    let parts: Vec<String> = [day, area].into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

fn date(at: &Timestamp) -> String {
    labels::date(*at)
}

/// The time of an event, as it is read in the United Kingdom.
fn moment(at: &Timestamp) -> String {
    labels::moment(*at)
}

fn html(text: &str) -> String {
    markdown::to_html(text)
}
