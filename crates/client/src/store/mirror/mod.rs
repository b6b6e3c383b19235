//! `mirror.db`: the laptop's copy of the registry's records, as far as this person may see them.

pub(crate) mod contact;
pub(crate) mod councils;
pub(crate) mod lost_access;
pub(crate) mod projects;
pub(crate) mod reading;
pub(crate) mod record;
pub(crate) mod reviews;
pub(crate) mod services;
pub(crate) mod updates;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{M, Migrations};

pub(crate) use councils::CouncilFacts;
pub(crate) use projects::ProjectFacts;
pub(crate) use reading::Reading;

use super::{Db, Durability, rescue};
use crate::env::CommitHook;
use crate::error::{Failure, Result};

pub(super) const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("../migrations/mirror/01.sql")),
    M::up(include_str!("../migrations/mirror/02.sql")),
    M::up(include_str!("../migrations/mirror/03.sql")),
    M::up(include_str!("../migrations/mirror/04.sql")),
    M::up(include_str!("../migrations/mirror/05.sql")),
    M::up(include_str!("../migrations/mirror/06.sql")),
];

/// The mirror. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Mirror {
    db: Db,
    // Counts the writes, so that anything cached from the rows can be recognised as stale.
    changes: Arc<AtomicU64>,
    catalogue: Arc<Mutex<Option<Cached>>>,
}

/// A catalogue, cached for one state of the rows.
struct Cached {
    change: u64,
    catalogue: Arc<Catalogue>,
}

/// The fields of every project that search and counts use, in memory: a few hundred bytes each.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    pub(crate) projects: Vec<ProjectFacts>,
    pub(crate) councils: Vec<CouncilFacts>,
    /// (LGSL id, name)
    pub(crate) services: Vec<(u32, String)>,
}

impl Mirror {
    pub(crate) fn open(path: &Path, disk: Arc<dyn CommitHook>) -> Result<Self> {
        let db = Db::open(path, &Migrations::from_slice(MIGRATIONS), Durability::Normal, disk)?;
        Ok(Self { db, changes: Arc::default(), catalogue: Arc::default() })
    }

    /// Opens the mirror, or a new one if it is damaged, as it can be fetched again. `thorough` checks the file first.
    ///
    /// # Errors
    /// Those of [`Db::open`]; [`Failure::FilesDamaged`] only if the damaged file cannot be renamed aside.
    pub(crate) fn open_or_recreate(
        path: &Path,
        disk: &Arc<dyn CommitHook>,
        now: Timestamp,
        thorough: bool,
    ) -> Result<Self> {
        let sound = !thorough || !path.exists() || rescue::is_sound(path)?;
        let opened = if sound { Self::open(path, disk.clone()) } else { Err(Failure::FilesDamaged) };
        match opened {
            Err(Failure::FilesDamaged) => {
                rescue::set_aside(path, now)?;
                Self::open(path, disk.clone())
            }
            other => other,
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

    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        let done = self.db.write(work).await;
        self.changes.fetch_add(1, Ordering::SeqCst);
        done
    }

    /// The number of the current state of the rows, for caching.
    pub(crate) fn change(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// The catalogue, rebuilt after a change.
    pub(crate) async fn catalogue(&self) -> Result<Arc<Catalogue>> {
        let change = self.change();
        if let Some(made) = &*self.catalogue.lock().unwrap_or_else(PoisonError::into_inner)
            && made.change == change
        {
            return Ok(Arc::clone(&made.catalogue));
        }
        let read = self.db.read(|connection| {
            let councils = councils::facts(connection)?;
            Ok(Catalogue {
                projects: projects::facts(connection, &councils)?,
                services: services::names(connection)?,
                councils,
            })
        });
        let catalogue = Arc::new(read.await?);
        *self.catalogue.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Cached { change, catalogue: Arc::clone(&catalogue) });
        Ok(catalogue)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_migrations_are_sound() {
        assert_eq!(super::Migrations::from_slice(super::MIGRATIONS).validate(), Ok(()));
    }
}
