//! Search: full text over the mirror, facets with counts, and sorting. The matches of the last query are cached, so
//! that scrolling through 20,000 rows reads only the rows shown.

mod words;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use rusqlite::Connection;

use crate::Client;
use crate::catalogue::is_stale;
use crate::error::Result;
use crate::inner::locked;
use crate::store::mirror::{Catalogue, ProjectFacts, projects};
use crate::views::{Count, Facets, Found, Query, Row, Sort, Span};

use words::{all_of, terms};
pub(crate) use words::{any_of, stem, telling_words};

/// A query's text as an FTS5 expression, and its matches.
struct Matched {
    expression: Option<String>,
    /// By row of the full-text index; `None` matches every project.
    ranks: Option<HashMap<i64, Rank>>,
}

/// How well a project matches. Matches in the title outweigh the score over all fields.
#[derive(Clone, Copy, Default)]
struct Rank {
    /// How many of the query's words are in the title.
    in_title: u32,
    /// SQLite's bm25 score; lower is better.
    bm25: f64,
}

impl Rank {
    fn best_first(a: &Self, b: &Self) -> std::cmp::Ordering {
        b.in_title.cmp(&a.in_title).then(a.bm25.total_cmp(&b.bm25))
    }
}

/// The results of the last query, in order, as indexes into the catalogue's projects.
#[derive(Default)]
pub(crate) struct LastSearch(Mutex<Option<Asked>>);

impl LastSearch {
    /// Drops the results, whose order depends on the services that the person works on.
    pub(crate) fn clear(&self) {
        *locked(&self.0) = None;
    }
}

struct Asked {
    query: Query,
    over: Arc<Catalogue>,
    hits: Arc<Hits>,
}

struct Hits {
    expression: Option<String>,
    indexes: Vec<usize>,
    needs: u32,
}

impl Client {
    /// A page of results: up to `limit` rows (at most 200) from `offset` on.
    ///
    /// # Errors
    /// If the files cannot be read.
    pub async fn find(&self, query: Query, offset: u32, limit: u32) -> Result<Found> {
        let profile = self.inner.open_profile()?;
        let catalogue = profile.mirror.catalogue().await?;
        let hits = self.hits(query, &catalogue).await?;
        let now = self.inner.env().clock.now();
        profile
            .mirror
            .read(move |connection| {
                let window = hits.indexes.iter().skip(offset as usize).take(limit.min(200) as usize);
                let rows = window.map(|&at| {
                    let facts = &catalogue.projects[at];
                    row(connection, &catalogue, facts, hits.expression.as_deref(), now)
                });
                Ok(Found {
                    projects: u32::try_from(hits.indexes.len()).unwrap_or(u32::MAX),
                    needs: hits.needs,
                    offset,
                    // A project removed since is left out; the window queries again when it is told of the change.
                    rows: rows.filter_map(Result::ok).collect(),
                })
            })
            .await
    }

    /// Counts a query's results by facet and value.
    ///
    /// # Errors
    /// If the files cannot be read.
    pub async fn facets(&self, query: Query) -> Result<Facets> {
        let profile = self.inner.open_profile()?;
        let catalogue = profile.mirror.catalogue().await?;
        profile
            .mirror
            .read(move |connection| {
                let matched = matched(connection, &query.text)?;
                Ok(count(&catalogue, &query, &matched))
            })
            .await
    }

    async fn hits(&self, query: Query, catalogue: &Arc<Catalogue>) -> Result<Arc<Hits>> {
        if let Some(asked) = &*locked(&self.inner.last_search().0)
            && asked.query == query
            && Arc::ptr_eq(&asked.over, catalogue)
        {
            return Ok(Arc::clone(&asked.hits));
        }
        let profile = self.inner.open_profile()?;
        let own_services: Vec<u32> = self.inner.state().settings.services.iter().map(|id| id.0).collect();
        let (over, asked) = (Arc::clone(catalogue), query.clone());
        let hits = profile
            .mirror
            .read(move |connection| {
                let matched = matched(connection, &asked.text)?;
                Ok(Arc::new(hits(&over, &asked, matched, &own_services)))
            })
            .await?;
        let asked = Asked { query, over: Arc::clone(catalogue), hits: Arc::clone(&hits) };
        *locked(&self.inner.last_search().0) = Some(asked);
        Ok(hits)
    }
}

