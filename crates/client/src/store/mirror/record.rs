//! Puts records into the tables of their kinds and removes them, keeping the digest in step.

use guildhall_protocol::changes::{ChangeLine, Kind};
use guildhall_protocol::digest::Digest;
use rusqlite::{OptionalExtension, Transaction};
use serde_json::{Map, Value};

use super::{councils, lost_access, projects, reviews, services, updates};
use crate::error::Result;

/// The columns that all tables of records share.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) id: &'a str,
    pub(crate) version: u32,
    pub(crate) seq: u64,
    pub(crate) generation: i64,
    pub(crate) body: &'a Map<String, Value>,
}

pub(crate) fn table(kind: Kind) -> &'static str {
    match kind {
        Kind::Council => "councils",
        Kind::Service => "services",
        Kind::Project => "projects",
        Kind::Update => "updates",
        Kind::Review => "reviews",
        Kind::Submission => "submissions",
    }
}

const KINDS: [Kind; 6] =
    [Kind::Council, Kind::Service, Kind::Project, Kind::Update, Kind::Review, Kind::Submission];

/// Applies one line of an answer: a record's current state, or its tombstone. Returns the new digest. A line older than
/// the row from the same reading has no effect. A row from an earlier reading may belong to another history, where
/// `seq` is not comparable, and is always replaced.
pub(crate) fn apply_record(
    tx: &Transaction<'_>,
    line: &ChangeLine,
    generation: i64,
    digest: Digest,
) -> Result<Digest> {
    let kind = line.kind.parse::<Kind>().ok();
    let present = present(tx, &line.kind, &line.id)?;
    let mut digest = digest;
    if let Some(present) = present {
        if present.generation == generation && line.seq < present.seq {
            return Ok(digest);
        }
        digest = digest.without(Digest::of(&line.kind, &line.id, present.version));
    }
    let Some(body) = line.body.as_ref().filter(|_| !line.gone) else {
        remove(tx, &line.kind, &line.id)?;
        return Ok(digest);
    };

    let row = Line { id: &line.id, version: line.version, seq: line.seq, generation, body };
    if put(tx, kind, row)? {
        tx.execute("DELETE FROM set_aside WHERE kind = ?1 AND id = ?2", [&line.kind, &line.id])?;
    } else {
        remove(tx, &line.kind, &line.id)?;
        set_aside(tx, &line.kind, row)?;
    }
    Ok(digest.with(Digest::of(&line.kind, &line.id, line.version)))
}

/// Puts a record into the table of its kind; false if this version cannot read it.
fn put(tx: &Transaction<'_>, kind: Option<Kind>, row: Line<'_>) -> Result<bool> {
    match kind {
        Some(Kind::Council) => councils::put(tx, row),
        Some(Kind::Service) => services::put(tx, row),
        Some(Kind::Project) => projects::put(tx, row),
        Some(Kind::Update) => updates::put(tx, row),
        Some(Kind::Review) => reviews::put_review(tx, row),
        Some(Kind::Submission) => reviews::put_submission(tx, row),
        None => Ok(false),
    }
}

/// Retries records that were set aside, as a newer version of the app may be able to read them. The digest counts them
/// either way. True if any could be read.
pub(crate) fn read_set_aside(tx: &Transaction<'_>) -> Result<bool> {
    put_again(tx, false)
}

/// Puts hidden records back into their tables; true if there were any. The digest has counted them throughout.
pub(crate) fn show_hidden(tx: &Transaction<'_>) -> Result<bool> {
    put_again(tx, true)
}

fn put_again(tx: &Transaction<'_>, hidden: bool) -> Result<bool> {
    let sql = "SELECT kind, id, version, seq, generation, body FROM set_aside WHERE hidden = ?1";
    let mut statement = tx.prepare(sql)?;
    let mut rows = statement.query([hidden])?;
    let mut any = false;
    while let Some(row) = rows.next()? {
        let (kind, id, body): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(5)?);
        let (version, seq, generation) = (row.get(2)?, row.get::<_, i64>(3)?.cast_unsigned(), row.get(4)?);
        let Ok(body) = serde_json::from_str::<Map<String, Value>>(&body) else { continue };
        let line = Line { id: &id, version, seq, generation, body: &body };
        if put(tx, kind.parse().ok(), line)? {
            tx.execute("DELETE FROM set_aside WHERE kind = ?1 AND id = ?2", [&kind, &id])?;
            any = true;
        }
    }
    Ok(any)
}

/// Whether the reading of this generation has confirmed the record.
pub(crate) fn is_of_generation(tx: &Transaction<'_>, line: &ChangeLine, generation: i64) -> Result<bool> {
    Ok(present(tx, &line.kind, &line.id)?.is_some_and(|present| present.generation == generation))
}

/// The columns that decide whether a line is newer.
struct Present {
    version: u32,
    seq: u64,
    generation: i64,
}

