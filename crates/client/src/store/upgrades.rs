//! Upgrades databases of every released schema, kept in `landed/`, and checks that nothing in them is lost.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_protocol::digest::Digest;
use guildhall_protocol::{ProjectId, ServiceId, SubmissionId};
use rusqlite::Connection;
use uuid::Uuid;

use super::mirror::{Mirror, councils, lost_access, projects, reading, record, reviews, services, updates};
use super::work::drafts::{self, StoredAttention, StoredState};
use super::work::{self, Work, answers, conflicts, outbox, set_aside, unused_texts};
use super::{mirror, rescue};
use crate::env::RealDisk;

/// An id as the released files have them.
fn id(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | (kind << 16) | n)
}

/// The released files of a database, by schema version.
pub(super) fn landed(which: &str) -> BTreeMap<usize, PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("landed");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let version = |file: &Path| {
        let name = file.file_name()?.to_str()?;
        name.strip_prefix(which)?.strip_prefix('-')?.strip_suffix(".sql")?.parse().ok()
    };
    files.filter_map(|file| Some((version(&file)?, file))).collect()
}

/// Creates the database that a released file describes.
pub(super) fn make(landed: &Path, path: &Path) {
    let sql = std::fs::read_to_string(landed).unwrap();
    Connection::open(path).unwrap().execute_batch(&sql).unwrap();
}

/// The schema of all tables and indexes, without comments and layout.
fn schema(path: &Path) -> Vec<(String, String, String)> {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name";
    let mut statement = connection.prepare(sql).unwrap();
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))).unwrap();
    rows.map(|row| {
        let (kind, name, sql) = row.unwrap();
        let bare: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        (kind, name, bare.join(" ").split_whitespace().collect::<Vec<_>>().join(" "))
    })
    .collect()
}

