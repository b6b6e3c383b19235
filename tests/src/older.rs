//! Lets time pass for a registry: stops it, moves every recorded time into the past, and starts it again, because the
//! program only has the real clock.

use anyhow::{Context, Result, ensure};
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::Registry;
use crate::processes::until;

/// How long an authenticator app shows a code, in milliseconds (RFC 6238).
const STEP: i64 = 30_000;

impl Registry {
    /// Lets that much time pass. Returns when the daily maintenance has run.
    pub async fn pass(&mut self, time: SignedDuration) -> Result<()> {
        self.stop().await?;
        let database = Connection::open(self.database())?;
        let millis = i64::try_from(time.as_millis())?;
        let mut made_older = 0;
        for (table, column) in times(&database)? {
            let by = if column == "last_step" { millis / STEP } else { millis };
            let older = format!("UPDATE {table} SET {column} = {column} - ?1 WHERE {column} > 0");
            made_older += database.execute(&older, [by])?;
        }
        ensure!(made_older > 0, "nothing in the database has a time");
        // Maintenance deletes expired browser sign-ins in the same transaction as everything else, so this row shows
        // when it has run.
        database.execute(
            "INSERT INTO openid_sign_ins (state, challenge, port, nonce, verifier, code, issuer, subject, email, expires_at)
             VALUES ('older', '', 0, '', '', '', '', '', '', 1)",
            [],
        )?;
        self.start().await?;
        let waits = "SELECT EXISTS (SELECT 1 FROM openid_sign_ins WHERE state = 'older')";
        until("the registry to tidy", async || {
            let waits: bool = database.query_row(waits, [], |row| row.get(0))?;
            Ok((!waits).then_some(()))
        })
        .await
    }
}

/// Every column that holds a time, with its table.
fn times(database: &Connection) -> Result<Vec<(String, String)>> {
    let mut columns = database.prepare(
        "SELECT tables.name, columns.name FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
             AND (columns.name IN ('at', 'wait_until', 'last_step') OR columns.name LIKE '%\\_at' ESCAPE '\\')",
    )?;
    let found = columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    found.collect::<Result<_, _>>().context("the columns of the database")
}
