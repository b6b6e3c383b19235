//! The sync loop: sends the outbox, applies changes to the mirror, then holds a long poll until there are more. One
//! task does all of this in sequence, so that no two syncs ever overlap; other code only wakes it.

#[cfg(test)]
mod decoding;
#[cfg(test)]
mod laws;
mod page;
#[cfg(test)]
pub(crate) use page::{Cut, read_page};
pub(crate) mod outgoing;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod retention;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::FutureExt as _;

use crate::error::{Failure, Result};
use crate::profile::Profile;
use crate::remote::api::{ApiError, ApiResult};
use crate::remote::session::{self, Credentials};
use crate::remote::transport::TransportError;
use crate::store::work::answers;
use crate::views::{Activity, Connection};
use crate::{Client, Event, Inner};

/// The longest backoff between two tries.
const MOST_PATIENCE: Duration = Duration::from_secs(30);

/// How often the time since the last contact is checked while sync is stopped or offline.
const LOOK: Duration = Duration::from_hours(1);

/// Sends a request with an access token, and once more with a fresh one if the registry no longer accepts the first.
pub(crate) async fn with_token<T, F, A>(credentials: Option<&Credentials>, ask: F) -> ApiResult<T>
where
    F: Fn(Option<String>) -> A,
    A: Future<Output = ApiResult<T>>,
{
    let Some(credentials) = credentials else { return ask(None).await };
    let token = credentials.token().await?;
    with_this_token(credentials, token, |token| ask(Some(token))).await
}

/// As [`with_token`], but with a token already at hand.
async fn with_this_token<T, F, A>(credentials: &Credentials, token: String, ask: F) -> ApiResult<T>
where
    F: Fn(String) -> A,
    A: Future<Output = ApiResult<T>>,
{
    match ask(token.clone()).await {
        Err(error) if session::is_ended(&error) => {
            let again = async { ask(credentials.token_instead_of(&token).await?).await };
            // The first request reached the registry, so a failure to connect now counts as a lost answer.
            again.await.map_err(|error| match error {
                ApiError::Transport(TransportError::Unreachable) => TransportError::Lost.into(),
                other => other,
            })
        }
        other => other,
    }
}

