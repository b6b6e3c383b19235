//! `cargo xtask simulate`: runs the app's real core and the real registry in one process, for a range of seeds.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::steps::{cargo, run as run_command, say};

#[derive(Args)]
pub struct Options {
    /// How many seeds
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Only this seed, with a line for each step
    #[arg(long, conflicts_with_all = ["seeds", "from", "stop_at_first"])]
    seed: Option<u64>,
    /// Stop at the first failure
    #[arg(long)]
    stop_at_first: bool,
}

pub fn run(options: &Options) -> Result<()> {
    let mut simulate = simulate();
    match options.seed {
        Some(seed) => {
            simulate.args(["--seed", &seed.to_string()]);
        }
        None => {
            say(&format!("Simulating {} seeds from {}", options.seeds, options.from));
            simulate.args(["--seeds", &options.seeds.to_string(), "--from", &options.from.to_string()]);
            simulate.args(options.stop_at_first.then_some("--stop-at-first"));
        }
    }
    run_command(&mut simulate)
}

/// The simulation program, without its arguments.
pub fn simulate() -> Command {
    let mut simulate = cargo();
    // A failing seed prints its steps; a backtrace would only bury them.
    simulate.args(["run", "--quiet", "--package", "guildhall-tests", "--bin", "simulate", "--"]);
    simulate.env("RUST_LIB_BACKTRACE", "0");
    simulate
}
