//! Reading rows, so that one that this version can't read doesn't keep the others from being read.

use std::str::FromStr;

use rusqlite::{Connection, Params, Row};

use crate::error::{Failure, Result};

/// Why a row can't be read: for the log. A newer version wrote it, or it was damaged.
#[derive(Debug)]
pub(crate) struct Unreadable(String);

/// What a row says, or why it can't be read.
pub(crate) type Read<T> = std::result::Result<T, Unreadable>;

impl<E: std::error::Error> From<E> for Unreadable {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl From<Unreadable> for Failure {
    fn from(Unreadable(why): Unreadable) -> Self {
        tracing::warn!(why, "a row that this version can't read");
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
            // Told to who uses the app where it is theirs; here each reading would say it again.
            Err(Unreadable(why)) => tracing::debug!(why, sql, "a row that this version can't read"),
        }
    }
    Ok(all)
}

/// What a column of text says.
pub(super) fn parsed<T>(row: &Row<'_>, column: &str) -> Read<T>
where
    T: FromStr,
    T::Err: std::error::Error,
{
    Ok(row.get::<_, String>(column)?.parse::<T>()?)
}
