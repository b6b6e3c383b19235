//! What the registry says of itself, set by who operates it.

use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::Result;

/// All settings, as name and value.
pub(crate) async fn all(sql: &mut AnyConnection) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as("SELECT name, value FROM settings ORDER BY name").fetch_all(sql).await?)
}

/// Sets one.
pub(crate) async fn set(tx: &mut WriteTx, name: &str, value: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(tx.sql())
    .await?;
    Ok(())
}
