//! Retention: removes what this laptop may no longer keep. That is records not open to everyone after a long time
//! without contact, text kept past its time limit, and the details of people who were erased.

use jiff::SignedDuration;
use rusqlite::Transaction;

use crate::error::Result;
use crate::profile::Profile;
use crate::store::mirror::contact::{self, Contact, Private, Step};
use crate::store::mirror::{projects, reading, record};
use crate::store::work::{drafts, unfinished, unused_texts};
use crate::{Event, Inner};

impl Inner {
    /// Hides, then removes, records that are not open to everyone once the registry has not been reached for the number
    /// of days in the settings: the laptop may be lost, or its owner may have left. While only the laptop's clock says
    /// so, which may be wrong, they are hidden first, and the next contact restores them. `starting` means that the app
    /// has just been opened.
    pub(crate) async fn look_at_contact(&self, profile: &Profile, starting: bool) -> Result<()> {
        let Some(written) = profile.mirror.read(contact::get).await?.filter(|_| profile.author().is_some())
        else {
            return Ok(());
        };
        let (now, running) = (self.env.clock.now(), self.env.clock.running());
        let days = self.kept().settings.private_days;
        let ran = SignedDuration::try_from(profile.ran(running)).unwrap_or(SignedDuration::MAX);
        let looked = written.look(now, ran);
        let step = looked.step(SignedDuration::from_hours(24 * i64::from(days)), starting);
        if step == Step::Nothing && !looked.is_news(&written) {
            return Ok(());
        }
        let changed = profile.mirror.write(move |tx| carry_out(tx, looked, step)).await?;
        profile.note_look(running);
        if changed {
            tracing::info!(days, ?step, "no contact for so long: what is not open to everyone");
            self.tell(Event::CatalogueChanged);
        }
        Ok(())
    }

    /// As [`Self::look_at_contact`] while the app runs, but only logs a failure. Also refreshes the status.
    pub(crate) async fn look_again(&self) {
        if let Some(profile) = self.profile()
            && let Err(error) = self.look_at_contact(&profile, false).await
        {
            tracing::warn!(%error, "looking for how long there was no contact: it is tried again");
        }
        self.refresh_status(|_| ()).await;
    }

    /// Deletes what is past its time limit. Runs once, when the app starts.
    pub(crate) async fn let_go(&self) {
        let (now, profile) = (self.env.clock.now(), self.profile());
        if let Some(profile) = &profile
            && let Err(error) = self.look_at_contact(profile, true).await
        {
            tracing::warn!(%error, "looking for how long there was no contact: it is tried again");
        }
        let Some(work) = profile.as_ref().and_then(|profile| profile.work().ok()) else { return };
        let forget = work.write(move |tx| {
            unused_texts::forget(tx, now)?;
            unfinished::forget(tx, now)?;
            drafts::forget_hidden(tx, now - unused_texts::KEPT_FOR)
        });
        if let Err(error) = forget.await {
            tracing::warn!(%error, "letting go of what was kept: it is tried again at the next start");
        }
    }

    /// Removes the contacts of erased people from this person's drafts, and others' unused text where its project has
    /// left the mirror. Checkpoints the write-ahead logs too, so that nothing deleted stays in them.
    pub(crate) async fn follow_erasures(&self, profile: &Profile) -> Result<()> {
        if let Ok(work) = profile.work() {
            let projects = work.read(drafts::projects).await?;
            let without =
                profile.mirror.read(move |mirror| projects::without_contact(mirror, &projects)).await?;
            let kept_of = work.read(unused_texts::projects).await?;
            let gone = profile.mirror.read(move |mirror| projects::not_here(mirror, &kept_of)).await?;
            if without.is_empty() && gone.is_empty() {
                return profile.mirror.empty_log().await;
            }
            let forget = move |tx: &Transaction<'_>| {
                gone.iter().try_for_each(|id| unused_texts::forget_theirs(tx, *id))?;
                without
                    .iter()
                    .try_fold(!gone.is_empty(), |gone, id| Ok(drafts::forget_contact(tx, *id)? | gone))
            };
            if work.write(forget).await? {
                work.empty_log().await?;
                self.tell(Event::DraftsChanged);
            }
        }
        profile.mirror.empty_log().await
    }
}

/// Stores the updated contact and carries out `step`. True if records became unreadable.
fn carry_out(tx: &Transaction<'_>, mut contact: Contact, step: Step) -> Result<bool> {
    let changed = match step {
        Step::Nothing => false,
        Step::Hide => {
            contact.private = Private::Hidden;
            contact.hidden_at = contact.ran;
            record::hide_private(tx)?
        }
        Step::Remove => {
            contact.private = Private::Removed;
            let mut reading = reading::get(tx)?;
            let removed = record::forget_private(tx, reading.digest)?;
            if let Some(digest) = removed {
                reading.digest = digest;
                reading.start_over();
                reading::set(tx, &reading)?;
            }
            removed.is_some()
        }
    };
    contact::set(tx, &contact)?;
    Ok(changed)
}
