//! The few places where SQLite and PostgreSQL differ: connecting, beginning a transaction, notifying other processes,
//! and classifying errors. All other SQL in the store runs on both.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions, PgSslMode};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor};
use url::Url;

use crate::files;

/// Size of the connection pool, including the writer's connection.
const CONNECTIONS: u32 = 8;
/// How long a request waits for a connection before the registry answers that it is busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// Begins the writer's transaction. Its first statement updates the counter row, which takes the write lock.
pub(super) const BEGIN_WRITE: &str = "BEGIN";

/// The channel on which processes that share a PostgreSQL database announce their commits.
const CHANNEL: &str = "guildhall_changed";

/// The URL of a PostgreSQL database, with user and password: `postgres://name:password@host/database`. `Debug` leaves
/// the password out.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Url);

/// Why a text was refused as a [`DatabaseUrl`].
#[derive(Debug, thiserror::Error)]
pub enum NotADatabaseUrl {
    /// It is not a PostgreSQL URL that names a database.
    #[error("it is postgres://NAME:PASSWORD@HOST/DATABASE")]
    Url,
    /// The host is remote and the connection might not be encrypted.
    #[error(
        "the database is on another machine, and the connection to it would not have to be encrypted: end the URL with \
         ?sslmode=verify-full"
    )]
    NotEncrypted,
}

impl FromStr for DatabaseUrl {
    type Err = NotADatabaseUrl;

    fn from_str(text: &str) -> Result<Self, NotADatabaseUrl> {
        // Without a database name, PostgreSQL would use the one named after the user.
        let url = Url::parse(text.trim()).map_err(|_| NotADatabaseUrl::Url)?;
        if !matches!(url.scheme(), "postgres" | "postgresql") || url.path().len() < 2 {
            return Err(NotADatabaseUrl::Url);
        }
        let options: PgConnectOptions = url.as_str().parse().map_err(|_| NotADatabaseUrl::Url)?;
        let is_encrypted =
            !matches!(options.get_ssl_mode(), PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer);
        if is_encrypted || options.get_socket().is_some() || files::is_this_machine(options.get_host()) {
            Ok(Self(url))
        } else {
            Err(NotADatabaseUrl::NotEncrypted)
        }
    }
}

impl DatabaseUrl {
    /// The whole URL, including the password.
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://…@{}{}", self.0.host_str().unwrap_or_default(), self.0.path())
    }
}

/// Which database a registry uses.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// A SQLite file, created if it is missing, and its size limit in pages of 4 KiB.
    File(PathBuf, Option<u32>),
    /// A PostgreSQL database used by nothing else.
    Postgres(DatabaseUrl),
}

/// An open database.
#[derive(Clone)]
pub(super) struct Engine {
    pub(super) pool: AnyPool,
    /// Set for PostgreSQL, where other processes may write to the same database.
    shared: Option<PgConnectOptions>,
}

impl Engine {
    pub(super) async fn connect(database: &Database) -> Result<Self, sqlx::Error> {
        sqlx::any::install_default_drivers();
        match database {
            Database::File(file, max_pages) => {
                Ok(Self { pool: open_file(file, *max_pages).await?, shared: None })
            }
            Database::Postgres(url) => {
                let shared = url.0.as_str().parse::<PgConnectOptions>()?.disable_statement_logging();
                Ok(Self { pool: connect_to(url).await?, shared: Some(shared) })
            }
        }
    }

