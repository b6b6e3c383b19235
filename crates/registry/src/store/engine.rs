//! The few lines in which SQLite and PostgreSQL differ: how to connect, how a transaction begins, how another process
//! hears of a change, and what an error means. Everything else in the store is SQL that both run.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions, PgSslMode};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor};
use url::Url;

use crate::files;

/// Readers beside the one writer.
const CONNECTIONS: u32 = 8;
/// How long a request waits for a connection before it is told that the registry is busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// Begins the writer's transaction. Its first statement updates the counter, which takes the write lock.
pub(super) const BEGIN_WRITE: &str = "BEGIN";

/// The channel on which the processes of one PostgreSQL tell each other that there is something new.
const CHANNEL: &str = "guildhall_changed";

/// Where a PostgreSQL is, with the name and password to it: `postgres://name:password@host/database`. Nothing that is
/// written of it has the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Url);

/// Why something is no [`DatabaseUrl`].
#[derive(Debug, thiserror::Error)]
pub enum NotADatabaseUrl {
    /// It is not the URL of a database.
    #[error("it is postgres://NAME:PASSWORD@HOST/DATABASE")]
    Url,
    /// What goes there and comes back could be read on its way.
    #[error(
        "the database is on another machine, and the connection to it would not have to be encrypted: end the URL with \
         ?sslmode=verify-full"
    )]
    NotEncrypted,
}

impl FromStr for DatabaseUrl {
    type Err = NotADatabaseUrl;

    fn from_str(text: &str) -> Result<Self, NotADatabaseUrl> {
        // Without a database's name PostgreSQL would take the one that is called like its user.
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
    /// All of it, the password too.
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://…@{}{}", self.0.host_str().unwrap_or_default(), self.0.path())
    }
}

/// Where a registry keeps its records.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// A file of SQLite, made where there is none, and the most pages of 4 KiB that it may grow to.
    File(PathBuf, Option<u32>),
    /// A database of its own on a PostgreSQL.
    Postgres(DatabaseUrl),
}

/// An open database.
#[derive(Clone)]
pub(super) struct Engine {
    pub(super) pool: AnyPool,
    /// Set where other processes may write to the same database.
    shared: Option<PgConnectOptions>,
}

impl Engine {
    /// Connects to it.
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

    /// Begins a transaction whose reads all see one moment.
    pub(super) fn begin_read(&self) -> &'static str {
        match self.shared {
            // SQLite's readers see the moment of their first read, and nothing after it.
            None => "BEGIN",
            Some(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Tells the other processes, once the transaction is committed, that there is something new.
    pub(super) async fn announce(&self, sql: &mut AnyConnection) -> Result<(), sqlx::Error> {
        if self.shared.is_some() {
            sql.execute(sqlx::AssertSqlSafe(format!("NOTIFY {CHANNEL}"))).await?;
        }
        Ok(())
    }

    /// Has what was deleted leave the files: the log of SQLite goes into the database, where secure_delete has
    /// overwritten it, and PostgreSQL is asked to reuse the room.
    pub(super) async fn forget_deleted(&self) -> Result<(), sqlx::Error> {
        let statement = match self.shared {
            None => "PRAGMA wal_checkpoint(TRUNCATE)",
            Some(_) => {
                "VACUUM records, history, submissions, people, memberships, sessions, invitations, sign_in_codes,
                 sign_in_starts, second_factors, recovery_codes"
            }
        };
        self.pool.acquire().await?.execute(statement).await.map(|_| ())
    }

    /// Hears what other processes announce; none where there can't be others.
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
    // SQLite gives the files that it makes beside this one its permissions.
    files::make_file(file)?;
    for beside in ["-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(beside);
        files::tighten(Path::new(&name))?;
    }
    let url = format!("sqlite://{}?mode=rw", path.path());
    let options = url.parse::<AnyConnectOptions>()?.disable_statement_logging();
    // A pool would try again for half a minute, and then say only that it took too long.
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
        // First, so that the others wait for another process instead of failing.
        "PRAGMA busy_timeout = 10000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        // On a Mac a plain fsync leaves the drive's own cache unwritten. Elsewhere these say nothing.
        "PRAGMA fullfsync = ON",
        "PRAGMA checkpoint_fullfsync = ON",
        "PRAGMA foreign_keys = ON",
        // What is deleted is overwritten, so that nobody who was erased can be read from the file.
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
    // As with a file: a wrong password is said at once.
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
        // Who waits for the counter's row waits no longer than for SQLite's lock.
        "SET lock_timeout = '10s'",
        // A process that stands still inside a transaction would keep all others from writing.
        "SET idle_in_transaction_session_timeout = '30s'",
        // What was answered is on the disk, whatever the server's own setting.
        "SET synchronous_commit = on",
    ] {
        connection.execute(setting).await?;
    }
    Ok(())
}

/// The disk, or what the database may take of it, is full.
pub(crate) fn is_full(error: &sqlx::Error) -> bool {
    const SQLITE_FULL: i64 = 13;
    match cause(error) {
        Some(Cause::Sqlite(code)) => code == SQLITE_FULL,
        // disk_full (PostgreSQL, appendix A)
        Some(Cause::Postgres(state)) => state == "53100",
        None => false,
    }
}

/// Someone else held the database for too long, or it can't be reached just now; the same transaction may succeed
/// later.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i64 = 5;
    match cause(error) {
        Some(Cause::Sqlite(code)) => code == SQLITE_BUSY,
        // Connection exceptions; too many connections; the server is going down or coming up; a lock that was waited
        // for too long, a deadlock, and a transaction that was ended for standing still.
        Some(Cause::Postgres(state)) => {
            state.starts_with("08")
                || matches!(&*state, "53300" | "57P01" | "57P02" | "57P03" | "55P03" | "40P01" | "25P03")
        }
        None => matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)),
    }
}

enum Cause {
    /// A result code of SQLite, without what extends it.
    Sqlite(i64),
    /// An SQLSTATE.
    Postgres(String),
}

fn cause(error: &sqlx::Error) -> Option<Cause> {
    const SQLSTATE_LENGTH: usize = 5;
    let code = error.as_database_error()?.code()?;
    if code.len() == SQLSTATE_LENGTH {
        return Some(Cause::Postgres(code.into_owned()));
    }
    // An extended code keeps the primary one in its low byte.
    Some(Cause::Sqlite(code.parse::<i64>().ok()? & 0xff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn durability_is_asked_of_every_connection() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::File(folder.path().join("a.db"), None);
        let pool = Engine::connect(&database).await.unwrap().pool;
        // Held together, so that the pool must open each.
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
