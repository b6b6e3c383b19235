//! The world in which a simulated town lives, behind the same seams as the real one: time, chance, the way to the
//! registry, the keychain and the disk. Whoever waits for one of them is written down here and stands still until the
//! schedule lets them go on; so it is always known when a laptop has done all that it can do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail};
use async_trait::async_trait;
use bytes::Bytes;
use guildhall_client::{Body, TransportError};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};
use tokio::sync::{Notify, oneshot};

/// When every run begins: an hour after the town was built.
pub(super) const BEGINNING: &str = "2026-11-23T10:00:00Z";
/// In real time: what takes this long has come to a standstill that nobody wrote down.
const STUCK: Duration = Duration::from_secs(600);

pub(super) type Answer = Result<http::Response<Body>, TransportError>;

tokio::task_local! {
    /// Set in what a laptop's person does; not set in what its loop does by itself.
    pub(super) static BY_PERSON: ();
}

/// Something that stands still.
pub(super) enum Waiting {
    /// A request is on its way, of what the laptop's person does or of its loop.
    Request { request: Box<http::Request<Bytes>>, by_person: bool, answer: oneshot::Sender<Answer> },
    /// The registry answered in that step, and the answer is on its way back.
    Answer {
        asked: Box<http::Request<Bytes>>,
        step: u32,
        given: http::Response<Bytes>,
        answer: oneshot::Sender<Answer>,
    },
    /// Time must pass until then.
    Timer { until: Timestamp, passed: oneshot::Sender<()> },
    /// Something was just committed, and goes no further: the laptop dies here.
    Dying,
}

/// What waits, who waits, how the clock stands.
pub(super) struct Env {
    state: Mutex<State>,
    moved: Notify,
}

struct State {
    now: Timestamp,
    /// How much the registry's clock is ahead.
    registry_ahead: SignedDuration,
    next: u64,
    waiting: BTreeMap<u64, (usize, Waiting)>,
    laptops: Vec<Running>,
}

#[derive(Clone, Default)]
struct Running {
    /// Tasks that are not at their end.
    tasks: usize,
    /// How much the laptop's own clock is ahead.
    ahead: SignedDuration,
    /// Commits until it dies.
    dies_after: Option<u32>,
}