    /// The statement that begins a transaction on one snapshot.
    pub(super) fn begin_read(&self) -> &'static str {
        match self.shared {
            // In WAL mode, a SQLite reader keeps the snapshot of its first read.
            None => "BEGIN",
            Some(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Notifies other processes when this transaction commits.
    pub(super) async fn announce(&self, sql: &mut AnyConnection) -> Result<(), sqlx::Error> {
        if self.shared.is_some() {
            sql.execute(sqlx::AssertSqlSafe(format!("NOTIFY {CHANNEL}"))).await?;
        }
        Ok(())
    }

    /// Removes deleted data from the files. SQLite's write-ahead log is checkpointed into the database, where
    /// `secure_delete` has overwritten the rows; PostgreSQL is vacuumed so that it can reuse the space.
    pub(super) async fn purge_deleted_pages(&self) -> Result<(), sqlx::Error> {
        let statement = match self.shared {
            None => "PRAGMA wal_checkpoint(TRUNCATE)",
            Some(_) => {
                "VACUUM records, history, submissions, people, memberships, sessions, invitations, sign_in_codes,
                 sign_in_starts, second_factors, recovery_codes"
            }
        };
        self.pool.acquire().await?.execute(statement).await.map(|_| ())
    }

    /// Listens for other processes' commits. `None` for SQLite, which only one process uses.
    pub(super) async fn listen(&self) -> Result<Option<PgListener>, sqlx::Error> {
        let Some(options) = self.shared.clone() else { return Ok(None) };
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_with(options);
        let mut listener = PgListener::connect_with(&pool.await?).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(listener))
    }
}

async fn open_file(file: &Path, max_pages: Option<u32>) -> Result<AnyPool, sqlx::Error> {
    let path = Url::from_file_path(file)
        .map_err(|()| sqlx::Error::Configuration("the data folder's path is not absolute".into()))?;
    // SQLite gives the `-wal` and `-shm` files the permissions of the main file.
    files::make_file(file)?;
    for beside in ["-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(beside);
        files::tighten(Path::new(&name))?;
    }
    let url = format!("sqlite://{}?mode=rw", path.path());
    let options = url.parse::<AnyConnectOptions>()?.disable_statement_logging();
    // The pool would retry for half a minute and then report only a timeout, so the first connection is made without
    // it.
    let mut first = AnyConnection::connect_with(&options).await?;
    prepare_file(&mut first, max_pages).await?;
    first.close().await?;
    AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .after_connect(move |connection, _| Box::pin(prepare_file(connection, max_pages)))
        .connect_with(options)
        .await
}

async fn prepare_file(connection: &mut AnyConnection, max_pages: Option<u32>) -> Result<(), sqlx::Error> {
    for pragma in [
        // First, so that the following pragmas wait for a lock instead of failing.
        "PRAGMA busy_timeout = 10000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        // On macOS, a plain fsync does not flush the drive's own cache. Elsewhere these have no effect.
        "PRAGMA fullfsync = ON",
        "PRAGMA checkpoint_fullfsync = ON",
        "PRAGMA foreign_keys = ON",
        // Overwrite deleted rows, so that an erased person's data cannot be recovered from the file.
        "PRAGMA secure_delete = ON",
    ] {
        connection.execute(pragma).await?;
    }
    if let Some(pages) = max_pages {
        connection.execute(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"))).await?;
    }
    Ok(())
}

async fn connect_to(url: &DatabaseUrl) -> Result<AnyPool, sqlx::Error> {
    let options = url.0.as_str().parse::<AnyConnectOptions>()?.disable_statement_logging();
    // As in `open_file`: report a wrong password at once.
    AnyConnection::connect_with(&options).await?.close().await?;
    AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| Box::pin(prepare_session(connection)))
        .connect_with(options)
        .await
}

async fn prepare_session(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for setting in [
        // Wait for the counter's row lock no longer than for SQLite's lock.
        "SET lock_timeout = '10s'",
        // A process that hangs inside a transaction would block every other writer.
        "SET idle_in_transaction_session_timeout = '30s'",
        // An acknowledged write must be on disk, whatever the server's default.
        "SET synchronous_commit = on",
    ] {
        connection.execute(setting).await?;
    }
    Ok(())
}

/// Whether the disk, or the database's size limit, is full.
pub(crate) fn is_full(error: &sqlx::Error) -> bool {
    const SQLITE_FULL: i64 = 13;
    match cause(error) {
        Some(Cause::Sqlite(code)) => code == SQLITE_FULL,
        // disk_full (PostgreSQL, appendix A)
        Some(Cause::Postgres(state)) => state == "53100",
        None => false,
    }
}

/// Whether the error is temporary: a lock timeout, or a database that cannot be reached at the moment. The same
/// transaction may succeed later.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i64 = 5;
    match cause(error) {
        Some(Cause::Sqlite(code)) => code == SQLITE_BUSY,
        // Connection exceptions; too many connections; the server starting or shutting down; lock timeout; deadlock;
        // idle transaction timeout.
        Some(Cause::Postgres(state)) => {
            state.starts_with("08")
                || matches!(&*state, "53300" | "57P01" | "57P02" | "57P03" | "55P03" | "40P01" | "25P03")
        }
        None => matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)),
    }
}

enum Cause {
    /// A primary SQLite result code.
    Sqlite(i64),
    /// A PostgreSQL SQLSTATE.
    Postgres(String),
}

fn cause(error: &sqlx::Error) -> Option<Cause> {
    const SQLSTATE_LENGTH: usize = 5;
    let code = error.as_database_error()?.code()?;
    if code.len() == SQLSTATE_LENGTH {
        return Some(Cause::Postgres(code.into_owned()));
    }
    // The low byte of an extended SQLite code is the primary code.
    Some(Cause::Sqlite(code.parse::<i64>().ok()? & 0xff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_connection_has_durable_settings() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::File(folder.path().join("a.db"), None);
        let pool = Engine::connect(&database).await.unwrap().pool;
        // Hold all of them at once, so that the pool has to open each one.
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(pool.acquire().await.unwrap());
        }
        for connection in &mut connections {
            for (pragma, expected) in [
                ("journal_mode", "wal"),
                ("synchronous", "2"),
                ("fullfsync", "1"),
                ("checkpoint_fullfsync", "1"),
                ("foreign_keys", "1"),
            ] {
                let sql = sqlx::AssertSqlSafe(format!("SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}"));
                let said: String = sqlx::query_scalar(sql).fetch_one(&mut **connection).await.unwrap();
                assert_eq!(said, expected, "{pragma}");
            }
        }
    }

    #[test]
    fn a_database_url_never_shows_its_password() {
        let url: DatabaseUrl =
            "postgres://guildhall:hunter2@db.example:5433/guildhall?sslmode=require".parse().unwrap();
        assert_eq!(format!("{url:?}"), "postgres://…@db.example/guildhall");
        for text in ["", "hunter2", "sqlite:///r.db", "postgres://u:hunter2@db.example", "postgres://h/"] {
            let refused = text.parse::<DatabaseUrl>().unwrap_err();
            assert!(!refused.to_string().contains("hunter2"));
        }
    }
}
