//! Seats: a person's place in a project's team, for one council. A seat counts only while the person is active at that
//! council, so a lapse suspends it and confirming the address restores it.

use guildhall_protocol::{CouncilCode, PersonId};
use sqlx::AnyConnection;

use super::memberships::read_council;
use super::people::read_id;
use super::write::WriteTx;
use crate::store::error::Result;

/// The projects in which a person has a seat, with the council of each seat.
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

/// Everyone with a seat in a project's team, with the council of each seat, including suspended seats.
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

/// Gives a person a seat for a council, unless they already have a seat in this team.
pub(crate) async fn add(
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

/// Removes a seat. Returns false if there was none.
pub(crate) async fn remove(tx: &mut WriteTx, project: &str, person: PersonId) -> Result<bool> {
    let taken = sqlx::query("DELETE FROM seats WHERE project = $1 AND person = $2")
        .bind(project)
        .bind(person.to_string())
        .execute(tx.sql())
        .await?;
    Ok(taken.rows_affected() > 0)
}

/// Ends all of a person's seats for a council.
pub(crate) async fn end_all(tx: &mut WriteTx, person: PersonId, council: &CouncilCode) -> Result<()> {
    sqlx::query("DELETE FROM seats WHERE person = $1 AND council = $2")
        .bind(person.to_string())
        .bind(council.as_str())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Moves the seats in a project's team from one council to the council that takes the project over.
pub(crate) async fn move_to_council(
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

/// Ends all seats in a project's team.
pub(crate) async fn remove_all(tx: &mut WriteTx, project: &str) -> Result<()> {
    sqlx::query("DELETE FROM seats WHERE project = $1").bind(project).execute(tx.sql()).await?;
    Ok(())
}
