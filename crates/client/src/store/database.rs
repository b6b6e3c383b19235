//! One SQLite file. A single thread owns the writing connection and runs closures in IMMEDIATE transactions; reads run
//! beside it on `query_only` connections.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use rusqlite_migration::{MigrationDefinitionError, Migrations};
use tokio::sync::oneshot;

use crate::data_folder;
use crate::env::CommitHook;
use crate::error::{Failure, Result};

/// What a commit survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A killed app. For data that can be fetched again.
    Normal,
    /// A power failure. For what a person wrote.
    Full,
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A database. Cheap to clone; the file is closed with the last clone.
#[derive(Clone)]
pub(crate) struct Db {
    // Dropped before the writer, so that the last connection to close is one that can checkpoint the log.
    readers: Arc<Readers>,
    writer: Arc<Writer>,
    disk: Arc<dyn CommitHook>,
    damaged: Arc<AtomicBool>,
}

/// The thread that owns the writing connection.
struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<thread::JoinHandle<()>>,
}

struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Db {
    /// Opens the file, creating it if needed, and runs pending migrations.
    ///
    /// # Errors
    /// [`Failure::NewerFiles`] if a newer version wrote it; it is left unchanged. [`Failure::DiskFull`],
    /// [`Failure::FilesDamaged`] and [`Failure::FilesBroken`].
    pub(crate) fn open(
        path: &Path,
        migrations: &Migrations<'_>,
        durability: Durability,
        disk: Arc<dyn CommitHook>,
    ) -> Result<Self> {
        data_folder::make_file(path)?;
        let mut connection = Connection::open(path)?;
        set_up(&connection, durability)?;
        migrations.to_latest(&mut connection).map_err(|error| match error {
            rusqlite_migration::Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
                Failure::NewerFiles
            }
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            other => {
                tracing::error!(error = %other, "cannot migrate a database");
                Failure::FilesBroken
            }
        })?;

        let readers = Readers { path: path.to_owned(), idle: Mutex::default() };
        let writer = Writer::start(connection)?;
        Ok(Self { readers: Arc::new(readers), writer: Arc::new(writer), disk, damaged: Arc::default() })
    }

    /// Runs the closure on the writing connection in a transaction, committed if it succeeds and rolled back if it
    /// fails. The changes are durable when this returns.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = in_transaction(connection, work);
            // If the caller was cancelled nobody receives the answer; the transaction is committed all the same.
            let _ = answer.send(result);
        });
        self.writer.send(job)?;
        let result = answered.await.map_err(|_| Failure::FilesBroken)?;
        if result.is_ok() {
            self.disk.committed().await;
        }
        self.noting_damage(result)
    }

    /// As [`Self::write`], but blocking, for use while the app starts.
    pub(crate) fn write_at_start<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = mpsc::channel();
        let job: Job = Box::new(move |connection| {
            let _ = answer.send(in_transaction(connection, work));
        });
        self.writer.send(job)?;
        self.noting_damage(answered.recv().map_err(|_| Failure::FilesBroken)?)
    }

    /// Runs the closure on a read-only connection, on a thread where it may block.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let readers = Arc::clone(&self.readers);
        let done = tokio::task::spawn_blocking(move || {
            let connection = readers.take()?;
            let result = work(&connection);
            readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            result
        });
        let result = done.await.map_err(|_| Failure::Internal)?;
        self.noting_damage(result)
    }

    /// Checkpoints the write-ahead log and truncates it, so that deleted data does not stay in it. While somebody is
    /// reading, it stays until the next call.
    pub(crate) async fn truncate_wal(&self) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let emptied = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            let _ = answer.send(emptied.map_err(Failure::from));
        });
        self.writer.send(job)?;
        let result = answered.await.map_err(|_| Failure::FilesBroken)?;
        self.noting_damage(result)
    }

    /// Whether a read or write has found the file to be damaged.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::SeqCst)
    }

    fn noting_damage<T>(&self, result: Result<T>) -> Result<T> {
        if matches!(result, Err(Failure::FilesDamaged)) {
            self.damaged.store(true, Ordering::SeqCst);
        }
        result
    }
}

impl Writer {
    fn start(mut connection: Connection) -> Result<Self> {
        let (sender, jobs) = mpsc::channel::<Job>();
        let spawned = thread::Builder::new().name("writer".into()).spawn(move || {
            for job in jobs {
                job(&mut connection);
            }
        });
        let thread = spawned.map_err(|error| {
            tracing::error!(%error, "cannot start a thread");
            Failure::Internal
        })?;
        Ok(Self { jobs: Some(sender), thread: Some(thread) })
    }

    fn send(&self, job: Job) -> Result<()> {
        self.jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or(Failure::FilesBroken)
    }
}

/// PendingReview until the connection is closed: the caller may move the file next, or open it elsewhere.
impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        let Some(thread) = self.thread.take() else { return };
        // A job may hold the last clone, and a thread cannot join itself.
        if thread.thread().id() != thread::current().id() && thread.join().is_err() {
            tracing::error!("the writer thread panicked");
        }
    }
}

