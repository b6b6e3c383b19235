//! The table of councils.

use guildhall_protocol::{Council, CouncilCode, Successor};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde_json::Value;

use super::record::Line;
use crate::error::Result;
use crate::store::StoredCouncil;
use crate::store::rows::{Read, readable};

/// The fields of a council that search uses.
#[derive(Clone, Debug)]
pub(crate) struct CouncilFacts {
    pub(crate) code: CouncilCode,
    pub(crate) name: String,
    pub(crate) nation: String,
    pub(crate) region: String,
}

/// Inserts or updates a council; false if the body is not that of a council.
pub(crate) fn put(tx: &Transaction<'_>, row: Line<'_>) -> Result<bool> {
    let Ok(council) = serde_json::from_value::<Council>(Value::Object(row.body.clone())) else {
        return Ok(false);
    };
    let nation = serde_json::to_value(council.nation)?;
    tx.prepare_cached(
        "INSERT INTO councils (id, version, seq, generation, body, name, nation, region)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET version = ?2, seq = ?3, generation = ?4, body = ?5, name = ?6, nation = ?7,
                                        region = ?8",
    )?
    .execute(rusqlite::params![
        row.id,
        row.version,
        row.seq.cast_signed(),
        row.generation,
        serde_json::to_string(row.body)?,
        council.name,
        nation.as_str().unwrap_or_default(),
        council.region,
    ])?;
    super::projects::index_those_of_council(tx, row.id)?;
    Ok(true)
}

pub(crate) fn facts(connection: &Connection) -> Result<Vec<CouncilFacts>> {
    let mut statement = connection.prepare("SELECT id, name, nation, region FROM councils ORDER BY id")?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let mut facts = Vec::new();
    for row in rows {
        let (code, name, nation, region) = row?;
        if let Ok(code) = code.parse() {
            facts.push(CouncilFacts { code, name, nation, region });
        }
    }
    Ok(facts)
}

/// The councils that exist on the given day, by name.
pub(crate) fn current(connection: &Connection, on: Date) -> Result<Vec<StoredCouncil>> {
    let councils = readable(connection, "SELECT body FROM councils ORDER BY name", [], read)?;
    let current = councils.into_iter().filter(|council| council.ended.is_none_or(|ended| ended >= on));
    Ok(current.map(|Council { code, name, name_cy, .. }| StoredCouncil { code, name, name_cy }).collect())
}

fn read(row: &Row<'_>) -> Read<Council> {
    Ok(serde_json::from_str(&row.get::<_, String>("body")?)?)
}

/// A council's name, or its code if it is not in the mirror yet.
pub(crate) fn name(connection: &Connection, code: &CouncilCode) -> Result<StoredCouncil> {
    let sql = "SELECT name, coalesce(body ->> 'name_cy', '') FROM councils WHERE id = ?1";
    let found = connection
        .prepare_cached(sql)?
        .query_row([code.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (name, name_cy) = found.unwrap_or_else(|| (code.to_string(), String::new()));
    Ok(StoredCouncil { code: code.clone(), name, name_cy })
}

/// A council, if it is in the mirror and this version can read it.
pub(crate) fn find(connection: &Connection, code: &CouncilCode) -> Result<Option<Council>> {
    let found = readable(connection, "SELECT body FROM councils WHERE id = ?1", [code.as_str()], read)?;
    Ok(found.into_iter().next())
}

/// The councils that this one succeeded or will succeed, by name, each with what it says of that.
pub(crate) fn predecessors(
    connection: &Connection,
    code: &CouncilCode,
) -> Result<Vec<(StoredCouncil, Successor)>> {
    let sql = "SELECT body FROM councils
               WHERE EXISTS (SELECT 1 FROM json_each(councils.body, '$.successors')
                             WHERE json_each.value ->> 'council' = ?1)
               ORDER BY name";
    let before = readable(connection, sql, [code.as_str()], read)?.into_iter();
    let before = before.filter_map(|Council { code: of, name, name_cy, successors, .. }| {
        let successor = successors.into_iter().find(|successor| successor.council == *code)?;
        Some((StoredCouncil { code: of, name, name_cy }, successor))
    });
    Ok(before.collect())
}

/// A council's successors.
pub(crate) fn successors(connection: &Connection, code: &CouncilCode) -> Result<Vec<Successor>> {
    let found = readable(connection, "SELECT body FROM councils WHERE id = ?1", [code.as_str()], read)?;
    Ok(found.into_iter().flat_map(|council| council.successors).collect())
}
