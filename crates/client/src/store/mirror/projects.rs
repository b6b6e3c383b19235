//! The table of projects, and full-text search over it.

use std::collections::BTreeSet;

use guildhall_protocol::{Collaboration, CouncilCode, NeedId, Phase, Project, ProjectId, ServiceId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::CouncilFacts;
use super::record::Line;
use crate::error::{Failure, Result};
use crate::store::rows::{Read, parsed, readable};

/// The fields of a project that search uses.
#[derive(Clone, Debug)]
pub(crate) struct ProjectFacts {
    /// Its row in the full-text index.
    pub(crate) number: i64,
    pub(crate) id: ProjectId,
    /// The index of its council in the list of councils; `None` if that is not in the mirror yet.
    pub(crate) council: Option<usize>,
    pub(crate) phase: Phase,
    pub(crate) collaboration: Collaboration,
    pub(crate) needs: u32,
    pub(crate) services: Vec<u32>,
    pub(crate) tags: Vec<String>,
    pub(crate) created_at: i64,
    pub(crate) confirmed_at: i64,
}

/// A project in the mirror.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) id: ProjectId,
    pub(crate) version: u32,
    pub(crate) project: Project,
    /// The record as received, with fields that this version does not know.
    pub(crate) fields: Map<String, Value>,
}

/// Those of the projects that are in the mirror without a contact.
pub(crate) fn without_contact(connection: &Connection, among: &[ProjectId]) -> Result<Vec<ProjectId>> {
    let sql = "SELECT 1 FROM projects WHERE id = ?1 AND json_extract(body, '$.contact.mailbox') = ''";
    let mut statement = connection.prepare_cached(sql)?;
    let mut without = Vec::new();
    for id in among {
        if statement.exists([id.to_string()])? {
            without.push(*id);
        }
    }
    Ok(without)
}

/// Those of the projects that are not in the mirror.
pub(crate) fn missing(connection: &Connection, among: &[ProjectId]) -> Result<Vec<ProjectId>> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM projects WHERE id = ?1")?;
    let mut missing = Vec::new();
    for id in among {
        if !statement.exists([id.to_string()])? {
            missing.push(*id);
        }
    }
    Ok(missing)
}

/// Inserts or updates a project and its search row; false if the body is not that of a project.
pub(crate) fn put(tx: &Transaction<'_>, row: Line<'_>) -> Result<bool> {
    let (Ok(project), Ok(_)) =
        (serde_json::from_value::<Project>(Value::Object(row.body.clone())), row.id.parse::<ProjectId>())
    else {
        return Ok(false);
    };
    let millis = |at: Option<Timestamp>| at.map_or(0, Timestamp::as_millisecond);
    let number = tx
        .prepare_cached(
            "INSERT INTO projects (id, version, seq, generation, body, council, phase, collaboration, needs, services,
                                   tags, created_at, confirmed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (id) DO UPDATE SET version = ?2, seq = ?3, generation = ?4, body = ?5, council = ?6,
                 phase = ?7, collaboration = ?8, needs = ?9, services = ?10, tags = ?11,
                 created_at = ?12, confirmed_at = ?13
             RETURNING number",
        )?
        .query_row(
            rusqlite::params![
                row.id,
                row.version,
                row.seq.cast_signed(),
                row.generation,
                serde_json::to_string(row.body)?,
                project.council.as_str(),
                word(project.phase)?,
                word(project.collaboration)?,
                u32::try_from(project.needs.len()).unwrap_or(u32::MAX),
                serde_json::to_string(&project.services)?,
                serde_json::to_string(&project.tags)?,
                millis(project.created_at),
                millis(project.confirmed_at),
            ],
            |row| row.get(0),
        )?;
    index(tx, number, &project)?;
    Ok(true)
}

