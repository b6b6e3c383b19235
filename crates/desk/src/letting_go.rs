//! What leaves this laptop by itself: what others see no more, what was kept for long enough, and who was erased.

use rusqlite::Transaction;

use crate::failure::Result;
use crate::place::Place;
use crate::store::mirror::{projects, reading, record};
use crate::store::work::{drafts, kept};
use crate::{Event, Inner};

impl Inner {
    /// Removes what is not open to everyone from a laptop that had no contact for long: it may be lost, or its person
    /// have left. At the next contact it is read again by those who may. True where there was no contact for so long.
    pub(crate) async fn forget_private(&self, place: &Place) -> Result<bool> {
        let (now, days) = (self.world.clock.now(), self.kept().settings.private_days);
        let kept_for = jiff::SignedDuration::from_hours(24 * i64::from(days));
        let reading = place.mirror.read(reading::get).await?;
        if place.author().is_none() || reading.contact_at.is_none_or(|at| now.duration_since(at) <= kept_for)
        {
            return Ok(false);
        }
        let forgot = place.mirror.write(|tx| {
            let mut reading = reading::get(tx)?;
            let Some(digest) = record::forget_private(tx, reading.digest)? else { return Ok(false) };
            reading.digest = digest;
            reading.start_over();
            reading::set(tx, &reading)?;
            Ok(true)
        });
        if forgot.await? {
            tracing::info!(
                days,
                "what is not open to everyone was removed: there was no contact for so long"
            );
            self.tell(Event::CatalogueChanged);
        }
        Ok(true)
    }

    /// Lets go of what was kept for long enough.
    pub(crate) async fn let_go(&self) {
        let (now, place) = (self.world.clock.now(), self.place());
        if let Some(place) = &place
            && let Err(error) = self.forget_private(place).await
        {
            tracing::warn!(%error, "removing what is not open to everyone: it is tried again");
        }
        let Some(work) = place.as_ref().and_then(|place| place.work().ok()) else { return };
        let forget = work.write(move |tx| {
            kept::forget(tx, now)?;
            drafts::forget_hidden(tx, now - kept::KEPT)
        });
        if let Err(error) = forget.await {
            tracing::warn!(%error, "letting go of what was kept: it is tried again at the next start");
        }
    }

    /// Who was erased leaves what this laptop keeps of projects, and what others wrote goes with a project that is no more
    /// to be seen. Both leave the files' logs, too.
    pub(crate) async fn follow_erasures(&self, place: &Place) -> Result<()> {
        if let Ok(work) = place.work() {
            let projects = work.read(drafts::projects).await?;
            let without =
                place.mirror.read(move |mirror| projects::without_contact(mirror, &projects)).await?;
            let kept_of = work.read(kept::projects).await?;
            let gone = place.mirror.read(move |mirror| projects::not_here(mirror, &kept_of)).await?;
            if without.is_empty() && gone.is_empty() {
                return place.mirror.empty_log().await;
            }
            let forget = move |tx: &Transaction<'_>| {
                gone.iter().try_for_each(|id| kept::forget_theirs(tx, *id))?;
                without
                    .iter()
                    .try_fold(!gone.is_empty(), |gone, id| Ok(drafts::forget_contact(tx, *id)? | gone))
            };
            if work.write(forget).await? {
                work.empty_log().await?;
                self.tell(Event::DraftsChanged);
            }
        }
        place.mirror.empty_log().await
    }
}
