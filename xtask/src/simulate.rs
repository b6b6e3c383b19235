//! `cargo xtask simulate`: the real app's core and the real registry in one process, by as many seeds as wanted.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::steps::{cargo, run as run_command, say};

#[derive(Args)]
pub struct Options {
    /// How many seeds
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Only this one, told line by line
    #[arg(long, conflicts_with_all = ["seeds", "from", "stop_at_first"])]
    seed: Option<u64>,
    /// Stop at the first that fails
    #[arg(long)]
    stop_at_first: bool,
}

/// Runs them.
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

/// The program, to be told which seeds.
pub fn simulate() -> Command {
    let mut simulate = cargo();
    // A failing seed tells what it saw and did: a backtrace would only bury it.
    simulate.args(["run", "--quiet", "--package", "guildhall-tests", "--bin", "simulate", "--"]);
    simulate.env("RUST_LIB_BACKTRACE", "0");
    simulate
}
