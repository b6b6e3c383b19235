//! How often one may ask: by the address that asks, for codes and tries at them, and by person, for submissions. Counted
//! in memory by each process: what must hold whatever happens (five tries a code, five codes an address) is counted in
//! the database. Generous, as all of a council may come from one address.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter, clock};
use guildhall_protocol::PersonId;

use crate::failure::{Failure, Outcome};
use crate::world::{Clock, World};

/// At once, and one more in that time.
struct Limit(NonZeroU32, Duration);

const CODES: Limit = Limit(NonZeroU32::MIN.saturating_add(99), Duration::from_secs(10));
const TRIES: Limit = Limit(NonZeroU32::MIN.saturating_add(299), Duration::from_secs(3));
const REPORTS: Limit = Limit(NonZeroU32::MIN.saturating_add(99), Duration::from_secs(30));
const SUBMISSIONS: Limit = Limit(NonZeroU32::MIN.saturating_add(599), Duration::from_millis(500));

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, WorldClock, NoOpMiddleware<Duration>>;

/// What was asked for lately.
pub(crate) struct Limits {
    codes: Limiter<IpAddr>,
    tries: Limiter<IpAddr>,
    reports: Limiter<IpAddr>,
    submissions: Limiter<PersonId>,
}

impl Limits {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            codes: limiter(&CODES, world),
            tries: limiter(&TRIES, world),
            reports: limiter(&REPORTS, world),
            submissions: limiter(&SUBMISSIONS, world),
        }
    }

    /// Someone at that address asks for a code.
    ///
    /// # Errors
    /// [`Failure::TooMany`].
    pub(crate) fn ask_for_code(&self, from: IpAddr) -> Outcome<()> {
        check(&self.codes, &from)
    }

    /// Someone at that address tries a code or a token.
    ///
    /// # Errors
    /// [`Failure::TooMany`].
    pub(crate) fn try_secret(&self, from: IpAddr) -> Outcome<()> {
        check(&self.tries, &from)
    }

    /// Someone at that address says what is wrong with a project.
    ///
    /// # Errors
    /// [`Failure::TooMany`].
    pub(crate) fn report(&self, from: IpAddr) -> Outcome<()> {
        check(&self.reports, &from)
    }

    /// That person sends something.
    ///
    /// # Errors
    /// [`Failure::TooMany`].
    pub(crate) fn submit(&self, person: PersonId) -> Outcome<()> {
        check(&self.submissions, &person)
    }

    /// Forgets those who have not asked for long.
    pub(crate) fn forget(&self) {
        self.codes.retain_recent();
        self.tries.retain_recent();
        self.reports.retain_recent();
        self.submissions.retain_recent();
    }
}

fn limiter<K: std::hash::Hash + Eq + Clone>(limit: &Limit, world: &World) -> Limiter<K> {
    let Limit(burst, refill) = limit;
    let quota = Quota::with_period(*refill).unwrap_or_else(|| Quota::per_second(*burst)).allow_burst(*burst);
    RateLimiter::dashmap_with_clock(quota, WorldClock(Arc::clone(&world.clock)))
}

fn check<K: std::hash::Hash + Eq + Clone>(limiter: &Limiter<K>, key: &K) -> Outcome<()> {
    limiter.check_key(key).map_err(|not_until| {
        let wait = not_until.wait_time_from(limiter.clock().now());
        Failure::TooMany { seconds: wait.as_secs() + 1 }
    })
}

/// The world's clock, as the limiter reads it: the time since 1970.
#[derive(Clone)]
struct WorldClock(Arc<dyn Clock>);

impl clock::Clock for WorldClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::try_from(self.0.now().as_duration()).unwrap_or_default()
    }
}
