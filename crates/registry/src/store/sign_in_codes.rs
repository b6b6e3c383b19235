//! Sign-in codes that the operator hands over: one per address, short-lived. They belong to no start, because the
//! person may have been waiting for an email in the app. Anyone who knows the address can therefore use up the tries,
//! so there are many. The columns `window_from` and `sent` date from versions that kept emailed codes here.

use super::write::WriteTx;
use crate::store::error::Result;

/// The lifetime of a code, in milliseconds.
const LIFE: i64 = 10 * 60 * 1000;
/// Wrong codes allowed before the right one is refused too. There are 2^40 codes.
const TRIES: i64 = 100;

/// Stores the hash of a code, replacing an earlier one.
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

/// Uses up the code. Returns true if it is right; a wrong code costs a try.
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
