//! `cargo xtask bench registry`: what the registry does in a second, on both databases, built as it is released.

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::postgres::Postgres;
use crate::steps::{cargo, run as run_command, say};

#[derive(Args)]
pub struct Options {
    /// What is measured
    what: What,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Changes served, submissions taken, and what a request costs
    Registry,
}

/// Measures it, and prints Markdown.
pub fn run(options: &Options) -> Result<()> {
    match options.what {
        What::Registry => {
            // What is answered is on the disk, as in earnest.
            let postgres = Postgres::start(&[])?;
            say("Measuring the registry");
            let mut bench = cargo();
            bench.args(["bench", "--package", "guildhall-registry", "--bench", "registry"]);
            run_command(bench.env("GUILDHALL_TEST_POSTGRES", postgres.url()))
        }
    }
}