fn rows(path: &Path, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    Connection::open(path).unwrap().query_row(&sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn every_schema_before_the_newest_has_a_file() {
    for (which, newest) in [("work", work::MIGRATIONS.len()), ("mirror", mirror::MIGRATIONS.len())] {
        let landed = landed(which);
        for version in 1..newest {
            assert!(landed.contains_key(&version), "landed/{which}-{version}.sql is missing");
        }
    }
}

#[test]
fn a_migrated_database_has_the_schema_of_a_fresh_one() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    drop(Work::open(&at("work.db"), Arc::new(RealDisk)).unwrap());
    drop(Mirror::open(&at("mirror.db"), Arc::new(RealDisk)).unwrap());
    for (version, file) in landed("work") {
        let path = at(&format!("work-{version}.db"));
        make(&file, &path);
        drop(Work::open(&path, Arc::new(RealDisk)).unwrap());
        assert_eq!(schema(&path), schema(&at("work.db")), "work {version}");
    }
    for (version, file) in landed("mirror") {
        let path = at(&format!("mirror-{version}.db"));
        make(&file, &path);
        drop(Mirror::open(&path, Arc::new(RealDisk)).unwrap());
        assert_eq!(schema(&path), schema(&at("mirror.db")), "mirror {version}");
    }
}

/// What tables are called now, and were in earlier schemas. Repeated here, so that the test does not rely on the code under test.
const FORMER_NAMES: [(&str, &str); 1] = [("unused_texts", "kept")];

/// The tables of work that the file has, as they are called now, and how many rows each has.
fn tables_and_rows(path: &Path) -> (Vec<&'static str>, Vec<i64>) {
    let there: Vec<String> = schema(path).into_iter().map(|(_, name, _)| name).collect();
    let in_file = |table: &str| {
        [table]
            .into_iter()
            .chain(FORMER_NAMES.iter().filter(|(now, _)| *now == table).map(|(_, then)| *then))
            .find(|name| there.iter().any(|it| it == name))
            .map(str::to_owned)
    };
    let tables = rescue::TABLES.into_iter().filter_map(|table| Some((table, rows(path, &in_file(table)?))));
    tables.unzip()
}

#[test]
fn work_is_rescued_from_a_damaged_file_of_any_schema() {
    for (version, file) in landed("work") {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old.db"), dir.path().join("work.db"));
        make(&file, &old);
        drop(Work::open(&new, Arc::new(RealDisk)).unwrap());
        rescue::rescue(&old, &mut Connection::open(&new).unwrap()).unwrap();
        let (tables, before) = tables_and_rows(&old);
        let after: Vec<i64> = tables.iter().map(|table| rows(&new, table)).collect();
        assert_eq!(after, before, "{version}: {tables:?}");
    }
}

#[tokio::test]
async fn all_work_of_every_schema_is_there_after_an_upgrade() {
    for (version, file) in landed("work") {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("work.db");
        make(&file, &path);
        let (tables, before) = tables_and_rows(&path);
        let work = Work::open(&path, Arc::new(RealDisk)).unwrap();
        let after: Vec<i64> = tables.iter().map(|table| rows(&path, table)).collect();
        assert_eq!(after, before, "{version}: {tables:?}");
        assert!(before.iter().all(|rows| *rows > 0), "{version}: {tables:?} {before:?}");

        work.read(move |work| {
            let aside = set_aside::all(work)?;
            assert!(aside.is_empty(), "{version}: {aside:?}");
            reads_drafts(work, version);
            let first = outbox::peek_next(work, &[])?.unwrap();
            assert_eq!((first.submission, first.draft, first.tries), (SubmissionId(id(6, 2)), id(2, 2), 1));
            assert!(first.body.contains(r#""base_version":4"#));
            assert_eq!(outbox::count(work)?, 2);

            let theirs = conflicts::get(work, id(2, 4))?.unwrap();
            assert_eq!(
                (theirs.version, theirs.fields["summary"].as_str()),
                (6, Some("Somebody else's words."))
            );
            assert_eq!(theirs.steps.len(), if version < 2 { 0 } else { 2 });
            assert_eq!(unused_texts::all(work)?.len(), if version < 2 { 0 } else { 3 });
            let answers = answers::all(work)?;
            assert_eq!(answers.len(), if version < 3 { 0 } else { 6 });
            for answer in answers {
                let review = answer.row.unwrap();
                assert!(review.title.starts_with("What was sent"), "{review:?}");
                assert_eq!(review.council.name_cy, "Cyngor Dinas Barchester");
            }
            Ok(())
        })
        .await
        .unwrap();
    }
}

fn reads_drafts(work: &Connection, version: usize) {
    let all = drafts::all(work).unwrap();
    let hidden = if version < 2 { 0 } else { 1 };
    let sql = "SELECT count(*) FROM drafts";
    let rows: u32 = work.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(all.len() + hidden, rows as usize);
    for draft in &all {
        let form = crate::form::shown(&draft.form);
        assert_eq!((form.needs.len(), form.links.len(), form.wanted.len()), (2, 2, 2), "{version}");
        assert_eq!(form.phase_dates[0].ended.month, "March");
        assert_eq!(form.contract_ends.year, "2029");
        assert!(form.problem.contains("“No reply”"));
        assert_eq!(draft.base.is_empty(), draft.base_version == 0);
        // An unknown field is kept through merges.
        assert!(draft.base.is_empty() || draft.base["sponsor"] == "Directorate of Place");
    }
    let of = |n| all.iter().find(|draft| draft.id == id(2, n)).unwrap();
    assert_eq!(of(1).form.title, "Report a missed bin");
    assert_eq!(
        (of(4).state, of(4).attention.clone()),
        (StoredState::NeedsAttention, Some(StoredAttention::Conflict))
    );
    assert!(matches!(&of(5).attention, Some(StoredAttention::Refused { errors }) if errors.len() == 1));
    assert!(all.iter().all(|draft| !matches!(draft.attention, Some(StoredAttention::Other(_)))));
    assert_eq!(of(14).merged_with.is_some(), version > 1);
}

#[tokio::test]
async fn all_of_every_mirror_is_there_after_an_upgrade() {
    for (version, file) in landed("mirror") {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mirror.db");
        make(&file, &path);
        let mirror = Mirror::open(&path, Arc::new(RealDisk)).unwrap();
        // Records of kinds that came with a later version were set aside by the earlier one, and can be read now.
        let read_more = mirror.write(record::read_set_aside).await.unwrap();
        assert_eq!(read_more, version < 3, "{version}");
        mirror
            .read(move |mirror| {
                let reading = reading::get(mirror)?;
                let cursor = reading.cursor.clone().unwrap();
                assert_eq!((cursor.to_string().as_str(), reading.generation), ("k3x.4.41", 2));
                assert_eq!(reading.began, (version > 1).then_some(29));
                assert_eq!(reading.digest, digest(mirror), "{version}");
                assert_eq!(aside(mirror), ["poll p1".to_owned(), format!("project {}", id(5, 31))]);

                let today = "2026-11-24".parse().unwrap();
                assert_eq!(councils::current(mirror, today)?.len(), 1);
                assert_eq!(councils::successors(mirror, &"OLD".parse().unwrap())?.len(), 1);
                assert_eq!(services::all(mirror)?.len(), 2);
                let bins = projects::get(mirror, ProjectId(id(5, 4)))?;
                assert_eq!((bins.project.title.as_str(), bins.version), ("Missed bins", 4));
                assert_eq!(bins.fields["sponsor"], "Directorate of Place");
                assert_eq!(bins.project.services.first(), Some(&ServiceId(524)));
                let facts = projects::facts(mirror, &councils::facts(mirror)?)?;
                assert_eq!(facts.len(), 2);
                let sql = "SELECT count(*) FROM search WHERE search MATCH 'barchester'";
                assert_eq!(mirror.query_row(sql, [], |row| row.get::<_, i64>(0))?, 1);
                assert_eq!(updates::of_project(mirror, ProjectId(id(5, 4)))?.len(), 1);
                let waits = reviews::all(mirror)?;
                assert_eq!(waits[0].review.email, "mary.thorne@barchester.example");
                let (submission, told) = reviews::told(mirror)?.remove(0);
                assert_eq!(submission, SubmissionId(id(6, 13)));
                assert_eq!(told.conflict.map(|conflict| conflict.version), Some(6));
                assert_eq!(lost_access::all(mirror)?.len(), usize::from(version > 3));
                Ok(())
            })
            .await
            .unwrap();
    }
}

/// The records that are set aside, as "kind id".
fn aside(mirror: &Connection) -> Vec<String> {
    let sql = "SELECT kind || ' ' || id FROM set_aside ORDER BY kind";
    let mut statement = mirror.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The digest of all rows.
fn digest(mirror: &Connection) -> Digest {
    let sql = "SELECT 'council', id, version FROM councils UNION ALL SELECT 'service', id, version FROM services
               UNION ALL SELECT 'project', id, version FROM projects UNION ALL SELECT 'update', id, version FROM updates
               UNION ALL SELECT 'review', id, version FROM reviews
               UNION ALL SELECT 'submission', id, version FROM submissions
               UNION ALL SELECT kind, id, version FROM set_aside";
    let mut statement = mirror.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.fold(Digest::default(), |sum, row| {
        let (kind, id, version): (String, String, u32) = row.unwrap();
        sum.with(Digest::of(&kind, &id, version))
    })
}
