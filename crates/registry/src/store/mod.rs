//! The registry's persistent data: one file per table, with the SQL beside its row types. All writes go through one
//! writer task ([`Store::write`]); any number of readers run beside it, each on a consistent snapshot
//! ([`Store::read`]).

pub(crate) mod audit;
pub(crate) mod cells;
pub(crate) mod council_requests;
pub(crate) mod council_settings;
pub(crate) mod counter;
pub(crate) mod domains;
pub(crate) mod engine;
pub(crate) mod erasures;
mod error;
pub(crate) mod former_addresses;
pub(crate) mod history;
pub(crate) mod integrity;
pub(crate) mod invitations;
pub(crate) mod memberships;
pub(crate) mod openid;
pub(crate) mod people;
pub(crate) mod project_links;
pub(crate) mod public;
pub(crate) mod publications;
pub(crate) mod purges;
mod readable;
pub(crate) mod records;
pub(crate) mod reminders;
pub(crate) mod reports;
mod restore;
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
mod write;

use std::sync::Mutex;
use std::time::Duration;

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
pub(crate) use readable::Cells;
pub(crate) use restore::Restore;
pub(crate) use write::{JobError, JobFn, WriteTx};

use crate::env::Env;
use crate::store::error::Result;
use jiff::Timestamp;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The version of the newest migration in this build.
pub(crate) fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Why the registry's database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder could not be created or read.
    #[error("the data folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// The database has migrations that this version does not know. Nothing was changed.
    #[error(
        "this data folder was last used by a newer version of guildhall-registry: \
         start that version, or a later one (nothing was changed)"
    )]
    NewerDatabase,
    /// The file is not a database, is damaged, or the server refused the connection.
    #[error("the registry's database cannot be opened: {0}")]
    Database(#[from] sqlx::Error),
    /// A restored backup brought back people who had been erased, and erasing them again failed.
    #[error("a restored backup contains erased people, and erasing them again failed: {0}")]
    Erasures(Box<dyn std::error::Error + Send + Sync>),
    /// The dates from which coordinators need a second factor could not be stored.
    #[error("the due dates of second factors could not be stored: {0}")]
    SecondFactor(Box<dyn std::error::Error + Send + Sync>),
    /// The services and needs of the projects could not be stored.
    #[error("the projects' services and needs could not be listed: {0}")]
    Links(Box<dyn std::error::Error + Send + Sync>),
    /// A migration failed.
    #[error("the registry's database could not be brought up to date: {0}")]
    Migration(MigrateError),
}

/// The database of one registry.
pub(crate) struct Store {
    engine: Engine,
    /// Aborted on drop, which also releases its database connection.
    listener: Mutex<JoinSet<()>>,
    queue: Mutex<Option<write::Queue>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    changed: watch::Receiver<u64>,
}

impl Store {
    /// Opens the database, runs pending migrations and starts the writer task.
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
            listener.spawn(listen(heard, engine.clone(), sender.clone(), env.clone()));
        }
        let (queue, writer) = write::Queue::start(engine.clone(), sender, env.clone());
        let (queue, writer) = (Mutex::new(Some(queue)), Mutex::new(Some(writer)));
        Ok(Self { engine, listener: Mutex::new(listener), queue, writer, changed })
    }

    /// Begins a read transaction: all its queries see one snapshot.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, Any>> {
        Ok(self.engine.pool.begin_with(self.engine.begin_read()).await?)
    }

    /// Queues a job for the next group commit and returns once it is committed. The job may run more than once. If it
    /// returns an error, its writes are rolled back.
    pub(crate) async fn write<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: JobError,
        F: AsyncFn(&mut WriteTx, &A) -> Result<T, E> + for<'t> JobFn<'t, &'t mut WriteTx, A, Result<T, E>>,
    {
        let queue = self.queue.lock().map_err(|_| StoreError::Closed)?.clone();
        queue.ok_or(StoreError::Closed)?.write(args, work).await
    }

    /// Removes deleted data from the database files, as far as the database allows.
    pub(crate) async fn purge_deleted_pages(&self) -> Result<()> {
        Ok(self.engine.purge_deleted_pages().await?)
    }

    /// Wakes when the last sequence number changes.
    pub(crate) fn changed(&self) -> watch::Receiver<u64> {
        self.changed.clone()
    }

    /// Refuses new writes, finishes the queued ones and closes the database.
    pub(crate) async fn close(&self) {
        let writer = {
            drop(self.queue.lock().ok().and_then(|mut queue| queue.take()));
            self.writer.lock().ok().and_then(|mut writer| writer.take())
        };
        if let Some(writer) = writer {
            // An error here is a panic, which has already been logged. The database is closed regardless.
            let _ = writer.await;
        }
        if let Ok(mut listener) = self.listener.lock() {
            listener.abort_all();
        }
        self.engine.pool.close().await;
    }
}

/// Delay before listening again after a failure.
const RECONNECT_AFTER: Duration = Duration::from_secs(5);

/// Listens for commits by other processes, for as long as the registry is open.
async fn listen(mut listener: PgListener, engine: Engine, changed: watch::Sender<u64>, env: Env) {
    loop {
        // A notification carries no number, and is lost if nobody listens: read the counter before each wait.
        let heard = async {
            let (_, seq) = counter::read(&mut *engine.pool.acquire().await?).await?;
            note(&changed, seq);
            // `None`: the connection was lost and has been re-established.
            listener.try_recv().await
        };
        if let Err(error) = heard.await {
            tracing::warn!(%error, "cannot listen for other processes' changes: readers may wait longer");
            env.clock.pass(RECONNECT_AFTER).await;
        }
    }
}

/// Wakes the readers if `seq` is newer than the last one. Notifications can arrive out of order.
fn note(changed: &watch::Sender<u64>, seq: u64) {
    changed.send_if_modified(|known| *known < seq && std::mem::replace(known, seq) < seq);
}

/// Converts a stored time (milliseconds since 1970).
pub(crate) fn read_time(stored: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(stored).map_err(|error| StoreError::damaged("a time", error))
}

/// A random name for a new epoch: lower-case letters and digits.
pub(crate) fn new_epoch(env: &Env) -> String {
    let letter = |byte: u8| char::from(CODE_ALPHABET[usize::from(byte) % CODE_ALPHABET.len()]);
    env.bytes::<12>().iter().map(|byte| letter(*byte).to_ascii_lowercase()).collect()
}
