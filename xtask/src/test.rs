//! `cargo xtask test`: runs every test (Rust, UI and the real window), and ends with one line of results.

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::headless::Session;
use crate::machine::{self, Purpose};
use crate::postgres::Postgres;
use crate::steps::{cargo, npm, say, target};
use crate::tally::{Tally, of_cargo, of_vitest};
use crate::{check, products};

#[derive(Args)]
pub struct Options {
    /// Only this part
    part: Option<Part>,
    /// Within that part, only tests whose names contain this
    #[arg(requires = "part")]
    name: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    /// Formatting, lints and types
    Check,
    /// The Rust crates
    Rust,
    /// The UI
    Ui,
    /// The app in a real window, with a real registry and a real keychain
    Window,
}

/// Runs the requested parts. A failure does not stop the others.
pub fn run(options: &Options) -> Result<()> {
    machine::install_tools(Purpose::Test)?;
    products::build_ui()?;
    let name = options.name.as_deref();
    let mut tally = Tally::default();
    for part in [Part::Check, Part::Rust, Part::Ui, Part::Window] {
        if options.part.is_none_or(|only| only == part) {
            tally += match part {
                Part::Check => check::count_failures(),
                Part::Rust => rust(name)?,
                Part::Ui => ui(name)?,
                Part::Window => window(name)?,
            };
        }
    }
    println!("\n{tally}");
    if tally.failed > 0 {
        bail!("Not everything holds.");
    }
    Ok(())
}

fn rust(name: Option<&str>) -> Result<Tally> {
    let provider = machine::provide_openid_provider()?;
    say("Testing the crates");
    let mut test = cargo();
    test.args(["test", "--workspace", "--exclude", "guildhall-tests", "--no-fail-fast", "--"]).args(name);
    // These run below, with what they need.
    test.args(["--include-ignored", "--skip", "postgres::", "--skip", "api::"]).args(without_data());
    test.env("GUILDHALL_TEST_PROVIDER", &provider).env("PATH", machine::path_with_node());
    // Frozen examples are compared, never written.
    test.env("INSTA_UPDATE", "no");
    let mut tally = of_cargo(&mut test)?;

    // Its data are thrown away, so they need not be safe on disk.
    let postgres = Postgres::start(&["fsync=off", "max_wal_size=128MB"])?;
    let schemathesis = machine::provide_schemathesis()?;
    say("Testing the registry on PostgreSQL, and its API with schemathesis");
    let mut test = cargo();
    test.args(["test", "--package", "guildhall-registry", "--test", "registry", "--no-fail-fast", "--"]);
    test.args(name).args(["--include-ignored", "--skip", "sqlite::", "--skip", "command_line::"]);
    test.args(without_data()).env("GUILDHALL_TEST_PROVIDER", provider).env("PATH", machine::path_with_node());
    test.env("GUILDHALL_TEST_POSTGRES", postgres.url()).env("GUILDHALL_SCHEMATHESIS", schemathesis);
    tally += of_cargo(&mut test)?;
    Ok(tally)
}

/// Skips the test on real data if there are none.
fn without_data() -> &'static [&'static str] {
    if std::env::var_os("GUILDHALL_DATA").is_some() { &[] } else { &["--skip", "real_data"] }
}

fn ui(name: Option<&str>) -> Result<Tally> {
    say("Testing the UI");
    let report = target().join("vitest.json");
    let mut test = npm();
    test.args(["test", "--", "--reporter=default", "--reporter=json"]);
    test.arg(format!("--outputFile.json={}", report.display()));
    if let Some(name) = name {
        test.args(["--testNamePattern", name]);
    }
    of_vitest(&mut test, &report)
}

fn window(name: Option<&str>) -> Result<Tally> {
    products::build()?;
    let provider = machine::provide_openid_provider()?;
    say("Testing in the real window, on a virtual display");
    let dir = tempfile::tempdir()?;
    let session = Session::start(dir.path(), "1600x1000")?;
    let mut test = cargo();
    test.args([
        "test",
        "--package",
        "guildhall-tests",
        "--no-fail-fast",
        "--",
        "--include-ignored",
        "--test-threads=1",
    ]);
    // Failures print their steps; a backtrace would only bury them.
    test.args(name).env("GUILDHALL_WINDOW_TESTS", "1").env("RUST_LIB_BACKTRACE", "0");
    test.env("GUILDHALL_TEST_PROVIDER", provider).env("PATH", machine::path_with_node());
    of_cargo(session.enter(&mut test))
}
