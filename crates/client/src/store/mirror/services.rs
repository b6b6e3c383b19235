//! The table of services of the Local Government Service List (LGSL).

use guildhall_protocol::{Service, ServiceId};
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde_json::Value;

use super::record::Line;
use crate::error::Result;

/// Inserts or updates a service; false if the body is not that of a service.
pub(crate) fn put(tx: &Transaction<'_>, row: Line<'_>) -> Result<bool> {
    let Ok(service) = serde_json::from_value::<Service>(Value::Object(row.body.clone())) else {
        return Ok(false);
    };
    tx.prepare_cached(
        "INSERT INTO services (id, version, seq, generation, body, name) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET version = ?2, seq = ?3, generation = ?4, body = ?5, name = ?6",
    )?
    .execute(rusqlite::params![
        row.id,
        row.version,
        row.seq.cast_signed(),
        row.generation,
        serde_json::to_string(row.body)?,
        service.name,
    ])?;
    super::projects::index_those_of_service(tx, service.id)?;
    Ok(true)
}

/// Every service, by name.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Service>> {
    Ok(names(connection)?.into_iter().map(|(id, name)| Service { id: ServiceId(id), name }).collect())
}

/// A service, if it is in the mirror.
pub(crate) fn find(connection: &Connection, id: ServiceId) -> Result<Option<Service>> {
    let mut statement = connection.prepare_cached("SELECT name FROM services WHERE id = ?1")?;
    let name = statement.query_row([id.to_string()], |row| row.get(0)).optional()?;
    Ok(name.map(|name| Service { id, name }))
}

/// (LGSL id, name), by name.
pub(crate) fn names(connection: &Connection) -> Result<Vec<(u32, String)>> {
    let mut statement =
        connection.prepare("SELECT CAST(id AS INTEGER), name FROM services ORDER BY name, id")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
