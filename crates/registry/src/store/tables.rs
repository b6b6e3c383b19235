//! Generic access to every table, row by row, for copying a whole registry into another database.

use futures_util::TryStreamExt as _;
use serde_json::{Map, Value};
use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::{AnyConnection, Column as _, Row as _, ValueRef as _};

use crate::store::error::{Result, StoreError};

/// Every table, each after the tables that it references.
pub const ALL: [&str; 36] = [
    "counter",
    "settings",
    "records",
    "project_links",
    "history",
    "tombstones",
    "cells",
    "people",
    "former_addresses",
    "domains",
    "council_settings",
    "memberships",
    "led_councils",
    "invitations",
    "council_requests",
    "vouches",
    "objections",
    "seats",
    "identities",
    "openid_sign_ins",
    "sign_in_codes",
    "sign_in_starts",
    "second_factors",
    "recovery_codes",
    "second_factor_due",
    "sessions",
    "session_factors",
    "access_tokens",
    "refresh_tokens",
    "submissions",
    "erasures",
    "reports",
    "purged_projects",
    "reminders",
    "publications",
    "audit",
];

/// Names that tables had in earlier schemas, as backups made then have them.
const FORMER_NAMES: [&str; 2] = ["departures", "teams"];

/// A row as column names and values, without its NULL columns.
pub(crate) type Columns = Map<String, Value>;

/// Calls `give` with each row of a table.
///
/// # Errors
/// A database error, or the first error that `give` returns.
pub(crate) async fn each<E: From<StoreError>>(
    sql: &mut AnyConnection,
    table: &'static str,
    give: impl FnMut(Columns) -> Result<(), E>,
) -> Result<(), E> {
    each_where(sql, table, None, give).await
}

/// Calls `give` with each row of a table that meets a condition on `$1`.
///
/// # Errors
/// As [`each`].
pub(crate) async fn each_where<E: From<StoreError>>(
    sql: &mut AnyConnection,
    table: &'static str,
    condition: Option<(&'static str, &str)>,
    mut give: impl FnMut(Columns) -> Result<(), E>,
) -> Result<(), E> {
    let condition_sql = condition.map(|(sql, _)| format!(" WHERE {sql}")).unwrap_or_default();
    let statement = sqlx::AssertSqlSafe(format!("SELECT * FROM {table}{condition_sql}"));
    let mut query = sqlx::query(statement);
    if let Some((_, value)) = condition {
        query = query.bind(value);
    }
    let mut rows = query.fetch(sql);
    while let Some(row) = rows.try_next().await.map_err(StoreError::from)? {
        give(columns(table, &row)?)?;
    }
    Ok(())
}

fn columns(table: &str, row: &AnyRow) -> Result<Columns> {
    let mut columns = Columns::new();
    for column in row.columns() {
        let name = column.name();
        let raw = row.try_get_raw(name)?;
        if raw.is_null() {
            continue;
        }
        // The schema uses only TEXT and BIGINT.
        let value = match raw.type_info().kind() {
            AnyTypeInfoKind::Text => row.try_get::<String, _>(name)?.into(),
            AnyTypeInfoKind::BigInt => row.try_get::<i64, _>(name)?.into(),
            other => return Err(StoreError::Damaged(format!("{table}.{name} is of the type {other:?}"))),
        };
        columns.insert(name.to_owned(), value);
    }
    Ok(columns)
}

/// Inserts a row.
///
/// # Errors
/// If there is no such table, or the row does not match its columns.
pub(crate) async fn put(sql: &mut AnyConnection, table: &str, row: &Columns) -> Result<()> {
    // Column names go into the statement unquoted, so they must be plain identifiers.
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if !(ALL.contains(&table) || FORMER_NAMES.contains(&table)) || !row.keys().all(|column| is_name(column)) {
        return Err(StoreError::Damaged(format!("there is no table {table} with such columns")));
    }
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    let values: Vec<String> = (1..=row.len()).map(|number| format!("${number}")).collect();
    let statement = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement));
    for value in row.values() {
        query = bind(query, table, value)?;
    }
    query.execute(sql).await?;
    Ok(())
}

/// Sets one text column of the row with the same key as `row`.
///
/// # Errors
/// A database error.
pub(crate) async fn set(
    sql: &mut AnyConnection,
    table: &'static str,
    key: &'static [&'static str],
    row: &Columns,
    (column, text): (&'static str, &str),
) -> Result<()> {
    let is_it: Vec<String> = (2..).zip(key).map(|(number, name)| format!("{name} = ${number}")).collect();
    let statement = format!("UPDATE {table} SET {column} = $1 WHERE {}", is_it.join(" AND "));
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(text);
    for name in key {
        query = bind(query, table, row.get(*name).unwrap_or(&Value::Null))?;
    }
    query.execute(sql).await?;
    Ok(())
}

fn bind<'q>(query: AnyQuery<'q>, table: &str, value: &'q Value) -> Result<AnyQuery<'q>> {
    match (value.as_str(), value.as_i64()) {
        (Some(text), _) => Ok(query.bind(text)),
        (_, Some(number)) => Ok(query.bind(number)),
        _ => Err(StoreError::Damaged(format!("{table} has a value that is no text and no number"))),
    }
}

type AnyQuery<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;
