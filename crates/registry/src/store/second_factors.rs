//! Second factors: secrets, recovery codes, the date from which a role is suspended without one, and when a session
//! last passed one. Once `reset_at` has passed, a row counts as deleted, and the next maintenance run deletes it.

use guildhall_protocol::{PersonId, Role};
use sqlx::AnyConnection;

use super::people::read_id;
use super::write::WriteTx;
use crate::store::error::Result;

/// A person's second factor. A time of 0 means none.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct StoredFactor {
    /// The sealed secret; empty until one has been confirmed.
    pub(crate) secret: String,
    /// The sealed secret that still waits for its first code; empty for none.
    pub(crate) pending: String,
    pub(crate) pending_at: i64,
    pub(crate) confirmed_at: i64,
    /// The time step of the last accepted code.
    pub(crate) last_step: i64,
    /// Wrong codes since the last right one.
    pub(crate) wrong: i64,
    pub(crate) wait_until: i64,
    pub(crate) reset_at: i64,
}

impl StoredFactor {
    pub(crate) fn is_confirmed(&self) -> bool {
        !self.secret.is_empty()
    }
}

/// A person's second factor; `None` if they have none or it was reset.
pub(crate) async fn find(
    sql: &mut AnyConnection,
    person: PersonId,
    now: i64,
) -> Result<Option<StoredFactor>> {
    let stored = sqlx::query_as(
        "SELECT secret, pending, pending_at, confirmed_at, last_step, wrong, wait_until, reset_at FROM second_factors
         WHERE person = $1 AND (reset_at = 0 OR reset_at > $2)",
    );
    Ok(stored.bind(person.to_string()).bind(now).fetch_optional(sql).await?)
}

/// Stores a pending secret beside the current one.
pub(crate) async fn begin(tx: &mut WriteTx, person: PersonId, pending: &str, now: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO second_factors (person, secret, pending, pending_at, confirmed_at, last_step, wrong, wait_until,
             reset_at)
         VALUES ($1, '', $2, $3, 0, 0, 0, 0, 0)
         ON CONFLICT (person) DO UPDATE SET pending = excluded.pending, pending_at = excluded.pending_at",
    )
    .bind(person.to_string())
    .bind(pending)
    .bind(now)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Makes the pending secret the current one, after a code for this time step was accepted.