/// Runs the sync loop for as long as the app is open.
pub(crate) async fn run(client: Arc<Inner>) {
    let mut restarts = client.restarts.subscribe();
    let mut tries: u32 = 0;
    loop {
        restarts.borrow_and_update();
        if client.profile().is_some_and(|profile| profile.is_damaged()) {
            client.mend();
            restarts.borrow_and_update();
        }
        if client.stopped.load(Ordering::SeqCst) {
            client.note_stop().await;
            client.look_again().await;
            tokio::select! {
                biased;
                _ = restarts.changed() => {}
                () = client.wake.notified() => {}
                () = client.env.clock.pass(LOOK) => {}
            }
            tries = 0;
            continue;
        }
        let paused = client.kept().settings.work_offline;
        let Some(profile) = client.profile().filter(|_| !paused) else {
            client
                .refresh_status(|status| {
                    status.activity = Activity::Idle;
                    status.connection = if paused { Connection::SwitchedOff } else { Connection::Unknown };
                })
                .await;
            client.look_again().await;
            tokio::select! {
                biased;
                // Cannot fail: the sender lives as long as the client.
                _ = restarts.changed() => {}
                () = client.env.clock.pass(LOOK) => {}
            }
            tries = 0;
            continue;
        };

        // Biased, here and below: restarts take precedence, and a simulated run can be replayed step by step.
        let result = tokio::select! {
            biased;
            _ = restarts.changed() => continue,
            result = round(&client, &profile) => result,
        };
        let trouble = match result {
            Ok(()) => {
                tries = 0;
                // Only the long poll is cancelled by a wake-up, never the processing of its answer.
                let answer = tokio::select! {
                    biased;
                    _ = restarts.changed() => continue,
                    () = client.wake.notified() => continue,
                    answer = pull::fetch(&profile, true) => answer,
                };
                take_in(&client, &profile, answer).await.err()
            }
            Err(failure) => Some(failure),
        };
        let Some(failure) = trouble else { continue };
        if failure == Failure::SignedOutElsewhere {
            match (Client { inner: Arc::clone(&client) }).leave().await {
                Ok(()) => continue,
                Err(error) => tracing::error!(%error, "leaving after a sign-out from elsewhere"),
            }
        }
        client.note_trouble(&failure).await;
        tries = tries.saturating_add(1);
        let (least, most) = backoff(tries, &failure);
        if matches!(failure, Failure::TooManyTries { .. }) {
            // A wake-up from before the registry said when to retry must not cut the wait short.
            let _ = client.wake.notified().now_or_never();
        }
        tokio::select! {
            biased;
            _ = restarts.changed() => tries = 0,
            () = client.wake.notified() => tries = 0,
            () = client.env.clock.pass(least + client.env.up_to(most - least)) => {}
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
        Failure::SignInNeeded | Failure::AppTooOld | Failure::DiskFull => MOST_PATIENCE,
        _ => Duration::from_secs(1).saturating_mul(1 << tries.min(6)).min(MOST_PATIENCE),
    };
    (most / 2, most)
}

/// Sends what is queued, then reads changes up to the end.
async fn round(client: &Inner, profile: &Profile) -> Result<()> {
    let passed_over = send_what_waits(client, profile).await?;
    read_what_changed(client, profile).await?;
    if profile.me_is_old.swap(false, Ordering::SeqCst) {
        client.refresh_me().await.inspect_err(|_| profile.me_is_old.store(true, Ordering::SeqCst))?;
    }
    if let Some((work, credentials)) = profile.author() {
        let now = client.env.clock.now();
        if push::ask_after_accepted(work, &profile.mirror, &profile.api, credentials, now).await? {
            client.tell(Event::DraftsChanged);
            client.refresh_status(|_| ()).await;
        }
    }
    passed_over.map_or(Ok(()), Err)
}

/// Sends the outbox, then review answers. Returns why some were passed over, if any were.
async fn send_what_waits(client: &Inner, profile: &Profile) -> Result<Option<Failure>> {
    let Some((work, credentials)) = profile.author() else { return Ok(None) };
    let (mut passed_over, mut why, mut nth) = (Vec::new(), None, 0);
    while let Some(waiting) = push::next(work, &passed_over).await? {
        let submission = waiting.submission;
        let Some(held) = profile.hold(waiting.draft) else {
            // The author is withdrawing it.
            passed_over.push(submission);
            continue;
        };
        nth += 1;
        let of = nth + push::count_others(work, &passed_over).await?;
        client.refresh_status(|status| status.activity = Activity::Sending { nth, of }).await;
        client.tell(Event::DraftsChanged);
        let result =
            push::push_one(work, &profile.mirror, &profile.api, credentials, waiting, &client.env).await;
        drop(held);
        client.tell(Event::DraftsChanged);
        match result? {
            push::PushOutcome::Answered => client.tell(Event::CatalogueChanged),
            push::PushOutcome::Parked => {}
            push::PushOutcome::TakenBack => continue,
            push::PushOutcome::PassedOver(failure) => {
                passed_over.push(submission);
                why = Some(failure);
                continue;
            }
        }
        client.refresh_status(|status| status.connection = Connection::Connected).await;
    }
    if why.is_none() {
        why = send_answers(client, profile).await?;
    }
    Ok(why)
}

/// Sends the queued answers to reviews. Returns why some were passed over, if any were.
async fn send_answers(client: &Inner, profile: &Profile) -> Result<Option<Failure>> {
    let Some((work, credentials)) = profile.author() else { return Ok(None) };
    let waiting = work.read(answers::all).await?;
    let mut why = None;
    for answer in waiting.into_iter().filter(|answer| answer.refused.is_none()) {
        match push::push_answer(work, &profile.api, credentials, answer).await? {
            push::PushOutcome::PassedOver(failure) => why = Some(failure),
            _ => client.refresh_status(|status| status.connection = Connection::Connected).await,
        }
        client.tell(Event::DraftsChanged);
        client.tell(Event::CatalogueChanged);
    }
    Ok(why)
}

async fn read_what_changed(client: &Inner, profile: &Profile) -> Result<()> {
    while !take_in(client, profile, pull::fetch(profile, false).await).await? {}
    Ok(())
}

/// Processes an answer of the registry. True once there is no more to read.
async fn take_in(client: &Inner, profile: &Profile, answer: Result<pull::Answer>) -> Result<bool> {
    let answer = answer?;
    if matches!(answer, pull::Answer::ResyncRequired) {
        // This person's read access has changed, and perhaps their roles with it.
        profile.me_is_old.store(profile.author().is_some(), Ordering::SeqCst);
    }
    let outcome = pull::take_in(&profile.mirror, answer, client.env.clock.now()).await?;
    if let Some((work, _)) = profile.author()
        && matches!(outcome, pull::PullOutcome::UpToDate { .. })
        && push::hear_answers(work, &profile.mirror, &client.env).await?
    {
        client.tell(Event::DraftsChanged);
    }
    client.took_in(outcome).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_waits_longer_each_time_and_as_long_as_asked() {
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
