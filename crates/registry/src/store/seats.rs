//! Seats: a person's place in a project's team, for one council. It counts while they are active at that council, so
//! that a lapse suspends it and confirming their address again restores it.

use guildhall_protocol::{CouncilCode, PersonId};
use sqlx::AnyConnection;

use super::memberships::read_council;
use super::people::read_id;
use super::write::WriteTx;
use crate::store::error::Result;

/// The projects in whose teams that person has a seat, and for which council each is.
pub(crate) async fn projects_of(
    sql: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<(String, CouncilCode)>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT project, council FROM seats WHERE person = $1 ORDER BY project")
            .bind(person.to_string())
            .fetch_all(sql)
            .await?;
    rows.into_iter().map(|(project, council)| Ok((project, read_council(&council)?))).collect()
}

/// Who has a seat in the project's team, whether it counts now or is suspended, and for which council.
pub(crate) async fn of_project(
    sql: &mut AnyConnection,
    project: &str,
) -> Result<Vec<(PersonId, CouncilCode)>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT person, council FROM seats WHERE project = $1 ORDER BY person")
            .bind(project)
            .fetch_all(sql)
            .await?;
    rows.iter().map(|(person, council)| Ok((read_id(person)?, read_council(council)?))).collect()
}

/// Gives the person a seat in the project's team, for that council; nothing where they have one.
pub(crate) async fn give(
    tx: &mut WriteTx,
    project: &str,
    person: PersonId,
    council: &CouncilCode,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO seats (project, person, council) VALUES ($1, $2, $3) ON CONFLICT (project, person) DO NOTHING",
    )
    .bind(project)
    .bind(person.to_string())
    .bind(council.as_str())
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Takes a seat back. False where there was none.
pub(crate) async fn take_back(tx: &mut WriteTx, project: &str, person: PersonId) -> Result<bool> {
    let taken = sqlx::query("DELETE FROM seats WHERE project = $1 AND person = $2")
        .bind(project)
        .bind(person.to_string())
        .execute(tx.sql())
        .await?;
    Ok(taken.rows_affected() > 0)
}

/// Ends all seats that the person has for that council.
pub(crate) async fn end_all(tx: &mut WriteTx, person: PersonId, council: &CouncilCode) -> Result<()> {
    sqlx::query("DELETE FROM seats WHERE person = $1 AND council = $2")
        .bind(person.to_string())
        .bind(council.as_str())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Carries the seats in a project's team that are for one council along to the one that takes the project over.
pub(crate) async fn carry_along(
    tx: &mut WriteTx,
    project: &str,
    from: &CouncilCode,
    to: &CouncilCode,
) -> Result<()> {
    sqlx::query("UPDATE seats SET council = $3 WHERE project = $1 AND council = $2")
        .bind(project)
        .bind(from.as_str())
        .bind(to.as_str())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Ends all seats in the project's team.
pub(crate) async fn disband(tx: &mut WriteTx, project: &str) -> Result<()> {
    sqlx::query("DELETE FROM seats WHERE project = $1").bind(project).execute(tx.sql()).await?;
    Ok(())
}
