//! Finds projects with a similar need in the catalogue on this laptop, while a draft is being written.

use std::collections::HashMap;

use guildhall_protocol::{NeedId, Phase, Project, ProjectId};
use rusqlite::Connection;
use uuid::Uuid;

use crate::catalogue::search::{any_of, stem, telling_words};
use crate::error::Result;
use crate::store::mirror::{councils, projects, services};
use crate::store::work::drafts::{self, StoredForm};
use crate::views::Match;
use crate::{Client, markdown};

/// The most matches shown.
const MOST: usize = 5;
/// The most projects scored.
const CANDIDATES: i64 = 60;

impl Client {
    /// Other projects with a need similar to this one of a draft, most similar first.
    ///
    /// # Errors
    /// If there is no such draft, or the files cannot be read.
    pub async fn matches(&self, draft: Uuid, need: NeedId) -> Result<Vec<Match>> {
        let profile = self.inner.open_profile()?;
        let draft = profile.work()?.read(move |connection| drafts::get(connection, draft)).await?;
        profile.mirror.read(move |connection| others(connection, draft.project, &draft.form, need)).await
    }
}

fn others(connection: &Connection, own: ProjectId, form: &StoredForm, need: NeedId) -> Result<Vec<Match>> {
    let Some(need) = form.needs.iter().find(|other| other.id == need) else { return Ok(Vec::new()) };
    let words = telling_words(&format!("{} {} {} {}", need.i_need, need.so_that, need.as_a, form.title));
    let Some(expression) = any_of(&words) else { return Ok(Vec::new()) };
    let frequency = word_weights(connection, &words)?;

    let sql = "SELECT projects.id FROM search JOIN projects ON projects.number = search.rowid
               WHERE search MATCH ?1 ORDER BY bm25(search, 6.0, 4.0, 10.0, 3.0, 4.0, 0.0, 2.0) LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let ids =
        statement.query_map(rusqlite::params![expression, CANDIDATES], |row| row.get::<_, String>(0))?;

    let mut scored: Vec<(f64, Match)> = Vec::new();
    for id in ids {
        let Ok(id) = id?.parse::<ProjectId>() else { continue };
        if id == own {
            continue;
        }
        let project = projects::get(connection, id)?.project;
        let about = shared(&words, &frequency, &project);
        let shared_services: Vec<_> =
            project.services.iter().filter(|id| form.services.contains(id)).collect();
        let score = about.iter().map(|(_, weight)| weight).sum::<f64>()
            + shared_services.iter().map(|_| 1.5).sum::<f64>();
        // A single word in common is chance, unless they share a service as well.
        if about.len() < 2 && (about.is_empty() || shared_services.is_empty()) {
            continue;
        }
        let names = services::all(connection)?;
        let names = names.into_iter().filter(|service| shared_services.contains(&&service.id));
        let told = matches!(project.phase, Phase::Stopped | Phase::Retired);
        let found = Match {
            id,
            council: councils::name(connection, &project.council)?.name,
            about: about.into_iter().map(|(word, _)| word).take(4).collect(),
            services: names.map(|service| service.name).collect(),
            learned: if told { shortened(&markdown::to_plain_text(&project.learned)) } else { String::new() },
            title: project.title,
            phase: project.phase,
        };
        scored.push((score, found));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(scored.into_iter().take(MOST).map(|(_, found)| found).collect())
}

/// The weight of each word: the fewer projects have it, the higher.
fn word_weights(connection: &Connection, words: &[String]) -> Result<HashMap<String, f64>> {
    let all: u32 = connection.query_row("SELECT count(*) FROM projects", [], |row| row.get(0))?;
    let mut weights = HashMap::new();
    for word in words {
        let Some(expression) = any_of(std::slice::from_ref(word)) else { continue };
        let sql = "SELECT count(*) FROM search WHERE search MATCH ?1";
        let having: u32 = connection.prepare_cached(sql)?.query_row([expression], |row| row.get(0))?;
        let share = f64::from(having) / f64::from(all.max(1));
        weights.insert(word.clone(), (1.0 - share).max(0.05) * (1.0 + (1.0 / share.max(0.001)).ln()));
    }
    Ok(weights)
}

/// The words that the project has too, by weight.
fn shared(words: &[String], weights: &HashMap<String, f64>, project: &Project) -> Vec<(String, f64)> {
    let mut text =
        format!("{} {} {}", project.title, project.summary, markdown::to_plain_text(&project.problem));
    for need in &project.needs {
        text.push_str(&format!(" {} {} {}", need.as_a, need.i_need, need.so_that));
    }
    let stems: std::collections::HashSet<String> =
        telling_words(&text).iter().map(|word| stem(word)).collect();
    let mut shared: Vec<(String, f64)> = words
        .iter()
        .filter(|word| stems.contains(&stem(word)))
        .map(|word| (word.clone(), weights.get(word).copied().unwrap_or_default()))
        .collect();
    shared.sort_by(|a, b| b.1.total_cmp(&a.1));
    shared
}

fn shortened(text: &str) -> String {
    const MOST: usize = 160;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(MOST).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", &cut[..end])
}
