//! The few lines in which SQLite and another database would differ: how to connect, how a transaction begins, and
//! what an error means. Everything else in the store is SQL that both run.

use std::path::Path;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor};

/// Readers beside the one writer.
const CONNECTIONS: u32 = 8;

/// Begins the writer's transaction. Its first statement updates the counter, which takes the write lock.
pub(super) const BEGIN_WRITE: &str = "BEGIN";
/// Begins a transaction whose reads all see one moment.
pub(super) const BEGIN_READ: &str = "BEGIN";

/// Opens the database in that file, and makes it where there is none.
pub(super) async fn connect(file: &Path, max_pages: Option<u32>) -> Result<AnyPool, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let path = url::Url::from_file_path(file)
        .map_err(|()| sqlx::Error::Configuration("the data folder's path is not absolute".into()))?;
    let url = format!("sqlite://{}?mode=rwc", path.path());
    let options = url.parse::<AnyConnectOptions>()?.disable_statement_logging();
    // A pool would try again for half a minute, and then say only that it took too long.
    let mut first = AnyConnection::connect_with(&options).await?;
    prepare(&mut first, max_pages).await?;
    first.close().await?;
    AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .after_connect(move |connection, _| Box::pin(prepare(connection, max_pages)))
        .connect_with(options)
        .await
}

async fn prepare(connection: &mut AnyConnection, max_pages: Option<u32>) -> Result<(), sqlx::Error> {
    for pragma in [
        // First, so that the others wait for another process instead of failing.
        "PRAGMA busy_timeout = 10000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        // On a Mac a plain fsync leaves the drive's own cache unwritten. Elsewhere these say nothing.
        "PRAGMA fullfsync = ON",
        "PRAGMA checkpoint_fullfsync = ON",
        "PRAGMA foreign_keys = ON",
    ] {
        connection.execute(pragma).await?;
    }
    if let Some(pages) = max_pages {
        connection.execute(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"))).await?;
    }
    Ok(())
}

/// The disk, or what the database may take of it, is full.
pub(crate) fn is_full(error: &sqlx::Error) -> bool {
    const SQLITE_FULL: i32 = 13;
    primary_code(error) == Some(SQLITE_FULL)
}

/// Someone else held the database for too long; the same transaction may succeed now.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    primary_code(error) == Some(SQLITE_BUSY) || matches!(error, sqlx::Error::PoolTimedOut)
}

fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    // An extended code keeps the primary one in its low byte.
    Some(code & 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn durability_is_asked_of_every_connection() {
        let folder = tempfile::tempdir().unwrap();
        let pool = connect(&folder.path().join("a.db"), None).await.unwrap();
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
}
