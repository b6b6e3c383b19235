//! `work.db`: what a person wrote. Commits here survive a power failure.

pub(crate) mod answers;
pub(crate) mod conflicts;
pub(crate) mod drafts;
pub(crate) mod outbox;
pub(crate) mod set_aside;
pub(crate) mod unfinished;
pub(crate) mod unused_texts;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{M, Migrations};

use super::{Db, Durability, Rescued, rescue};
use crate::env::CommitHook;
use crate::error::{Failure, Result};

pub(super) const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("../migrations/work/01.sql")),
    M::up(include_str!("../migrations/work/02.sql")),
    M::up(include_str!("../migrations/work/03.sql")),
    M::up(include_str!("../migrations/work/04.sql")),
    M::up(include_str!("../migrations/work/05.sql")),
];

/// A person's work at one registry. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Work {
    db: Db,
}

impl Work {
    pub(crate) fn open(path: &Path, disk: Arc<dyn CommitHook>) -> Result<Self> {
        Ok(Self { db: Db::open(path, &Migrations::from_slice(MIGRATIONS), Durability::Full, disk)? })
    }

    /// Opens a person's work. A damaged file is replaced by a new one with everything readable, and what was rescued is
    /// returned.
    ///
    /// # Errors
    /// Those of [`Db::open`]; [`Failure::FilesDamaged`] only if the damaged file cannot be renamed aside.
    pub(crate) fn open_or_rescue(
        path: &Path,
        disk: &Arc<dyn CommitHook>,
        now: Timestamp,
    ) -> Result<(Self, Option<Rescued>)> {
        let sound = !path.exists() || rescue::is_sound(path)?;
        let opened = if sound { Self::open(path, disk.clone()) } else { Err(Failure::FilesDamaged) };
        match opened {
            Err(Failure::FilesDamaged) => {
                let damaged = rescue::set_aside(path, now)?;
                let work = Self::open(path, disk.clone())?;
                let drafts = rescue::rescue(&damaged, &mut Connection::open(path)?)?;
                Ok((work, Some(Rescued { drafts, file: damaged })))
            }
            other => Ok((other?, None)),
        }
    }

    /// Whether damage was found in the file.
    pub(crate) fn is_damaged(&self) -> bool {
        self.db.is_damaged()
    }

    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.db.read(work).await
    }

    pub(crate) async fn truncate_wal(&self) -> Result<()> {
        self.db.truncate_wal().await
    }

    pub(crate) fn write_at_start<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        self.db.write_at_start(work)
    }

    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        self.db.write(work).await
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::env::RealDisk;

    #[test]
    fn the_migrations_are_sound() {
        assert_eq!(Migrations::from_slice(MIGRATIONS).validate(), Ok(()));
    }

    /// For every schema that has been released, with a submission in the outbox.
    #[tokio::test]
    async fn an_upgrade_keeps_a_full_outbox() {
        for version in 1..=MIGRATIONS.len() {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("work.db");
            let mut old = Connection::open(&path).unwrap();
            Migrations::from_slice(&MIGRATIONS[..version]).to_latest(&mut old).unwrap();
            let form = serde_json::to_string(&drafts::StoredForm::default()).unwrap();
            for n in 0..50 {
                old.execute(
                    "INSERT INTO drafts (id, project, council, council_name, council_name_cy, base_version, base,
                                         form, state, saved_at, sent_at)
                     VALUES (?1, ?1, 'BCH', 'Barchester', '', 0, '{}', ?2, 'queued', 0, 0)",
                    [&Uuid::from_u128(n).to_string(), &form],
                )
                .unwrap();
                old.execute(
                    "INSERT INTO outbox (submission, draft, body, tries, queued_at) VALUES (?1, ?1, '{}', 2, 0)",
                    [&Uuid::from_u128(n).to_string()],
                )
                .unwrap();
            }
            drop(old);
            let work = Work::open(&path, Arc::new(RealDisk)).unwrap();
            let (all, mut waiting) = (work.read(drafts::all).await.unwrap(), Vec::new());
            while let Some(next) = {
                let skipped = waiting.clone();
                work.read(move |connection| outbox::peek_next(connection, &skipped)).await.unwrap()
            } {
                assert_eq!(next.tries, 2);
                waiting.push(next.submission);
            }
            assert_eq!((all.len(), waiting.len()), (50, 50));
            assert!(waiting.is_sorted());
        }
    }

    #[tokio::test]
    async fn what_can_be_read_of_a_damaged_file_is_rescued() {
        let dir = tempfile::tempdir().unwrap();
        let (path, disk): (_, Arc<dyn CommitHook>) = (dir.path().join("work.db"), Arc::new(RealDisk));
        let unused = |n: u128| unused_texts::StoredUnusedText {
            id: Uuid::from_u128(n),
            project: guildhall_protocol::ProjectId(Uuid::nil()),
            title: format!("Title {n}"),
            field: "problem".into(),
            value: "x".repeat(3_000),
            whose: unused_texts::StoredWhose::Mine,
            kept_at: Timestamp::UNIX_EPOCH,
        };
        let work = Work::open(&path, disk.clone()).unwrap();
        work.write(move |tx| (0..40).try_for_each(|n| unused_texts::insert(tx, &unused(n)))).await.unwrap();
        drop(work);
        let connection = Connection::open(&path).unwrap();
        // Everything goes into one file, and the connection is closed, before the file is damaged.
        let _: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
        connection.pragma_update(None, "journal_mode", "DELETE").unwrap();
        let page: u32 = connection
            .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'unused_texts'", [], |row| row.get(0))
            .unwrap();
        let all: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        drop(connection);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = usize::try_from((page + all) / 2 * 4096).unwrap();
        bytes[middle..middle + 4096].fill(0xAA);
        std::fs::write(&path, bytes).unwrap();

        let (work, rescued) = Work::open_or_rescue(&path, &disk, Timestamp::UNIX_EPOCH).unwrap();
        let there = work.read(unused_texts::all).await.unwrap();
        assert!((30..40).contains(&there.len()), "{} of 40, from both sides of the damage", there.len());
        assert!(std::fs::exists(rescued.unwrap().file).unwrap(), "the damaged file is still there");
        let (_, again) = Work::open_or_rescue(&path, &disk, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(again, None);
    }
}
