//! Forgetting what is no longer needed, once a day.

use std::time::Duration;

use crate::Registry;
use crate::failure::Outcome;
use crate::store::departures;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a record's leaving is kept for those who could see it. Who comes back later reads everything anew.
const DEPARTURES_KEPT: Duration = DAY.saturating_mul(180);

impl Registry {
    /// Forgets what is no longer needed.
    ///
    /// # Errors
    /// When it can't be stored.
    pub async fn tidy(&self) -> Outcome<()> {
        let before = (self.world().clock.now() - DEPARTURES_KEPT).as_millisecond();
        self.store().write(move |tx| Box::pin(async move { departures::forget(tx, before).await })).await
    }

    /// Tidies now and once a day, for as long as it is asked to.
    pub(crate) async fn keep_tidy(&self) {
        loop {
            if let Err(error) = self.tidy().await {
                tracing::warn!(%error, "tidying: it is tried again tomorrow");
            }
            self.world().clock.pass(DAY).await;
        }
    }
}
