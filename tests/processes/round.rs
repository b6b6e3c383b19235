//! One round: two people write, send and change the same projects over a network with faults, while their apps and the
//! registry are killed at moments that come from a seed. Then the faults end, and everything must be there exactly
//! once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use guildhall_protocol::ProjectId;
use guildhall_tests::{Order, Registry};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rustix::process::{Signal, kill_process};

use crate::checks::{RegistryFile, nothing_lost_nothing_twice};
use crate::person::Person;
use crate::proxy::Proxy;

/// The number of steps in a round.
const STEPS: u32 = 60;
/// Longer than anything should take: it only ends a round that would never end.
const TOO_LONG: Duration = Duration::from_secs(120);
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// How many times each event happened.
pub(crate) type EventCounts = BTreeMap<&'static str, u32>;

/// Who is killed next, and when.
#[derive(Clone, Copy, Debug)]
struct Fate {
    victim: Victim,
    moment: Moment,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Victim {
    Laptop(usize),
    Registry,
}

#[derive(Clone, Copy, Debug)]
enum Moment {
    /// At that number of events in the proxy.
    Event(u64),
    /// This long after a person's next order begins, because events inside the app cannot be counted here.
    Order(Duration),
}

/// The people, what they work with, and the next kill.
struct Round {
    chance: StdRng,
    registry: Registry,
    proxy: Proxy,
    people: [Person; 2],
    shared: Vec<ProjectId>,
    fate: Fate,
    happened: EventCounts,
}

/// Runs the round of that seed in an empty folder.
pub(crate) async fn play(seed: u64, folder: &Path) -> Result<EventCounts> {
    let mut round = Round::begin(seed, folder).await?;
    round.proxy.set_faulty(true);
    for _ in 0..STEPS {
        round.step().await?;
    }
    round.proxy.set_faulty(false);
    round.come_to_rest().await?;
    round.check(folder).await?;
    round.happened.extend(round.proxy.happened());
    Ok(round.happened)
}

impl Round {
    async fn begin(seed: u64, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let mut chance = StdRng::seed_from_u64(seed);
        let mut registry = Registry::in_folder(folder).await?;
        registry.start().await?;
        let proxy = Proxy::start(registry.url().trim_start_matches("http://"), chance.random()).await?;
        let shared = RegistryFile::open(&registry.database())?.projects_at("barchester.example", 3)?;
        let mut people = [Person::new("sam", folder, "sam")?, Person::new("robin", folder, "robin")?];
        for person in &mut people {
            person.sign_in(&registry, proxy.url()).await?;
        }
        let fate = draw(&mut chance, proxy.events());
        let mut round = Self { chance, registry, proxy, people, shared, fate, happened: EventCounts::new() };
        round.come_to_rest().await?;
        Ok(round)
    }

    /// A person does something, and the network continues a little. Somebody may be killed on the way.
    async fn step(&mut self) -> Result<()> {
        for person in &mut self.people {
            if person.core.is_killed() {
                person.core.restart().await?;
            }
        }
        if !self.registry.is_running() && self.chance.random_bool(0.3) {
            self.registry.start().await?;
        }
        let mut killed = self.act().await?;
        for _ in 0..self.chance.random_range(0..4) {
            if killed {
                break;
            }
            killed = self.network_goes_on().await?;
        }
        if killed {
            *self.happened.entry(name(self.fate)).or_default() += 1;
            self.fate = draw(&mut self.chance, self.proxy.events());
        }
        Ok(())
    }

    /// Somebody does something; true if a process was killed at the same time.
    async fn act(&mut self) -> Result<bool> {
        let who = self.chance.random_range(0..2);
        let pids = self.people.each_ref().map(|person| person.core.pid());
        {
            let mut acting = pin!(self.people[who].act(&mut self.chance, &self.shared));
            tokio::select! {
                acted = &mut acting => return acted.map(|()| false),
                () = comes(&self.proxy, self.fate.moment) => {}
            }
            // Kills at once, in the middle of the action, which must still be waited for.
            match self.fate.victim {
                Victim::Laptop(victim) => {
                    pids[victim].map_or(Ok(()), |pid| kill_process(pid, Signal::KILL))?
                }
                Victim::Registry => self.registry.kill().await?,
            }
            acting.await?;
        }
        self.ensure_killed().await?;
        Ok(true)
    }

