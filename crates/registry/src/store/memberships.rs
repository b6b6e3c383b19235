//! Memberships: who may act for which council. The row of a removed membership stays, so that signing in again does not
//! bring it back.

use guildhall_protocol::{CouncilCode, PersonId, Role};
use sqlx::AnyConnection;

use super::people::read_id;
use super::write::WriteTx;
use crate::store::error::{Result, StoreError};

/// The state of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Active,
    /// The person has to confirm their address again.
    Lapsed,
    /// Somebody removed the person's access.
    Removed,
}

impl Standing {
    fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Lapsed => "lapsed",
            Self::Removed => "removed",
        }
    }
}

/// Who confirmed a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConfirmedBy {
    /// The operator of the registry.
    Operator,
    Coordinator,
    /// A confirmed lead of the same council.
    Lead,
    /// Two leads of other councils, without an objection.
    Vouching,
}

impl ConfirmedBy {
    const ALL: [Self; 4] = [Self::Operator, Self::Coordinator, Self::Lead, Self::Vouching];

    fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Coordinator => "coordinator",
            Self::Lead => "lead",
            Self::Vouching => "vouched",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) council: CouncilCode,
    pub(crate) person: PersonId,
    pub(crate) role: Role,
    /// Who confirmed the lead; `None` for an unconfirmed lead and for every other role.
    pub(crate) confirmed_by: Option<ConfirmedBy>,
    /// The email domain that verifies the person; empty if they were invited.
    pub(crate) domain: String,
    pub(crate) standing: Standing,
    pub(crate) verified_at: i64,
}

impl Membership {
    pub(crate) fn is_unconfirmed_lead(&self) -> bool {
        self.role == Role::Lead && self.confirmed_by.is_none()
    }

    /// Whether this is an active, confirmed lead.
    pub(crate) fn leads(&self) -> bool {
        self.standing == Standing::Active && self.role == Role::Lead && self.confirmed_by.is_some()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    council: String,
    person: String,
    role: String,
    confirmed_by: String,
    domain: String,
    state: String,
    verified_at: i64,
}

impl TryFrom<Row> for Membership {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let role = read_role(&row.role)?;
        Ok(Self {
            council: read_council(&row.council)?,
            person: read_id(&row.person)?,
            role,
            confirmed_by: ConfirmedBy::ALL.into_iter().find(|known| known.as_str() == row.confirmed_by),
            domain: row.domain,
            standing: match row.state.as_str() {
                "active" => Standing::Active,
                "lapsed" => Standing::Lapsed,
                _ => Standing::Removed,
            },
            verified_at: row.verified_at,
        })
    }
}

/// Parses a stored role.
pub(super) fn read_role(role: &str) -> Result<Role> {
    let found = Role::ALL.into_iter().find(|known| known.as_str() == role);
    found.ok_or_else(|| StoreError::Damaged("a role".to_owned()))
}

/// Parses a stored council code.
pub(super) fn read_council(code: &str) -> Result<CouncilCode> {
    code.parse().map_err(|error| StoreError::damaged("a council's code", error))
}

/// All memberships of a person, in any state.
pub(crate) async fn of_person(sql: &mut AnyConnection, person: PersonId) -> Result<Vec<Membership>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT council, person, role, confirmed_by, domain, state, verified_at FROM memberships
         WHERE person = $1 ORDER BY council",
    )
    .bind(person.to_string())
    .fetch_all(sql)
    .await?;
    rows.into_iter().map(Membership::try_from).collect()
}

/// The memberships at a council, except removed ones.
pub(crate) async fn of_council(sql: &mut AnyConnection, council: &CouncilCode) -> Result<Vec<Membership>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT council, person, role, confirmed_by, domain, state, verified_at FROM memberships
         WHERE council = $1 AND state <> 'removed' ORDER BY person",
    )
    .bind(council.as_str())
    .fetch_all(sql)
    .await?;
    rows.into_iter().map(Membership::try_from).collect()
}

/// A person's membership at a council, in any state.
pub(crate) async fn find(
    sql: &mut AnyConnection,
    council: &CouncilCode,
    person: PersonId,
) -> Result<Option<Membership>> {
    Ok(of_person(sql, person).await?.into_iter().find(|membership| membership.council == *council))
}

