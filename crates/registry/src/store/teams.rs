//! Who is named in a project's team, and so may see it whoever else may.

use guildhall_protocol::PersonId;
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::failure::Outcome;

/// The projects in whose teams that person is.
pub(crate) async fn projects_of(sql: &mut AnyConnection, person: PersonId) -> Outcome<Vec<String>> {
    let projects = sqlx::query_scalar("SELECT project FROM teams WHERE person = $1 ORDER BY project");
    Ok(projects.bind(person.to_string()).fetch_all(sql).await?)
}

/// Nobody is in the project's team any more.
pub(crate) async fn disband(tx: &mut WriteTx, project: &str) -> Outcome<()> {
    sqlx::query("DELETE FROM teams WHERE project = $1").bind(project).execute(tx.sql()).await?;
    Ok(())
}

/// Puts the person in the project's team.
pub(crate) async fn join(tx: &mut WriteTx, project: &str, person: PersonId) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO teams (project, person) VALUES ($1, $2) ON CONFLICT (project, person) DO NOTHING",
    )
    .bind(project)
    .bind(person.to_string())
    .execute(tx.sql())
    .await?;
    Ok(())
}