    /// Everybody syncs, so that waiting tries begin; true if a process was killed by one of the events.
    async fn network_goes_on(&mut self) -> Result<bool> {
        let next = self.proxy.events() + 1;
        for person in &mut self.people {
            person.core.ask::<()>(&Order::Sync).await?;
        }
        self.proxy.until_events(next).await?;
        if !matches!(self.fate.moment, Moment::Event(at) if self.proxy.events() >= at) {
            return Ok(false);
        }
        self.ensure_killed().await?;
        Ok(true)
    }

    async fn ensure_killed(&mut self) -> Result<()> {
        match self.fate.victim {
            Victim::Laptop(victim) => self.people[victim].core.kill().await,
            Victim::Registry => self.registry.kill().await,
        }
    }

    /// Restarts everybody, and waits until nothing is left to send and all have read everything.
    async fn come_to_rest(&mut self) -> Result<()> {
        if !self.registry.is_running() {
            self.registry.start().await?;
        }
        for person in &mut self.people {
            if person.core.is_killed() {
                person.core.restart().await?;
            }
        }
        let books = RegistryFile::open(&self.registry.database())?;
        let people = &mut self.people;
        let resting = async {
            loop {
                let mut resting = true;
                for person in people.iter_mut() {
                    resting &= person.finish().await? && person.files()?.read_up_to()? == books.seq()?;
                }
                if resting {
                    return anyhow::Ok(());
                }
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        if let Ok(rested) = tokio::time::timeout(TOO_LONG, resting).await {
            return rested;
        }
        let mut seen = Vec::new();
        for person in &mut self.people {
            seen.push((person.does::<serde_json::Value>(&Order::Status).await?, person.drafts().await?));
        }
        anyhow::bail!("it never came to rest: {seen:?}")
    }

    /// Kills every app again, and compares their files with a new laptop's.
    async fn check(&mut self, folder: &Path) -> Result<()> {
        let books = RegistryFile::open(&self.registry.database())?;
        let mut kept = Vec::new();
        for person in &mut self.people {
            let session: serde_json::Value = person.does(&Order::Account).await?;
            ensure!(session["session"] == "in_keychain", "{} is signed in no more: {session}", person.name);
            let rows = person.drafts().await?;
            person.core.kill().await?;
            let files = person.files()?;

            let mut new_laptop = Person::new(person.name, folder, &format!("{}-anew", person.name))?;
            new_laptop.sign_in(&self.registry, self.registry.url()).await?;
            let resting = async {
                while !(new_laptop.finish().await? && new_laptop.files()?.read_up_to()? == books.seq()?) {
                    tokio::time::sleep(POLL_INTERVAL).await;
                }
                anyhow::Ok(())
            };
            tokio::time::timeout(TOO_LONG, resting).await.context("a new laptop never read all")??;
            let (old, new) = (files.records()?, new_laptop.files()?.records()?);
            let differing: Vec<_> = old.symmetric_difference(&new).collect();
            ensure!(differing.is_empty(), "{}'s catalogue differs: {differing:?}", person.name);
            kept.push((files, rows, person.saved.as_slice()));
        }
        let published = nothing_lost_nothing_twice(&books, &kept)?;
        let words: usize = kept.iter().map(|(_, _, saved)| saved.len()).sum();
        self.happened.insert("submissions published", u32::try_from(published)?);
        self.happened.insert("words saved", u32::try_from(words)?);
        Ok(())
    }
}

fn draw(chance: &mut StdRng, events: u64) -> Fate {
    let victim = match chance.random_range(0..3) {
        2 => Victim::Registry,
        laptop => Victim::Laptop(laptop),
    };
    let moment = if chance.random_bool(0.3) {
        Moment::Order(Duration::from_micros(chance.random_range(0..4000)))
    } else {
        Moment::Event(events + chance.random_range(1..40))
    };
    Fate { victim, moment }
}

async fn comes(proxy: &Proxy, moment: Moment) {
    match moment {
        Moment::Order(after) => tokio::time::sleep(after).await,
        Moment::Event(at) => {
            // If the event never happens, nobody is killed.
            if proxy.until_events(at).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

fn name(Fate { victim, moment }: Fate) -> &'static str {
    match (victim, moment) {
        (Victim::Registry, Moment::Event(_)) => "registry killed by traffic",
        (Victim::Registry, Moment::Order(_)) => "registry killed during an order",
        (Victim::Laptop(_), Moment::Event(_)) => "app killed by traffic",
        (Victim::Laptop(_), Moment::Order(_)) => "app killed during an order",
    }
}