/// Stores or replaces a membership.
pub(crate) async fn put(tx: &mut WriteTx, membership: &Membership) -> Result<()> {
    sqlx::query(
        "INSERT INTO memberships (council, person, role, confirmed_by, domain, state, verified_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (council, person) DO UPDATE SET role = excluded.role, confirmed_by = excluded.confirmed_by,
             domain = excluded.domain, state = excluded.state, verified_at = excluded.verified_at",
    )
    .bind(membership.council.as_str())
    .bind(membership.person.to_string())
    .bind(membership.role.as_str())
    .bind(membership.confirmed_by.map_or("", ConfirmedBy::as_str))
    .bind(membership.domain.as_str())
    .bind(membership.standing.as_str())
    .bind(membership.verified_at)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// The active, confirmed leads of a council.
pub(crate) async fn leads(sql: &mut AnyConnection, council: &CouncilCode) -> Result<Vec<PersonId>> {
    let people: Vec<String> = sqlx::query_scalar(
        "SELECT person FROM memberships
         WHERE council = $1 AND role = 'lead' AND confirmed_by <> '' AND state = 'active' ORDER BY person",
    )
    .bind(council.as_str())
    .fetch_all(sql)
    .await?;
    people.iter().map(|person| read_id(person)).collect()
}

/// The active, unconfirmed leads of every council.
pub(crate) async fn unconfirmed_leads(sql: &mut AnyConnection) -> Result<Vec<(CouncilCode, PersonId)>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT council, person FROM memberships
         WHERE role = 'lead' AND confirmed_by = '' AND state = 'active' ORDER BY council, person",
    )
    .fetch_all(sql)
    .await?;
    rows.iter().map(|(council, person)| Ok((read_council(council)?, read_id(person)?))).collect()
}

/// Councils with memberships (in any state) but no active, confirmed lead.
pub(crate) async fn without_lead(sql: &mut AnyConnection) -> Result<Vec<CouncilCode>> {
    let codes: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT council FROM memberships
         WHERE council NOT IN (
             SELECT council FROM memberships WHERE role = 'lead' AND confirmed_by <> '' AND state = 'active')
         ORDER BY council",
    )
    .fetch_all(sql)
    .await?;
    codes.iter().map(|code| read_council(code)).collect()
}

/// Active memberships that were last verified before this time.
pub(crate) async fn verified_before(sql: &mut AnyConnection, time: i64) -> Result<Vec<Membership>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT council, person, role, confirmed_by, domain, state, verified_at FROM memberships
         WHERE state = 'active' AND verified_at < $1 ORDER BY council, person",
    )
    .bind(time)
    .fetch_all(sql)
    .await?;
    rows.into_iter().map(Membership::try_from).collect()
}

/// Records that a council has a lead, and whether a confirmed one. A confirmed lead is never forgotten.
pub(crate) async fn note_lead(tx: &mut WriteTx, council: &CouncilCode, confirmed: bool) -> Result<()> {
    sqlx::query(
        "INSERT INTO led_councils (council, confirmed) VALUES ($1, $2)
         ON CONFLICT (council) DO UPDATE SET confirmed =
             CASE WHEN led_councils.confirmed > excluded.confirmed THEN 1 ELSE excluded.confirmed END",
    )
    .bind(council.as_str())
    .bind(i64::from(confirmed))
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// The councils that have, or once had, a lead, confirmed or not.
pub(crate) async fn led_councils(sql: &mut AnyConnection) -> Result<Vec<CouncilCode>> {
    let codes: Vec<String> =
        sqlx::query_scalar("SELECT council FROM led_councils ORDER BY council").fetch_all(sql).await?;
    codes.iter().map(|code| read_council(code)).collect()
}

/// Whether the council has, or once had, a confirmed lead.
pub(crate) async fn has_had_confirmed_lead(sql: &mut AnyConnection, council: &CouncilCode) -> Result<bool> {
    let confirmed: Option<i64> = sqlx::query_scalar("SELECT confirmed FROM led_councils WHERE council = $1")
        .bind(council.as_str())
        .fetch_optional(sql)
        .await?;
    Ok(confirmed == Some(1))
}
