//! People's reports of what is wrong with a project.

use guildhall_protocol::{CouncilCode, ProjectId, ReportReason};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::memberships::read_council;
use super::write::WriteTx;
use crate::store::error::{Result, StoreError};

/// A report that nobody has closed yet.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) id: Uuid,
    pub(crate) project: ProjectId,
    pub(crate) council: CouncilCode,
    pub(crate) why: ReportReason,
    pub(crate) text: String,
    /// A person's id; empty if the reporter was not signed in.
    pub(crate) reporter: String,
    pub(crate) at: i64,
}

const OPEN: &str = "SELECT id, project, council, why, text, reporter, at FROM reports WHERE closed_at = 0";

type Row = (String, String, String, String, String, String, i64);

fn read((id, project, council, why, text, reporter, at): Row) -> Result<Open> {
    let reason = ReportReason::ALL.into_iter().find(|known| known.as_str() == why);
    Ok(Open {
        id: id.parse().map_err(|error| StoreError::damaged("a report's id", error))?,
        project: project.parse().map_err(|error| StoreError::damaged("a report's project", error))?,
        council: read_council(&council)?,
        why: reason.ok_or_else(|| StoreError::damaged("a report's reason", &why))?,
        text,
        reporter,
        at,
    })
}

/// Open reports about one council's projects, or about all projects, oldest first.
pub(crate) async fn open(sql: &mut AnyConnection, council: Option<&CouncilCode>) -> Result<Vec<Open>> {
    let statement = sqlx::AssertSqlSafe(format!("{OPEN} AND ($1 = '' OR council = $1) ORDER BY at, id"));
    let council = council.map(ToString::to_string).unwrap_or_default();
    let rows: Vec<Row> = sqlx::query_as(statement).bind(council).fetch_all(sql).await?;
    rows.into_iter().map(read).collect()
}

/// The open report with this id.
pub(crate) async fn find(sql: &mut AnyConnection, id: Uuid) -> Result<Option<Open>> {
    let statement = sqlx::AssertSqlSafe(format!("{OPEN} AND id = $1"));
    let row: Option<Row> = sqlx::query_as(statement).bind(id.to_string()).fetch_optional(sql).await?;
    row.map(read).transpose()
}

pub(crate) async fn add(tx: &mut WriteTx, report: &Open) -> Result<()> {
    sqlx::query(
        "INSERT INTO reports (id, project, council, why, text, reporter, at, closed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
    )
    .bind(report.id.to_string())
    .bind(report.project.to_string())
    .bind(report.council.as_str())
    .bind(report.why.as_str())
    .bind(report.text.as_str())
    .bind(report.reporter.as_str())
    .bind(report.at)
    .execute(tx.sql())
    .await?;
    Ok(())
}

pub(crate) async fn close(tx: &mut WriteTx, id: Uuid, now: i64) -> Result<()> {
    sqlx::query("UPDATE reports SET closed_at = $1 WHERE id = $2")
        .bind(now)
        .bind(id.to_string())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Councils with open reports that they have not been emailed about, if their last such email was sent by `since` or
/// earlier.
pub(crate) async fn councils_to_notify(sql: &mut AnyConnection, since: i64) -> Result<Vec<CouncilCode>> {
    let councils: Vec<String> = sqlx::query_scalar(
        "SELECT council FROM reports GROUP BY council
         HAVING MAX(mailed_at) <= $1 AND COUNT(CASE WHEN mailed_at = 0 AND closed_at = 0 THEN 1 END) > 0
         ORDER BY council",
    )
    .bind(since)
    .fetch_all(sql)
    .await?;
    councils.iter().map(|council| read_council(council)).collect()
}

/// Returns a council's open reports that it has not been emailed about, and marks them as emailed.
pub(crate) async fn mark_notified(tx: &mut WriteTx, council: &CouncilCode, now: i64) -> Result<Vec<Open>> {
    let statement = sqlx::AssertSqlSafe(format!("{OPEN} AND council = $1 AND mailed_at = 0 ORDER BY at, id"));
    let rows: Vec<Row> = sqlx::query_as(statement).bind(council.as_str()).fetch_all(tx.sql()).await?;
    sqlx::query("UPDATE reports SET mailed_at = $1 WHERE council = $2 AND mailed_at = 0")
        .bind(now)
        .bind(council.as_str())
        .execute(tx.sql())
        .await?;
    rows.into_iter().map(read).collect()
}

/// Deletes every report about a project.
pub(crate) async fn forget(tx: &mut WriteTx, project: ProjectId) -> Result<()> {
    sqlx::query("DELETE FROM reports WHERE project = $1").bind(project.to_string()).execute(tx.sql()).await?;
    Ok(())
}

/// Moves a project's reports to the council that has taken the project over.
pub(crate) async fn move_to(tx: &mut WriteTx, project: &str, council: &CouncilCode) -> Result<()> {
    sqlx::query("UPDATE reports SET council = $1 WHERE project = $2")
        .bind(council.as_str())
        .bind(project)
        .execute(tx.sql())
        .await?;
    Ok(())
}