/// The stored record, set aside or not.
fn present(tx: &Transaction<'_>, kind: &str, id: &str) -> Result<Option<Present>> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Present {
            version: row.get(0)?,
            seq: row.get::<_, i64>(1)?.cast_unsigned(),
            generation: row.get(2)?,
        })
    };
    if let Ok(kind) = kind.parse() {
        let sql = format!("SELECT version, seq, generation FROM {} WHERE id = ?1", table(kind));
        let found = tx.prepare_cached(&sql)?.query_row([id], read).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let sql = "SELECT version, seq, generation FROM set_aside WHERE kind = ?1 AND id = ?2";
    Ok(tx.prepare_cached(sql)?.query_row([kind, id], read).optional()?)
}

fn remove(tx: &Transaction<'_>, kind: &str, id: &str) -> Result<()> {
    if let Ok(kind) = kind.parse() {
        if kind == Kind::Project {
            let sql = "DELETE FROM search WHERE rowid = (SELECT number FROM projects WHERE id = ?1)";
            tx.prepare_cached(sql)?.execute([id])?;
        }
        tx.prepare_cached(&format!("DELETE FROM {} WHERE id = ?1", table(kind)))?.execute([id])?;
    }
    tx.prepare_cached("DELETE FROM set_aside WHERE kind = ?1 AND id = ?2")?.execute([kind, id])?;
    Ok(())
}

fn set_aside(tx: &Transaction<'_>, kind: &str, row: Line<'_>) -> Result<()> {
    tracing::warn!(
        kind,
        id = row.id,
        version = row.version,
        "a record that this version can't read: set aside"
    );
    tx.execute(
        "INSERT INTO set_aside (kind, id, version, seq, generation, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        rusqlite::params![
            kind,
            row.id,
            row.version,
            row.seq.cast_signed(),
            row.generation,
            serde_json::to_string(row.body)?
        ],
    )?;
    Ok(())
}

/// Records that are not open to everyone.
const PRIVATE: &str = "
    SELECT 'project' AS kind, id, version, seq, generation, body FROM projects
        WHERE json_extract(body, '$.visibility') IS NOT 'public'
    UNION ALL SELECT 'update', id, version, seq, generation, body FROM updates
        WHERE project NOT IN (SELECT id FROM projects WHERE json_extract(body, '$.visibility') = 'public')
    UNION ALL SELECT 'review', id, version, seq, generation, body FROM reviews
    UNION ALL SELECT 'submission', id, version, seq, generation, body FROM submissions";

/// Moves records that are not open to everyone to `set_aside`, where nothing shows them. The digest still counts them,
/// so nothing has to be read again once they may be shown.
pub(crate) fn hide_private(tx: &Transaction<'_>) -> Result<bool> {
    let hide = format!(
        "INSERT INTO set_aside (kind, id, version, seq, generation, body, hidden)
         SELECT kind, id, version, seq, generation, body, 1 FROM ({PRIVATE})"
    );
    let hidden = tx.execute(&hide, [])?;
    let aside =
        |kind: Kind| format!("(SELECT id FROM set_aside WHERE hidden = 1 AND kind = '{}')", kind.as_str());
    let projects = aside(Kind::Project);
    tx.execute(
        &format!("DELETE FROM search WHERE rowid IN (SELECT number FROM projects WHERE id IN {projects})"),
        [],
    )?;
    for kind in KINDS {
        tx.execute(&format!("DELETE FROM {} WHERE id IN {}", table(kind), aside(kind)), [])?;
    }
    Ok(hidden > 0)
}

/// Deletes records that are not open to everyone, and those set aside, whose audience is unknown. Returns the new
/// digest; `None` if there were none.
pub(crate) fn forget_private(tx: &Transaction<'_>, digest: Digest) -> Result<Option<Digest>> {
    let private = format!(
        "SELECT kind, id, version FROM ({PRIVATE}) UNION ALL SELECT kind, id, version FROM set_aside"
    );
    let mut statement = tx.prepare(&private)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let private: Vec<(String, String, u32)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut digest = digest;
    for (kind, id, version) in &private {
        digest = digest.without(Digest::of(kind, id, *version));
        remove(tx, kind, id)?;
    }
    Ok((!private.is_empty()).then_some(digest))
}

/// Deletes the rows that the reading which just ended did not confirm. Returns the new digest.
pub(crate) fn sweep(tx: &Transaction<'_>, generation: i64, digest: Digest) -> Result<Digest> {
    let mut old: Vec<(String, String, u32)> = Vec::new();
    for kind in KINDS {
        let sql = format!("SELECT id, version FROM {} WHERE generation < ?1", table(kind));
        let mut statement = tx.prepare(&sql)?;
        for row in statement.query_map([generation], |row| Ok((row.get(0)?, row.get(1)?)))? {
            let (id, version) = row?;
            old.push((kind.as_str().to_owned(), id, version));
        }
    }
    let mut statement = tx.prepare("SELECT kind, id, version FROM set_aside WHERE generation < ?1")?;
    for row in statement.query_map([generation], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))? {
        old.push(row?);
    }
    drop(statement);
    let mut digest = digest;
    for (kind, id, version) in &old {
        digest = digest.without(Digest::of(kind, id, *version));
        if kind == Kind::Project.as_str() {
            lost_access::keep(tx, id)?;
        }
        remove(tx, kind, id)?;
    }
    Ok(digest)
}
