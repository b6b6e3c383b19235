//! `cargo xtask check`: formatting, lints, types, layers, links and dependencies. `cargo xtask bindings`: writes the files
//! that are generated from the code; tests check that they are up to date.

use std::process::Command;

use anyhow::{Result, bail};

use crate::advisories;
use crate::machine::{self, Purpose};
use crate::products;
use crate::steps::{cargo, npm, run as run_step, say};
use crate::tally::{Tally, of_cargo};
use crate::{layers, links};

/// Part of the name of the test in src-tauri that compares the bindings, or writes them.
const BINDINGS: &str = "bindings_are_as_committed";

/// Runs every check, including the bindings.
pub fn run() -> Result<()> {
    machine::install_tools(Purpose::Build)?;
    products::build_ui()?;
    let mut failures = count_failures();
    say("Comparing ui/src/bindings.ts with the Rust code");
    failures += bindings(&mut cargo())?;
    if failures.failed > 0 {
        bail!("{} checks failed.", failures.failed);
    }
    println!("\nAll is well.");
    Ok(())
}

/// Runs every check but the bindings, which `cargo test` compares anyway. One failure for each check that fails.
pub fn count_failures() -> Tally {
    let mut failures = Tally::default();
    let mut check = |what: &str, command: &mut Command| {
        say(what);
        if let Err(error) = run_step(command) {
            eprintln!("{error:#}");
            failures += Tally::FAILURE;
        }
    };
    check("Checking the formatting (cargo fmt fixes it)", cargo().args(["fmt", "--all", "--check"]));
    check(
        "Checking the Rust code with clippy",
        cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]),
    );
    check(
        "Building the documentation, without a warning",
        cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"),
    );
    check("Checking the UI's types", npm().args(["run", "check"]));
    check(
        "Checking the UI's formatting and lints (npm run format fixes the former)",
        npm().args(["run", "lint"]),
    );
    for checked in [layers::check(), links::check(), advisories::check()] {
        if let Err(error) = checked {
            eprintln!("{error:#}");
            failures += Tally::FAILURE;
        }
    }
    failures
}

/// Writes ui/src/bindings.ts and docs/openapi.json.
pub fn write_bindings() -> Result<()> {
    machine::install_tools(Purpose::Build)?;
    products::build_ui()?;
    say("Writing ui/src/bindings.ts");
    let written = bindings(cargo().env("GUILDHALL_WRITE_BINDINGS", "1"))?;
    if written.failed > 0 {
        bail!("ui/src/bindings.ts was not written.");
    }
    say("Writing docs/openapi.json");
    let mut write = cargo();
    write.args(["test", "--workspace", "--lib", "openapi"]);
    if of_cargo(write.env("GUILDHALL_WRITE_BINDINGS", "1"))?.failed > 0 {
        bail!("docs/openapi.json was not written.");
    }
    Ok(())
}

fn bindings(cargo: &mut Command) -> Result<Tally> {
    // For the whole workspace, so that dependencies are built once, with the same features as for every other test.
    let tally = of_cargo(cargo.args(["test", "--workspace", "--lib", "--bins", BINDINGS]))?;
    if tally == Tally::default() {
        bail!("no test of src-tauri has `{BINDINGS}` in its name");
    }
    Ok(tally)
}
