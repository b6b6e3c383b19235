//! `cargo xtask model`: as many stories as one likes of what people, leads, coordinators and time do to each other, against
//! a small model of the rules. `cargo xtask test` tells a few on each database.

use anyhow::Result;
use clap::Args;

use crate::steps::{cargo, run as run_step, say};

#[derive(Args)]
pub struct Options {
    /// How many stories
    #[arg(long, default_value_t = 500)]
    cases: u32,
}

/// Tells them until the registry does something else than the rules say: the shortest story that shows it is printed.
pub fn run(options: &Options) -> Result<()> {
    say(&format!("Comparing {} stories with the rules", options.cases));
    let mut test = cargo();
    test.args(["test", "--package", "guildhall-registry", "--test", "registry"])
        .arg("the_registry_does_what_the_rules_say")
        .env("GUILDHALL_MODEL_CASES", options.cases.to_string());
    run_step(&mut test)
}
