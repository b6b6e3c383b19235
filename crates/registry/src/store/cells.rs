//! The audience cells: the number of records in each cell and their digest, updated with every write. Comparing a
//! laptop's mirror with the registry then reads one row per cell instead of every record.

use std::collections::BTreeMap;

use guildhall_protocol::digest::Digest;
use sqlx::AnyConnection;

use super::readable::{self, Cells};

/// Changes to the sums of some cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct CellChanges(BTreeMap<String, (i64, Digest)>);

impl CellChanges {
    /// Adds a record to a cell.
    pub(crate) fn enter(&mut self, cell: &str, record: Digest) {
        let sums = self.0.entry(cell.to_owned()).or_default();
        *sums = (sums.0 + 1, sums.1.with(record));
    }

    /// Removes a record from a cell.
    pub(crate) fn leave(&mut self, cell: &str, record: Digest) {
        let sums = self.0.entry(cell.to_owned()).or_default();
        *sums = (sums.0 - 1, sums.1.without(record));
    }
}

/// Adds the changes to the stored sums. The digest is added here and not in SQL, because the addition wraps around.
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

/// The number of records that a reader of these cells can see, and their digest.
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

/// All cells with this prefix, including those that are empty by now: their readers still need the tombstones.
pub(crate) async fn named(sql: &mut AnyConnection, prefix: &'static str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT cell FROM cells WHERE cell LIKE $1 ORDER BY cell")
        .bind(format!("{prefix}%"))
        .fetch_all(sql)
        .await
}

/// The number of records in the cells with this prefix.
pub(crate) async fn count_named(sql: &mut AnyConnection, prefix: &'static str) -> Result<u32, sqlx::Error> {
    let mut count: u32 = 0;
    for cell in named(sql, prefix).await? {
        let (records, _) = sum(sql, &vec![cell]).await?;
        count = count.saturating_add(u32::try_from(records).unwrap_or(u32::MAX));
    }
    Ok(count)
}
