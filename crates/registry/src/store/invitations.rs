//! Invitations to a role at a council, by email address: the person may never have signed in. An invitation is open for
//! 14 days, and ends early if its author may no longer invite.

use guildhall_protocol::{CouncilCode, PersonId, Role};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::memberships::{read_council, read_role};
use super::people::read_id;
use super::write::WriteTx;
use crate::store::error::{Result, StoreError};

/// An unanswered invitation.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) id: Uuid,
    pub(crate) council: CouncilCode,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) invited_by: PersonId,
    pub(crate) invited_at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Accepted,
    Declined,
    Withdrawn,
}

/// How long an invitation is open, in milliseconds.
pub(crate) const OPEN_FOR: i64 = 14 * 24 * 60 * 60 * 1000;

const OPEN: &str =
    "SELECT id, council, email, role, invited_by, invited_at FROM invitations WHERE state = 'open'";

type Row = (String, String, String, String, String, i64);

fn read((id, council, email, role, invited_by, invited_at): Row) -> Result<Open> {
    Ok(Open {
        id: id.parse().map_err(|error| StoreError::damaged("an invitation's id", error))?,
        council: read_council(&council)?,
        email,
        role: read_role(&role)?,
        invited_by: read_id(&invited_by)?,
        invited_at,
    })
}

async fn open_where(
    sql: &mut AnyConnection,
    condition: &'static str,
    value: &str,
    now: i64,
) -> Result<Vec<Open>> {
    let statement =
        sqlx::AssertSqlSafe(format!("{OPEN} AND {condition} = $1 AND invited_at > $2 ORDER BY id"));
    let rows: Vec<Row> = sqlx::query_as(statement).bind(value).bind(now - OPEN_FOR).fetch_all(sql).await?;
    rows.into_iter().map(read).collect()
}

/// Open invitations to this address.
pub(crate) async fn to(sql: &mut AnyConnection, email: &str, now: i64) -> Result<Vec<Open>> {
    open_where(sql, "email", email, now).await
}

/// Open invitations from this council.
pub(crate) async fn of_council(
    sql: &mut AnyConnection,
    council: &CouncilCode,
    now: i64,
) -> Result<Vec<Open>> {
    open_where(sql, "council", council.as_str(), now).await
}

pub(crate) async fn find(sql: &mut AnyConnection, id: Uuid, now: i64) -> Result<Option<Open>> {
    Ok(open_where(sql, "id", &id.to_string(), now).await?.pop())
}

/// Stores an invitation, replacing an open one from the same council to the same address.
pub(crate) async fn add(tx: &mut WriteTx, invitation: &Open) -> Result<()> {
    sqlx::query(
        "UPDATE invitations SET state = 'withdrawn' WHERE council = $1 AND email = $2 AND state = 'open'",
    )
    .bind(invitation.council.as_str())
    .bind(invitation.email.as_str())
    .execute(tx.sql())
    .await?;
    sqlx::query(
        "INSERT INTO invitations (id, council, email, role, invited_by, invited_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, 'open')",
    )
    .bind(invitation.id.to_string())
    .bind(invitation.council.as_str())
    .bind(invitation.email.as_str())
    .bind(invitation.role.as_str())
    .bind(invitation.invited_by.to_string())
    .bind(invitation.invited_at)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Ends an invitation: answered or withdrawn.
pub(crate) async fn end(tx: &mut WriteTx, id: Uuid, end: End) -> Result<()> {
    let state = match end {
        End::Accepted => "accepted",
        End::Declined => "declined",
        End::Withdrawn => "withdrawn",
    };
    sqlx::query("UPDATE invitations SET state = $1 WHERE id = $2")
        .bind(state)
        .bind(id.to_string())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Withdraws the open invitations that a person made for a council, because they may no longer invite.
pub(crate) async fn end_all_by(tx: &mut WriteTx, person: PersonId, council: &CouncilCode) -> Result<()> {
    sqlx::query(
        "UPDATE invitations SET state = 'withdrawn' WHERE invited_by = $1 AND council = $2 AND state = 'open'",
    )
    .bind(person.to_string())
    .bind(council.as_str())
    .execute(tx.sql())
    .await?;
    Ok(())
}
