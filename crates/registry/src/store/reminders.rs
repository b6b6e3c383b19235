//! Reviews that the council's leads have been reminded of; one reminder per review.

use super::write::WriteTx;
use crate::store::error::Result;

/// Records a reminder. Returns false if there was one already.
pub(crate) async fn add(tx: &mut WriteTx, review: &str, now: i64) -> Result<bool> {
    let added =
        sqlx::query("INSERT INTO reminders (review, at) VALUES ($1, $2) ON CONFLICT (review) DO NOTHING")
            .bind(review)
            .bind(now)
            .execute(tx.sql())
            .await?;
    Ok(added.rows_affected() > 0)
}

/// Deletes the reminders of reviews that no longer wait.
pub(crate) async fn forget_answered(tx: &mut WriteTx) -> Result<()> {
    sqlx::query("DELETE FROM reminders WHERE review NOT IN (SELECT id FROM records WHERE kind = 'review')")
        .execute(tx.sql())
        .await?;
    Ok(())
}
