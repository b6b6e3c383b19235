//! Tombstones: when a record leaves an audience cell, the cell and the sequence number are stored. Only a reader of
//! that cell whose cursor is older learns that the record is gone.

use sqlx::AnyConnection;

use super::readable::{Cells, placeholders};
use super::write::WriteTx;
use crate::store::error::Result;

/// Stores a tombstone: the record left this cell with this change.
pub(super) async fn write(
    sql: &mut AnyConnection,
    kind: &str,
    id: &str,
    cell: &str,
    seq: u64,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO tombstones (kind, id, cell, seq, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind, id, cell) DO UPDATE SET seq = excluded.seq, at = excluded.at",
    )
    .bind(kind)
    .bind(id)
    .bind(cell)
    .bind(seq.cast_signed())
    .bind(now)
    .execute(sql)
    .await?;
    Ok(())
}

/// Deletes the tombstones from before a time. A cursor below the last of them must start again from zero.
pub(crate) async fn forget(tx: &mut WriteTx, before: i64) -> Result<()> {
    sqlx::query(
        "UPDATE counter SET tombstones_from =
             (SELECT COALESCE(MAX(seq), tombstones_from) FROM tombstones WHERE at < $1) WHERE one = 1",
    )
    .bind(before)
    .execute(tx.sql())
    .await?;
    sqlx::query("DELETE FROM tombstones WHERE at < $1").bind(before).execute(tx.sql()).await?;
    Ok(())
}

/// A record that this reader could read before and cannot read now.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Tombstone {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) seq: i64,
}

/// The records that left the reader's cells after a sequence number and are in none of them now, in order, at most
/// `limit`.
pub(crate) async fn page(
    sql: &mut AnyConnection,
    cells: &Cells,
    after: u64,
    limit: u32,
) -> Result<Vec<Tombstone>, sqlx::Error> {
    let statement = format!(
        "SELECT tombstones.kind AS kind, tombstones.id AS id, MAX(tombstones.seq) AS seq
         FROM tombstones
         LEFT JOIN records ON records.kind = tombstones.kind AND records.id = tombstones.id
             AND records.cell IN ({})
         WHERE tombstones.seq > $1 AND tombstones.cell IN ({}) AND records.id IS NULL
         GROUP BY tombstones.kind, tombstones.id
         ORDER BY seq LIMIT $2",
        placeholders(3, cells),
        placeholders(3, cells)
    );
    let mut query =
        sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(after.cast_signed()).bind(i64::from(limit));
    for cell in cells {
        query = query.bind(cell.as_str());
    }
    query.fetch_all(sql).await
}
