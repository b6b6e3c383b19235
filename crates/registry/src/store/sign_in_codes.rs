//! The codes that the operator hands over: one an address, with a short life. They belong to no start, as whoever types one
//! may have been waiting for a mail: the tries at one are those of anybody who knows the address, and so there are many.
//! `window_from` and `sent` are of earlier versions, which kept mailed codes here.

use super::write::WriteTx;
use crate::store::error::Result;

/// How long a code lasts, in milliseconds.
const LIFE: i64 = 10 * 60 * 1000;
/// How often a wrong code may be typed before the right one is no longer taken. There are 2^40 codes.
const TRIES: i64 = 100;

/// Stores the hash of a code that the operator hands over, in the place of an earlier one.
pub(crate) async fn issue(tx: &mut WriteTx, email: &str, hash: &str, now: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO sign_in_codes (email, hash, expires_at, tries_left, window_from, sent)
         VALUES ($1, $2, $3, $4, $5, 0)
         ON CONFLICT (email) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at,
             tries_left = excluded.tries_left, window_from = excluded.window_from, sent = excluded.sent",
    )
    .bind(email)
    .bind(hash)
    .bind(now + LIFE)
    .bind(TRIES)
    .bind(now)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Uses the code up: true where it is the right one. A wrong one costs a try.
pub(crate) async fn take(tx: &mut WriteTx, email: &str, hash: &str, now: i64) -> Result<bool> {
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