/// Updates a project's search row, with the current names of its council and services.
fn index(tx: &Transaction<'_>, number: i64, project: &Project) -> Result<()> {
    let council = super::councils::name(tx, &project.council)?;
    let mut services = String::new();
    for service in &project.services {
        let sql = "SELECT name FROM services WHERE id = ?1";
        let name: Option<String> =
            tx.prepare_cached(sql)?.query_row([service.to_string()], |row| row.get(0)).optional()?;
        services.push_str(&name.unwrap_or_default());
        services.push('\n');
    }
    // An excerpt of this is shown, in which the parts must not run into each other.
    let needs =
        project.needs.iter().flat_map(|need| [&need.as_a, &need.i_need, &need.so_that, &need.evidence]);
    let needs = needs.map(|part| part.trim()).filter(|part| !part.is_empty());
    let needs = needs.collect::<Vec<_>>().join(" · ");
    let tags = project.tags.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    tx.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([number])?;
    tx.prepare_cached(
        "INSERT INTO search (rowid, title, summary, needs, problem, tags, council, services)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(rusqlite::params![
        number,
        plain(&project.title),
        plain(&project.summary),
        plain(&needs),
        plain(&crate::markdown::to_plain_text(&project.problem)),
        plain(&tags),
        plain(&format!("{}\n{}", council.name, council.name_cy)),
        plain(&services),
    ])?;
    Ok(())
}

/// Replaces control characters, as the search marks its matches with two of them.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

pub(super) fn index_those_of_council(tx: &Transaction<'_>, code: &str) -> Result<()> {
    index_again(tx, "SELECT number, body FROM projects WHERE council = ?1", code)
}

pub(super) fn index_those_of_service(tx: &Transaction<'_>, service: ServiceId) -> Result<()> {
    let sql = "SELECT number, body FROM projects
               WHERE EXISTS (SELECT 1 FROM json_each(projects.services) WHERE value = CAST(?1 AS INTEGER))";
    index_again(tx, sql, &service.to_string())
}

