//! Which email domains belong to which councils: the list by which a person is verified. Kept by coordinators, as
//! `.gov.uk` alone proves nothing.

use guildhall_protocol::CouncilCode;
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::failure::{Failure, Outcome};

/// The councils that a domain belongs to.
pub(crate) async fn councils_of(sql: &mut AnyConnection, domain: &str) -> Outcome<Vec<CouncilCode>> {
    let codes: Vec<String> =
        sqlx::query_scalar("SELECT council FROM domains WHERE domain = $1 ORDER BY council")
            .bind(domain)
            .fetch_all(sql)
            .await?;
    codes
        .iter()
        .map(|code| code.parse().map_err(|_| Failure::Damaged("a domain's council".to_owned())))
        .collect()
}

/// Adds one; false where it was there already.
pub(crate) async fn add(tx: &mut WriteTx, domain: &str, council: &CouncilCode) -> Outcome<bool> {
    let added = sqlx::query(
        "INSERT INTO domains (domain, council) VALUES ($1, $2) ON CONFLICT (domain, council) DO NOTHING",
    )
    .bind(domain)
    .bind(council.as_str())
    .execute(tx.sql())
    .await?;
    Ok(added.rows_affected() > 0)
}

/// Removes the domain from the council's. False where it was not there.
pub(crate) async fn remove(tx: &mut WriteTx, domain: &str, council: &CouncilCode) -> Outcome<bool> {
    let removed = sqlx::query("DELETE FROM domains WHERE domain = $1 AND council = $2")
        .bind(domain)
        .bind(council.as_str())
        .execute(tx.sql())
        .await?;
    Ok(removed.rows_affected() > 0)
}
