//! The environment of a simulated town, behind the same traits as the real one: time, randomness, the transport to the
//! registry, the keychain and the disk. Every task that waits for one of them is recorded here and stands still until
//! the schedule lets it continue, so the simulation always knows when a laptop can do no more.

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

/// When every run begins: an hour after the template was built.
pub(super) const BEGINNING: &str = "2026-11-23T10:00:00Z";
/// In real time: a task that takes this long is stuck somewhere that was not recorded.
const STUCK: Duration = Duration::from_secs(600);

pub(super) type Answer = Result<http::Response<Body>, TransportError>;

tokio::task_local! {
    /// Set for a person's actions at a laptop, but not for its sync loop.
    pub(super) static BY_PERSON: ();
}

/// Something that a task waits for.
pub(super) enum Waiting {
    /// A request on its way to the registry, from a person's action or from the loop.
    Request { request: Box<http::Request<Bytes>>, by_person: bool, answer: oneshot::Sender<Answer> },
    /// The registry answered in this step, and the answer is on its way back.
    Answer {
        asked: Box<http::Request<Bytes>>,
        step: u32,
        given: http::Response<Bytes>,
        answer: oneshot::Sender<Answer>,
    },
    /// The passing of time.
    Timer { until: Timestamp, passed: oneshot::Sender<()> },
    /// A transaction has just been committed, and the laptop loses power now.
    LosingPower,
}

/// The waiting tasks and the clocks.
pub(super) struct Env {
    state: Mutex<State>,
    moved: Notify,
}

struct State {
    now: Timestamp,
    /// How far the registry's clock is ahead.
    registry_ahead: SignedDuration,
    next: u64,
    waiting: BTreeMap<u64, (usize, Waiting)>,
    laptops: Vec<Running>,
}

#[derive(Clone, Default)]
struct Running {
    /// The number of unfinished tasks.
    tasks: usize,
    /// How far the laptop's own clock is ahead.
    ahead: SignedDuration,
    /// The number of commits before the laptop loses power.
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

    /// Returns when every task is waiting.
    pub(super) async fn quiet(&self) -> Result<()> {
        loop {
            // Lets the tasks that were just woken run first.
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

    fn wait(self: &Arc<Self>, who: usize, what: Waiting) -> WaitingEntry {
        let mut state = self.state();
        let id = state.next;
        state.next += 1;
        state.waiting.insert(id, (who, what));
        drop(state);
        self.moved.notify_one();
        WaitingEntry { env: Arc::clone(self), id }
    }

    /// Registers a task of that laptop until the returned value is dropped.
    pub(super) fn task(self: &Arc<Self>, who: usize) -> Task {
        self.state().laptops[who].tasks += 1;
        Task { env: Arc::clone(self), who }
    }

    /// Looks at everything that waits, in order of arrival.
    pub(super) fn look<T>(&self, mut at: impl FnMut(u64, usize, &Waiting) -> Option<T>) -> Vec<T> {
        self.state().waiting.iter().filter_map(|(id, (who, what))| at(*id, *who, what)).collect()
    }

    /// Removes an entry, so that its task can continue.
    pub(super) fn take(&self, id: u64) -> Option<Waiting> {
        self.state().waiting.remove(&id).map(|(_, what)| what)
    }

    /// Puts a removed entry back with something else to wait for.
    pub(super) fn put_back(&self, id: u64, who: usize, what: Waiting) {
        self.state().waiting.insert(id, (who, what));
    }

    /// The laptop will lose power at the commit after this many.
    pub(super) fn die_after(&self, who: usize, commits: Option<u32>) {
        self.state().laptops[who].dies_after = commits;
    }

    pub(super) fn now(&self) -> Timestamp {
        self.state().now
    }

    /// Moves the clock forward to this time, if it is not past it already.
    pub(super) fn pass_until(&self, until: Timestamp) {
        let mut state = self.state();
        state.now = state.now.max(until);
    }

    /// Sets how far the registry's clock is ahead of the simulation's.
    pub(super) fn set_registry_ahead(&self, ahead: SignedDuration) {
        self.state().registry_ahead = ahead;
    }

    fn now_at_registry(&self) -> Timestamp {
        let state = self.state();
        state.now.saturating_add(state.registry_ahead).unwrap_or(state.now)
    }

    /// Moves a laptop's own clock by this much.
    pub(super) fn set_clock(&self, who: usize, by: SignedDuration) {
        let ahead = &mut self.state().laptops[who].ahead;
        *ahead = ahead.saturating_add(by);
    }

    /// What that laptop's clock shows at that time.
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
            Self::LosingPower => "dying".to_owned(),
        }
    }
}

/// An entry among everything that waits; dropping it removes the entry.
struct WaitingEntry {
    env: Arc<Env>,
    id: u64,
}

impl Drop for WaitingEntry {
    fn drop(&mut self) {
        self.env.take(self.id);
        self.env.moved.notify_one();
    }
}

/// An unfinished task.
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

/// A laptop's environment.
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
        // Ends when the schedule fires the timer, or when the laptop is stopped.
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
            let _standing = self.env.wait(self.who, Waiting::LosingPower);
            std::future::pending::<()>().await;
        }
    }
}

/// The registry's clock. The registry never waits: the schedule decides how long an answer takes.
pub(super) struct TownClock(pub(super) Arc<Env>);

#[async_trait]
impl guildhall_registry::Clock for TownClock {
    fn now(&self) -> Timestamp {
        self.0.now_at_registry()
    }
    async fn pass(&self, _: Duration) {}
}

/// Randomness from a seed.
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

/// A keychain that survives its laptop's crashes.
#[derive(Clone, Default)]
pub(super) struct Keyring(Arc<Mutex<BTreeMap<String, String>>>);

impl Keyring {
    fn secrets(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A separate copy with the same secrets.
    pub(super) fn copy(&self) -> Self {
        Self(Arc::new(Mutex::new(self.secrets().clone())))
    }

    /// Every secret in it.
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
