//! What the registry keeps: one file a table, its SQL beside its rows. One write path ([`Store::write`]) and any
//! number of readers, each of which sees one moment ([`Store::read`]).

pub(crate) mod audit;
pub(crate) mod cells;
pub(crate) mod counter;
pub(crate) mod departures;
pub(crate) mod domains;
pub(crate) mod engine;
pub(crate) mod history;
pub(crate) mod people;
mod readable;
pub(crate) mod records;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod sign_in_codes;
pub(crate) mod submissions;
pub(crate) mod teams;
mod write;

use std::path::Path;
use std::sync::Mutex;

use futures_util::future::BoxFuture;
use guildhall_protocol::sign_in::CODE_ALPHABET;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Any, AnyPool, Transaction};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) use readable::Cells;
pub(crate) use write::WriteTx;

use crate::failure::{Failure, Outcome};
use crate::world::World;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Why a data folder can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder can't be made or read.
    #[error("the data folder can't be used: {0}")]
    Folder(#[from] std::io::Error),
    /// A newer version has been here. Nothing was changed.
    #[error(
        "this data folder was last used by a newer version of guildhall-registry: \
         start that version, or a later one (nothing was changed)"
    )]
    NewerDatabase,
    /// What is there is not a database, or is damaged.
    #[error("the registry's database can't be opened: {0}")]
    Database(#[from] sqlx::Error),
    /// The database could not be brought up to date.
    #[error("the registry's database could not be brought up to date: {0}")]
    Migration(MigrateError),
}

/// The database of one registry.
pub(crate) struct Store {
    pool: AnyPool,
    queue: Mutex<Option<write::Queue>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    changed: watch::Receiver<u64>,
}

impl Store {
    /// Opens the database in that file and brings it up to date.
    pub(crate) async fn open(file: &Path, max_pages: Option<u32>, world: &World) -> Result<Self, OpenError> {
        let pool = engine::connect(file, max_pages).await?;
        MIGRATIONS.run(&pool).await.map_err(|error| match error {
            MigrateError::VersionMissing(_) => OpenError::NewerDatabase,
            other => OpenError::Migration(other),
        })?;
        let mut connection = pool.acquire().await?;
        counter::name(&mut connection, &new_epoch(world)).await?;
        let (_, seq) = counter::read(&mut connection).await?;
        drop(connection);
        let (sender, changed) = watch::channel(seq);
        let (queue, writer) = write::Queue::start(pool.clone(), sender);
        Ok(Self { pool, queue: Mutex::new(Some(queue)), writer: Mutex::new(Some(writer)), changed })
    }

    /// Begins to read: everything read through it is of one moment.
    pub(crate) async fn read(&self) -> Outcome<Transaction<'static, Any>> {
        Ok(self.pool.begin_with(engine::BEGIN_READ).await?)
    }

    /// Runs a job in the next group of writes, and returns once it is committed. It may be run more than once;
    /// when it is refused, nothing that it wrote is kept.
    pub(crate) async fn write<T, F>(&self, work: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Outcome<T>> + Send + Sync + 'static,
    {
        let queue = self.queue.lock().map_err(|_| Failure::Closing)?.clone();
        queue.ok_or(Failure::Closing)?.write(work).await
    }

    /// Wakes whenever the number of the last change is another one.
    pub(crate) fn changed(&self) -> watch::Receiver<u64> {
        self.changed.clone()
    }

    /// Takes no more writes, finishes those in hand, and closes the database.
    pub(crate) async fn close(&self) {
        let writer = {
            drop(self.queue.lock().ok().and_then(|mut queue| queue.take()));
            self.writer.lock().ok().and_then(|mut writer| writer.take())
        };
        if let Some(writer) = writer {
            // It can only have failed by a panic, which has been logged; the database is closed all the same.
            let _ = writer.await;
        }
        self.pool.close().await;
    }
}

/// A name for a history that no other has: letters and digits.
pub(crate) fn new_epoch(world: &World) -> String {
    let letter = |byte: u8| char::from(CODE_ALPHABET[usize::from(byte) % CODE_ALPHABET.len()]);
    world.bytes::<12>().iter().map(|byte| letter(*byte).to_ascii_lowercase()).collect()
}
