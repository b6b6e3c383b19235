//! Every page as it is sent, so that a review sees when one changes, and what must hold of all of them.

use std::collections::BTreeSet;

use guildhall_protocol::{Link, LinkKind, Phase, PhaseDates, Wanted, WantedKind};
use serde_json::{Value, json};

use super::*;
use crate::site::{CouncilPage, Item, List, NeedPage, Neighbour, ProjectPage, ServicePage, Site};

const ID: &str = "01900000-0000-7000-8000-000000000001";

fn site() -> Site {
    Site {
        name: "The <Barset> Guildhall".to_owned(),
        operator: "Barsetshire County Council".to_owned(),
        contact: "help@barsetshire.example".to_owned(),
        address: "https://guildhall.example".to_owned(),
        privacy_notice: "Your address.\n\nNothing else.".to_owned(),
        terms: "Be kind.".to_owned(),
        is_listed: true,
        epoch: "k3".to_owned(),
        stamp: "1".to_owned(),
    }
}

/// A registry whose operator has said nothing yet, and which keeps search engines out.
fn bare() -> Site {
    Site { name: "Guildhall registry".to_owned(), is_listed: false, ..Site::default() }
}

fn item(title: &str, phase: Phase) -> Item {
    Item {
        id: ID.to_owned(),
        title: title.to_owned(),
        summary: "Residents tell us & see <b>when</b> we come back.".to_owned(),
        lang: "en".to_owned(),
        phase,
        council: "BCH".to_owned(),
        council_name: "Barchester City Council".to_owned(),
        created_at: Some("2026-03-02T09:30:00Z".parse().unwrap()),
        changed_at: Some("2026-11-20T09:30:00Z".parse().unwrap()),
    }
}

fn list() -> List {
    let welsh = Item { lang: "cy".to_owned(), ..item("Casgliadau a gollwyd", Phase::Live) };
    List { items: vec![item("Missed <i>collections</i>", Phase::Beta), welsh], next: Some(412) }
}

fn typed<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn project() -> ProjectPage {
    let mut project: guildhall_protocol::Project = typed(json!({
        "council": "BCH",
        "title": "Missed <i>collections</i>",
        "summary": "Residents tell us & see <b>when</b> we come back.",
        "problem": "# Calls\n\n1,200 a month. <script>alert(1)</script>\n\n- [Data](https://data.example)\n",
        "why": "Calls cost £4 each.",
        "learned": "Ask for a photo.",
        "reuse": "Ask us.",
        "needs": [{"id": ID, "as_a": "resident", "i_need": "say that my bin was missed", "so_that": "it is emptied",
                   "evidence": "*Interviews*"}],
        "services": [524],
        "phase": "beta",
        "approach": "adapt",
        "product": "Binfinder",
        "supplier": "Bins <Ltd>",
        "contract_ends": "2027-03-31",
        "budget_band": "under10k",
        "collaboration": "looking_for_partners",
        "contact": {"mailbox": "digital@barchester.example", "name": "Digital team"},
        "tags": ["bins", "waste"],
        "licence": "MIT",
        "visibility": "public",
        "confirmed_at": "2026-11-03T10:00:00Z",
        "changed_at": "2026-11-20T09:30:00Z",
    }));
    let date = |day: &str| Some(day.parse().unwrap());
    project
        .phase_dates
        .insert(Phase::Alpha, PhaseDates { started: date("2026-01-05"), ended: date("2026-03-01") });
    project.phase_dates.insert(Phase::Beta, PhaseDates { started: date("2026-03-01"), ended: None });
    project.wanted.push(Wanted { kind: WantedKind::Testing, what: "Welsh speakers".to_owned(), by: None });
    let link = |url: &str, label: &str| Link {
        id: ID.parse().unwrap(),
        kind: LinkKind::Repository,
        url: url.to_owned(),
        label: label.to_owned(),
    };
    project.links = vec![
        link("https://code.example/bins", ""),
        link("https://code.example/plan", "The \"plan\""),
        link("javascript:alert(1)", "Bad"),
    ];
    let update = json!({"project": ID, "at": "2026-11-20T09:30:00Z", "text": "We began the **beta**.",
                        "happens_at": "2026-12-01T14:00:00Z", "place": "Guildford"});
    ProjectPage {
        id: ID.to_owned(),
        project,
        council_name: "Barchester City Council".to_owned(),
        services: vec![typed(json!({"id": 524, "name": "Missed bin collection"}))],
        updates: vec![typed(update)],
    }
}

fn least_project() -> ProjectPage {
    let project = json!({"council": "BCH", "title": "Untold", "visibility": "public", "unclaimed": true});
    ProjectPage {
        id: ID.to_owned(),
        project: typed(project),
        council_name: "Barchester City Council".to_owned(),
        services: Vec::new(),
        updates: Vec::new(),
    }
}

