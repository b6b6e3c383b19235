//! Projects that were deleted permanently. Their ids cannot be used again.

use std::collections::HashSet;

use guildhall_protocol::ProjectId;
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::Result;

pub(crate) async fn add(tx: &mut WriteTx, project: ProjectId, now: i64) -> Result<()> {
    sqlx::query("INSERT INTO purged_projects (project, at) VALUES ($1, $2) ON CONFLICT (project) DO NOTHING")
        .bind(project.to_string())
        .bind(now)
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// The ids of all purged projects.
pub(crate) async fn all(sql: &mut AnyConnection) -> Result<HashSet<String>> {
    let ids: Vec<String> = sqlx::query_scalar("SELECT project FROM purged_projects").fetch_all(sql).await?;
    Ok(ids.into_iter().collect())
}

pub(crate) async fn contains(sql: &mut AnyConnection, project: ProjectId) -> Result<bool> {
    let one: Option<i64> = sqlx::query_scalar("SELECT 1 FROM purged_projects WHERE project = $1")
        .bind(project.to_string())
        .fetch_optional(sql)
        .await?;
    Ok(one.is_some())
}
