//! Adds up how many tests passed, from runners with different reports.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::AddAssign;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::steps::shown;

/// The results of a number of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: u64,
    /// Failed, or could not run at all.
    pub failed: u64,
    /// Skipped, because the machine lacks something that they need.
    pub skipped: u64,
}

impl Tally {
    /// One failure, for a step that failed without a count.
    pub const FAILURE: Self = Self { passed: 0, failed: 1, skipped: 0 };

    /// A runner that exited with an error counts as a failure, even if it reported none.
    fn or_failure(mut self, succeeded: bool) -> Self {
        if !succeeded && self.failed == 0 {
            self += Self::FAILURE;
        }
        self
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Runs `cargo test`, showing its output, and adds up its result lines.
pub fn of_cargo(command: &mut Command) -> Result<Tally> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start {}", shown(command)))?;
    let mut tally = Tally::default();
    for line in BufReader::new(child.stdout.take().context("no output")?).lines() {
        let line = line?;
        println!("{line}");
        tally += cargo_line(&line).unwrap_or_default();
    }
    Ok(tally.or_failure(child.wait()?.success()))
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`
fn cargo_line(line: &str) -> Option<Tally> {
    let counts = line.strip_prefix("test result: ")?;
    let count = |what: &str| {
        let part = counts.split([';', '.']).map(str::trim).find_map(|part| part.strip_suffix(what))?;
        part.trim().parse().ok()
    };
    Some(Tally { passed: count("passed")?, failed: count("failed")?, skipped: count("ignored")? })
}

/// Runs Vitest, which writes its report to `report`, and reads it.
pub fn of_vitest(command: &mut Command, report: &Path) -> Result<Tally> {
    let _ = std::fs::remove_file(report);
    let status = command.status().with_context(|| format!("could not start {}", shown(command)))?;
    let tally =
        std::fs::read(report).ok().and_then(|json| vitest_report(&serde_json::from_slice(&json).ok()?));
    Ok(tally.unwrap_or(Tally::FAILURE).or_failure(status.success()))
}

fn vitest_report(report: &Value) -> Option<Tally> {
    let count = |name: &str| report.get(name)?.as_u64();
    Some(Tally {
        passed: count("numPassedTests")?,
        failed: count("numFailedTests")?,
        skipped: count("numPendingTests")? + count("numTodoTests")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_result_lines_are_read() {
        let line = "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.50s";
        assert_eq!(cargo_line(line), Some(Tally { passed: 3, failed: 2, skipped: 1 }));
        assert_eq!(cargo_line("test result: ok"), None);
        assert_eq!(cargo_line("running 3 tests"), None);
    }

    #[test]
    fn vitests_report_is_read() {
        let report = serde_json::json!({
            "numPassedTests": 5, "numFailedTests": 1, "numPendingTests": 2, "numTodoTests": 1
        });
        assert_eq!(vitest_report(&report), Some(Tally { passed: 5, failed: 1, skipped: 3 }));
    }

    #[test]
    fn a_runner_that_ends_badly_is_a_failure() {
        assert_eq!(Tally::default().or_failure(false), Tally::FAILURE);
        assert_eq!(Tally::FAILURE.or_failure(false), Tally::FAILURE);
        assert_eq!(Tally::default().or_failure(true), Tally::default());
    }
}