fn matched(connection: &Connection, text: &str) -> Result<Matched> {
    let terms = terms(text);
    let Some(expression) = all_of(&terms) else {
        return Ok(Matched { expression: None, ranks: None });
    };
    // The weights of the columns: title, summary, needs, problem, tags, council, services.
    let sql =
        "SELECT rowid, bm25(search, 10.0, 4.0, 6.0, 2.0, 5.0, 3.0, 3.0) FROM search WHERE search MATCH ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement
        .query_map([&expression], |row| Ok((row.get(0)?, Rank { in_title: 0, bm25: row.get(1)? })))?;
    let mut ranks: HashMap<i64, Rank> = rows.collect::<Result<_, _>>()?;
    let mut titles = connection.prepare_cached("SELECT rowid FROM search WHERE search MATCH ?1")?;
    for term in &terms {
        for row in titles.query_map([format!("title : {term}")], |row| row.get(0))? {
            if let Some(rank) = ranks.get_mut(&row?) {
                rank.in_title += 1;
            }
        }
    }
    Ok(Matched { expression: Some(expression), ranks: Some(ranks) })
}

fn hits(catalogue: &Catalogue, query: &Query, matched: Matched, own_services: &[u32]) -> Hits {
    let rank = |facts: &ProjectFacts| match &matched.ranks {
        Some(ranks) => ranks.get(&facts.number).copied(),
        None => Some(Rank::default()),
    };
    let mut found: Vec<(usize, Rank)> = Vec::new();
    let mut needs = 0;
    for (at, facts) in catalogue.projects.iter().enumerate() {
        if let Some(rank) = rank(facts)
            && misses(catalogue, query, facts) == 0
        {
            found.push((at, rank));
            needs += facts.needs;
        }
    }
    let facts = |at: usize| &catalogue.projects[at];
    match query.sort {
        Sort::Newest => found.sort_by_key(|&(at, _)| Reverse(facts(at).created_at)),
        Sort::RecentlyConfirmed => found.sort_by_key(|&(at, _)| Reverse(facts(at).confirmed_at)),
        Sort::BestMatch => {
            found.sort_by_key(|&(at, _)| Reverse(facts(at).confirmed_at));
            let own = |at: usize| facts(at).services.iter().any(|service| own_services.contains(service));
            // Both sorts are stable, so equals stay ordered by confirmation, most recent first.
            if matched.ranks.is_none() {
                found.sort_by_key(|&(at, _)| !own(at));
            } else {
                found.sort_by(|a, b| Rank::best_first(&a.1, &b.1));
            }
        }
    }
    Hits { expression: matched.expression, indexes: found.into_iter().map(|(at, _)| at).collect(), needs }
}

/// The facets whose choices exclude this project, as a bit set.
fn misses(catalogue: &Catalogue, query: &Query, facts: &ProjectFacts) -> u8 {
    let council = facts.council.map(|at| &catalogue.councils[at]);
    let any = |empty: bool, fits: bool| !(empty || fits);
    let missed = [
        any(query.phases.is_empty(), query.phases.contains(&facts.phase)),
        any(query.councils.is_empty(), council.is_some_and(|council| query.councils.contains(&council.code))),
        any(query.nations.is_empty(), council.is_some_and(|council| query.nations.contains(&council.nation))),
        any(query.regions.is_empty(), council.is_some_and(|council| query.regions.contains(&council.region))),
        any(query.services.is_empty(), query.services.iter().any(|id| facts.services.contains(&id.0))),
        any(query.collaborations.is_empty(), query.collaborations.contains(&facts.collaboration)),
        any(query.tags.is_empty(), query.tags.iter().any(|tag| facts.tags.contains(tag))),
    ];
    missed.iter().enumerate().fold(0, |bits, (facet, missed)| bits | (u8::from(*missed) << facet))
}

