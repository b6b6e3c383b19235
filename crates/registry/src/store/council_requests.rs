//! People's requests to act for a council, with their reasons.

use guildhall_protocol::{CouncilCode, PersonId};
use sqlx::AnyConnection;

use super::memberships::read_council;
use super::people::read_id;
use super::write::WriteTx;
use crate::store::error::Result;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) council: CouncilCode,
    pub(crate) person: PersonId,
    /// Why their address is the council's.
    pub(crate) evidence: String,
    pub(crate) asked_at: i64,
}

type Row = (String, String, String, i64);

fn read((council, person, evidence, asked_at): Row) -> Result<Request> {
    Ok(Request { council: read_council(&council)?, person: read_id(&person)?, evidence, asked_at })
}

/// All requests, oldest first.
pub(crate) async fn all(sql: &mut AnyConnection) -> Result<Vec<Request>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT council, person, evidence, asked_at FROM council_requests ORDER BY asked_at, council, person",
    )
    .fetch_all(sql)
    .await?;
    rows.into_iter().map(read).collect()
}

pub(crate) async fn of_council(sql: &mut AnyConnection, council: &CouncilCode) -> Result<Vec<Request>> {
    Ok(all(sql).await?.into_iter().filter(|request| request.council == *council).collect())
}

pub(crate) async fn of_person(sql: &mut AnyConnection, person: PersonId) -> Result<Vec<Request>> {
    Ok(all(sql).await?.into_iter().filter(|request| request.person == person).collect())
}

/// Stores a request. Returns false if this person has already asked this council.
pub(crate) async fn add(tx: &mut WriteTx, request: &Request) -> Result<bool> {
    let added = sqlx::query(
        "INSERT INTO council_requests (council, person, evidence, asked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (council, person) DO NOTHING",
    )
    .bind(request.council.as_str())
    .bind(request.person.to_string())
    .bind(request.evidence.as_str())
    .bind(request.asked_at)
    .execute(tx.sql())
    .await?;
    Ok(added.rows_affected() > 0)
}

/// Deletes an answered request. Returns false if there was none.
pub(crate) async fn remove(tx: &mut WriteTx, council: &CouncilCode, person: PersonId) -> Result<bool> {
    let removed = sqlx::query("DELETE FROM council_requests WHERE council = $1 AND person = $2")
        .bind(council.as_str())
        .bind(person.to_string())
        .execute(tx.sql())
        .await?;
    Ok(removed.rows_affected() > 0)
}
