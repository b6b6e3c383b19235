//! The audience cells: how many records each has and their digest, kept up to date with every write, so that
//! "is my copy the same?" costs a row and not a walk through all records.

use std::collections::BTreeMap;

use guildhall_protocol::digest::Digest;
use sqlx::AnyConnection;

use super::readable::{self, Cells};

/// How the sums of some cells change.
#[derive(Clone, Debug, Default)]
pub(crate) struct CellChanges(BTreeMap<String, (i64, Digest)>);

impl CellChanges {
    /// A record comes in.
    pub(crate) fn enter(&mut self, cell: &str, record: Digest) {
        let sums = self.0.entry(cell.to_owned()).or_default();
        *sums = (sums.0 + 1, sums.1.with(record));
    }

    /// A record goes out.
    pub(crate) fn leave(&mut self, cell: &str, record: Digest) {
        let sums = self.0.entry(cell.to_owned()).or_default();
        *sums = (sums.0 - 1, sums.1.without(record));
    }
}

/// Adds the changes to what is stored. The sum is made here, as it wraps around and SQL's does not.
pub(super) async fn store(sql: &mut AnyConnection, changes: &CellChanges) -> Result<(), sqlx::Error> {
    for (cell, (records, digest)) in &changes.0 {
        let stored: Option<(i64, i64)> = sqlx::query_as("SELECT records, digest FROM cells WHERE cell = $1")
            .bind(cell.as_str())
            .fetch_optional(&mut *sql)
            .await?;
        let (old_records, old_digest) = stored.unwrap_or_default();
        let digest = Digest(old_digest.cast_unsigned()).with(*digest);
        sqlx::query(
            "INSERT INTO cells (cell, records, digest) VALUES ($1, $2, $3)
             ON CONFLICT (cell) DO UPDATE SET records = excluded.records, digest = excluded.digest",
        )
        .bind(cell.as_str())
        .bind(old_records + records)
        .bind(digest.0.cast_signed())
        .execute(&mut *sql)
        .await?;
    }
    Ok(())
}

/// How many records a reader of these cells can see, and their digest.
pub(crate) async fn sum(sql: &mut AnyConnection, cells: &Cells) -> Result<(u64, Digest), sqlx::Error> {
    let statement =
        format!("SELECT records, digest FROM cells WHERE cell IN ({})", readable::placeholders(1, cells));
    let mut query = sqlx::query_as::<_, (i64, i64)>(sqlx::AssertSqlSafe(statement));
    for cell in cells {
        query = query.bind(cell.as_str());
    }
    let sums = query.fetch_all(sql).await?;
    Ok(sums.into_iter().fold((0, Digest::default()), |(records, digest), (more, part)| {
        (records + more.cast_unsigned(), digest.with(Digest(part.cast_unsigned())))
    }))
}

/// The cells that have, or once had, something in them, of those that begin so: who could read what is no more must be
/// told that it is gone.
pub(crate) async fn named(sql: &mut AnyConnection, prefix: &'static str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT cell FROM cells WHERE cell LIKE $1 ORDER BY cell")
        .bind(format!("{prefix}%"))
        .fetch_all(sql)
        .await
}

/// How many records are in the cells that begin so.
pub(crate) async fn count_named(sql: &mut AnyConnection, prefix: &'static str) -> Result<u32, sqlx::Error> {
    let mut count: u32 = 0;
    for cell in named(sql, prefix).await? {
        let (records, _) = sum(sql, &vec![cell]).await?;
        count = count.saturating_add(u32::try_from(records).unwrap_or(u32::MAX));
    }
    Ok(count)
}