fn count(catalogue: &Catalogue, query: &Query, matched: &Matched) -> Facets {
    let mut by: [BTreeMap<String, u32>; 7] = Default::default();
    for facts in &catalogue.projects {
        if matched.ranks.as_ref().is_some_and(|ranks| !ranks.contains_key(&facts.number)) {
            continue;
        }
        let missed = misses(catalogue, query, facts);
        let council = facts.council.map(|at| &catalogue.councils[at]);
        // A facet counts the projects that no other facet excludes.
        let mut add = |facet: usize, value: String| {
            if missed & !(1 << facet) == 0 && !value.is_empty() {
                *by[facet].entry(value).or_default() += 1;
            }
        };
        add(0, word(facts.phase));
        if let Some(council) = council {
            add(1, council.code.to_string());
            add(2, council.nation.clone());
            add(3, council.region.clone());
        }
        for service in &facts.services {
            add(4, service.to_string());
        }
        add(5, word(facts.collaboration));
        for tag in &facts.tags {
            add(6, tag.clone());
        }
    }
    let [phases, councils, nations, regions, services, collaborations, tags] = by;
    let council_name = |code: &str| {
        let found = catalogue.councils.iter().find(|council| council.code.as_str() == code);
        found.map_or_else(String::new, |council| council.name.clone())
    };
    let service_name = |id: &str| {
        let found = catalogue.services.iter().find(|(service, _)| service.to_string() == id);
        found.map_or_else(|| id.to_owned(), |(_, name)| name.clone())
    };
    let most_first = |counts: BTreeMap<String, u32>, label: &dyn Fn(&str) -> String| {
        let mut counts: Vec<Count> =
            counts.into_iter().map(|(value, count)| Count { label: label(&value), value, count }).collect();
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
        counts
    };
    let none = |_: &str| String::new();
    let itself = |value: &str| value.to_owned();
    Facets {
        phases: most_first(phases, &none),
        councils: most_first(councils, &council_name),
        nations: most_first(nations, &none),
        regions: most_first(regions, &itself),
        services: most_first(services, &service_name),
        collaborations: most_first(collaborations, &none),
        tags: most_first(tags, &itself),
    }
}

fn word(choice: impl serde::Serialize) -> String {
    let value = serde_json::to_value(choice).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn row(
    connection: &Connection,
    catalogue: &Catalogue,
    facts: &ProjectFacts,
    expression: Option<&str>,
    now: jiff::Timestamp,
) -> Result<Row> {
    let stored = projects::get(connection, facts.id)?;
    let project = stored.project;
    let marked = expression.map(|expression| in_context(connection, facts.number, expression)).transpose()?;
    let (title, context) = marked.unwrap_or_default();
    Ok(Row {
        id: facts.id,
        title: if title.is_empty() { spans(&project.title) } else { title },
        council: facts
            .council
            .map_or_else(|| project.council.to_string(), |at| catalogue.councils[at].name.clone()),
        lang: project.lang,
        phase: project.phase,
        context: if context.is_empty() { spans(&project.summary) } else { context },
        collaboration: project.collaboration,
        stale: is_stale(project.confirmed_at, now),
        unclaimed: project.unclaimed,
    })
}

const MARK: char = '\u{2}';
const END: char = '\u{3}';

/// The title with its matches marked, and an excerpt from the first of summary, needs and problem that has a match.
fn in_context(connection: &Connection, number: i64, expression: &str) -> Result<(Vec<Span>, Vec<Span>)> {
    let sql = "SELECT highlight(search, 0, char(2), char(3)), snippet(search, 1, char(2), char(3), '…', 24),
                      snippet(search, 2, char(2), char(3), '…', 24), snippet(search, 3, char(2), char(3), '…', 24)
               FROM search WHERE search MATCH ?1 AND rowid = ?2";
    let texts: [String; 4] =
        connection.prepare_cached(sql)?.query_row(rusqlite::params![expression, number], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
        })?;
    let [title, contexts @ ..] = texts;
    let context = contexts.iter().find(|text| text.contains(MARK));
    Ok((spans(&title), context.map(|text| spans(text)).unwrap_or_default()))
}

fn spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut mark = false;
    for part in text.split_inclusive([MARK, END]) {
        let words = part.trim_end_matches([MARK, END]);
        if !words.is_empty() {
            spans.push(Span { text: words.to_owned(), mark });
        }
        mark = part.ends_with(MARK);
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_spans() {
        let span = |text: &str, mark| Span { text: text.into(), mark };
        assert_eq!(spans("\u{2}Bin\u{3} day"), [span("Bin", true), span(" day", false)]);
        assert_eq!(spans("no match"), [span("no match", false)]);
        assert_eq!(spans(""), []);
    }
}
