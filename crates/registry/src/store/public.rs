//! What the registry's web pages show: public records only. Every query here names the public cell, and none returns more
//! rows than it is asked for.

use guildhall_protocol::CouncilCode;
use guildhall_protocol::changes::Kind;
use sqlx::AnyConnection;

use super::project_links::LinkTo;
use super::readable::placeholders;
use super::records::{Record, StoredRow};
use crate::store::error::Result;

/// A part of a list, newest first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Only records that changed before this number.
    pub(crate) before: Option<u64>,
    pub(crate) limit: u32,
}

impl Part {
    fn before(self) -> i64 {
        self.before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX))
    }
}

/// A public record.
pub(crate) async fn find(sql: &mut AnyConnection, kind: Kind, id: &str) -> Result<Option<Record>> {
    let row: Option<StoredRow> = sqlx::query_as(
        "SELECT id, version, seq, cell, body, council, author FROM records
         WHERE kind = $1 AND id = $2 AND cell = 'public'",
    )
    .bind(kind.as_str())
    .bind(id)
    .fetch_optional(sql)
    .await?;
    row.map(Record::try_from).transpose()
}

/// The newest projects.
pub(crate) async fn projects(sql: &mut AnyConnection, part: Part) -> Result<Vec<Record>> {
    let rows: Vec<StoredRow> = sqlx::query_as(
        "SELECT id, version, seq, cell, body, council, author FROM records
         WHERE kind = 'project' AND cell = 'public' AND seq < $1 ORDER BY seq DESC LIMIT $2",
    )
    .bind(part.before())
    .bind(i64::from(part.limit))
    .fetch_all(sql)
    .await?;
    read(rows)
}

/// The newest projects of a council.
pub(crate) async fn projects_of(
    sql: &mut AnyConnection,
    council: &CouncilCode,
    part: Part,
) -> Result<Vec<Record>> {
    let rows: Vec<StoredRow> = sqlx::query_as(
        "SELECT id, version, seq, cell, body, council, author FROM records
         WHERE kind = 'project' AND cell = 'public' AND council = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
    )
    .bind(council.as_str())
    .bind(part.before())
    .bind(i64::from(part.limit))
    .fetch_all(sql)
    .await?;
    read(rows)
}

/// The newest projects with a service or a need.
pub(crate) async fn projects_with(
    sql: &mut AnyConnection,
    (kind, target): (LinkTo, &str),
    part: Part,
) -> Result<Vec<Record>> {
    let rows: Vec<StoredRow> = sqlx::query_as(
        "SELECT id, version, seq, cell, body, council, author FROM records
         JOIN project_links ON project_links.project = records.id
         WHERE project_links.kind = $1 AND project_links.target = $2
           AND records.kind = 'project' AND cell = 'public' AND seq < $3 ORDER BY seq DESC LIMIT $4",
    )
    .bind(kind.as_str())
    .bind(target)
    .bind(part.before())
    .bind(i64::from(part.limit))
    .fetch_all(sql)
    .await?;
    read(rows)
}

/// The newest updates of a project.
pub(crate) async fn updates_of(sql: &mut AnyConnection, project: &str, limit: u32) -> Result<Vec<Record>> {
    let rows: Vec<StoredRow> = sqlx::query_as(
        "SELECT id, version, seq, cell, body, council, author FROM records
         WHERE kind = 'update' AND cell = 'public' AND project = $1 ORDER BY seq DESC LIMIT $2",
    )
    .bind(project)
    .bind(i64::from(limit))
    .fetch_all(sql)
    .await?;
    read(rows)
}

/// The public records of a kind with these ids.
pub(crate) async fn named(sql: &mut AnyConnection, kind: Kind, ids: &[String]) -> Result<Vec<Record>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let statement = format!(
        "SELECT id, version, seq, cell, body, council, author FROM records
         WHERE kind = $1 AND cell = 'public' AND id IN ({})",
        placeholders(2, ids)
    );
    let mut query = sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(kind.as_str());
    for id in ids {
        query = query.bind(id.as_str());
    }
    read(query.fetch_all(sql).await?)
}

/// The councils that name this one as their successor.
pub(crate) async fn predecessors(sql: &mut AnyConnection, council: &CouncilCode) -> Result<Vec<Record>> {
    const MOST: i64 = 50;
    // Within a text the quotes would be escaped, and a code has neither of LIKE's signs: only the field is met.
    let rows: Vec<StoredRow> = sqlx::query_as(
        "SELECT id, version, seq, cell, body, council, author FROM records
         WHERE kind = 'council' AND cell = 'public' AND body LIKE $1 ORDER BY seq LIMIT $2",
    )
    .bind(format!("%\"council\":\"{council}\"%"))
    .bind(MOST)
    .fetch_all(sql)
    .await?;
    read(rows)
}

fn read(rows: Vec<StoredRow>) -> Result<Vec<Record>> {
    rows.into_iter().map(Record::try_from).collect()
}
