//! Earlier versions of records: the bases that submissions were written on.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Fields;
use sqlx::AnyConnection;

use crate::store::error::Result;

/// Copies the record's current version into the history before it is replaced.
pub(super) async fn keep(sql: &mut AnyConnection, kind: &str, id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO history (kind, id, version, body, author, replaced_at)
         SELECT kind, id, version, body, author, $1 FROM records WHERE kind = $2 AND id = $3",
    )
    .bind(now)
    .bind(kind)
    .bind(id)
    .execute(sql)
    .await?;
    Ok(())
}

/// An earlier version of a record.
#[derive(Clone, Debug)]
pub(crate) struct Earlier {
    pub(crate) version: u32,
    pub(crate) body: Fields,
    pub(crate) author: String,
    /// When the next version replaced it.
    pub(crate) replaced_at: i64,
}

/// The last of a record's earlier versions, newest first.
pub(crate) async fn last(sql: &mut AnyConnection, kind: Kind, id: &str, most: i64) -> Result<Vec<Earlier>> {
    let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(
        "SELECT version, body, author, replaced_at FROM history WHERE kind = $1 AND id = $2
         ORDER BY version DESC LIMIT $3",
    )
    .bind(kind.as_str())
    .bind(id)
    .bind(most)
    .fetch_all(sql)
    .await?;
    let earlier = rows.into_iter().map(|(version, body, author, replaced_at)| {
        let version = u32::try_from(version).unwrap_or(u32::MAX);
        Ok(Earlier { version, body: serde_json::from_str(&body)?, author, replaced_at })
    });
    earlier.collect()
}

/// The body of an earlier version. `None` if that version is not in the history.
pub(crate) async fn find(
    sql: &mut AnyConnection,
    kind: Kind,
    id: &str,
    version: u32,
) -> Result<Option<Fields>> {
    let body: Option<String> =
        sqlx::query_scalar("SELECT body FROM history WHERE kind = $1 AND id = $2 AND version = $3")
            .bind(kind.as_str())
            .bind(id)
            .bind(i64::from(version))
            .fetch_optional(sql)
            .await?;
    Ok(body.map(|body| serde_json::from_str(&body)).transpose()?)
}
