//! What the client needs from the world outside, passed in: time, randomness, the way to the registry, the keychain
//! and the disk. With others in their place a whole network of clients runs in one test, at any speed and with any
//! accident.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use crate::remote::keychain::Keychain;
use crate::remote::transport::Transport;

/// What time it is, and waiting.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// For how long the laptop has been running, whatever its clock is set to. Only differences count, within one run of
    /// the app.
    fn running(&self) -> Duration;
    /// Returns once that much time has passed.
    async fn pass(&self, time: Duration);
}

/// Where chance comes from.
pub trait Random: Send + Sync {
    /// Fills the bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The disk, as far as the client hears of it: what SQLite writes there is safe once it is committed.
#[async_trait]
pub trait CommitHook: Send + Sync {
    /// Something was committed, and nothing was done about it yet: here a laptop may lose its power.
    async fn committed(&self);
}

/// The environment of the client.
#[derive(Clone)]
pub struct Env {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// The way to the registry.
    pub transport: Arc<dyn Transport>,
    /// Where the session is kept.
    pub keychain: Arc<dyn Keychain>,
    /// Where the files are.
    pub disk: Arc<dyn CommitHook>,
    /// What this laptop is called, for its person's list of laptops; may be empty.
    pub laptop: String,
}

impl Env {
    /// The real one.
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

    /// What nobody can guess: 64 characters, as RFC 7636 wants a verifier.
    pub(crate) fn secret(&self) -> String {
        let mut bytes = [0; 32];
        self.random.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A share of `most`, evenly spread: so that laptops which lost the same registry don't come back at once.
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

/// The real one: there is nothing to do but go on.
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
