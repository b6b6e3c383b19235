//! The people who have signed in. An address is stored once, here and with the codes sent to it, and in no log.

use guildhall_protocol::PersonId;
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::failure::{Failure, Outcome};

/// Someone who signs in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) email: String,
    /// Counts the changes of what they may see.
    pub(crate) access: u64,
}

/// The person of that id.
pub(crate) async fn find(sql: &mut AnyConnection, id: PersonId) -> Outcome<Option<Person>> {
    let row: Option<(String, i64)> = sqlx::query_as("SELECT email, access FROM people WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(sql)
        .await?;
    Ok(row.map(|(email, access)| Person { id, email, access: access.cast_unsigned() }))
}

/// The id of the person with that address; the new one where nobody has it yet.
pub(crate) async fn find_or_add(
    tx: &mut WriteTx,
    email: &str,
    new_id: PersonId,
    now: i64,
) -> Outcome<PersonId> {
    sqlx::query(
        "INSERT INTO people (id, email, access, created_at) VALUES ($1, $2, 1, $3) ON CONFLICT (email) DO NOTHING",
    )
    .bind(new_id.to_string())
    .bind(email)
    .bind(now)
    .execute(tx.sql())
    .await?;
    let id: String =
        sqlx::query_scalar("SELECT id FROM people WHERE email = $1").bind(email).fetch_one(tx.sql()).await?;
    read_id(&id)
}

/// Everybody with an address at that domain may see something else from now on.
pub(crate) async fn change_access_at(tx: &mut WriteTx, domain: &str) -> Outcome<()> {
    sqlx::query("UPDATE people SET access = access + 1 WHERE email LIKE $1")
        .bind(format!("%@{domain}"))
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// A stored id, read.
pub(super) fn read_id(id: &str) -> Outcome<PersonId> {
    id.parse().map_err(|_| Failure::Damaged("a person's id".to_owned()))
}
