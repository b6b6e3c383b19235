//! `cargo xtask`: one command for every task. It installs what the machine lacks, builds, and then runs the app, tests
//! it or checks the code, so that a fresh clone needs a single command.

mod advisories;
mod bench;
mod check;
mod crash;
mod fuzz;
mod headless;
mod icons;
mod layers;
mod links;
mod machine;
mod model;
mod mutants;
mod picture;
mod planted;
mod postgres;
mod products;
mod run;
mod simulate;
mod soak;
mod steps;
mod tally;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Open the app with a registry that has the sample data
    Run(run::Options),
    /// Run every test, and print how many passed
    Test(test::Options),
    /// Kill the app and the registry again and again, and check that nothing is lost
    Crash(crash::Options),
    /// Mutate merging and sync in one place at a time, and check that a test fails
    Mutants(mutants::Options),
    /// Simulate a whole town in one process, for a range of seeds
    Simulate(simulate::Options),
    /// Compare what people may do over time with a small model of the rules
    Model(model::Options),
    /// Simulate, crash and fuzz with new seeds for a given time, and stop at the first failure
    Soak(soak::Options),
    /// Plant the mistakes of tests/planted one at a time, and check that a test finds each
    Planted(planted::Options),
    /// Measure the registry's throughput on both databases
    Bench(bench::Options),
    /// Look for bytes that break the parser of a registry's answers
    Fuzz(fuzz::Options),
    /// Check formatting, lints, types, layers, links and dependencies
    Check,
    /// Write ui/src/bindings.ts from the Rust types and commands, and docs/openapi.json from the routes
    Bindings,
    /// Make every size of the icon from icons/guildhall.svg
    Icons,
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Run(options) => run::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Crash(options) => crash::run(&options),
        Task::Model(options) => model::run(&options),
        Task::Mutants(options) => mutants::run(&options),
        Task::Simulate(options) => simulate::run(&options),
        Task::Soak(options) => soak::run(&options),
        Task::Planted(options) => planted::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Check => check::run(),
        Task::Bindings => check::write_bindings(),
        Task::Icons => icons::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
