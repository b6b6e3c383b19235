//! The addresses that people had before. Nobody is known by one; what is theirs is found under it.

use guildhall_protocol::PersonId;
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::Result;

/// That person had that address until now.
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

/// That person has it again.
pub(crate) async fn remove(tx: &mut WriteTx, person: PersonId, email: &str) -> Result<()> {
    sqlx::query("DELETE FROM former_addresses WHERE person = $1 AND email = $2")
        .bind(person.to_string())
        .bind(email)
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// The addresses that person had, but for those that are somebody's today: what is found under them may be theirs.
pub(crate) async fn of_person(sql: &mut AnyConnection, person: PersonId) -> Result<Vec<String>> {
    let emails = sqlx::query_scalar(
        "SELECT email FROM former_addresses WHERE person = $1 AND email NOT IN (SELECT email FROM people) ORDER BY email",
    );
    Ok(emails.bind(person.to_string()).fetch_all(sql).await?)
}
