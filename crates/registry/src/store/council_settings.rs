//! Each council's choices about reviews and coordinators. A council without a row has the defaults.

use guildhall_protocol::{CouncilCode, CouncilSettings, ReviewPolicy};
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::Result;

/// A council's settings, or the defaults.
pub(crate) async fn get(sql: &mut AnyConnection, council: &CouncilCode) -> Result<CouncilSettings> {
    let row: Option<(String, i64, i64)> =
        sqlx::query_as("SELECT review, editors_decide, delegated FROM council_settings WHERE council = $1")
            .bind(council.as_str())
            .fetch_optional(sql)
            .await?;
    Ok(row.map_or_else(CouncilSettings::default, |(review, editors_decide, delegated)| CouncilSettings {
        review: ReviewPolicy::ALL
            .into_iter()
            .find(|policy| policy.as_str() == review)
            .unwrap_or(ReviewPolicy::All),
        editors_decide: editors_decide != 0,
        delegate_to_coordinator: delegated != 0,
    }))
}

pub(crate) async fn put(tx: &mut WriteTx, council: &CouncilCode, settings: CouncilSettings) -> Result<()> {
    sqlx::query(
        "INSERT INTO council_settings (council, review, editors_decide, delegated) VALUES ($1, $2, $3, $4)
         ON CONFLICT (council) DO UPDATE SET review = excluded.review, editors_decide = excluded.editors_decide,
             delegated = excluded.delegated",
    )
    .bind(council.as_str())
    .bind(settings.review.as_str())
    .bind(i64::from(settings.editors_decide))
    .bind(i64::from(settings.delegate_to_coordinator))
    .execute(tx.sql())
    .await?;
    Ok(())
}
