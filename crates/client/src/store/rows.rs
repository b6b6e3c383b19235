//! Reads rows so that one that this version cannot read does not affect the others.

use std::str::FromStr;

use rusqlite::{Connection, Params, Row};

use crate::error::{Failure, Result};

/// Why a row cannot be read, for the log: a newer version wrote it, or it is damaged.
#[derive(Debug)]
pub(crate) struct Unreadable(String);

/// A row's value, or why it cannot be read.
pub(crate) type Read<T> = std::result::Result<T, Unreadable>;

impl<E: std::error::Error> From<E> for Unreadable {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl From<Unreadable> for Failure {
    fn from(Unreadable(why): Unreadable) -> Self {
        tracing::warn!(why, "a row that this version cannot read");
        Self::Unreadable
    }
}

/// The rows that can be read.
pub(super) fn readable<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Read<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        match read(row) {
            Ok(readable) => all.push(readable),
            // Only at debug level: every read would repeat it. People are told of unreadable rows of their own
            // elsewhere.
            Err(Unreadable(why)) => tracing::debug!(why, sql, "a row that this version cannot read"),
        }
    }
    Ok(all)
}

/// Parses a text column.
pub(super) fn parsed<T>(row: &Row<'_>, column: &str) -> Read<T>
where
    T: FromStr,
    T::Err: std::error::Error,
{
    Ok(row.get::<_, String>(column)?.parse::<T>()?)
}