impl Env {
    pub(super) fn new(now: Timestamp, laptops: usize) -> Arc<Self> {
        let state = State {
            now,
            registry_ahead: SignedDuration::ZERO,
            next: 0,
            waiting: BTreeMap::new(),
            laptops: vec![Running::default(); laptops],
        };
        Arc::new(Self { state: Mutex::new(state), moved: Notify::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns once everybody stands still.
    pub(super) async fn quiet(&self) -> Result<()> {
        loop {
            // Whoever was woken by what was done last comes first.
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            if self.state().is_quiet() {
                return Ok(());
            }
            if tokio::time::timeout(STUCK, self.moved.notified()).await.is_err() {
                bail!("a laptop came to a standstill that is no wait: {}", self.state().describe());
            }
        }
    }

    fn wait(self: &Arc<Self>, who: usize, what: Waiting) -> Standing {
        let mut state = self.state();
        let id = state.next;
        state.next += 1;
        state.waiting.insert(id, (who, what));
        drop(state);
        self.moved.notify_one();
        Standing { env: Arc::clone(self), id }
    }

    /// A task of that laptop's begins; it has ended when this is dropped.
    pub(super) fn task(self: &Arc<Self>, who: usize) -> Task {
        self.state().laptops[who].tasks += 1;
        Task { env: Arc::clone(self), who }
    }

    /// Looks at all that waits, in the order in which it came.
    pub(super) fn look<T>(&self, mut at: impl FnMut(u64, usize, &Waiting) -> Option<T>) -> Vec<T> {
        self.state().waiting.iter().filter_map(|(id, (who, what))| at(*id, *who, what)).collect()
    }

    /// Takes it out: it is let go.
    pub(super) fn take(&self, id: u64) -> Option<Waiting> {
        self.state().waiting.remove(&id).map(|(_, what)| what)
    }

    /// Whoever stood there goes on waiting there, for something else.
    pub(super) fn put_back(&self, id: u64, who: usize, what: Waiting) {
        self.state().waiting.insert(id, (who, what));
    }

    /// That laptop will die at its commit after so many.
    pub(super) fn die_after(&self, who: usize, commits: Option<u32>) {
        self.state().laptops[who].dies_after = commits;
    }

    pub(super) fn now(&self) -> Timestamp {
        self.state().now
    }

    /// It is at least that late.
    pub(super) fn pass_until(&self, until: Timestamp) {
        let mut state = self.state();
        state.now = state.now.max(until);
    }

    /// Sets the registry's clock, as far ahead of the world's as that.
    pub(super) fn set_registry_ahead(&self, ahead: SignedDuration) {
        self.state().registry_ahead = ahead;
    }

    fn now_at_registry(&self) -> Timestamp {
        let state = self.state();
        state.now.saturating_add(state.registry_ahead).unwrap_or(state.now)
    }

    /// Sets a laptop's own clock by that much.
    pub(super) fn set_clock(&self, who: usize, by: SignedDuration) {
        let ahead = &mut self.state().laptops[who].ahead;
        *ahead = ahead.saturating_add(by);
    }

    /// What that laptop's clock says at that time.
    pub(super) fn as_told_by(&self, who: usize, time: Timestamp) -> Timestamp {
        time.saturating_add(self.state().laptops[who].ahead).unwrap_or(time)
    }
}

impl State {
    fn is_quiet(&self) -> bool {
        self.laptops.iter().enumerate().all(|(who, laptop)| {
            laptop.tasks == self.waiting.values().filter(|(waiting, _)| *waiting == who).count()
        })
    }

    fn describe(&self) -> String {
        let tasks: Vec<usize> = self.laptops.iter().map(|laptop| laptop.tasks).collect();
        let waiting: Vec<String> =
            self.waiting.values().map(|(who, what)| format!("{who}: {}", what.describe())).collect();
        format!("tasks {tasks:?}, waiting {waiting:?}")
    }
}

impl Waiting {
    fn describe(&self) -> String {
        match self {
            Self::Request { request, .. } => format!("{} {}", request.method(), request.uri().path()),
            Self::Answer { asked, .. } => format!("the answer to {} {}", asked.method(), asked.uri().path()),
            Self::Timer { until, .. } => format!("until {until}"),
            Self::Dying => "dying".to_owned(),
        }
    }
}

/// Its place among all that waits; whoever gives up waiting leaves it.
struct Standing {
    env: Arc<Env>,
    id: u64,
}

impl Drop for Standing {
    fn drop(&mut self) {
        self.env.take(self.id);
        self.env.moved.notify_one();
    }
}

/// A task that is not at its end.
pub(super) struct Task {
    env: Arc<Env>,
    who: usize,
}

impl Drop for Task {
    fn drop(&mut self) {
        self.env.state().laptops[self.who].tasks -= 1;
        self.env.moved.notify_one();
    }
}

/// The environment of one laptop.
pub(super) struct Seat {
    pub(super) env: Arc<Env>,
    pub(super) who: usize,
}

#[async_trait]
impl guildhall_client::Clock for Seat {
    fn now(&self) -> Timestamp {
        self.env.as_told_by(self.who, self.env.now())
    }
    fn running(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.env.now().as_millisecond()).unwrap_or_default())
    }
    async fn pass(&self, time: Duration) {
        let until = self.env.now().saturating_add(time).unwrap_or(Timestamp::MAX);
        let (passed, passing) = oneshot::channel();
        let _standing = self.env.wait(self.who, Waiting::Timer { until, passed });
        // The schedule lets go of it, or nobody waits any longer.
        let _ = passing.await;
    }
}

#[async_trait]
impl guildhall_client::Transport for Seat {
    async fn send(&self, request: http::Request<Bytes>) -> Answer {
        let (answer, answered) = oneshot::channel();
        let (request, by_person) = (Box::new(request), BY_PERSON.try_with(|()| ()).is_ok());
        let _standing = self.env.wait(self.who, Waiting::Request { request, by_person, answer });
        answered.await.unwrap_or(Err(TransportError::Lost))
    }
}

#[async_trait]
impl guildhall_client::CommitHook for Seat {
    async fn committed(&self) {
        let dies = match &mut self.env.state().laptops[self.who].dies_after {
            None => false,
            Some(0) => true,
            Some(commits) => {
                *commits -= 1;
                false
            }
        };
        if dies {
            let _standing = self.env.wait(self.who, Waiting::Dying);
            std::future::pending::<()>().await;
        }
    }
}

/// The registry's clock. Nothing is ever held back there: how long an answer takes is the schedule's to say.
pub(super) struct TownClock(pub(super) Arc<Env>);

#[async_trait]
impl guildhall_registry::Clock for TownClock {
    fn now(&self) -> Timestamp {
        self.0.now_at_registry()
    }
    async fn pass(&self, _: Duration) {}
}

/// Chance, of a seed.
pub(super) struct Chance(Mutex<SmallRng>);

impl Chance {
    pub(super) fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self(Mutex::new(SmallRng::seed_from_u64(seed))))
    }

    fn bytes(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

impl guildhall_client::Random for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        self.bytes(bytes);
    }
}

impl guildhall_registry::Random for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        self.bytes(bytes);
    }
}

/// A keychain that outlives its laptop's crashes.
#[derive(Clone, Default)]
pub(super) struct Keyring(Arc<Mutex<BTreeMap<String, String>>>);

impl Keyring {
    fn secrets(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another with the same in it.
    pub(super) fn copy(&self) -> Self {
        Self(Arc::new(Mutex::new(self.secrets().clone())))
    }

    /// What is in it.
    pub(super) fn all(&self) -> Vec<String> {
        self.secrets().values().cloned().collect()
    }
}

impl guildhall_client::Keychain for Keyring {
    fn get(&self, whose: &str) -> Option<String> {
        self.secrets().get(whose).cloned()
    }
    fn set(&self, whose: &str, secret: &str) -> bool {
        self.secrets().insert(whose.to_owned(), secret.to_owned());
        true
    }
    fn forget(&self, whose: &str) {
        self.secrets().remove(whose);
    }
}
