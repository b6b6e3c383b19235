//! `cargo xtask crash`: kills processes over a failing network, for a chosen number of rounds. `cargo xtask test` runs
//! twenty rounds.

use anyhow::Result;
use clap::Args;

use crate::steps::{cargo, run as run_step, say};

#[derive(Args)]
pub struct Options {
    /// How many rounds
    #[arg(long, default_value_t = 100)]
    pub rounds: u64,
    /// The first round's seed, increased by one each round. It determines the steps, but not how fast the processes are
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Runs rounds until one fails. Its files are kept, and the error names their folder.
pub fn run(options: &Options) -> Result<()> {
    say("Building the registry");
    run_step(cargo().args(["build", "--package", "guildhall-registry"]))?;
    say(&format!("{} rounds from seed {}", options.rounds, options.seed));
    let mut test = cargo();
    test.args(["test", "--package", "guildhall-tests", "--test", "processes", "--"])
        .args(["--nocapture", "nothing_is_lost"])
        .env("GUILDHALL_CRASH_ROUNDS", options.rounds.to_string())
        .env("GUILDHALL_CRASH_SEED", options.seed.to_string())
        .env("RUST_LIB_BACKTRACE", "0");
    run_step(&mut test)
}
