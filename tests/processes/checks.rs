//! The invariants that must hold once everything has settled, read directly from the files of both ends.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use guildhall_client::views::DraftState;
use guildhall_protocol::ProjectId;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::person::{Row, Saved};

/// A laptop's two databases.
pub(crate) struct Files {
    mirror: Connection,
    work: Connection,
}

/// A record in the mirror: kind, id, version and body.
type Mirrored = (String, String, i64, String);

impl Files {
    /// The files of the person who is signed in on that laptop.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self> {
        let work = find(folder, "work.db")?.context("nobody ever signed in here")?;
        Ok(Self { mirror: open(&work.with_file_name("mirror.db"))?, work: open(&work)? })
    }

    /// The `seq` up to which the catalogue was read.
    pub(crate) fn read_up_to(&self) -> Result<i64> {
        Ok(self.mirror.query_row("SELECT seq FROM reading", [], |row| row.get(0))?)
    }

    /// Every record in the mirror.
    pub(crate) fn records(&self) -> Result<BTreeSet<Mirrored>> {
        let mut statement = self.mirror.prepare(
            "SELECT 'council', id, version, body FROM councils UNION ALL
             SELECT 'service', id, version, body FROM services UNION ALL
             SELECT 'project', id, version, body FROM projects UNION ALL
             SELECT 'update', id, version, body FROM updates UNION ALL
             SELECT kind, id, version, body FROM set_aside",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Everything that the person wrote, wherever it is stored.
    fn texts(&self) -> Result<String> {
        texts(&self.work)
    }
}

/// The registry's database.
pub(crate) struct RegistryFile(Connection);

impl RegistryFile {
    pub(crate) fn open(file: &Path) -> Result<Self> {
        Ok(Self(open(file)?))
    }

    /// Some projects of the council with this domain that everybody at the council can see.
    pub(crate) fn projects_at(&self, domain: &str, count: u32) -> Result<Vec<ProjectId>> {
        let mut statement = self.0.prepare(
            "SELECT id FROM records JOIN domains ON domains.council = records.body ->> 'council'
             WHERE kind = 'project' AND domain = ?1 AND cell NOT LIKE 'team:%' ORDER BY id LIMIT ?2",
        )?;
        let ids = statement.query_map((domain, count), |row| row.get::<_, String>(0))?;
        ids.map(|id| Ok(id?.parse()?)).collect()
    }

    /// The registry's newest `seq`.
    pub(crate) fn seq(&self) -> Result<i64> {
        Ok(self.0.query_row("SELECT seq FROM counter", [], |row| row.get(0))?)
    }

    /// Every body that a project has or had.
    fn bodies(&self) -> Result<Vec<String>> {
        let mut statement = self.0.prepare("SELECT body FROM records UNION ALL SELECT body FROM history")?;
        let bodies = statement.query_map([], |row| row.get(0))?;
        Ok(bodies.collect::<Result<_, _>>()?)
    }

    /// A project has a version for each published submission, and one more if it was imported.
    fn each_submission_has_one_effect(&self, acknowledged: &BTreeMap<String, i64>) -> Result<i64> {
        let mut statement = self.0.prepare(
            "SELECT records.id, records.version, count(submissions.id), count(DISTINCT submissions.version),
                    (SELECT count(*) FROM history WHERE history.kind = 'project' AND history.id = records.id),
                    min(submissions.version)
             FROM submissions LEFT JOIN records ON records.kind = submissions.kind AND records.id = record
             WHERE state = 'published' GROUP BY record",
        )?;
        let mut rows = statement.query([])?;
        let (mut counted, mut all) = (BTreeMap::new(), 0);
        while let Some(row) = rows.next()? {
            let id: String = row.get(0).context("something published is not among the records")?;
            let (version, published): (i64, i64) = (row.get(1)?, row.get(2)?);
            let (versions, replaced, first): (i64, i64, i64) = (row.get(3)?, row.get(4)?, row.get(5)?);
            // An imported project begins with version 1, so its first submission makes version 2.
            ensure!(
                version == published + first - 1 && (1..=2).contains(&first) && versions == published,
                "project {id} is at version {version} after {published} submissions, the first making {first}"
            );
            ensure!(replaced == version - 1, "project {id} at version {version} replaced {replaced}");
            all += published;
            counted.insert(id, published);
        }
        ensure!(
            counted == *acknowledged,
            "published submissions, by project: the registry says {counted:?}, the laptops {acknowledged:?}"
        );
        Ok(all)
    }
}

/// Checks that nothing is lost and nothing is duplicated. Returns how many submissions were published.
pub(crate) fn nothing_lost_nothing_twice(
    books: &RegistryFile,
    people: &[(Files, Vec<Row>, &[Saved])],
) -> Result<i64> {
    let bodies = books.bodies()?;
    let mut acknowledged = BTreeMap::new();
    for (files, rows, saved) in people {
        let here = files.texts()?;
        for row in rows.iter().filter(|row| row.state == DraftState::Published) {
            *acknowledged.entry(row.project.to_string()).or_default() += 1;
        }
        for Saved { draft, word } in *saved {
            let there = bodies.iter().map(|body| body.matches(word.as_str()).count());
            let most = there.max().unwrap_or(0);
            let published = rows.iter().any(|row| row.id == *draft && row.state == DraftState::Published);
            ensure!(most <= 1, "{word} of draft {draft} is in one record {most} times");
            ensure!(!published || most == 1, "{word} of draft {draft} was said to be published, and is not");
            ensure!(most == 1 || here.contains(word.as_str()), "{word} of draft {draft} is lost");
        }
    }
    books.each_submission_has_one_effect(&acknowledged)
}

/// Every text in every table, whatever its name.
fn texts(connection: &Connection) -> Result<String> {
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names = tables.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let mut all = String::new();
    for name in names {
        let mut statement = connection.prepare(&format!("SELECT * FROM \"{name}\""))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                if let ValueRef::Text(text) = row.get_ref(column)? {
                    all.push_str(&String::from_utf8_lossy(text));
                    all.push('\n');
                }
            }
        }
    }
    Ok(all)
}

/// Opens the database read-only, and checks that it is intact.
fn open(file: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.pragma_update(None, "busy_timeout", 5000)?;
    let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(whole == "ok", "{} is damaged: {whole}", file.display());
    Ok(connection)
}

fn find(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() { find(&path, name)? } else { path.ends_with(name).then_some(path) };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
