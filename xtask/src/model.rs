//! `cargo xtask model`: compares the registry with a small model of the rules over random histories of people, leads,
//! coordinators and time. `cargo xtask test` runs a few histories on each database.

use anyhow::Result;
use clap::Args;

use crate::steps::{cargo, run as run_step, say};

#[derive(Args)]
pub struct Options {
    /// How many histories
    #[arg(long, default_value_t = 500)]
    cases: u32,
}

/// Runs histories until the registry breaks a rule, then prints the shortest history that shows it.
pub fn run(options: &Options) -> Result<()> {
    say(&format!("Comparing {} stories with the rules", options.cases));
    let mut test = cargo();
    test.args(["test", "--package", "guildhall-registry", "--test", "registry"])
        .arg("the_registry_does_what_the_rules_say")
        .env("GUILDHALL_MODEL_CASES", options.cases.to_string());
    run_step(&mut test)
}
