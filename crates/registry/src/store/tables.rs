//! The tables, row by row and whatever is in them: for copying all of a registry from one database into another.

use futures_util::TryStreamExt as _;
use serde_json::{Map, Value};
use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::{AnyConnection, Column as _, Row as _, ValueRef as _};

use crate::failure::{Failure, Outcome};

/// Every table, each after those that it refers to.
pub const ALL: [&str; 18] = [
    "counter",
    "settings",
    "records",
    "history",
    "departures",
    "cells",
    "people",
    "domains",
    "council_settings",
    "memberships",
    "invitations",
    "teams",
    "sign_in_codes",
    "sessions",
    "access_tokens",
    "refresh_tokens",
    "submissions",
    "audit",
];

/// A row: its columns that have a value, under their names.
pub(crate) type Columns = Map<String, Value>;

/// Gives each row of a table.
///
/// # Errors
/// Where the database fails, and where it can't be given: the first one.
pub(crate) async fn each<E: From<Failure>>(
    sql: &mut AnyConnection,
    table: &'static str,
    mut give: impl FnMut(Columns) -> Result<(), E>,
) -> Result<(), E> {
    let statement = sqlx::AssertSqlSafe(format!("SELECT * FROM {table}"));
    let mut rows = sqlx::query(statement).fetch(sql);
    while let Some(row) = rows.try_next().await.map_err(Failure::from)? {
        give(columns(table, &row)?)?;
    }
    Ok(())
}

fn columns(table: &str, row: &AnyRow) -> Outcome<Columns> {
    let mut columns = Columns::new();
    for column in row.columns() {
        let name = column.name();
        let raw = row.try_get_raw(name)?;
        if raw.is_null() {
            continue;
        }
        // The schema has TEXT and BIGINT only.
        let value = match raw.type_info().kind() {
            AnyTypeInfoKind::Text => row.try_get::<String, _>(name)?.into(),
            AnyTypeInfoKind::BigInt => row.try_get::<i64, _>(name)?.into(),
            other => return Err(Failure::Damaged(format!("{table}.{name} is of the type {other:?}"))),
        };
        columns.insert(name.to_owned(), value);
    }
    Ok(columns)
}

/// Puts a row in.
///
/// # Errors
/// Where there is no such table, or the row doesn't fit in it.
pub(crate) async fn put(sql: &mut AnyConnection, table: &str, row: &Columns) -> Outcome<()> {
    // What is put into the statement as it is must be a name.
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if !ALL.contains(&table) || !row.keys().all(|column| is_name(column)) {
        return Err(Failure::Damaged(format!("there is no table {table} with such columns")));
    }
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    let values: Vec<String> = (1..=row.len()).map(|number| format!("${number}")).collect();
    let statement = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement));
    for value in row.values() {
        query = match (value.as_str(), value.as_i64()) {
            (Some(text), _) => query.bind(text),
            (_, Some(number)) => query.bind(number),
            _ => return Err(Failure::Damaged(format!("{table} has a value that is no text and no number"))),
        };
    }
    query.execute(sql).await?;
    Ok(())
}
