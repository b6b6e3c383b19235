//! What the registry keeps: one file a table, its SQL beside its rows. One write path ([`Store::write`]) and any
//! number of readers, each of which sees one moment ([`Store::read`]).

pub(crate) mod audit;
pub(crate) mod cells;
pub(crate) mod council_requests;
pub(crate) mod council_settings;
pub(crate) mod counter;
pub(crate) mod domains;
pub(crate) mod engine;
pub(crate) mod erasures;
mod error;
mod filling;
pub(crate) mod former_addresses;
pub(crate) mod history;
pub(crate) mod invitations;
pub(crate) mod memberships;
pub(crate) mod openid;
pub(crate) mod people;
pub(crate) mod publications;
pub(crate) mod purges;
mod readable;
pub(crate) mod records;
pub(crate) mod reminders;
pub(crate) mod reports;
pub(crate) mod seats;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod sign_in_codes;
pub(crate) mod sign_in_starts;
pub(crate) mod submissions;
pub(crate) mod tables;
pub(crate) mod tombstones;
pub(crate) mod vouches;
pub(crate) mod wholeness;
mod write;

use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::BoxFuture;
use guildhall_protocol::sign_in::CODE_ALPHABET;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgListener;
use sqlx::{Any, Transaction};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

pub(crate) use engine::Database;
use engine::Engine;
pub use engine::{DatabaseUrl, NotADatabaseUrl};
pub use error::StoreError;
pub(crate) use filling::Filling;
pub(crate) use readable::Cells;
pub(crate) use write::{JobError, WriteTx};

use crate::env::Env;
use crate::store::error::Result;
use jiff::Timestamp;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The last migration that this version knows.
pub(crate) fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

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
    /// Who was erased before could not be erased again.
    #[error("those who were erased are back, and can't be erased again: {0}")]
    Erasures(Box<dyn std::error::Error + Send + Sync>),
    /// From when on coordinators need a second factor could not be noted.
    #[error("what concerns second factors could not be brought up to date: {0}")]
    SecondFactor(Box<dyn std::error::Error + Send + Sync>),
    /// The database could not be brought up to date.
    #[error("the registry's database could not be brought up to date: {0}")]
    Migration(MigrateError),
}

/// The database of one registry.
pub(crate) struct Store {
    engine: Engine,
    /// Ends when this is dropped, with what it holds of the database.
    listener: Mutex<JoinSet<()>>,
    queue: Mutex<Option<write::Queue>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    changed: watch::Receiver<u64>,
}

impl Store {
    /// Opens the database and brings it up to date.
    pub(crate) async fn open(database: &Database, env: &Env) -> Result<Self, OpenError> {
        let engine = Engine::connect(database).await?;
        MIGRATIONS.run(&engine.pool).await.map_err(|error| match error {
            MigrateError::VersionMissing(_) => OpenError::NewerDatabase,
            other => OpenError::Migration(other),
        })?;
        let mut connection = engine.pool.acquire().await?;
        counter::name(&mut connection, &new_epoch(env)).await?;
        let (_, seq) = counter::read(&mut connection).await?;
        drop(connection);
        let (sender, changed) = watch::channel(seq);
        let mut listener = JoinSet::new();
        if let Some(heard) = engine.listen().await? {
            listener.spawn(hear(heard, engine.clone(), sender.clone(), env.clone()));
        }
        let (queue, writer) = write::Queue::start(engine.clone(), sender, env.clone());
        let (queue, writer) = (Mutex::new(Some(queue)), Mutex::new(Some(writer)));
        Ok(Self { engine, listener: Mutex::new(listener), queue, writer, changed })
    }

    /// Begins to read: everything read through it is of one moment.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, Any>> {
        Ok(self.engine.pool.begin_with(self.engine.begin_read()).await?)
    }

    /// Runs a job in the next group of writes, and returns once it is committed. It may be run more than once;
    /// when it is refused, nothing that it wrote is kept.
    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: JobError,
        F: for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let queue = self.queue.lock().map_err(|_| StoreError::Closed)?.clone();
        queue.ok_or(StoreError::Closed)?.write(work).await
    }

    /// Has what was deleted leave the files, too, as far as the database can see to it.
    pub(crate) async fn forget_deleted(&self) -> Result<()> {
        Ok(self.engine.forget_deleted().await?)
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
        if let Ok(mut listener) = self.listener.lock() {
            listener.abort_all();
        }
        self.engine.pool.close().await;
    }
}

/// How long after a failure it is tried again to hear of other processes' changes.
const AGAIN: Duration = Duration::from_secs(5);

/// Takes note of what other processes commit, for as long as the registry is open.
async fn hear(mut listener: PgListener, engine: Engine, changed: watch::Sender<u64>, env: Env) {
    loop {
        // First of all what came while nobody listened. Nothing else says what another process has committed.
        let heard = async {
            let (_, seq) = counter::read(&mut *engine.pool.acquire().await?).await?;
            note(&changed, seq);
            // None: the connection was lost, and is there again.
            listener.try_recv().await
        };
        if let Err(error) = heard.await {
            tracing::warn!(%error, "other processes' changes can't be heard: readers may wait for longer");
            env.clock.pass(AGAIN).await;
        }
    }
}

/// Wakes who waits, where that number is news. It may be told late, behind a later one.
fn note(changed: &watch::Sender<u64>, seq: u64) {
    changed.send_if_modified(|known| *known < seq && std::mem::replace(known, seq) < seq);
}

/// A stored time, read.
pub(crate) fn read_time(stored: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(stored).map_err(|_| StoreError::Damaged("a time".to_owned()))
}

/// A name for a history that no other has: letters and digits.
pub(crate) fn new_epoch(env: &Env) -> String {
    let letter = |byte: u8| char::from(CODE_ALPHABET[usize::from(byte) % CODE_ALPHABET.len()]);
    env.bytes::<12>().iter().map(|byte| letter(*byte).to_ascii_lowercase()).collect()
}
