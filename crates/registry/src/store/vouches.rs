//! Vouching for unconfirmed leads by leads of other councils, and objections to them.

use guildhall_protocol::{CouncilCode, PersonId};
use sqlx::AnyConnection;

use super::memberships::read_council;
use super::people::read_id;
use super::write::WriteTx;
use crate::store::error::Result;

/// One lead's vouch for an unconfirmed lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Vouch {
    /// The council of the unconfirmed lead.
    pub(crate) council: CouncilCode,
    /// The unconfirmed lead.
    pub(crate) person: PersonId,
    pub(crate) voucher: PersonId,
    /// The council that the voucher leads.
    pub(crate) for_council: CouncilCode,
    pub(crate) vouched_at: i64,
}

type Row = (String, String, String, String, i64);

fn read((council, person, voucher, for_council, vouched_at): Row) -> Result<Vouch> {
    Ok(Vouch {
        council: read_council(&council)?,
        person: read_id(&person)?,
        voucher: read_id(&voucher)?,
        for_council: read_council(&for_council)?,
        vouched_at,
    })
}

/// All vouches, oldest first for each lead.
pub(crate) async fn all(sql: &mut AnyConnection) -> Result<Vec<Vouch>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT council, person, voucher, for_council, vouched_at FROM vouches
         ORDER BY council, person, vouched_at, voucher",
    )
    .fetch_all(sql)
    .await?;
    rows.into_iter().map(read).collect()
}

/// The vouches for one lead, oldest first.
pub(crate) async fn of(
    sql: &mut AnyConnection,
    council: &CouncilCode,
    person: PersonId,
) -> Result<Vec<Vouch>> {
    let mut found = all(sql).await?;
    found.retain(|vouch| vouch.council == *council && vouch.person == person);
    Ok(found)
}

/// Stores a vouch. Returns false if this voucher had already vouched for the lead.
pub(crate) async fn add(tx: &mut WriteTx, vouch: &Vouch) -> Result<bool> {
    let added = sqlx::query(
        "INSERT INTO vouches (council, person, voucher, for_council, vouched_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (council, person, voucher) DO NOTHING",
    )
    .bind(vouch.council.as_str())
    .bind(vouch.person.to_string())
    .bind(vouch.voucher.to_string())
    .bind(vouch.for_council.as_str())
    .bind(vouch.vouched_at)
    .execute(tx.sql())
    .await?;
    Ok(added.rows_affected() > 0)
}

/// Deletes all vouches for a lead.
pub(crate) async fn end(tx: &mut WriteTx, council: &CouncilCode, person: PersonId) -> Result<()> {
    sqlx::query("DELETE FROM vouches WHERE council = $1 AND person = $2")
        .bind(council.as_str())
        .bind(person.to_string())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Stores an objection and deletes the lead's vouches. From then on nobody can vouch for this lead.
pub(crate) async fn object(
    tx: &mut WriteTx,
    council: &CouncilCode,
    person: PersonId,
    objected_by: PersonId,
    now: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO objections (council, person, objected_by, objected_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (council, person) DO NOTHING",
    )
    .bind(council.as_str())
    .bind(person.to_string())
    .bind(objected_by.to_string())
    .bind(now)
    .execute(tx.sql())
    .await?;
    end(tx, council, person).await
}

/// Whether someone has objected to this lead.
pub(crate) async fn is_objected_to(
    sql: &mut AnyConnection,
    council: &CouncilCode,
    person: PersonId,
) -> Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT objected_at FROM objections WHERE council = $1 AND person = $2")
            .bind(council.as_str())
            .bind(person.to_string())
            .fetch_optional(sql)
            .await?;
    Ok(found.is_some())
}
