//! `cargo xtask bench registry`: measures the registry's release build on both databases.

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::postgres::Postgres;
use crate::steps::{cargo, run as run_command, say};

#[derive(Args)]
pub struct Options {
    /// What to measure
    what: What,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Changes served, submissions accepted, and the cost of a request
    Registry,
}

/// Runs the benchmark and prints its results as Markdown.
pub fn run(options: &Options) -> Result<()> {
    match options.what {
        What::Registry => {
            // With the default settings, an answer is on disk before it is sent, as in production.
            let postgres = Postgres::start(&[])?;
            say("Measuring the registry");
            let mut bench = cargo();
            bench.args(["bench", "--package", "guildhall-registry", "--bench", "registry"]);
            run_command(bench.env("GUILDHALL_TEST_POSTGRES", postgres.url()))
        }
    }
}
