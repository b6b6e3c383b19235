//! Rate limits: by network for codes, for tries at them and for reports, and by person for everything that they write.
//! Each process counts in memory; limits that must always hold (tries for a code, mails an hour) are counted in the
//! database. They are generous, because everyone at a council may share one address.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter, clock};
use guildhall_protocol::{CouncilCode, PersonId};
use ipnet::IpNet;

use crate::env::{Clock, Env};
use crate::error::{Error, Result};

/// The most requests at once, and the time after which one more is allowed.
struct Limit(u32, Duration);

const CODES: Limit = Limit(100, Duration::from_secs(10));
/// From one network to one mailbox.
const CODES_TO_ONE: Limit = Limit(5, Duration::from_secs(180));
const TRIES: Limit = Limit(300, Duration::from_secs(3));
const REPORTS: Limit = Limit(100, Duration::from_secs(30));
/// All writes of one person together.
const WRITES: Limit = Limit(600, Duration::from_millis(500));
const INVITATIONS: Limit = Limit(100, Duration::from_secs(120));
/// Requests of one network that may wait for changes at the same time.
const WAITING: usize = 200;
/// A /64 counts as one network, and so does the /48 around it, which a customer is often given: it may do this many
/// times as much.
const WIDER: u32 = 4;
/// How often counts that no longer matter are removed.
const SWEEP: Duration = Duration::from_secs(60);

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, WorldClock, NoOpMiddleware<Duration>>;

/// The recent requests that count towards a limit.
pub(crate) struct Limits {
    codes: ByNetwork<()>,
    codes_to_one: ByNetwork<String>,
    tries: ByNetwork<()>,
    reports: ByNetwork<()>,
    writes: Limiter<PersonId>,
    invitations: Limiter<CouncilCode>,
    waiting: AtOnce<IpNet>,
}

impl Limits {
    pub(crate) fn new(env: &Env) -> Self {
        Self {
            codes: ByNetwork::new(&CODES, env),
            codes_to_one: ByNetwork::new(&CODES_TO_ONE, env),
            tries: ByNetwork::new(&TRIES, env),
            reports: ByNetwork::new(&REPORTS, env),
            writes: limiter(&WRITES, env),
            invitations: limiter(&INVITATIONS, env),
            waiting: AtOnce::new(WAITING),
        }
    }

    /// Counts a request for a code from that address.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn request_code(&self, from: IpAddr) -> Result<()> {
        self.codes.check(from, ())
    }

    /// Counts a request from that address for a code to that mailbox.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn request_code_to(&self, from: IpAddr, mailbox: String) -> Result<()> {
        self.codes_to_one.check(from, mailbox)
    }

    /// Counts a try at a code or a token from that address.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn try_secret(&self, from: IpAddr) -> Result<()> {
        self.tries.check(from, ())
    }

    /// Counts a report from that address.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn report(&self, from: IpAddr) -> Result<()> {
        self.reports.check(from, ())
    }

    /// Counts a write of that person.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn write(&self, person: PersonId) -> Result<()> {
        check(&self.writes, &person)
    }

    /// Counts an invitation by that council.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn invite(&self, council: &CouncilCode) -> Result<()> {
        check(&self.invitations, council)
    }

    /// Counts a request from that address that waits for changes, until the returned value is dropped.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn wait(&self, from: IpAddr) -> Result<Held<IpNet>> {
        self.waiting.hold(near(from)).ok_or(Error::TooMany { seconds: 5 })
    }

    /// Removes counts that no longer matter.
    fn forget(&self) {
        self.codes.forget();
        self.codes_to_one.forget();
        self.tries.forget();
        self.reports.forget();
        forget(&self.writes);
        forget(&self.invitations);
    }

    /// Removes them for as long as the registry is open.
    pub(crate) async fn keep_sweeping(&self, env: &Env) {
        loop {
            env.clock.pass(SWEEP).await;
            self.forget();
        }
    }
}

/// The network that an address belongs to: its /64, or the address itself for IPv4.
pub(crate) fn near(address: IpAddr) -> IpNet {
    network(address, 64)
}

fn network(address: IpAddr, prefix: u8) -> IpNet {
    match address {
        IpAddr::V4(_) => address.into(),
        IpAddr::V6(_) => IpNet::new(address, prefix).map_or_else(|_| address.into(), |net| net.trunc()),
    }
}

/// A limit for each network, and one for the wider network around it.
struct ByNetwork<K: Hash + Eq + Clone> {
    near: Limiter<(IpNet, K)>,
    wide: Limiter<(IpNet, K)>,
}

impl<K: Hash + Eq + Clone> ByNetwork<K> {
    fn new(limit: &Limit, env: &Env) -> Self {
        let Limit(burst, refill) = limit;
        let wide = Limit(burst.saturating_mul(WIDER), *refill / WIDER);
        Self { near: limiter(limit, env), wide: limiter(&wide, env) }
    }

