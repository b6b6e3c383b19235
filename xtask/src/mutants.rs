//! `cargo xtask mutants`: merging and sync with one small thing wrong at a time, each of which some test must notice.
//! It takes hours, so it is no part of `test`; `-- --shard 1/8` does a part of it.

use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use crate::steps::{cargo, run as run_step, say, succeeds, target};

/// What must not go wrong unnoticed.
const FILES: [&str; 6] = [
    "crates/protocol/src/merge.rs",
    "crates/protocol/src/paragraphs.rs",
    "crates/protocol/src/fields.rs",
    "crates/desk/src/sync/*.rs",
    "crates/desk/src/store/mirror/record.rs",
    "crates/desk/src/store/mirror/reading.rs",
];
/// Whose tests are to notice. Of the last only those over a network that fails: the others take a session, or minutes.
const TESTS: [&str; 3] = ["guildhall-protocol", "guildhall-desk", "guildhall-tests"];
/// All of them together take a few seconds: what takes this many goes in circles.
const TIMEOUT: &str = "90";

#[derive(Args)]
pub struct Options {
    /// Passed on to cargo-mutants
    #[arg(last = true)]
    more: Vec<String>,
}

/// Tries each mutant. Those that nothing noticed are listed in target/mutants/mutants.out/missed.txt.
pub fn run(options: &Options) -> Result<()> {
    if !succeeds(cargo().args(["mutants", "--version"])) {
        say("Installing cargo-mutants");
        run_step(cargo().args(["install", "--locked", "cargo-mutants"]))?;
    }
    let place = target().join("mutants");
    std::fs::create_dir_all(&place)?;
    say("Trying mutants of merging and sync");
    let mut mutants = cargo();
    mutants
        .args(["mutants", "--jobs", "1", "--baseline", "skip", "--timeout", TIMEOUT, "--output"])
        .arg(&place);
    for file in FILES {
        mutants.args(["--file", file]);
    }
    for package in TESTS {
        mutants.args(["--test-package", package]);
    }
    mutants.args(&options.more).args(["--", "--lib", "--test", "merge_laws", "--test", "network"]);
    // One target folder for all: the copies differ in a line, what they depend on in nothing.
    mutants.env("CARGO_TARGET_DIR", place.join("build"));
    outcome(&mut mutants)
}

/// cargo-mutants tells by its exit code what it found.
fn outcome(mutants: &mut Command) -> Result<()> {
    match mutants.status()?.code() {
        Some(0) => Ok(()),
        Some(2 | 3) => bail!("Some mutants were noticed by no test."),
        _ => bail!("cargo-mutants itself failed."),
    }
}
