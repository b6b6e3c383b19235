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
    "crates/client/src/sync/*.rs",
    "crates/client/src/store/mirror/record.rs",
    "crates/client/src/store/mirror/reading.rs",
];
/// The tests that are quick to build come first; what they don't notice must be noticed over a network that fails.
const TESTS: [(&[&str], &[&str]); 2] = [
    (&["guildhall-protocol", "guildhall-client"], &["--lib", "--test", "merge_laws"]),
    (&["guildhall-tests"], &["--test", "network"]),
];
/// Either takes a few seconds, and on a busy machine a minute: what takes this many goes in circles.
const TIMEOUT: &str = "300";

#[derive(Args)]
pub struct Options {
    /// Only this file's, instead of all of merging and sync; may be given again
    #[arg(long)]
    file: Vec<String>,
    /// Only on the tests over a network that fails: what the quick ones notice is tried again
    #[arg(long)]
    network: bool,
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
    if place.join("mutants.out").exists() {
        std::fs::remove_dir_all(place.join("mutants.out"))?;
    }
    std::fs::create_dir_all(&place)?;
    let mut all_noticed = false;
    let files: Vec<&str> = match options.file.as_slice() {
        [] => FILES.to_vec(),
        files => files.iter().map(String::as_str).collect(),
    };
    for (packages, tests) in TESTS.into_iter().skip(usize::from(options.network)) {
        say(&format!("Trying mutants of merging and sync on the tests of {}", packages.join(" and ")));
        let mut mutants = cargo();
        // What an earlier pass noticed is not tried again.
        mutants.args(["mutants", "--workspace", "--iterate", "--jobs", "1", "--baseline", "skip"]);
        mutants.args(["--timeout", TIMEOUT, "--output"]).arg(&place);
        for file in &files {
            mutants.args(["--file", file]);
        }
        for package in packages {
            mutants.args(["--test-package", package]);
        }
        // Not after `--`: it would build every test there is, and then run these.
        mutants.args(tests.iter().map(|arg| format!("--cargo-arg={arg}"))).args(&options.more);
        // One target folder for all: the copies differ in a line, what they depend on in nothing.
        mutants.env("CARGO_TARGET_DIR", place.join("build"));
        all_noticed = noticed(&mut mutants)?;
    }
    if !all_noticed {
        bail!("Some mutants were noticed by no test.");
    }
    Ok(())
}

/// Whether all were. cargo-mutants tells by its exit code: 2 for missed, 3 for those that went in circles.
fn noticed(mutants: &mut Command) -> Result<bool> {
    match mutants.status()?.code() {
        Some(0 | 3) => Ok(true),
        Some(2) => Ok(false),
        _ => bail!("cargo-mutants itself failed."),
    }
}
