//! What records said before their latest version: the base that a submission was written on.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Fields;
use sqlx::AnyConnection;

use crate::store::error::Result;

/// Keeps the record's present state, which is about to be replaced.
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

/// What the record said at that earlier version; none where that is not kept.
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
