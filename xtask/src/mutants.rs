//! `cargo xtask mutants`: mutation testing of merging and sync. It takes hours, so it is not part of `test`; `--
//! --shard 1/8` runs one part.

use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use crate::steps::{cargo, run as run_step, say, succeeds, target};

/// The files to mutate.
const FILES: [&str; 7] = [
    "crates/protocol/src/merge.rs",
    "crates/protocol/src/paragraphs.rs",
    "crates/protocol/src/fields.rs",
    "crates/client/src/sync/*.rs",
    "crates/client/src/sync_loop.rs",
    "crates/client/src/store/mirror/record.rs",
    "crates/client/src/store/mirror/reading.rs",
];
/// The tests that build fastest run first; the mutants they miss are tried on the network tests.
const TESTS: [(&[&str], &[&str]); 2] = [
    (&["guildhall-protocol", "guildhall-client"], &["--lib", "--test", "merge_laws"]),
    (&["guildhall-tests"], &["--test", "network"]),
];
/// Seconds. Each test run takes a few seconds, or a minute on a busy machine; one that takes this long is in an endless
/// loop.
const TIMEOUT: &str = "300";

#[derive(Args)]
pub struct Options {
    /// Only mutate this file; can be given more than once
    #[arg(long)]
    file: Vec<String>,
    /// Only run the network tests, on every mutant
    #[arg(long)]
    network: bool,
    /// Arguments for cargo-mutants
    #[arg(last = true)]
    more: Vec<String>,
}

/// Tries each mutant. Those that no test caught are listed in target/mutants/mutants.out/missed.txt.
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
    let mut all_caught = false;
    let files: Vec<&str> = match options.file.as_slice() {
        [] => FILES.to_vec(),
        files => files.iter().map(String::as_str).collect(),
    };
    for (packages, tests) in TESTS.into_iter().skip(usize::from(options.network)) {
        say(&format!("Trying mutants of merging and sync on the tests of {}", packages.join(" and ")));
        let mut mutants = cargo();
        // `--iterate` skips mutants that an earlier pass caught.
        mutants.args(["mutants", "--workspace", "--iterate", "--jobs", "1", "--baseline", "skip"]);
        mutants.args(["--timeout", TIMEOUT, "--output"]).arg(&place);
        for file in &files {
            mutants.args(["--file", file]);
        }
        for package in packages {
            mutants.args(["--test-package", package]);
        }
        // Not after `--`, which would build every test first.
        mutants.args(tests.iter().map(|arg| format!("--cargo-arg={arg}"))).args(&options.more);
        // One target folder for all: the copies differ in one line, and their dependencies not at all.
        mutants.env("CARGO_TARGET_DIR", place.join("build"));
        // Nobody debugs a mutant, and each builds faster without what a debugger reads.
        mutants.env("CARGO_PROFILE_DEV_DEBUG", "0");
        all_caught = catches_all(&mut mutants)?;
    }
    if !all_caught {
        bail!("Some mutants were noticed by no test.");
    }
    Ok(())
}

/// Whether every mutant was caught. cargo-mutants exits with 2 for missed mutants, and with 3 for timeouts.
fn catches_all(mutants: &mut Command) -> Result<bool> {
    match mutants.status()?.code() {
        Some(0 | 3) => Ok(true),
        Some(2) => Ok(false),
        _ => bail!("cargo-mutants itself failed."),
    }
}
