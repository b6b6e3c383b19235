//! Checks the dependencies with cargo-deny: licences, versions and sources against deny.toml, and known vulnerabilities
//! against RustSec's advisories. The advisories are fetched each time; without a network the last copy is used. If
//! cargo-deny, the advisories or a dependency cannot be fetched, that part is skipped and the output says so, because
//! the code is not at fault.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::steps::{cargo, command, output_of, run, say, succeeds, target};

const ADVISORIES: &str = "https://github.com/rustsec/advisory-db";
/// The folder in which cargo-deny looks for [`ADVISORIES`]: the last part of the URL, and a hash of the URL.
const FOLDER: &str = "advisory-db/advisory-db-3157b0e258782691";
/// The version of cargo-deny that deny.toml is written for.
const CARGO_DENY: &str = "0.20.2";

/// Where the advisories came from.
#[derive(Debug, PartialEq, Eq)]
enum List {
    Fetched,
    /// Fetched on this earlier day.
    Old(String),
    Missing,
}

/// Checks Cargo.lock against deny.toml and RustSec's advisories.
///
/// # Errors
/// A dependency breaks a rule of deny.toml or has a known vulnerability.
pub fn check() -> Result<()> {
    say("Checking the dependencies with cargo-deny");
    let Some(program) = provide_cargo_deny() else {
        println!("NOT CHECKED: cargo-deny {CARGO_DENY} is not installed and cannot be installed.");
        return Ok(());
    };
    // cargo-deny also reads dependencies for other systems, which a build does not fetch.
    if !succeeds(cargo().args(["fetch", "--locked"])) {
        println!("NOT CHECKED: some of the dependencies cannot be fetched.");
        return Ok(());
    }
    let rules = deny(&program, &["licenses", "bans", "sources"]);
    let faults = check_faults(&program);
    rules.and(faults)
}

fn check_faults(program: &Path) -> Result<()> {
    match fetch(ADVISORIES, &target().join(FOLDER))? {
        List::Fetched => {}
        List::Old(day) => println!("The advisories cannot be fetched: those of {day} are used."),
        List::Missing => {
            println!("NOT CHECKED: {ADVISORIES} cannot be fetched, and there is no earlier copy.");
            return Ok(());
        }
    }
    deny(program, &["advisories"])
}

/// Warnings are counted and not shown: `cargo-deny check` shows them.
fn deny(program: &Path, checks: &[&str]) -> Result<()> {
    let mut deny = command(program);
    deny.args(["--offline", "--log-level", "error", "check", "--show-stats", "--hide-inclusion-graph"]);
    run(deny.args(checks))
}

/// Installs cargo-deny under target/ if necessary. Returns its path; none if it cannot be installed.
fn provide_cargo_deny() -> Option<PathBuf> {
    let tools = target().join("tools");
    let program = tools.join("bin").join(if cfg!(windows) { "cargo-deny.exe" } else { "cargo-deny" });
    let is_there = || {
        let version = command(&program).arg("--version").output();
        version.is_ok_and(|said| {
            String::from_utf8_lossy(&said.stdout).trim() == format!("cargo-deny {CARGO_DENY}")
        })
    };
    if is_there() {
        return Some(program);
    }
    say(&format!("Installing cargo-deny {CARGO_DENY}"));
    let mut install = cargo();
    install.args(["install", "--locked", "cargo-deny", "--version", CARGO_DENY, "--root"]).arg(&tools);
    (run(&mut install).is_ok() && is_there()).then_some(program)
}

/// Clones the advisories into the folder, or updates them.
fn fetch(from: &str, folder: &Path) -> Result<List> {
    let git = || {
        let mut git = command("git");
        // Never prompts for a password.
        git.env("GIT_TERMINAL_PROMPT", "0");
        git
    };
    let is_there = || succeeds(git().arg("-C").arg(folder).args(["rev-parse", "--verify", "HEAD^{commit}"]));
    if !folder.join(".git").exists() {
        // git removes a clone that was interrupted.
        let cloned = succeeds(git().args(["clone", "--quiet", "--depth", "1", from]).arg(folder));
        return Ok(if cloned && is_there() { List::Fetched } else { List::Missing });
    }
    let fetched =
        succeeds(git().arg("-C").arg(folder).args(["fetch", "--quiet", "--depth", "1", from, "HEAD"]))
            && succeeds(git().arg("-C").arg(folder).args(["reset", "--quiet", "--hard", "FETCH_HEAD"]));
    if fetched {
        return Ok(List::Fetched);
    }
    if !is_there() {
        return Ok(List::Missing);
    }
    let day = output_of(git().arg("-C").arg(folder).args(["log", "-1", "--format=%cs"]));
    Ok(List::Old(day.context("the advisories have no date")?.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advisories_are_fetched_old_or_missing() {
        let place = tempfile::tempdir().unwrap();
        let (source, folder) = (place.path().join("source"), place.path().join("list"));
        assert_eq!(fetch(source.to_str().unwrap(), &folder).unwrap(), List::Missing);
        run(command("git").args(["init", "--quiet"]).arg(&source)).unwrap();
        let commit = |file: &str| {
            std::fs::write(source.join(file), "").unwrap();
            run(command("git").arg("-C").arg(&source).args(["add", "."])).unwrap();
            let mut commit = command("git");
            commit.env("GIT_COMMITTER_DATE", "2026-03-02T12:00:00Z").arg("-C").arg(&source);
            commit.args([
                "-c",
                "user.name=x",
                "-c",
                "user.email=x@y.example",
                "commit",
                "--quiet",
                "-m",
                file,
            ]);
            run(&mut commit).unwrap();
        };
        commit("one");
        assert_eq!(fetch(source.to_str().unwrap(), &folder).unwrap(), List::Fetched);
        commit("two");
        assert_eq!(fetch(source.to_str().unwrap(), &folder).unwrap(), List::Fetched);
        assert!(folder.join("two").exists(), "what is new is there");
        std::fs::remove_dir_all(&source).unwrap();
        assert_eq!(fetch(source.to_str().unwrap(), &folder).unwrap(), List::Old("2026-03-02".to_owned()));
    }
}
