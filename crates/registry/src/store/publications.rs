//! When each version of a project was published, and for which council. Imports are not included: only what a person
//! published.

use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::Result;

/// Counts of what was published since a given time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    /// Published versions.
    pub(crate) versions: u32,
    /// The first versions among them.
    pub(crate) first: u32,
    /// The councils they were published for.
    pub(crate) councils: u32,
}

pub(crate) async fn add(
    tx: &mut WriteTx,
    project: &str,
    version: u32,
    council: &str,
    now: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO publications (project, version, council, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (project, version) DO UPDATE SET council = excluded.council, at = excluded.at",
    )
    .bind(project)
    .bind(i64::from(version))
    .bind(council)
    .bind(now)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Counts what was published since a given time. Deleted projects do not count.
pub(crate) async fn since(sql: &mut AnyConnection, time: i64) -> Result<Published> {
    let (versions, first, councils): (i64, i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), COUNT(CASE WHEN version = 1 THEN 1 END), COUNT(DISTINCT council) FROM publications WHERE at >= $1",
    )
    .bind(time)
    .fetch_one(sql)
    .await?;
    let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Published { versions: count(versions), first: count(first), councils: count(councils) })
}

/// Deletes the entries of a deleted project.
pub(crate) async fn forget(tx: &mut WriteTx, project: &str) -> Result<()> {
    sqlx::query("DELETE FROM publications WHERE project = $1").bind(project).execute(tx.sql()).await?;
    Ok(())
}
