//! The sync loop: one task that sends the outbox, reads changes, and then waits until the registry has more, one thing
//! after another. It decides when to sync and retries with a backoff; what a push and a pull do is in `sync`. Anyone who
//! wants something done wakes it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::FutureExt as _;

use crate::Event;
use crate::drafts::lost_access;
use crate::error::{Failure, Result};
use crate::inner::ClientInner;
use crate::profile::Profile;
use crate::store::work::answers;
use crate::sync::pull::{self, Answer, PullOutcome};
use crate::sync::push::{self, PushOutcome};
use crate::sync::retention;
use crate::views::{Activity, Connection};

/// The longest wait between two tries.
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// How often invitations and requests to act for a council are asked for: they are not part of the feed.
const ME_INTERVAL: Duration = Duration::from_mins(5);

/// How often the time without contact is checked while nothing is sent or read.
const CONTACT_CHECK_INTERVAL: Duration = Duration::from_hours(1);

impl ClientInner {
    /// Runs the sync loop for as long as the app is open.
    pub(crate) async fn run_sync(&self) {
        let mut restarts = self.restarts();
        let mut tries: u32 = 0;
        loop {
            restarts.borrow_and_update();
            if self.profile().is_some_and(|profile| profile.is_damaged()) {
                self.reopen_profile();
                restarts.borrow_and_update();
            }
            if self.is_sync_stopped() {
                self.show_stop().await;
                self.recheck_contact().await;
                tokio::select! {
                    biased;
                    _ = restarts.changed() => {}
                    () = self.sync_woken() => {}
                    () = self.env().clock.pass(CONTACT_CHECK_INTERVAL) => {}
                }
                tries = 0;
                continue;
            }
            let paused = self.state().settings.work_offline;
            let Some(profile) = self.profile().filter(|_| !paused) else {
                self.refresh_status(|status| {
                    status.activity = Activity::Idle;
                    status.connection = if paused { Connection::SwitchedOff } else { Connection::Unknown };
                })
                .await;
                self.recheck_contact().await;
                tokio::select! {
                    biased;
                    // Cannot fail: the sender lives as long as the client.
                    _ = restarts.changed() => {}
                    () = self.env().clock.pass(CONTACT_CHECK_INTERVAL) => {}
                }
                tries = 0;
                continue;
            };

            // Biased, here and below: restarts take precedence, and a simulated run can be replayed step by step.
            let result = tokio::select! {
                biased;
                _ = restarts.changed() => continue,
                result = self.sync_once(&profile) => result,
            };
            let result = match result {
                Ok(()) => {
                    tries = 0;
                    // Only the long poll is cancelled by a wake-up, never the processing of its answer.
                    let answer = tokio::select! {
                        biased;
                        _ = restarts.changed() => continue,
                        () = self.sync_woken() => continue,
                        answer = pull::fetch(&profile, true) => answer,
                    };
                    self.apply(&profile, answer).await.map(drop)
                }
                Err(failure) => Err(failure),
            };
            let Err(failure) = result else { continue };
            if failure == Failure::SignedOutElsewhere {
                match self.follow_remote_sign_out().await {
                    Ok(()) => continue,
                    Err(error) => tracing::error!(%error, "cannot finish a sign-out from another laptop"),
                }
            }
            self.note_failure(&failure).await;
            tries = tries.saturating_add(1);
            let (least, most) = backoff(tries, &failure);
            if matches!(failure, Failure::TooManyTries { .. }) {
                // A wake-up from before the registry said when to retry must not cut the wait short.
                let _ = self.sync_woken().now_or_never();
            }
            tokio::select! {
                biased;
                _ = restarts.changed() => tries = 0,
                () = self.sync_woken() => tries = 0,
                () = self.env().clock.pass(least + self.env().up_to(most - least)) => {}
            }
        }
    }

