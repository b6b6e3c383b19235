//! Real processes, real files, a real network on loopback, and SIGKILL. The app's core and the registry are killed at
//! random moments, while people write and send over a network with every kind of fault. Nothing may be lost or
//! duplicated. `cargo xtask crash` runs any number of rounds.

// Tests fail by panicking.
#![allow(clippy::unwrap_used)]

mod checks;
mod folder;
mod person;
mod proxy;
mod round;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// The number of rounds in every test run.
const ROUNDS: u64 = 20;

#[tokio::test]
async fn nothing_is_lost_or_duplicated() -> Result<()> {
    let rounds = number("GUILDHALL_CRASH_ROUNDS")?.unwrap_or(ROUNDS);
    let first = number("GUILDHALL_CRASH_SEED")?.unwrap_or(1);
    let mut happened = round::EventCounts::new();
    for seed in first..first + rounds {
        // The folder is kept if a round fails.
        let folder = memory().join(format!("guildhall-crash-{}-{seed}", std::process::id()));
        let round = round::play(seed, &folder).await.with_context(|| {
            format!(
                "round {seed} failed; its files are in {}; `cargo xtask crash --rounds 1 --seed {seed}`",
                folder.display()
            )
        })?;
        std::fs::remove_dir_all(&folder)?;
        println!("round {seed}: {round:?}");
        for (what, times) in round {
            *happened.entry(what).or_default() += times;
        }
    }
    println!("{rounds} rounds: {happened:#?}");
    if rounds >= ROUNDS {
        for what in [
            "answers cut",
            "answers lost",
            "app killed by traffic",
            "app killed during an order",
            "copies arrived later",
            "pieces slowed",
            "registry killed by traffic",
            "registry killed during an order",
            "requests copied after",
            "requests copied before",
            "requests cut",
            "submissions published",
        ] {
            ensure!(happened.contains_key(what), "in {rounds} rounds there were no {what}");
        }
    }
    Ok(())
}

/// A fast folder: SIGKILL loses nothing in memory that a disk would keep.
fn memory() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

fn number(variable: &str) -> Result<Option<u64>> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().with_context(|| format!("{variable}={text}")))
        .transpose()
}
