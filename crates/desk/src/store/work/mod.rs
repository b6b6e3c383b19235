//! `work.db`: what a person made. Commits here outlive a lost power supply.

pub(crate) mod conflicts;
pub(crate) mod drafts;
pub(crate) mod kept;
pub(crate) mod outbox;

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, Transaction};
use rusqlite_migration::{M, Migrations};

use super::{Db, Durability};
use crate::failure::Result;
use crate::world::Disk;

const MIGRATIONS: &[M<'static>] =
    &[M::up(include_str!("../migrations/work/01.sql")), M::up(include_str!("../migrations/work/02.sql"))];

/// A person's work on one registry. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Work {
    db: Db,
}

impl Work {
    pub(crate) fn open(path: &Path, disk: Arc<dyn Disk>) -> Result<Self> {
        Ok(Self { db: Db::open(path, &Migrations::from_slice(MIGRATIONS), Durability::Full, disk)? })
    }

    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.db.read(work).await
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
    #[test]
    fn the_migrations_are_sound() {
        assert_eq!(super::Migrations::from_slice(super::MIGRATIONS).validate(), Ok(()));
    }
}