    /// Sends what is queued, then reads changes up to the end.
    async fn sync_once(&self, profile: &Profile) -> Result<()> {
        let skipped = self.push_all(profile).await?;
        self.pull_all(profile).await?;
        let is_due =
            profile.author().is_some() && profile.since_me(self.env().clock.running()) >= ME_INTERVAL;
        if profile.me_is_stale.swap(false, Ordering::SeqCst) || is_due {
            self.refresh_me().await.inspect_err(|_| profile.me_is_stale.store(true, Ordering::SeqCst))?;
        }
        if let Some((work, credentials)) = profile.author() {
            let now = self.env().clock.now();
            if push::recheck_accepted(work, &profile.mirror, &profile.api, credentials, now).await? {
                self.emit(Event::DraftsChanged);
                self.refresh_status(|_| ()).await;
            }
        }
        skipped.map_or(Ok(()), Err)
    }

    /// Sends the outbox. Returns why the last of the skipped submissions was skipped, if any was.
    async fn push_all(&self, profile: &Profile) -> Result<Option<Failure>> {
        let Some((work, credentials)) = profile.author() else { return Ok(None) };
        let (mut skipped, mut why, mut nth) = (Vec::new(), None, 0);
        while let Some(waiting) = push::next(work, &skipped).await? {
            let submission = waiting.submission;
            let Some(reserved) = profile.reserve(waiting.draft) else {
                // Its author is withdrawing it.
                skipped.push(submission);
                continue;
            };
            nth += 1;
            let of = nth + push::count_others(work, &skipped).await?;
            self.refresh_status(|status| status.activity = Activity::Sending { nth, of }).await;
            self.emit(Event::DraftsChanged);
            let outcome =
                push::push_one(work, &profile.mirror, &profile.api, credentials, waiting, self.env()).await;
            drop(reserved);
            self.emit(Event::DraftsChanged);
            match outcome? {
                PushOutcome::Answered => self.emit(Event::CatalogueChanged),
                PushOutcome::Parked => {}
                PushOutcome::Withdrawn => continue,
                PushOutcome::Skipped(failure) => {
                    skipped.push(submission);
                    why = Some(failure);
                    continue;
                }
            }
            self.refresh_status(|status| status.connection = Connection::Connected).await;
        }
        match why {
            Some(why) => Ok(Some(why)),
            None => self.push_answers(profile).await,
        }
    }

    /// Sends the answers to reviews. Returns why the last of the skipped answers was skipped, if any was.
    async fn push_answers(&self, profile: &Profile) -> Result<Option<Failure>> {
        let Some((work, credentials)) = profile.author() else { return Ok(None) };
        let waiting = work.read(answers::all).await?;
        let mut why = None;
        for answer in waiting.into_iter().filter(|answer| answer.refused.is_none()) {
            match push::push_answer(work, &profile.api, credentials, answer).await? {
                PushOutcome::Skipped(failure) => why = Some(failure),
                _ => self.refresh_status(|status| status.connection = Connection::Connected).await,
            }
            self.emit(Event::DraftsChanged);
            self.emit(Event::CatalogueChanged);
        }
        Ok(why)
    }

    async fn pull_all(&self, profile: &Profile) -> Result<()> {
        while !self.apply(profile, pull::fetch(profile, false).await).await? {}
        Ok(())
    }

    /// Applies an answer of the feed. True once there is no more to read.
    async fn apply(&self, profile: &Profile, answer: Result<Answer>) -> Result<bool> {
        let answer = answer?;
        if matches!(answer, Answer::ResyncRequired) {
            // What this person may see has changed, and perhaps their roles have.
            profile.me_is_stale.store(profile.author().is_some(), Ordering::SeqCst);
        }
        let outcome = pull::apply(&profile.mirror, answer, self.env().clock.now()).await?;
        if let Some((work, _)) = profile.author()
            && matches!(outcome, PullOutcome::UpToDate { .. })
            && push::apply_decisions(work, &profile.mirror, self.env()).await?
        {
            self.emit(Event::DraftsChanged);
        }
        profile.note_check(self.env().clock.running());
        if outcome == PullOutcome::Differs {
            return Err(Failure::CatalogueDiffers);
        }
        self.show_progress(&outcome).await;
        if outcome != (PullOutcome::UpToDate { changed: false }) {
            self.emit(Event::CatalogueChanged);
        }
        let PullOutcome::UpToDate { changed } = outcome else { return Ok(false) };
        if lost_access::save_as_drafts(profile, self.env()).await? {
            self.emit(Event::DraftsChanged);
            self.refresh_status(|_| ()).await;
        }
        if changed {
            self.apply_erasures(profile).await;
        }
        Ok(true)
    }

