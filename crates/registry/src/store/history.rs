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