fn council() -> CouncilPage {
    let neighbour = |code: &str, area: &str| Neighbour {
        code: code.to_owned(),
        name: format!("{code} Council"),
        area: area.to_owned(),
        from: Some("2027-04-01".parse().unwrap()),
    };
    CouncilPage {
        council: typed(
            json!({"code": "BCH", "name": "Barchester City Council", "name_cy": "Cyngor Barchester",
                              "council_type": "Unitary authority", "nation": "england", "region": "South West"}),
        ),
        list: list(),
        before: vec![neighbour("OLD", "")],
        after: vec![neighbour("NEW", "the north")],
    }
}

fn service(list: List) -> ServicePage {
    ServicePage { service: typed(json!({"id": 524, "name": "Missed bin collection"})), list }
}

/// Each with its template's name, and after a dot the case where a template has several.
fn pages() -> Vec<(&'static str, String)> {
    let (site, bare, list, none) = (&site(), &bare(), &list(), &List::default());
    let need = NeedPage { need: project().project.needs[0].clone(), project: item("Missed", Phase::Beta) };
    let (full, least) = (&project(), &least_project());
    vec![
        ("index", pages::Index { site, list }.to_string()),
        ("index.bare", pages::Index { site: bare, list: none }.to_string()),
        ("project", pages::Project { site, page: full }.to_string()),
        ("project.least", pages::Project { site: bare, page: least }.to_string()),
        ("need", pages::Need { site, page: &need }.to_string()),
        ("council", pages::Council { site, page: &council() }.to_string()),
        ("service", pages::Service { site, page: &service(list.clone()) }.to_string()),
        ("service.none", pages::Service { site, page: &service(List::default()) }.to_string()),
        ("not_found", pages::NotFound { site }.to_string()),
        ("feed", Feed::new(site, "/feed.atom", "/", "Bins & \u{8}<boxes>", list).to_string()),
        ("feed.bare", Feed::new(bare, "/feed.atom", "/", "Bins", none).to_string()),
    ]
}

#[test]
fn every_page_shows_what_it_showed() {
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        for (name, page) in pages() {
            // The name of the style sheet changes with every colour.
            insta::assert_snapshot!(name, page.replace(answer::style_name(), "STYLE.css"));
        }
    });
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/site");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let templates = files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned());
    let shared = ["layout", "list", "site"];
    let templates: BTreeSet<String> = templates.filter(|name| !shared.contains(&name.as_str())).collect();
    let shown = pages().into_iter().map(|(name, _)| name.split('.').next().unwrap().to_owned());
    assert_eq!(shown.collect::<BTreeSet<_>>(), templates, "each template has a page here");
}

#[test]
fn what_people_wrote_is_no_markup_and_no_page_has_a_script() {
    for (name, page) in pages() {
        for bad in
            ["<Barset>", "<i>", "<b>", "<Ltd>", "<boxes>", "<script", "javascript:", "style=", " on", "src="]
        {
            let is_in_text = bad == " on" && !page.contains(" onclick");
            assert!(is_in_text || !page.contains(bad), "{name}: {bad}");
        }
    }
}

#[test]
fn every_page_has_one_heading_and_no_level_is_skipped() {
    for (name, page) in pages().iter().filter(|(name, _)| !name.starts_with("feed")) {
        let levels =
            page.match_indices("<h").filter_map(|(at, _)| page[at + 2..].chars().next()?.to_digit(10));
        let levels: Vec<u32> = levels.collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{name}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{name}: {levels:?}");
        for part in ["<html lang=\"en\">", "<title>", "class=\"skip\"", "<main id=\"main\"", "og:title"] {
            assert!(page.contains(part), "{name}: {part}");
        }
    }
}

#[test]
fn a_feed_is_xml_with_what_atom_asks_for() {
    for (name, feed) in pages().iter().filter(|(name, _)| name.starts_with("feed")) {
        let mut reader = quick_xml::Reader::from_str(feed);
        let mut names = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(tag) => {
                    names.push(tag.name().as_ref().to_owned());
                }
                _ => {}
            }
        }
        let count = |wanted: &str| names.iter().filter(|name| *name == wanted).count();
        let entries = count("entry");
        // RFC 4287 §4.1.1 and §4.1.2.
        for wanted in ["id", "title", "updated"] {
            assert_eq!(count(wanted), entries + 1, "{name}: {wanted}");
        }
        assert_eq!(count("author"), entries + 1, "{name}");
        assert!(!feed.contains('\u{8}'), "{name}");
    }
}

#[test]
fn the_colours_are_those_of_the_app() {
    let tokens = include_str!("../../../../../ui/src/styles/_tokens.scss");
    let colours = |text: &str| -> Vec<String> {
        let lines = text.lines().flat_map(|line| line.split(';')).map(str::trim);
        let is_colour = |line: &&str| line.starts_with("--") && line.contains(": #");
        lines.filter(is_colour).map(|line| line.trim_start_matches("{ ").to_owned()).collect()
    };
    let app = colours(tokens);
    let ours = colours(STYLE);
    assert!(ours.len() > 20, "{ours:?}");
    for colour in ours {
        assert!(app.contains(&colour), "{colour}");
    }
}
