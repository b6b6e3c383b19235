//! People's accounts. Addresses are never logged.

use guildhall_protocol::PersonId;
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::{Result, StoreError};

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) email: String,
    /// Counts the changes to what this person may see.
    pub(crate) access: u64,
    /// Whether they are a coordinator, who helps all councils.
    pub(crate) coordinator: bool,
    /// When they last proved that the address is theirs.
    pub(crate) verified_at: i64,
    /// When they were last seen, to within a quarter of an hour; 0 for never.
    pub(crate) seen_at: i64,
}

impl Person {
    /// The part of the address after the `@`.
    pub(crate) fn domain(&self) -> &str {
        self.email.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

const PERSON: &str = "SELECT id, email, access, coordinator, verified_at, seen_at FROM people";

type Row = (String, String, i64, i64, i64, i64);

fn read((id, email, access, coordinator, verified_at, seen_at): Row) -> Result<Person> {
    let access = access.cast_unsigned();
    Ok(Person { id: read_id(&id)?, email, access, coordinator: coordinator != 0, verified_at, seen_at })
}

pub(crate) async fn find(sql: &mut AnyConnection, id: PersonId) -> Result<Option<Person>> {
    let statement = sqlx::AssertSqlSafe(format!("{PERSON} WHERE id = $1"));
    let row: Option<Row> = sqlx::query_as(statement).bind(id.to_string()).fetch_optional(sql).await?;
    row.map(read).transpose()
}

/// The person who uses this address today.
pub(crate) async fn with_address(sql: &mut AnyConnection, email: &str) -> Result<Option<Person>> {
    let statement = sqlx::AssertSqlSafe(format!("{PERSON} WHERE email = $1"));
    let row: Option<Row> = sqlx::query_as(statement).bind(email).fetch_optional(sql).await?;
    row.map(read).transpose()
}

/// Everyone with an address at this domain or a subdomain.
pub(crate) async fn at_domain(sql: &mut AnyConnection, domain: &str) -> Result<Vec<Person>> {
    let statement = sqlx::AssertSqlSafe(format!("{PERSON} WHERE email LIKE $1 OR email LIKE $2 ORDER BY id"));
    let rows: Vec<Row> = sqlx::query_as(statement)
        .bind(format!("%@{domain}"))
        .bind(format!("%.{domain}"))
        .fetch_all(sql)
        .await?;
    rows.into_iter().map(read).collect()
}

/// A person's address; empty if the person no longer exists, and for `operator`.
pub(crate) async fn address_of(sql: &mut AnyConnection, id: &str) -> Result<String> {
    let email: Option<String> =
        sqlx::query_scalar("SELECT email FROM people WHERE id = $1").bind(id).fetch_optional(sql).await?;
    Ok(email.unwrap_or_default())
}

/// The person with this address, created with `new_id` if there is none.
pub(crate) async fn find_or_add(tx: &mut WriteTx, email: &str, new_id: PersonId, now: i64) -> Result<Person> {
    sqlx::query(
        "INSERT INTO people (id, email, access, created_at) VALUES ($1, $2, 1, $3) ON CONFLICT (email) DO NOTHING",
    )
    .bind(new_id.to_string())
    .bind(email)
    .bind(now)
    .execute(tx.sql())
    .await?;
    with_address(tx.sql(), email).await?.ok_or_else(|| StoreError::Damaged("a person".to_owned()))
}

/// Records that a person has proved that the address is theirs.
pub(crate) async fn verified(tx: &mut WriteTx, person: PersonId, now: i64) -> Result<()> {
    sqlx::query("UPDATE people SET verified_at = $1, seen_at = $1 WHERE id = $2")
        .bind(now)
        .bind(person.to_string())
        .execute(tx.sql())
        .await?;
    Ok(())
}

pub(crate) async fn set_address(tx: &mut WriteTx, person: PersonId, email: &str) -> Result<()> {
    sqlx::query("UPDATE people SET email = $1 WHERE id = $2")
        .bind(email)
        .bind(person.to_string())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Counts up a person's `access`, because what they may see has changed: their laptops read everything again.
pub(crate) async fn change_access(tx: &mut WriteTx, person: PersonId) -> Result<()> {
    tx.wake_readers();
    sqlx::query("UPDATE people SET access = access + 1 WHERE id = $1")
        .bind(person.to_string())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// As [`change_access`], for every coordinator.
pub(crate) async fn change_access_of_coordinators(tx: &mut WriteTx) -> Result<()> {
    let changed =
        sqlx::query("UPDATE people SET access = access + 1 WHERE coordinator = 1").execute(tx.sql()).await?;
    if changed.rows_affected() > 0 {
        tx.wake_readers();
    }
    Ok(())
}

pub(crate) async fn coordinators(sql: &mut AnyConnection) -> Result<Vec<Person>> {
    let statement = sqlx::AssertSqlSafe(format!("{PERSON} WHERE coordinator = 1 ORDER BY email"));
    let rows: Vec<Row> = sqlx::query_as(statement).fetch_all(sql).await?;
    rows.into_iter().map(read).collect()
}

/// Makes a person a coordinator, or ends it.
pub(crate) async fn set_coordinator(tx: &mut WriteTx, person: PersonId, coordinator: bool) -> Result<()> {
    tx.wake_readers();
    sqlx::query("UPDATE people SET coordinator = $1, access = access + 1 WHERE id = $2")
        .bind(i64::from(coordinator))
        .bind(person.to_string())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// People created since this time who have signed in.
pub(crate) async fn new_since(sql: &mut AnyConnection, time: i64) -> Result<u32> {
    let count: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM people WHERE created_at >= $1 AND verified_at > 0")
            .bind(time)
            .fetch_one(sql)
            .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Parses a stored id.
pub(super) fn read_id(id: &str) -> Result<PersonId> {
    id.parse().map_err(|error| StoreError::damaged("a person's id", error))
}
