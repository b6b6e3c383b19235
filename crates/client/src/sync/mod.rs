//! Keeping the laptop and the registry in step: what waits goes out, what changed comes in, and then the registry
//! is asked to say when there is more. One task does it all, one thing after the other; whoever wants something
//! wakes it.

#[cfg(test)]
mod decoding;
#[cfg(test)]
mod laws;
mod page;
#[cfg(test)]
pub(crate) use page::{Cut, read_page};
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod retention;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::FutureExt as _;

use crate::error::{Failure, Result};
use crate::profile::Place;
use crate::remote::api::{ApiError, ApiResult};
use crate::remote::session::{self, Credentials};
use crate::remote::transport::WireError;
use crate::store::work::answers;
use crate::views::{Activity, Connection};
use crate::{Desk, Event, Inner};

/// The longest wait between two tries.
const MOST_PATIENCE: Duration = Duration::from_secs(30);

/// How often the clock is looked at where nothing is sent and nothing read.
const LOOK: Duration = Duration::from_hours(1);

/// Asks with a token, and once more with another where the registry no longer takes the first.
pub(crate) async fn with_token<T, F, A>(credentials: Option<&Credentials>, ask: F) -> ApiResult<T>
where
    F: Fn(Option<String>) -> A,
    A: Future<Output = ApiResult<T>>,
{
    let Some(credentials) = credentials else { return ask(None).await };
    let token = credentials.token().await?;
    with_this_token(credentials, token, |token| ask(Some(token))).await
}

/// The same with a token that is there.
async fn with_this_token<T, F, A>(credentials: &Credentials, token: String, ask: F) -> ApiResult<T>
where
    F: Fn(String) -> A,
    A: Future<Output = ApiResult<T>>,
{
    match ask(token.clone()).await {
        Err(error) if session::is_ended(&error) => {
            let again = async { ask(credentials.token_instead_of(&token).await?).await };
            // Whatever becomes of this one, the first has arrived.
            again.await.map_err(|error| match error {
                ApiError::Wire(WireError::Unreachable) => WireError::Lost.into(),
                other => other,
            })
        }
        other => other,
    }
}

/// Syncs for as long as the app is open.
pub(crate) async fn run(desk: Arc<Inner>) {
    let mut turns = desk.turns.subscribe();
    let mut tries: u32 = 0;
    loop {
        turns.borrow_and_update();
        if desk.place().is_some_and(|place| place.is_damaged()) {
            desk.mend();
            turns.borrow_and_update();
        }
        if desk.stopped.load(Ordering::SeqCst) {
            desk.note_stop().await;
            desk.look_again().await;
            tokio::select! {
                biased;
                _ = turns.changed() => {}
                () = desk.wake.notified() => {}
                () = desk.world.clock.pass(LOOK) => {}
            }
            tries = 0;
            continue;
        }
        let paused = desk.kept().settings.work_offline;
        let Some(place) = desk.place().filter(|_| !paused) else {
            desk.refresh_status(|status| {
                status.activity = Activity::Idle;
                status.connection = if paused { Connection::SwitchedOff } else { Connection::Unknown };
            })
            .await;
            desk.look_again().await;
            tokio::select! {
                biased;
                // The sender lives as long as the desk.
                _ = turns.changed() => {}
                () = desk.world.clock.pass(LOOK) => {}
            }
            tries = 0;
            continue;
        };

        // Biased, here and below: what was asked for comes first, and a run can be told again step by step.
        let result = tokio::select! {
            biased;
            _ = turns.changed() => continue,
            result = round(&desk, &place) => result,
        };
        let trouble = match result {
            Ok(()) => {
                tries = 0;
                // Only the waiting is given up for something else, never the taking in.
                let answer = tokio::select! {
                    biased;
                    _ = turns.changed() => continue,
                    () = desk.wake.notified() => continue,
                    answer = pull::fetch(&place, true) => answer,
                };
                take_in(&desk, &place, answer).await.err()
            }
            Err(failure) => Some(failure),
        };
        let Some(failure) = trouble else { continue };
        if failure == Failure::SignedOutElsewhere {
            match (Desk { inner: Arc::clone(&desk) }).leave().await {
                Ok(()) => continue,
                Err(error) => tracing::error!(%error, "leaving after a sign-out from elsewhere"),
            }
        }
        desk.note_trouble(&failure).await;
        tries = tries.saturating_add(1);
        let (least, most) = patience(tries, &failure);
        if matches!(failure, Failure::TooManyTries { .. }) {
            // What was asked for before the registry said when to come back waits as well.
            let _ = desk.wake.notified().now_or_never();
        }
        tokio::select! {
            biased;
            _ = turns.changed() => tries = 0,
            () = desk.wake.notified() => tries = 0,
            () = desk.world.clock.pass(least + desk.world.up_to(most - least)) => {}
        }
    }
}