impl Readers {
    fn take(&self) -> Result<Connection> {
        if let Some(connection) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(connection);
        }
        let connection = Connection::open(&self.path)?;
        connection.pragma_update(None, "busy_timeout", 5000)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }
}

fn set_up(connection: &Connection, durability: Durability) -> Result<()> {
    connection.pragma_update(None, "busy_timeout", 5000)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Deleted data is overwritten, so that the details of erased people cannot be read from the file.
    connection.pragma_update(None, "secure_delete", true)?;
    // On macOS a plain fsync does not flush the drive's own cache. Elsewhere these pragmas have no effect.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    let synchronous = match durability {
        Durability::Normal => "NORMAL",
        Durability::Full => "FULL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    Ok(())
}

fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T>,
) -> Result<T> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use rusqlite_migration::M;

    use super::*;
    use crate::env::RealDisk;

    const ONE: &[M<'static>] = &[M::up("CREATE TABLE t (x INTEGER NOT NULL) STRICT;")];

    fn open(path: &Path, durability: Durability) -> Db {
        Db::open(path, &Migrations::from_slice(ONE), durability, Arc::new(RealDisk)).unwrap()
    }

    #[tokio::test]
    async fn a_failed_closure_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let db = open(&dir.path().join("a.db"), Durability::Full);
        let failed: Result<()> = db
            .write(|tx| {
                tx.execute("INSERT INTO t (x) VALUES (1)", [])?;
                Err(Failure::NotAllowed)
            })
            .await;
        assert_eq!(failed, Err(Failure::NotAllowed));
        let count =
            db.read(|c| Ok(c.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0))?)).await;
        assert_eq!(count, Ok(0));
    }

    #[tokio::test]
    async fn a_reader_can_not_write() {
        let dir = tempfile::tempdir().unwrap();
        let db = open(&dir.path().join("a.db"), Durability::Full);
        let refused = db.read(|c| Ok(c.execute("INSERT INTO t (x) VALUES (1)", [])?)).await;
        assert_eq!(refused, Err(Failure::FilesBroken));
    }

    /// The values of the pragmas that durability depends on.
    fn pragmas(connection: &Connection) -> Result<Vec<(&'static str, String)>> {
        let names = [
            "journal_mode",
            "synchronous",
            "fullfsync",
            "checkpoint_fullfsync",
            "foreign_keys",
            "query_only",
        ];
        let said = names.map(|name| {
            let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
            Ok((name, connection.query_row(&sql, [], |row| row.get(0))?))
        });
        said.into_iter().collect()
    }

    #[tokio::test]
    async fn durability_is_as_asked() {
        let dir = tempfile::tempdir().unwrap();
        for (durability, synchronous) in [(Durability::Normal, "1"), (Durability::Full, "2")] {
            let db = open(&dir.path().join(format!("{synchronous}.db")), durability);
            let expected = [
                ("journal_mode", "wal"),
                ("synchronous", synchronous),
                ("fullfsync", "1"),
                ("checkpoint_fullfsync", "1"),
                ("foreign_keys", "1"),
                ("query_only", "0"),
            ];
            let writer = db.write(|tx| pragmas(tx)).await.unwrap();
            assert_eq!(writer, expected.map(|(name, value)| (name, value.to_owned())));
        }
    }

    #[tokio::test]
    async fn every_reader_can_only_read() {
        let dir = tempfile::tempdir().unwrap();
        let db = open(&dir.path().join("a.db"), Durability::Full);
        // Two at once, so that two connections are opened.
        let (one, other) = tokio::join!(db.read(pragmas), db.read(pragmas));
        for pragmas in [one.unwrap(), other.unwrap()] {
            assert!(pragmas.contains(&("query_only", "1".to_owned())), "{pragmas:?}");
        }
    }

    #[tokio::test]
    async fn a_newer_file_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let two = [
            M::up("CREATE TABLE t (x INTEGER NOT NULL) STRICT;"),
            M::up("CREATE TABLE u (x INTEGER) STRICT;"),
        ];
        drop(Db::open(&path, &Migrations::from_slice(&two), Durability::Full, Arc::new(RealDisk)).unwrap());
        let refused =
            Db::open(&path, &Migrations::from_slice(ONE), Durability::Full, Arc::new(RealDisk)).err();
        assert_eq!(refused, Some(Failure::NewerFiles));
    }

    #[tokio::test]
    async fn a_full_disk_is_told_as_such() {
        let dir = tempfile::tempdir().unwrap();
        let db = open(&dir.path().join("a.db"), Durability::Full);
        let full = db
            .write(|tx| {
                tx.pragma_update(None, "max_page_count", 1)?;
                Ok(())
            })
            .await;
        assert_eq!(full, Ok(()));
        let refused: Result<()> = db
            .write(|tx| {
                for _ in 0..10_000 {
                    tx.execute("INSERT INTO t (x) VALUES (1)", [])?;
                }
                Ok(())
            })
            .await;
        assert_eq!(refused, Err(Failure::DiskFull));
    }
}
