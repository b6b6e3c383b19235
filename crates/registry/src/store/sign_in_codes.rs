//! The codes that were sent and not used yet: one an address, with few tries and a short life. The row outlives
//! its code, as it also counts how many were sent.

use super::write::WriteTx;
use crate::failure::{Failure, Outcome};

/// How long a code lasts, in milliseconds.
const LIFE: i64 = 10 * 60 * 1000;
/// How often a wrong code may be typed before the right one is no longer taken.
const TRIES: i64 = 5;
/// How many codes an address is sent within [`WINDOW`].
const SENT: i64 = 5;
/// In milliseconds.
const WINDOW: i64 = 15 * 60 * 1000;

/// Stores the hash of a code that is about to be sent to that address, in the place of an earlier one.
///
/// # Errors
/// When too many were sent to it lately.
pub(crate) async fn send(tx: &mut WriteTx, email: &str, hash: &str, now: i64) -> Outcome<()> {
    let row: Option<(i64, i64)> =
        sqlx::query_as("SELECT window_from, sent FROM sign_in_codes WHERE email = $1")
            .bind(email)
            .fetch_optional(tx.sql())
            .await?;
    let (window_from, sent) = match row {
        Some((from, sent)) if now < from + WINDOW => (from, sent),
        _ => (now, 0),
    };
    if sent >= SENT {
        let seconds = (window_from + WINDOW - now).cast_unsigned().div_ceil(1000);
        return Err(Failure::TooMany { seconds });
    }
    put(tx, email, hash, now, (window_from, sent + 1)).await
}

/// Stores the hash of a code that the operator hands over: it counts towards no limit.
pub(crate) async fn issue(tx: &mut WriteTx, email: &str, hash: &str, now: i64) -> Outcome<()> {
    put(tx, email, hash, now, (now, 0)).await
}

async fn put(tx: &mut WriteTx, email: &str, hash: &str, now: i64, window: (i64, i64)) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO sign_in_codes (email, hash, expires_at, tries_left, window_from, sent)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (email) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at,
             tries_left = excluded.tries_left, window_from = excluded.window_from, sent = excluded.sent",
    )
    .bind(email)
    .bind(hash)
    .bind(now + LIFE)
    .bind(TRIES)
    .bind(window.0)
    .bind(window.1)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Uses the code up: true where it is the right one. A wrong one costs a try.
pub(crate) async fn take(tx: &mut WriteTx, email: &str, hash: &str, now: i64) -> Outcome<bool> {
    let used = sqlx::query(
        "UPDATE sign_in_codes SET tries_left = 0
         WHERE email = $1 AND hash = $2 AND expires_at > $3 AND tries_left > 0",
    )
    .bind(email)
    .bind(hash)
    .bind(now)
    .execute(tx.sql())
    .await?;
    if used.rows_affected() > 0 {
        return Ok(true);
    }
    sqlx::query("UPDATE sign_in_codes SET tries_left = tries_left - 1 WHERE email = $1 AND tries_left > 0")
        .bind(email)
        .execute(tx.sql())
        .await?;
    Ok(false)
}
