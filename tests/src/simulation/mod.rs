//! A deterministic simulation of a town: the real registry, and the real client on several laptops, in one process
//! without sockets. A seed determines everything that is random: what people do and when, which messages are lost,
//! delayed or duplicated, who loses power at which commit, and which backup is restored. Each message is processed
//! before the next is chosen, so a failing seed can be replayed step by step.

mod checks;
mod deliver;
mod env;
mod laptop;
mod people;
mod schedule;
mod settle;
mod template;
mod town;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow};
use bytes::Bytes;
use guildhall_protocol::routes;
use jiff::Timestamp;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use tempfile::TempDir;

pub use template::Template;

use deliver::Acknowledged;
use env::{BEGINNING, Chance, Env};
use laptop::Laptop;
use people::{LAPTOPS, PersonAtLaptop, WrittenWords};
use town::Town;

/// The registry's address for every laptop.
const ADDRESS: &str = "https://registry.example";

/// The number of seeds that run at once: each waits a third of its time for its databases' threads.
const THREADS: usize = 3;

/// In real time: a run that takes this long is in an endless loop. A run usually takes a fifth of a second, but other
/// programs may be using the processor.
const TOO_LONG: Duration = Duration::from_secs(1200);

/// The result of a run.
pub struct Outcome {
    /// The events, one to a line.
    pub trace: Vec<String>,
    /// Whether every invariant holds.
    pub result: Result<()>,
}

/// The events so far, one to a line. Cheap to clone, so that it is available even if the run does not finish.
#[derive(Clone, Default)]
struct Trace(Arc<Mutex<Vec<String>>>);

impl Trace {
    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a seed in its own thread, so that a panic or an endless loop fails like any other error.
pub fn run(template: &Arc<Template>, seed: u64) -> Outcome {
    let (ended, end) = mpsc::channel();
    let trace = Trace::default();
    let (its_template, its_trace) = (Arc::clone(template), trace.clone());
    std::thread::spawn(move || {
        let result = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(anyhow::Error::from)
            .and_then(|runtime| runtime.block_on(live(&its_template, seed, its_trace)));
        // If the run took too long, nobody is waiting.
        let _ = ended.send(result);
    });
    let result = end.recv_timeout(TOO_LONG).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => anyhow!("it is not at its end after {TOO_LONG:?}"),
            RecvTimeoutError::Disconnected => anyhow!("the registry panicked, or the simulation did"),
        })
    });
    let trace = std::mem::take(&mut *trace.lines());
    Outcome { trace, result }
}

/// Runs the seeds, several at once, and passes on each result. Stops when `came` returns false.
pub fn run_all(
    template: &Arc<Template>,
    seeds: Range<u64>,
    mut came: impl FnMut(u64, Outcome) -> bool + Send,
) {
    let (next, end) = (AtomicU64::new(seeds.start), seeds.end);
    let came = Mutex::new(&mut came);
    std::thread::scope(|threads| {
        for _ in 0..THREADS {
            threads.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        break;
                    }
                    let outcome = run(template, seed);
                    let goes_on = came.lock().unwrap_or_else(PoisonError::into_inner)(seed, outcome);
                    if !goes_on {
                        next.store(end, Ordering::Relaxed);
                    }
                }
            });
        }
    });
}

async fn live(template: &Template, seed: u64, trace: Trace) -> Result<()> {
    let mut simulation = Simulation::begin(template, seed).await?;
    simulation.trace = trace;
    simulation.live().await?;
    simulation.end().await.map(drop)
}

/// A town and its history.
struct Simulation {
    env: Arc<Env>,
    town: Town,
    laptops: Vec<Laptop>,
    written: WrittenWords,
    /// Decides what happens next.
    chance: SmallRng,
    /// Copies of submissions that may still arrive again.
    stale: Vec<http::Request<Bytes>>,
    /// The ids under which each laptop sent each body.
    sent: BTreeMap<(usize, Bytes), BTreeSet<String>>,
    /// The versions with which each submission was answered, in the registry's present epoch.
    answered: BTreeSet<(String, u32)>,
    acknowledged: Vec<Acknowledged>,
    /// Submissions acknowledged as withdrawn.
    withdrawn: Vec<Acknowledged>,
    /// For each restored backup, the step in which it was made and the step in which it was restored.
    restored: Vec<(u32, u32)>,
    /// Laptops that were told to read from zero, or have no mirror yet.
    may_read_from_zero: Vec<bool>,
    /// Laptops on which a month may seem to have passed, because their clock was set forward.
    month_passed: Vec<bool>,
    /// Laptops whose session may have ended, because it was revoked or its registry was replaced.
    session_over: Vec<bool>,
    /// The most records in one answer of the registry.
    page: u32,
    /// When the faults ended.
    cleared: Timestamp,
    step: u32,
    trace: Trace,
    root: TempDir,
}

