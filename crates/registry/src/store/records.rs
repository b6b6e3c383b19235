//! Every record in its latest version, with its audience cell and the sequence number of its last change.

use std::collections::HashMap;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::digest::Digest;
use guildhall_protocol::fields::Fields;
use guildhall_protocol::{CouncilCode, PersonId};
use serde_json::Value;
use sqlx::AnyConnection;

use super::readable::{Cells, placeholders};
use super::write::WriteTx;
use super::{history, project_links, tombstones};
use crate::store::error::{Result, StoreError};
use serde::Serialize;

/// A stored record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) version: u32,
    pub(crate) seq: u64,
    pub(crate) cell: String,
    pub(crate) body: Fields,
    /// The council that the record belongs to; empty for none.
    pub(crate) council: String,
    /// The author of this version: a person's id, or empty for the registry's own commands.
    pub(crate) author: String,
}

/// A record's row for the changes feed. The body stays unparsed, as it is passed on unchanged.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) version: i64,
    pub(crate) seq: i64,
    pub(crate) body: String,
}

/// The new state of a record.
#[derive(Clone, Debug)]
pub(crate) struct RecordWrite {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) cell: String,
    /// The project that the record belongs to and moves with; empty for none.
    pub(crate) project: String,
    pub(crate) body: Fields,
    /// The author: a person's id, or empty for the registry's own commands.
    pub(crate) author: String,
}

impl RecordWrite {
    /// A public record that belongs to no project.
    pub(crate) fn public(kind: Kind, id: String, body: Fields) -> Self {
        Self { kind, id, cell: "public".to_owned(), project: String::new(), body, author: String::new() }
    }

    /// The council that the record belongs to; empty for none.
    pub(crate) fn council(&self) -> &str {
        match self.kind {
            Kind::Project | Kind::Review => {
                self.body.get("council").and_then(Value::as_str).unwrap_or_default()
            }
            Kind::Council | Kind::Service | Kind::Update | Kind::Submission => "",
        }
    }
}

/// A record's row, with its body as text.
#[derive(sqlx::FromRow)]
pub(super) struct StoredRow {
    id: String,
    version: i64,
    seq: i64,
    cell: String,
    body: String,
    council: String,
    author: String,
}

impl TryFrom<StoredRow> for Record {
    type Error = StoreError;

    fn try_from(row: StoredRow) -> Result<Self> {
        let StoredRow { id, version, seq, cell, body, council, author } = row;
        let (version, seq, body) = (version_of(version), seq.cast_unsigned(), serde_json::from_str(&body)?);
        Ok(Self { id, version, seq, cell, body, council, author })
    }
}

pub(crate) async fn find(sql: &mut AnyConnection, kind: Kind, id: &str) -> Result<Option<Record>> {
    let row: Option<StoredRow> = sqlx::query_as(
        "SELECT id, version, seq, cell, body, council, author FROM records WHERE kind = $1 AND id = $2",
    )
    .bind(kind.as_str())
    .bind(id)
    .fetch_optional(sql)
    .await?;
    row.map(Record::try_from).transpose()
}

/// Stores the record as its next version. If a project moves to another cell, its records move with it. Returns the new
/// version and its sequence number.
pub(crate) async fn put(tx: &mut WriteTx, state: &RecordWrite, now: i64) -> Result<(u32, u64)> {
    let (kind, id) = (state.kind.as_str(), state.id.as_str());
    let before: Option<(i64, String)> =
        sqlx::query_as("SELECT version, cell FROM records WHERE kind = $1 AND id = $2")
            .bind(kind)
            .bind(id)
            .fetch_optional(tx.sql())
            .await?;
    let seq = tx.next_seq();
    let mut version = 1;
    if let Some((old_version, old_cell)) = &before {
        let old_version = version_of(*old_version);
        version = old_version + 1;
        history::keep(tx.sql(), kind, id, now).await?;
        tx.cells().leave(old_cell, Digest::of(kind, id, old_version));
        if *old_cell != state.cell {
            tombstones::write(tx.sql(), kind, id, old_cell, seq, now).await?;
        }
    }
    tx.cells().enter(&state.cell, Digest::of(kind, id, version));
    sqlx::query(
        "INSERT INTO records (kind, id, version, seq, cell, project, body, author, council)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, seq = excluded.seq,
             cell = excluded.cell, project = excluded.project, body = excluded.body, author = excluded.author,
             council = excluded.council",
    )
    .bind(kind)
    .bind(id)
    .bind(i64::from(version))
    .bind(seq.cast_signed())
    .bind(state.cell.as_str())
    .bind(state.project.as_str())
    .bind(serde_json::to_string(&state.body)?)
    .bind(state.author.as_str())
    .bind(state.council())
    .execute(tx.sql())
    .await?;
    if state.kind == Kind::Project {
        project_links::set(tx.sql(), id, &state.body).await?;
        if before.is_some_and(|(_, cell)| cell != state.cell) {
            move_with_project(tx, id, &state.cell, now).await?;
        }
    }
    Ok((version, seq))
}

