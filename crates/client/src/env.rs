//! The client's environment, passed in: time, randomness, the transport, the keychain and commits to the disk. Tests
//! replace them to run a whole network of clients in one process, at any speed and with any fault.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use crate::remote::keychain::Keychain;
use crate::remote::transport::Transport;

/// The current time, and waiting.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
    /// A monotonic clock, which setting the laptop's time does not affect. Only differences within one run of the app
    /// are meaningful.
    fn running(&self) -> Duration;
    /// Returns once `time` has passed.
    async fn pass(&self, time: Duration);
}

/// A source of randomness.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Is told of commits to the disk. What SQLite has written is durable once it is committed.
#[async_trait]
pub trait CommitHook: Send + Sync {
    /// Called after each commit, before anything follows from it. A test can simulate a power failure here.
    async fn committed(&self);
}

/// The environment of the client.
#[derive(Clone)]
pub struct Env {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub random: Arc<dyn Random>,
    /// The transport to the registry.
    pub transport: Arc<dyn Transport>,
    /// The keychain that holds the session.
    pub keychain: Arc<dyn Keychain>,
    /// Is told of commits to the disk.
    pub disk: Arc<dyn CommitHook>,
    /// The laptop's name, for its user's list of devices; may be empty.
    pub laptop: String,
}

impl Env {
    /// The real environment.
    pub fn real() -> Self {
        Self {
            clock: Arc::new(SystemClock { began: Instant::now() }),
            random: Arc::new(SystemRandom),
            transport: Arc::new(crate::remote::transport::Http::default()),
            keychain: Arc::new(crate::remote::keychain::SystemKeychain),
            disk: Arc::new(RealDisk),
            laptop: gethostname::gethostname().to_string_lossy().into_owned(),
        }
    }

    /// A new UUIDv7 (RFC 9562 §5.7).
    pub(crate) fn new_id(&self) -> Uuid {
        let mut bytes = [0; 10];
        self.random.fill(&mut bytes);
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    /// An unguessable string of 64 characters, suitable as a PKCE verifier (RFC 7636 §4.1).
    pub(crate) fn secret(&self) -> String {
        let mut bytes = [0; 32];
        self.random.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A random part of `most`, uniformly distributed, so that laptops that lost the same registry do not all come back
    /// at once.
    pub(crate) fn up_to(&self, most: Duration) -> Duration {
        let mut bytes = [0; 4];
        self.random.fill(&mut bytes);
        most.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
    }
}

struct SystemClock {
    began: Instant,
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
    fn running(&self) -> Duration {
        self.began.elapsed()
    }
    async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// Does nothing after a commit.
pub(crate) struct RealDisk;

#[async_trait]
impl CommitHook for RealDisk {
    async fn committed(&self) {}
}

struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        rand::RngCore::fill_bytes(&mut rand::rng(), bytes);
    }
}
