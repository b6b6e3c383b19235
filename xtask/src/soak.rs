//! `cargo xtask soak`: tests with new seeds each time. Every other test run uses the same seeds; this one draws them
//! from the operating system, and prints them, so that failures can be repeated.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;

use crate::steps::{run as run_step, say};
use crate::{crash, fuzz, simulate};

/// Rounds of killed processes between two looks at the clock.
const ROUNDS: u64 = 5;
/// The smallest seed: smaller ones are for tests that repeat the same seeds.
const NEW: u64 = 1_000_000;

#[derive(Args)]
pub struct Options {
    /// How many minutes, not counting builds
    #[arg(long, default_value_t = 60)]
    minutes: u64,
}

/// Six tenths of the time go to the simulation, three to killed processes and one to fuzzing.
pub fn run(options: &Options) -> Result<()> {
    let part = Duration::from_secs(options.minutes * 6);
    let seed = new_seed();
    say(&format!("Simulating seeds from {seed} for {:?}", part * 6));
    let mut seeds = simulate::simulate();
    seeds.args(["--seeds", &u64::MAX.to_string(), "--from", &seed.to_string(), "--stop-at-first"]);
    seeds.args(["--seconds", &(part * 6).as_secs().to_string()]);
    run_step(&mut seeds).context("A seed failed: it is told again by the command above.")?;

    let end = Instant::now() + part * 3;
    while Instant::now() < end {
        let rounds = crash::Options { rounds: ROUNDS, seed: new_seed() };
        crash::run(&rounds).context("A round failed: the command above plays it again.")?;
    }

    fuzz::run(&fuzz::Options { seconds: part.as_secs() })
        .context("Some bytes broke the reading: they are kept, and `cargo test -p guildhall-client decoding` fails by them.")
}

fn new_seed() -> u64 {
    rand::random_range(NEW..NEW * NEW)
}