/// A project's records have the same readers as the project. Each takes a sequence number of its own, so that new
/// readers receive it and former readers receive a tombstone.
async fn move_with_project(tx: &mut WriteTx, project: &str, cell: &str, now: i64) -> Result<()> {
    let moving: Vec<(String, String, i64, String)> = sqlx::query_as(
        "SELECT kind, id, version, cell FROM records WHERE project = $1 AND cell <> $2 ORDER BY seq",
    )
    .bind(project)
    .bind(cell)
    .fetch_all(tx.sql())
    .await?;
    for (kind, id, version, old_cell) in moving {
        move_to(tx, (&kind, &id, version_of(version)), &old_cell, cell, now).await?;
    }
    Ok(())
}

async fn move_to(
    tx: &mut WriteTx,
    (kind, id, version): (&str, &str, u32),
    old_cell: &str,
    cell: &str,
    now: i64,
) -> Result<()> {
    let (seq, digest) = (tx.next_seq(), Digest::of(kind, id, version));
    tx.cells().leave(old_cell, digest);
    tx.cells().enter(cell, digest);
    tombstones::write(tx.sql(), kind, id, old_cell, seq, now).await?;
    sqlx::query("UPDATE records SET seq = $1, cell = $2 WHERE kind = $3 AND id = $4")
        .bind(seq.cast_signed())
        .bind(cell)
        .bind(kind)
        .bind(id)
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Moves a record to another cell without changing its content or version.
pub(crate) async fn show_to(
    tx: &mut WriteTx,
    kind: Kind,
    record: &Record,
    cell: &str,
    now: i64,
) -> Result<()> {
    move_to(tx, (kind.as_str(), &record.id, record.version), &record.cell, cell, now).await
}

/// Replaces a record's body as its next version, without an author.
pub(crate) async fn rewrite(
    tx: &mut WriteTx,
    kind: Kind,
    record: &Record,
    body: &Fields,
    now: i64,
) -> Result<()> {
    let is_project = kind == Kind::Project;
    let (kind, id, version) = (kind.as_str(), record.id.as_str(), record.version + 1);
    let seq = tx.next_seq();
    history::keep(tx.sql(), kind, id, now).await?;
    tx.cells().leave(&record.cell, Digest::of(kind, id, record.version));
    tx.cells().enter(&record.cell, Digest::of(kind, id, version));
    sqlx::query(
        "UPDATE records SET version = $1, seq = $2, body = $3, author = '' WHERE kind = $4 AND id = $5",
    )
    .bind(i64::from(version))
    .bind(seq.cast_signed())
    .bind(serde_json::to_string(body)?)
    .bind(kind)
    .bind(id)
    .execute(tx.sql())
    .await?;
    if is_project {
        project_links::set(tx.sql(), id, body).await?;
    }
    Ok(())
}

/// Deletes a record and its history. Readers of its cell receive a tombstone.
pub(crate) async fn remove(tx: &mut WriteTx, kind: Kind, record: &Record, now: i64) -> Result<()> {
    let seq = tx.next_seq();
    tx.cells().leave(&record.cell, Digest::of(kind.as_str(), &record.id, record.version));
    tombstones::write(tx.sql(), kind.as_str(), &record.id, &record.cell, seq, now).await?;
    for statement in
        ["DELETE FROM records WHERE kind = $1 AND id = $2", "DELETE FROM history WHERE kind = $1 AND id = $2"]
    {
        sqlx::query(statement).bind(kind.as_str()).bind(record.id.as_str()).execute(tx.sql()).await?;
    }
    if kind == Kind::Project {
        project_links::forget(tx.sql(), &record.id).await?;
    }
    Ok(())
}

/// Every record of a kind in any cell, ordered by id.
pub(crate) async fn of_kind(sql: &mut AnyConnection, kind: Kind) -> Result<Vec<Record>> {
    let rows: Vec<StoredRow> = sqlx::query_as(
        "SELECT id, version, seq, cell, body, council, author FROM records WHERE kind = $1 ORDER BY id",
    )
    .bind(kind.as_str())
    .fetch_all(sql)
    .await?;
    rows.into_iter().map(Record::try_from).collect()
}

/// The ids of the records of a kind whose latest version this person wrote.
pub(crate) async fn written_by(sql: &mut AnyConnection, kind: Kind, person: PersonId) -> Result<Vec<String>> {
    let ids = sqlx::query_scalar("SELECT id FROM records WHERE kind = $1 AND author = $2 ORDER BY id");
    Ok(ids.bind(kind.as_str()).bind(person.to_string()).fetch_all(sql).await?)
}

/// Every project of a council in any cell, ordered by id.
pub(crate) async fn projects_of(sql: &mut AnyConnection, council: &CouncilCode) -> Result<Vec<Record>> {
    let rows: Vec<StoredRow> = sqlx::query_as(
        "SELECT id, version, seq, cell, body, council, author FROM records
         WHERE kind = 'project' AND council = $1 ORDER BY id",
    )
    .bind(council.as_str())
    .fetch_all(sql)
    .await?;
    rows.into_iter().map(Record::try_from).collect()
}

/// The ids of the updates of a project.
pub(crate) async fn updates_of(sql: &mut AnyConnection, project: &str) -> Result<Vec<String>> {
    let ids =
        sqlx::query_scalar("SELECT id FROM records WHERE kind = 'update' AND project = $1 ORDER BY seq");
    Ok(ids.bind(project).fetch_all(sql).await?)
}

/// The ids of the records in a cell.
pub(crate) async fn in_cell(sql: &mut AnyConnection, cell: &str) -> Result<Vec<String>> {
    let ids = sqlx::query_scalar("SELECT id FROM records WHERE cell = $1 ORDER BY seq");
    Ok(ids.bind(cell).fetch_all(sql).await?)
}

/// The cells with this prefix in which a council has a record.
pub(crate) async fn cells_of_council(
    sql: &mut AnyConnection,
    council: &str,
    prefix: &'static str,
) -> Result<Vec<String>> {
    let cells = sqlx::query_scalar(
        "SELECT DISTINCT cell FROM records WHERE council = $1 AND cell LIKE $2 ORDER BY cell",
    );
    Ok(cells.bind(council).bind(format!("{prefix}%")).fetch_all(sql).await?)
}

/// The readable records after a sequence number, in order, at most `limit`.
pub(crate) async fn page(
    sql: &mut AnyConnection,
    cells: &Cells,
    after: u64,
    limit: u32,
) -> Result<Vec<Row>, sqlx::Error> {
    let statement = format!(
        "SELECT kind, id, version, seq, body FROM records WHERE seq > $1 AND cell IN ({}) ORDER BY seq LIMIT $2",
        placeholders(3, cells)
    );
    let mut query =
        sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(after.cast_signed()).bind(i64::from(limit));
    for cell in cells {
        query = query.bind(cell.as_str());
    }
    query.fetch_all(sql).await
}

/// The number of readable records after a sequence number.
pub(crate) async fn count_after(
    sql: &mut AnyConnection,
    cells: &Cells,
    after: u64,
) -> Result<u64, sqlx::Error> {
    let statement =
        format!("SELECT COUNT(*) FROM records WHERE seq > $1 AND cell IN ({})", placeholders(2, cells));
    let mut query = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(statement)).bind(after.cast_signed());
    for cell in cells {
        query = query.bind(cell.as_str());
    }
    query.fetch_one(sql).await.map(i64::cast_unsigned)
}

/// The public records of a kind, ordered by id.
pub(crate) async fn all(sql: &mut AnyConnection, kind: Kind) -> Result<Vec<Fields>> {
    let bodies: Vec<String> =
        sqlx::query_scalar("SELECT body FROM records WHERE kind = $1 AND cell = 'public' ORDER BY id")
            .bind(kind.as_str())
            .fetch_all(sql)
            .await?;
    bodies.iter().map(|body| Ok(serde_json::from_str(body)?)).collect()
}

/// Every record of a kind in any cell, keyed by id.
pub(crate) async fn by_id(sql: &mut AnyConnection, kind: Kind) -> Result<HashMap<String, Record>> {
    let records = of_kind(sql, kind).await?;
    Ok(records.into_iter().map(|record| (record.id.clone(), record)).collect())
}

fn version_of(stored: i64) -> u32 {
    u32::try_from(stored).unwrap_or(u32::MAX)
}

/// A project's title.
pub(crate) fn title_of(record: &Record) -> String {
    record.body.get("title").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Converts a typed record to its fields.
pub(crate) fn to_fields(record: &impl Serialize) -> Result<Fields> {
    match serde_json::to_value(record)? {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Fields::new()),
    }
}
