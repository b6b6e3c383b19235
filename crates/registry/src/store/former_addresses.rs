//! Former email addresses. Nobody can sign in with one, but data stored under it can still be found, for example for an
//! erasure.

use guildhall_protocol::PersonId;
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::Result;

/// Records an address that the person has just given up.
pub(crate) async fn add(tx: &mut WriteTx, person: PersonId, email: &str, now: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO former_addresses (person, email, until) VALUES ($1, $2, $3)
         ON CONFLICT (person, email) DO UPDATE SET until = excluded.until",
    )
    .bind(person.to_string())
    .bind(email)
    .bind(now)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Removes an address that the person uses again.
pub(crate) async fn remove(tx: &mut WriteTx, person: PersonId, email: &str) -> Result<()> {
    sqlx::query("DELETE FROM former_addresses WHERE person = $1 AND email = $2")
        .bind(person.to_string())
        .bind(email)
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// The person's former addresses, except those that somebody uses today.
pub(crate) async fn of_person(sql: &mut AnyConnection, person: PersonId) -> Result<Vec<String>> {
    let emails = sqlx::query_scalar(
        "SELECT email FROM former_addresses WHERE person = $1 AND email NOT IN (SELECT email FROM people) ORDER BY email",
    );
    Ok(emails.bind(person.to_string()).fetch_all(sql).await?)
}
