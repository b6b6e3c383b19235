//! Reviews whose leads were reminded of them, each once.

use super::write::WriteTx;
use crate::store::error::Result;

/// Takes note of one; false where that was done before.
pub(crate) async fn add(tx: &mut WriteTx, review: &str, now: i64) -> Result<bool> {
    let added =
        sqlx::query("INSERT INTO reminders (review, at) VALUES ($1, $2) ON CONFLICT (review) DO NOTHING")
            .bind(review)
            .bind(now)
            .execute(tx.sql())
            .await?;
    Ok(added.rows_affected() > 0)
}

/// Forgets those of reviews that wait no longer.
pub(crate) async fn forget_answered(tx: &mut WriteTx) -> Result<()> {
    sqlx::query("DELETE FROM reminders WHERE review NOT IN (SELECT id FROM records WHERE kind = 'review')")
        .execute(tx.sql())
        .await?;
    Ok(())
}
