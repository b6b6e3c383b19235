//! Known faults of what we build on, as RustSec lists them. Their list is fetched each time, or taken as it was fetched last;
//! where it never was and can't be, nothing is checked, and that is said: it is no failure of the code.

use std::path::Path;

use anyhow::{Context, Result};

use crate::steps::{cargo, command, output_of, run, say, succeeds, target};

const ADVISORIES: &str = "https://github.com/rustsec/advisory-db";

/// The list, as far as it could be had.
#[derive(Debug, PartialEq, Eq)]
enum List {
    Fetched,
    /// Fetched that day.
    Old(String),
    Missing,
}

/// Checks Cargo.lock.
///
/// # Errors
/// Where something that is built on has a known fault.
pub fn check() -> Result<()> {
    say("Checking Cargo.lock against RustSec's advisories");
    let folder = target().join("advisory-db");
    match fetch(ADVISORIES, &folder)? {
        List::Fetched => {}
        List::Old(day) => println!("The advisories can't be fetched: those of {day} are used."),
        List::Missing => {
            println!("NOT CHECKED: {ADVISORIES} can't be fetched, and there is no earlier copy of it.");
            return Ok(());
        }
    }
    if !succeeds(cargo().args(["audit", "--version"])) {
        say("Installing cargo-audit");
        if run(cargo().args(["install", "--locked", "cargo-audit"])).is_err() {
            println!("NOT CHECKED: cargo-audit is not here and can't be installed.");
            return Ok(());
        }
    }
    run(cargo().args(["audit", "--no-fetch", "--stale", "--db"]).arg(folder))
}

/// Gets the list into the folder, or what is new of it.
fn fetch(from: &str, folder: &Path) -> Result<List> {
    let git = || {
        let mut git = command("git");
        // Nobody is there to type a password.
        git.env("GIT_TERMINAL_PROMPT", "0");
        git
    };
    let is_there = || succeeds(git().arg("-C").arg(folder).args(["rev-parse", "--verify", "HEAD^{commit}"]));
    if !folder.join(".git").exists() {
        // A clone that was cut off leaves nothing behind.
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
    fn a_list_is_fetched_or_kept_or_said_to_be_missing() {
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