    /// Removes what this laptop stored of people who were erased. A failure is only logged: the next change tries again.
    async fn apply_erasures(&self, profile: &Profile) {
        match retention::apply_erasures(profile).await {
            Ok(true) => self.emit(Event::DraftsChanged),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "cannot apply erasures: retrying with the next change"),
        }
    }

    async fn note_failure(&self, failure: &Failure) {
        self.recheck_contact().await;
        tracing::info!(%failure, "sync stopped for now");
        self.show_failure(failure).await;
        if *failure == Failure::SignInNeeded {
            self.emit(Event::AccountChanged);
        }
    }

    /// Checks for how long there was no contact, and refreshes the status. A failure is only logged.
    async fn recheck_contact(&self) {
        if let Some(profile) = self.profile() {
            self.check_contact(&profile, false).await;
        }
        self.refresh_status(|_| ()).await;
    }

    async fn check_contact(&self, profile: &Profile, at_start: bool) {
        let days = self.state().settings.private_days;
        match retention::enforce_contact_limit(profile, &*self.env().clock, days, at_start).await {
            Ok(true) => self.emit(Event::CatalogueChanged),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "cannot check the time without contact: retrying later"),
        }
    }

    /// What is due once when the app starts: deletes what was kept for long enough, and reads records again that an
    /// earlier version could not read.
    pub(crate) async fn prepare_sync(&self) {
        let Some(profile) = self.profile() else { return };
        self.check_contact(&profile, true).await;
        if let Err(error) = retention::delete_expired(&profile, self.env().clock.now()).await {
            tracing::warn!(%error, "cannot delete expired data: retrying at the next start");
        }
        match pull::read_set_aside(&profile.mirror).await {
            Ok(true) => self.emit(Event::CatalogueChanged),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "cannot read set-aside records: retrying at the next start"),
        }
    }
}

/// The least and the most time to wait after `tries` failures in a row. The actual wait is random within this range, so
/// that clients do not all come back at once, and never shorter than the registry asked for.
fn backoff(tries: u32, failure: &Failure) -> (Duration, Duration) {
    let most = match failure {
        Failure::TooManyTries { seconds } => {
            let asked = Duration::from_secs((*seconds).clamp(1, 600).into());
            return (asked, asked * 3 / 2);
        }
        Failure::SignInNeeded | Failure::AppTooOld | Failure::DiskFull => MAX_BACKOFF,
        _ => Duration::from_secs(1).saturating_mul(1 << tries.min(6)).min(MAX_BACKOFF),
    };
    (most / 2, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_grows_and_honours_retry_after() {
        let seconds = Duration::from_secs_f64;
        for (tries, failure, least, most) in [
            (1, Failure::NoConnection, 1.0, 2.0),
            (2, Failure::NoConnection, 2.0, 4.0),
            (4, Failure::RegistryBusy, 8.0, 16.0),
            (5, Failure::NoConnection, 15.0, 30.0),
            (u32::MAX, Failure::NoConnection, 15.0, 30.0),
            (1, Failure::SignInNeeded, 15.0, 30.0),
            (1, Failure::DiskFull, 15.0, 30.0),
            (9, Failure::TooManyTries { seconds: 7 }, 7.0, 10.5),
            (1, Failure::TooManyTries { seconds: 0 }, 1.0, 1.5),
            (1, Failure::TooManyTries { seconds: u32::MAX }, 600.0, 900.0),
        ] {
            assert_eq!(backoff(tries, &failure), (seconds(least), seconds(most)), "{tries} {failure:?}");
        }
    }
}