/// How long to wait after that many failures in a row: at least, and at most, so that not all come back at once. Never
/// less than the registry asked for.
fn patience(tries: u32, failure: &Failure) -> (Duration, Duration) {
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

/// Sends what waits and reads what changed.
async fn round(desk: &Inner, place: &Place) -> Result<()> {
    let passed_over = send_what_waits(desk, place).await?;
    read_what_changed(desk, place).await?;
    if place.me_is_old.swap(false, Ordering::SeqCst) {
        desk.look_who_i_am().await.inspect_err(|_| place.me_is_old.store(true, Ordering::SeqCst))?;
    }
    if let Some((work, credentials)) = place.author() {
        let now = desk.world.clock.now();
        if push::ask_after_accepted(work, &place.mirror, &place.api, credentials, now).await? {
            desk.tell(Event::DraftsChanged);
            desk.refresh_status(|_| ()).await;
        }
    }
    passed_over.map_or(Ok(()), Err)
}

/// Answers why some were passed over, where any were.
async fn send_what_waits(desk: &Inner, place: &Place) -> Result<Option<Failure>> {
    let Some((work, credentials)) = place.author() else { return Ok(None) };
    let (mut passed_over, mut why, mut nth) = (Vec::new(), None, 0);
    while let Some(waiting) = push::next(work, &passed_over).await? {
        let submission = waiting.submission;
        let Some(held) = place.hold(waiting.draft) else {
            // Its author is taking it back.
            passed_over.push(submission);
            continue;
        };
        nth += 1;
        let of = nth + push::count_others(work, &passed_over).await?;
        desk.refresh_status(|status| status.activity = Activity::Sending { nth, of }).await;
        desk.tell(Event::DraftsChanged);
        let result = push::push_one(work, &place.mirror, &place.api, credentials, waiting, &desk.world).await;
        drop(held);
        desk.tell(Event::DraftsChanged);
        match result? {
            push::Outcome::Answered => desk.tell(Event::CatalogueChanged),
            push::Outcome::Parked => {}
            push::Outcome::TakenBack => continue,
            push::Outcome::PassedOver(failure) => {
                passed_over.push(submission);
                why = Some(failure);
                continue;
            }
        }
        desk.refresh_status(|status| status.connection = Connection::Connected).await;
    }
    if why.is_none() {
        why = send_answers(desk, place).await?;
    }
    Ok(why)
}

/// Sends the answers to what others sent. Answers why some were passed over, where any were.
async fn send_answers(desk: &Inner, place: &Place) -> Result<Option<Failure>> {
    let Some((work, credentials)) = place.author() else { return Ok(None) };
    let waiting = work.read(answers::all).await?;
    let mut why = None;
    for answer in waiting.into_iter().filter(|answer| answer.refused.is_none()) {
        match push::push_answer(work, &place.api, credentials, answer).await? {
            push::Outcome::PassedOver(failure) => why = Some(failure),
            _ => desk.refresh_status(|status| status.connection = Connection::Connected).await,
        }
        desk.tell(Event::DraftsChanged);
        desk.tell(Event::CatalogueChanged);
    }
    Ok(why)
}

async fn read_what_changed(desk: &Inner, place: &Place) -> Result<()> {
    while !take_in(desk, place, pull::fetch(place, false).await).await? {}
    Ok(())
}

/// Takes in what the registry answered; true where there is no more to read.
async fn take_in(desk: &Inner, place: &Place, answer: Result<pull::Answer>) -> Result<bool> {
    let answer = answer?;
    if matches!(answer, pull::Answer::ResyncRequired) {
        // What this person may see has changed, and perhaps what they are.
        place.me_is_old.store(place.author().is_some(), Ordering::SeqCst);
    }
    let outcome = pull::take_in(&place.mirror, answer, desk.world.clock.now()).await?;
    if let Some((work, _)) = place.author()
        && matches!(outcome, pull::Outcome::UpToDate { .. })
        && push::hear_answers(work, &place.mirror, &desk.world).await?
    {
        desk.tell(Event::DraftsChanged);
    }
    desk.took_in(outcome).await
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
            assert_eq!(patience(tries, &failure), (seconds(least), seconds(most)), "{tries} {failure:?}");
        }
    }
}