fn index_again(tx: &Transaction<'_>, sql: &str, about: &str) -> Result<()> {
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map([about], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    for (number, body) in rows.collect::<Result<Vec<(i64, String)>, _>>()? {
        // A project stored by another version of the app keeps its old search row.
        if let Ok(project) = serde_json::from_str(&body) {
            index(tx, number, &project)?;
        }
    }
    Ok(())
}

/// A project.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Unreadable`] for one that another version of the app stored.
pub(crate) fn get(connection: &Connection, id: ProjectId) -> Result<Stored> {
    find(connection, id)?.ok_or(Failure::NotFound)
}

/// A project, if it is in the mirror.
///
/// # Errors
/// [`Failure::Unreadable`] for one that another version of the app stored.
pub(crate) fn find(connection: &Connection, id: ProjectId) -> Result<Option<Stored>> {
    let sql = "SELECT id, version, body FROM projects WHERE id = ?1";
    let row = connection.prepare_cached(sql)?.query_row([id.to_string()], |row| Ok(read(row))).optional()?;
    Ok(row.transpose()?)
}

/// A council's projects, by title.
pub(crate) fn of_council(connection: &Connection, code: &CouncilCode) -> Result<Vec<Stored>> {
    let sql = "SELECT id, version, body FROM projects WHERE council = ?1 ORDER BY body ->> 'title'";
    readable(connection, sql, [code.as_str()], read)
}

/// A service's projects, by title.
pub(crate) fn of_service(connection: &Connection, service: ServiceId) -> Result<Vec<Stored>> {
    let sql = "SELECT id, version, body FROM projects
               WHERE EXISTS (SELECT 1 FROM json_each(projects.services) WHERE value = CAST(?1 AS INTEGER))
               ORDER BY body ->> 'title'";
    readable(connection, sql, [service.to_string()], read)
}

/// The projects that use a product or have a supplier, by title.
pub(crate) fn with_product(connection: &Connection) -> Result<Vec<Stored>> {
    let sql = "SELECT id, version, body FROM projects
               WHERE trim(coalesce(body ->> 'product', '')) <> '' OR trim(coalesce(body ->> 'supplier', '')) <> ''
               ORDER BY body ->> 'title'";
    readable(connection, sql, [], read)
}

/// How many different products, each with its supplier, projects use.
pub(crate) fn count_products(connection: &Connection) -> Result<u32> {
    let rows = with_product(connection)?.into_iter().map(|stored| {
        let Project { product, supplier, .. } = stored.project;
        (product.trim().to_lowercase(), supplier.trim().to_lowercase())
    });
    let different: BTreeSet<(String, String)> = rows.collect();
    Ok(u32::try_from(different.len()).unwrap_or(u32::MAX))
}

/// How many needs contain each of the words, and some of them: project and need, those of the most recently confirmed
/// projects first.
pub(crate) fn needs(
    connection: &Connection,
    words: &[String],
    offset: u32,
    limit: u32,
) -> Result<(u32, Vec<(ProjectId, NeedId)>)> {
    let text = "coalesce(need.value ->> 'as_a', '') || ' ' || coalesce(need.value ->> 'i_need', '') || ' '
                || coalesce(need.value ->> 'so_that', '')";
    let each: Vec<String> = (1..=words.len()).map(|at| format!("{text} LIKE ?{at} ESCAPE '!'")).collect();
    let wanted = if each.is_empty() { "1".to_owned() } else { each.join(" AND ") };
    let from = format!("FROM projects, json_each(projects.body, '$.needs') AS need WHERE {wanted}");
    let escaped = |word: &String| {
        let word = word.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        format!("%{word}%")
    };
    let like: Vec<String> = words.iter().map(escaped).collect();
    let total = connection.query_row(
        &format!("SELECT count(*) {from}"),
        rusqlite::params_from_iter(&like),
        |row| row.get(0),
    )?;
    let sql = format!(
        "SELECT projects.id AS project, need.value ->> 'id' AS need {from}
         ORDER BY projects.confirmed_at DESC, projects.number, need.key LIMIT {limit} OFFSET {offset}"
    );
    let rows = readable(connection, &sql, rusqlite::params_from_iter(&like), |row| {
        Ok((parsed(row, "project")?, parsed(row, "need")?))
    })?;
    Ok((total, rows))
}

fn read(row: &Row<'_>) -> Read<Stored> {
    let body: String = row.get("body")?;
    Ok(Stored {
        id: parsed(row, "id")?,
        version: row.get("version")?,
        project: serde_json::from_str(&body)?,
        fields: serde_json::from_str(&body)?,
    })
}

/// The fields of every project that search uses.
pub(crate) fn facts(connection: &Connection, councils: &[CouncilFacts]) -> Result<Vec<ProjectFacts>> {
    let sql =
        "SELECT number, id, council, phase, collaboration, needs, services, tags, created_at, confirmed_at
         FROM projects";
    readable(connection, sql, [], |row| {
        let text = |column| row.get::<_, String>(column);
        let council = text("council")?;
        Ok(ProjectFacts {
            number: row.get("number")?,
            id: parsed(row, "id")?,
            council: councils.binary_search_by(|facts| facts.code.as_str().cmp(&council)).ok(),
            phase: from_word(text("phase")?)?,
            collaboration: from_word(text("collaboration")?)?,
            needs: row.get("needs")?,
            services: serde_json::from_str(&text("services")?)?,
            tags: serde_json::from_str(&text("tags")?)?,
            created_at: row.get("created_at")?,
            confirmed_at: row.get("confirmed_at")?,
        })
    })
}

fn word(choice: impl serde::Serialize) -> Result<String> {
    let value = serde_json::to_value(choice)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

fn from_word<T: DeserializeOwned>(word: String) -> serde_json::Result<T> {
    serde_json::from_value(Value::String(word))
}