    fn check(&self, from: IpAddr, what: K) -> Result<()> {
        check(&self.near, &(near(from), what.clone()))?;
        match from {
            IpAddr::V4(_) => Ok(()),
            IpAddr::V6(_) => check(&self.wide, &(network(from, 48), what)),
        }
    }

    fn forget(&self) {
        forget(&self.near);
        forget(&self.wide);
    }
}

fn limiter<K: Hash + Eq + Clone>(limit: &Limit, env: &Env) -> Limiter<K> {
    let Limit(burst, refill) = limit;
    let burst = NonZeroU32::new(*burst).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(*refill).unwrap_or_else(|| Quota::per_second(burst)).allow_burst(burst);
    RateLimiter::dashmap_with_clock(quota, WorldClock(Arc::clone(&env.clock)))
}

fn check<K: Hash + Eq + Clone>(limiter: &Limiter<K>, key: &K) -> Result<()> {
    limiter.check_key(key).map_err(|not_until| {
        let wait = not_until.wait_time_from(limiter.clock().now());
        Error::TooMany { seconds: wait.as_secs() + 1 }
    })
}

fn forget<K: Hash + Eq + Clone>(limiter: &Limiter<K>) {
    limiter.retain_recent();
    limiter.shrink_to_fit();
}

/// How many of a kind there are at the same time.
#[derive(Clone)]
pub(crate) struct AtOnce<K> {
    most: usize,
    counts: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K: Hash + Eq + Clone> AtOnce<K> {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, counts: Arc::default() }
    }

    /// One more, until what is given is dropped; none where there are as many as may be.
    pub(crate) fn hold(&self, key: K) -> Option<Held<K>> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key.clone()).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Held { key, counts: Arc::clone(&self.counts) })
    }
}

/// One of them.
pub(crate) struct Held<K: Hash + Eq> {
    key: K,
    counts: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K: Hash + Eq> Drop for Held<K> {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(&self.key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(counts.remove(&self.key)),
        }
    }
}

/// The environment's clock, as the limiter reads it: the time since 1970.
#[derive(Clone)]
struct WorldClock(Arc<dyn Clock>);

impl clock::Clock for WorldClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::try_from(self.0.now().as_duration()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use jiff::Timestamp;

    use super::*;

    /// Time that passes as soon as someone waits for it; after ten waits it stands still.
    struct Quick(AtomicI64);

    #[async_trait::async_trait]
    impl Clock for Quick {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
        }
        async fn pass(&self, time: Duration) {
            if self.0.fetch_add(time.as_secs().cast_signed(), Ordering::Relaxed) > 600 {
                std::future::pending().await
            }
        }
    }

    fn env() -> Env {
        Env { clock: Arc::new(Quick(AtomicI64::new(0))), ..Env::real() }
    }

    fn tries(limits: &Limits, from: impl Fn(u32) -> String) -> usize {
        (0..5_000).filter(|n| limits.try_secret(from(*n).parse().unwrap()).is_ok()).count()
    }

    #[test]
    fn all_addresses_of_one_network_share_its_limit() {
        let limits = Limits::new(&env());
        assert_eq!(tries(&limits, |_| "192.0.2.1".into()), 300);
        assert_eq!(tries(&limits, |n| format!("2001:db8:1:1::{n:x}")), 300, "a /64");
        assert_eq!(tries(&limits, |n| format!("2001:db8:2:{n:x}::1")), 1200, "a /48");
        assert_eq!(tries(&limits, |_| "2001:db8:3::1".into()), 300, "another has its own");
    }

    #[tokio::test]
    async fn those_who_have_not_asked_for_long_are_forgotten() {
        let (env, limits) = (env(), Limits::new(&env()));
        let limits = Limits { tries: ByNetwork::new(&TRIES, &env), ..limits };
        assert_eq!(tries(&limits, |n| format!("2001:db8:{n:x}::1")), 5_000);
        assert_eq!(limits.tries.near.len(), 5_000);
        tokio::select! {
            biased;
            () = limits.keep_sweeping(&env) => {}
            () = tokio::task::yield_now() => {}
        }
        assert_eq!((limits.tries.near.len(), limits.tries.wide.len()), (0, 0));
    }

    #[test]
    fn only_so_many_are_kept_waiting_at_once() {
        let limits = Limits::new(&env());
        let from = "2001:db8::1".parse().unwrap();
        let mut held: Vec<_> = (0..WAITING).map(|_| limits.wait(from).unwrap()).collect();
        assert!(limits.wait("2001:db8::2".parse().unwrap()).is_err(), "the same /64");
        assert!(limits.wait("2001:db8:0:1::2".parse().unwrap()).is_ok());
        held.pop();
        assert!(limits.wait(from).is_ok());
        held.clear();
        assert!(limits.waiting.counts.lock().unwrap().is_empty());
    }
}
