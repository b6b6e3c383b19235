//! The email domains of councils, by which people are verified. Coordinators maintain the list, because `.gov.uk` alone
//! proves nothing.

use guildhall_protocol::CouncilCode;
use sqlx::AnyConnection;

use super::memberships::read_council;
use super::write::WriteTx;
use crate::store::error::Result;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Domain {
    pub(crate) domain: String,
    pub(crate) council: CouncilCode,
    /// Whether it also covers its subdomains.
    pub(crate) below: bool,
    pub(crate) evidence: String,
    /// A person's id, or `operator`.
    pub(crate) added_by: String,
    pub(crate) added_at: i64,
    /// When it starts to count, in milliseconds; 0 for immediately.
    pub(crate) from_at: i64,
    /// When it stops counting, in milliseconds; 0 for never.
    pub(crate) until_at: i64,
    /// The predecessor that this council has the domain from; empty if the domain is its own.
    pub(crate) came_from: String,
}

const DOMAIN: &str =
    "SELECT domain, council, below, evidence, added_by, added_at, from_at, until_at, came_from
     FROM domains";

#[derive(sqlx::FromRow)]
struct Row {
    domain: String,
    council: String,
    below: i64,
    evidence: String,
    added_by: String,
    added_at: i64,
    from_at: i64,
    until_at: i64,
    came_from: String,
}

fn read(row: Row) -> Result<Domain> {
    Ok(Domain {
        domain: row.domain,
        council: read_council(&row.council)?,
        below: row.below != 0,
        evidence: row.evidence,
        added_by: row.added_by,
        added_at: row.added_at,
        from_at: row.from_at,
        until_at: row.until_at,
        came_from: row.came_from,
    })
}

/// The listed domain that covers `domain`, and its councils: the domain itself, or the longest listed parent domain
/// that covers its subdomains.
pub(crate) async fn known_by(
    sql: &mut AnyConnection,
    domain: &str,
    now: i64,
) -> Result<Option<(String, Vec<CouncilCode>)>> {
    let mut rest = Some(domain);
    while let Some(suffix) = rest {
        let codes: Vec<String> = sqlx::query_scalar(
            "SELECT council FROM domains WHERE domain = $1 AND (below = 1 OR $3 = 1) AND from_at <= $2
                 AND (until_at = 0 OR until_at > $2) ORDER BY council",
        )
        .bind(suffix)
        .bind(now)
        .bind(i64::from(suffix == domain))
        .fetch_all(&mut *sql)
        .await?;
        if !codes.is_empty() {
            let councils = codes.iter().map(|code| read_council(code)).collect::<Result<_>>()?;
            return Ok(Some((suffix.to_owned(), councils)));
        }
        rest = suffix.split_once('.').map(|(_, parent)| parent);
    }
    Ok(None)
}

pub(crate) async fn find(
    sql: &mut AnyConnection,
    domain: &str,
    council: &CouncilCode,
) -> Result<Option<Domain>> {
    Ok(of_council(sql, council).await?.into_iter().find(|known| known.domain == domain))
}

pub(crate) async fn of_council(sql: &mut AnyConnection, council: &CouncilCode) -> Result<Vec<Domain>> {
    let statement = sqlx::AssertSqlSafe(format!("{DOMAIN} WHERE council = $1 ORDER BY domain"));
    let rows: Vec<Row> = sqlx::query_as(statement).bind(council.as_str()).fetch_all(sql).await?;
    rows.into_iter().map(read).collect()
}

pub(crate) async fn all(sql: &mut AnyConnection) -> Result<Vec<Domain>> {
    let statement = sqlx::AssertSqlSafe(format!("{DOMAIN} ORDER BY domain, council"));
    let rows: Vec<Row> = sqlx::query_as(statement).fetch_all(sql).await?;
    rows.into_iter().map(read).collect()
}

/// Stores or replaces a domain.
pub(crate) async fn put(tx: &mut WriteTx, domain: &Domain) -> Result<()> {
    sqlx::query(
        "INSERT INTO domains (domain, council, below, evidence, added_by, added_at, from_at, until_at, came_from)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (domain, council) DO UPDATE SET below = excluded.below, evidence = excluded.evidence,
             added_by = excluded.added_by, added_at = excluded.added_at, from_at = excluded.from_at,
             until_at = excluded.until_at, came_from = excluded.came_from",
    )
    .bind(domain.domain.as_str())
    .bind(domain.council.as_str())
    .bind(i64::from(domain.below))
    .bind(domain.evidence.as_str())
    .bind(domain.added_by.as_str())
    .bind(domain.added_at)
    .bind(domain.from_at)
    .bind(domain.until_at)
    .bind(domain.came_from.as_str())
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Removes a council's domain. Returns false if there was none.
pub(crate) async fn remove(tx: &mut WriteTx, domain: &str, council: &CouncilCode) -> Result<bool> {
    let removed = sqlx::query("DELETE FROM domains WHERE domain = $1 AND council = $2")
        .bind(domain)
        .bind(council.as_str())
        .execute(tx.sql())
        .await?;
    Ok(removed.rows_affected() > 0)
}

/// Undoes a succession: the successors lose the domains that they have from this council, and its own no longer expire.
pub(crate) async fn undo_succession(tx: &mut WriteTx, council: &CouncilCode) -> Result<()> {
    for statement in
        ["DELETE FROM domains WHERE came_from = $1", "UPDATE domains SET until_at = 0 WHERE council = $1"]
    {
        sqlx::query(statement).bind(council.as_str()).execute(tx.sql()).await?;
    }
    Ok(())
}

/// Applies the dates: starts domains that are due, deletes those that have ended, and returns the names of both.
pub(crate) async fn apply_due(tx: &mut WriteTx, now: i64) -> Result<Vec<String>> {
    let domains = sqlx::query_scalar(
        "SELECT DISTINCT domain FROM domains
         WHERE (from_at > 0 AND from_at <= $1) OR (until_at > 0 AND until_at <= $1) ORDER BY domain",
    );
    let domains = domains.bind(now).fetch_all(tx.sql()).await?;
    for statement in [
        "UPDATE domains SET from_at = 0 WHERE from_at > 0 AND from_at <= $1",
        "DELETE FROM domains WHERE until_at > 0 AND until_at <= $1",
    ] {
        sqlx::query(statement).bind(now).execute(tx.sql()).await?;
    }
    Ok(domains)
}