pub(crate) async fn confirm(tx: &mut WriteTx, person: PersonId, step: i64, now: i64) -> Result<()> {
    sqlx::query(
        "UPDATE second_factors SET secret = pending, pending = '', pending_at = 0, confirmed_at = $2, last_step = $3,
             wrong = 0, wait_until = 0, reset_at = 0
         WHERE person = $1",
    )
    .bind(person.to_string())
    .bind(now)
    .bind(step)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Records a right code. For a recovery code, `step` is the previous time step.
pub(crate) async fn record_right(tx: &mut WriteTx, person: PersonId, step: i64) -> Result<()> {
    sqlx::query("UPDATE second_factors SET last_step = $2, wrong = 0, wait_until = 0 WHERE person = $1")
        .bind(person.to_string())
        .bind(step)
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Records a wrong code and the time before which no other code is accepted.
pub(crate) async fn record_wrong(tx: &mut WriteTx, person: PersonId, wait_until: i64) -> Result<()> {
    sqlx::query("UPDATE second_factors SET wrong = wrong + 1, wait_until = $2 WHERE person = $1")
        .bind(person.to_string())
        .bind(wait_until)
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Schedules the reset of the second factor; 0 cancels it.
pub(crate) async fn set_reset(tx: &mut WriteTx, person: PersonId, reset_at: i64) -> Result<()> {
    sqlx::query("UPDATE second_factors SET reset_at = $2 WHERE person = $1")
        .bind(person.to_string())
        .bind(reset_at)
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Deletes the second factor and the recovery codes.
pub(crate) async fn remove(tx: &mut WriteTx, person: PersonId) -> Result<()> {
    for statement in
        ["DELETE FROM recovery_codes WHERE person = $1", "DELETE FROM second_factors WHERE person = $1"]
    {
        sqlx::query(statement).bind(person.to_string()).execute(tx.sql()).await?;
    }
    Ok(())
}

/// People whose reset is due and whose rows have not been deleted yet.
pub(crate) async fn reset_by(sql: &mut AnyConnection, now: i64) -> Result<Vec<PersonId>> {
    let people: Vec<String> = sqlx::query_scalar(
        "SELECT person FROM second_factors WHERE reset_at > 0 AND reset_at <= $1 ORDER BY person",
    )
    .bind(now)
    .fetch_all(sql)
    .await?;
    people.iter().map(|person| read_id(person)).collect()
}

/// Replaces the hashes of a person's recovery codes.
pub(crate) async fn put_recovery_codes(tx: &mut WriteTx, person: PersonId, hashes: &[String]) -> Result<()> {
    sqlx::query("DELETE FROM recovery_codes WHERE person = $1")
        .bind(person.to_string())
        .execute(tx.sql())
        .await?;
    for hash in hashes {
        sqlx::query("INSERT INTO recovery_codes (person, hash, used_at) VALUES ($1, $2, 0)")
            .bind(person.to_string())
            .bind(hash.as_str())
            .execute(tx.sql())
            .await?;
    }
    Ok(())
}

/// Uses a recovery code. Returns true if it exists and had not been used.
pub(crate) async fn use_recovery_code(
    tx: &mut WriteTx,
    person: PersonId,
    hash: &str,
    now: i64,
) -> Result<bool> {
    let used =
        sqlx::query("UPDATE recovery_codes SET used_at = $3 WHERE person = $1 AND hash = $2 AND used_at = 0");
    let used = used.bind(person.to_string()).bind(hash).bind(now).execute(tx.sql()).await?;
    Ok(used.rows_affected() > 0)
}

/// The number of unused recovery codes.
pub(crate) async fn recovery_codes_left(sql: &mut AnyConnection, person: PersonId) -> Result<u32> {
    let left: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM recovery_codes WHERE person = $1 AND used_at = 0")
            .bind(person.to_string())
            .fetch_one(sql)
            .await?;
    Ok(u32::try_from(left).unwrap_or_default())
}

/// What access rules need to know about a person's second factor and a session.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Facts {
    /// More than 0 if the person has a confirmed factor.
    pub(crate) confirmed: i64,
    /// When roles are suspended without a factor; 0 if no date is set.
    pub(crate) due_at: i64,
    /// When the session last passed the second factor; 0 for never.
    pub(crate) given_at: i64,
    /// The method used then; empty for never.
    pub(crate) given_by: String,
    /// The setting for who needs a second factor; empty if it was never set.
    pub(crate) asked_of: String,
}

/// Reads all of these in one query, as every request needs them.
pub(crate) async fn facts(
    sql: &mut AnyConnection,
    person: PersonId,
    session: &str,
    now: i64,
) -> Result<Facts> {
    let facts = sqlx::query_as(
        "SELECT
             (SELECT COUNT(*) FROM second_factors
              WHERE person = $1 AND secret <> '' AND (reset_at = 0 OR reset_at > $3)) AS confirmed,
             COALESCE((SELECT due_at FROM second_factor_due WHERE person = $1), 0) AS due_at,
             COALESCE((SELECT given_at FROM session_factors WHERE session = $2), 0) AS given_at,
             COALESCE((SELECT given_by FROM session_factors WHERE session = $2), '') AS given_by,
             COALESCE((SELECT value FROM settings WHERE name = 'second_factor'), '') AS asked_of",
    );
    Ok(facts.bind(person.to_string()).bind(session).bind(now).fetch_one(sql).await?)
}

/// Records that a session passed the second factor, and by which method.
pub(crate) async fn record_passed(tx: &mut WriteTx, session: &str, now: i64, by: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO session_factors (session, given_at, given_by) VALUES ($1, $2, $3)
         ON CONFLICT (session) DO UPDATE SET given_at = excluded.given_at, given_by = excluded.given_by",
    )
    .bind(session)
    .bind(now)
    .bind(by)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Sets the date from which a person's role is suspended, unless they already have one.
pub(crate) async fn set_due(tx: &mut WriteTx, person: PersonId, due_at: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO second_factor_due (person, due_at) VALUES ($1, $2) ON CONFLICT (person) DO NOTHING",
    )
    .bind(person.to_string())
    .bind(due_at)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Deletes a person's due date, when a second factor becomes required of them for another reason.
pub(crate) async fn forget_due(tx: &mut WriteTx, person: PersonId) -> Result<()> {
    sqlx::query("DELETE FROM second_factor_due WHERE person = $1")
        .bind(person.to_string())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Moves every later due date forward to this one.
pub(crate) async fn bring_forward(tx: &mut WriteTx, due_at: i64) -> Result<()> {
    sqlx::query("UPDATE second_factor_due SET due_at = $1 WHERE due_at > $1")
        .bind(due_at)
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Coordinators without a due date.
pub(crate) async fn coordinators_without_day(sql: &mut AnyConnection) -> Result<Vec<PersonId>> {
    let people: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM people WHERE coordinator = 1 AND id NOT IN (SELECT person FROM second_factor_due) ORDER BY id",
    )
    .fetch_all(sql)
    .await?;
    people.iter().map(|person| read_id(person)).collect()
}

/// Everyone with an active membership of at least this role.
pub(crate) async fn holders(sql: &mut AnyConnection, least: Role) -> Result<Vec<PersonId>> {
    let roles =
        Role::ALL.into_iter().filter(|role| *role >= least).map(|role| format!("'{}'", role.as_str()));
    let statement = format!(
        "SELECT DISTINCT person FROM memberships WHERE state = 'active' AND role IN ({}) ORDER BY person",
        roles.collect::<Vec<_>>().join(", ")
    );
    let people: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_all(sql).await?;
    people.iter().map(|person| read_id(person)).collect()
}

/// Sets a savepoint, so that a job can undo part of its work and still commit the rest.
pub(crate) async fn mark(tx: &mut WriteTx) -> Result<()> {
    sqlx::query("SAVEPOINT second_factor").execute(tx.sql()).await?;
    Ok(())
}

/// Rolls back to the savepoint of [`mark`].
pub(crate) async fn back_to_mark(tx: &mut WriteTx) -> Result<()> {
    sqlx::query("ROLLBACK TO SAVEPOINT second_factor").execute(tx.sql()).await?;
    Ok(())
}