impl Simulation {
    /// Starts from the template's files.
    async fn begin(template: &Template, seed: u64) -> Result<Self> {
        let root = template::scratch()?;
        laptop::copy_folder(&template.folder.path().join("town"), root.path())?;
        let keyrings: Vec<_> = template.keyrings.iter().map(env::Keyring::copy).collect();
        let mut simulation = Self::open(root, seed, BEGINNING.parse()?, keyrings).await?;
        let pages = [2, 3, 5, 12, routes::MAX_PAGE];
        simulation.page = *pages.choose(&mut simulation.chance).unwrap_or(&routes::MAX_PAGE);
        for (project, council) in &template.projects {
            simulation.written.know(*project, council);
        }
        Ok(simulation)
    }

    /// Starts from nothing.
    async fn begin_empty(root: TempDir) -> Result<Self> {
        let keyrings = vec![env::Keyring::default(); LAPTOPS.len()];
        let keyrings = keyrings.iter().map(env::Keyring::copy).collect();
        let mut simulation = Self::open(root, 0, "2026-11-23T09:00:00Z".parse()?, keyrings).await?;
        simulation.may_read_from_zero = vec![true; LAPTOPS.len()];
        simulation.session_over = vec![true; LAPTOPS.len()];
        Ok(simulation)
    }

    async fn open(root: TempDir, seed: u64, now: Timestamp, keyrings: Vec<env::Keyring>) -> Result<Self> {
        let mut chance = SmallRng::seed_from_u64(seed);
        let env = Env::new(now, LAPTOPS.len());
        let town = Town::open(root.path(), &env, Chance::new(chance.random())).await?;
        let mut laptops = Vec::new();
        for (who, keyring) in keyrings.into_iter().enumerate() {
            let chance = Chance::new(chance.random());
            laptops
                .push(Laptop::open(who, root.path().join(format!("{who}-0")), keyring, &env, chance).await?);
            // One laptop at a time, so that their requests are always in the same order.
            env.quiet().await?;
        }
        Ok(Self {
            env,
            town,
            laptops,
            written: WrittenWords::default(),
            chance,
            stale: Vec::new(),
            sent: BTreeMap::new(),
            answered: BTreeSet::new(),
            acknowledged: Vec::new(),
            withdrawn: Vec::new(),
            restored: Vec::new(),
            may_read_from_zero: vec![false; LAPTOPS.len()],
            month_passed: vec![false; LAPTOPS.len()],
            session_over: vec![false; LAPTOPS.len()],
            page: routes::MAX_PAGE,
            cleared: now,
            step: 0,
            trace: Trace::default(),
            root,
        })
    }

    /// Runs the seed, then lets everything settle, and checks the invariants.
    async fn live(&mut self) -> Result<()> {
        self.run_steps().await?;
        self.settle().await?;
        self.check().await
    }

    /// Closes everything. The files stay as long as the returned folder.
    async fn end(self) -> Result<TempDir> {
        for laptop in self.laptops {
            laptop.close().await;
        }
        self.town.registry.close().await;
        Ok(self.root)
    }

    fn tell(&mut self, what: impl AsRef<str>) {
        self.trace.lines().push(format!("{:3} {}", self.step, what.as_ref()));
    }

    fn name(who: usize) -> String {
        match who {
            1 => "sam's other laptop".to_owned(),
            _ => LAPTOPS[who].name.to_owned(),
        }
    }

    /// Lets everybody continue until they wait, and records finished actions.
    async fn quiet(&mut self) -> Result<()> {
        self.env.quiet().await?;
        for who in 0..self.laptops.len() {
            if let Some(became) = self.laptops[who].done().await? {
                self.tell(format!("{}: {became}", Self::name(who)));
            }
        }
        Ok(())
    }

    fn doing(&mut self, who: usize) -> Result<PersonAtLaptop> {
        Ok(PersonAtLaptop {
            person: LAPTOPS[who],
            client: self.laptops[who].client.clone(),
            written: self.written.clone(),
            registry: self.town.registry.clone(),
            chance: SmallRng::seed_from_u64(self.chance.random()),
            work: self.laptops[who].files("work.db")?,
            step: self.step,
        })
    }
}

/// A short hash that stands for a long text.
fn short(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:08x}", hasher.finish() & 0xffff_ffff)
}
