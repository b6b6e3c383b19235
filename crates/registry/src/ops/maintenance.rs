//! Daily maintenance.

use std::time::Duration;

use crate::Registry;
use crate::auth::second_factor;
use crate::councils::{membership, successions, vouching};
use crate::error::Result;
use crate::mail::letters::{self, Letter};
use crate::registry::Write;
use crate::store::{openid, tombstones};
use crate::submissions::overdue;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long tombstones are kept. A laptop that was away for longer reads everything again.
const TOMBSTONES_KEPT: Duration = DAY.saturating_mul(180);

impl Registry {
    /// Deletes what is no longer needed, applies what is due by date (lapsed memberships, successions, second-factor
    /// resets, vouching), and reminds reviewers of overdue reviews.
    ///
    /// # Errors
    /// If the changes cannot be stored.
    pub async fn maintain(&self) -> Result<()> {
        let reminded = self.write((), async |Write { tx, env }, ()| {
            let before = (env.clock.now() - TOMBSTONES_KEPT).as_millisecond();
            tombstones::forget(tx, before).await?;
            openid::forget(tx, env.now_ms()).await?;
            successions::follow_calendar(tx, env).await?;
            membership::lapse(tx, env).await?;
            second_factor::apply_resets(tx, env).await?;
            vouching::confirm_vouched(tx, env).await?;
            overdue::escalate_overdue(tx, env).await
        });
        let reminded = reminded.await?;
        self.after_erasing().await;
        for (email, waiting) in reminded {
            self.write_to(&Letter::new(&email, &letters::Reminder { waiting: &waiting })).await;
        }
        Ok(())
    }

    /// Runs maintenance immediately and then daily, until cancelled.
    pub(crate) async fn run_daily(&self) {
        loop {
            if let Err(error) = self.maintain().await {
                tracing::warn!(%error, "maintenance failed, and will run again tomorrow");
            }
            self.env().clock.pass(DAY).await;
        }
    }
}
