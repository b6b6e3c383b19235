//! Time that passes for a registry: it is stopped, whatever it noted becomes that much older, and it is started again.
//! The program itself has only the real clock.

use anyhow::{Context, Result, ensure};
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::Registry;
use crate::processes::until;

/// How long a code of an authenticator app is shown, in milliseconds (RFC 6238).
const STEP: i64 = 30_000;

impl Registry {
    /// Lets that much time pass. Returns once what is done once a day is done.
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
        // Tidying forgets a browser that never came back, in the transaction in which it does all the rest.
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
