//! `cargo xtask planted`: plants known mistakes in a copy of the code, one at a time. The simulation must find each of
//! those in `sync` within 1,000 seeds; a mistake that is too rare there, a test in `tests/network` must find. The model
//! of the rules must find those in `membership`, about who may do what over time, within 150 histories. It takes an
//! hour, so it is not part of `test`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::steps::{cargo, command, output_of, root, run as run_step, say, target};

/// The number of seeds within which the simulation must find a mistake.
const SEEDS: &str = "1000";
/// The number of seeds that must first pass without a mistake.
const CLEAN_SEEDS: &str = "100";
/// The number of histories within which the model must find a mistake.
const CASES: &str = "150";
/// The folders of `tests/planted`.
const SYNC: &str = "sync";
const MEMBERSHIP: &str = "membership";
const SIMULATE: &[&str] = &["--bin", "simulate"];

#[derive(Args)]
pub struct Options {
    /// Only mistakes whose folder or name contains this: `sync/`, `membership/71`
    name: Option<String>,
}

/// The result of planting a mistake.
enum Finding {
    /// The simulation's line about it, or the name of the failed test.
    Found(String),
    NotFound,
    /// The patch no longer applies, or the code no longer builds.
    Stale(String),
}

/// Plants each mistake, runs the tests, and removes it again.
pub fn run(options: &Options) -> Result<()> {
    let patches = patches(options.name.as_deref())?;
    let place = target().join("planted");
    let copy = place.join("source");
    say("Copying the code");
    copy_code(&copy)?;
    let simulate = Simulate { copy: &copy, build: place.join("build") };
    say(&format!("Simulating {CLEAN_SEEDS} seeds without a mistake"));
    if let Finding::Found(told) = simulate.seeds(CLEAN_SEEDS)? {
        bail!("The simulation fails as it is: {told}");
    }

    let (mut rows, mut all_found) = (Vec::new(), true);
    for patch in patches {
        let name = patch.file_stem().context("a patch has a name")?.to_string_lossy().into_owned();
        say(&name);
        let began = Instant::now();
        let finding = simulate.with(&patch)?;
        let seconds = began.elapsed().as_secs();
        let told = match finding {
            Finding::Found(told) => told,
            Finding::NotFound => {
                all_found = false;
                let tried = if is_of_membership(&patch) {
                    format!("{CASES} histories")
                } else {
                    format!("{SEEDS} seeds")
                };
                format!("**not found** in {tried}")
            }
            Finding::Stale(why) => {
                all_found = false;
                format!("**does not fit**: {why}")
            }
        };
        println!("{told} ({seconds} s)");
        rows.push(format!("| {} | {} |", in_words(&name), told.replace('|', "/")));
    }
    println!("\n| What is wrong | How it shows |\n|---|---|\n{}", rows.join("\n"));
    ensure!(all_found, "Not every mistake was found.");
    Ok(())
}

struct Simulate<'a> {
    copy: &'a Path,
    build: PathBuf,
}

impl Simulate<'_> {
    fn with(&self, patch: &Path) -> Result<Finding> {
        let text = fs::read(patch)?;
        let apply = |more: &[&str]| {
            let mut git = command("git");
            // Stops git from using the index of a repository around the copy.
            git.current_dir(self.copy)
                .env("GIT_CEILING_DIRECTORIES", self.copy.parent().unwrap_or(self.copy));
            git.args(["apply", "--whitespace=nowarn"]).args(more).arg(patch);
            git
        };
        let applied = apply(&[]).output()?;
        if !applied.status.success() {
            return Ok(Finding::Stale(last_line(&applied.stderr)));
        }
        let finding = if is_of_membership(patch) {
            self.model()
        } else {
            match self.seeds(SEEDS) {
                Ok(Finding::NotFound) => self.tests("guildhall-tests", &["--test", "network"]),
                other => other,
            }
        };
        run_step(&mut apply(&["--reverse"]))?;
        self.touch(&text)?;
        finding
    }

    /// Makes patched files newer than their build, even if the build took less than the clock's resolution.
    fn touch(&self, patch: &[u8]) -> Result<()> {
        for line in String::from_utf8_lossy(patch).lines() {
            if let Some(file) = line.strip_prefix("+++ b/") {
                fs::File::options()
                    .append(true)
                    .open(self.copy.join(file))?
                    .set_modified(std::time::SystemTime::now())?;
            }
        }
        Ok(())
    }

    /// Simulates until the first failure.
    fn seeds(&self, seeds: &str) -> Result<Finding> {
        let built = self.cargo("build", SIMULATE).output()?;
        if !built.status.success() {
            return Ok(Finding::Stale(error_of(&built)));
        }
        let mut simulate = self.cargo("run", SIMULATE);
        let simulated = simulate.args(["--", "--seeds", seeds, "--stop-at-first"]).output()?;
        let told = String::from_utf8_lossy(&simulated.stdout);
        let seed = told.lines().find(|line| line.starts_with("seed "));
        match (seed, simulated.status.success()) {
            (Some(seed), _) => Ok(Finding::Found(shortened(seed))),
            (None, true) => Ok(Finding::NotFound),
            (None, false) => Ok(Finding::Stale(error_of(&simulated))),
        }
    }

    /// Compares the registry with the model of the rules.
    fn model(&self) -> Result<Finding> {
        self.tests("guildhall-registry", &["--test", "registry", "the_registry_does_what_the_rules_say"])
    }

    /// Runs a package's tests: the network tests or the model's.
    fn tests(&self, package: &str, which: &[&str]) -> Result<Finding> {
        let mut test = self.cargo_of(package, "test", which);
        let tested = test.env("GUILDHALL_MODEL_CASES", CASES).output()?;
        if tested.status.success() {
            return Ok(Finding::NotFound);
        }
        // The names of failed tests come last.
        let told = String::from_utf8_lossy(&tested.stdout);
        let is_name = |line: &&str| line.starts_with("    ") && !line.trim().contains(' ');
        match told.lines().rev().find(is_name) {
            Some(name) => Ok(Finding::Found(format!("the test `{}` fails", name.trim()))),
            None => Ok(Finding::Stale(error_of(&tested))),
        }
    }

    fn cargo(&self, task: &str, what: &[&str]) -> Command {
        self.cargo_of("guildhall-tests", task, what)
    }

    fn cargo_of(&self, package: &str, task: &str, what: &[&str]) -> Command {
        let mut cargo = cargo();
        cargo.current_dir(self.copy).env("CARGO_TARGET_DIR", &self.build).env("RUST_LIB_BACKTRACE", "0");
        // Nobody debugs a planted mistake, and each builds faster without what a debugger reads.
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0");
        cargo.args([task, "--quiet", "--package", package]).args(what);
        cargo
    }
}

fn is_of_membership(patch: &Path) -> bool {
    patch.parent().is_some_and(|folder| folder.ends_with(MEMBERSHIP))
}

fn patches(name: Option<&str>) -> Result<Vec<PathBuf>> {
    let folder = root().join("tests/planted");
    let in_folder = |folder: PathBuf| -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
        entries.map(|entry| Ok(entry?.path())).collect()
    };
    let mut patches = in_folder(folder.join(SYNC))?;
    patches.extend(in_folder(folder.join(MEMBERSHIP))?);
    let mut patches: Vec<PathBuf> = patches
        .into_iter()
        .filter(|patch| {
            patch.extension().is_some_and(|kind| kind == "patch")
                && name.is_none_or(|name| patch.to_string_lossy().contains(name))
        })
        .collect();
    ensure!(!patches.is_empty(), "There is no such patch in tests/planted.");
    patches.sort();
    Ok(patches)
}

/// Updates the copy. Unchanged files keep their modification times, so that little is rebuilt.
fn copy_code(copy: &Path) -> Result<()> {
    let listed =
        output_of(command("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let files: BTreeSet<&str> =
        listed.split('\0').filter(|file| !file.is_empty() && root().join(file).is_file()).collect();
    remove_all_but(&files, copy, copy)?;
    for file in files {
        let (from, to) = (root().join(file), copy.join(file));
        let text = fs::read(&from)?;
        if fs::read(&to).is_ok_and(|there| there == text) {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&to, text)?;
    }
    Ok(())
}

/// Removes files that the code no longer has.
fn remove_all_but(files: &BTreeSet<&str>, copy: &Path, folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_all_but(files, copy, &path)?;
        } else if !path.strip_prefix(copy)?.to_str().is_some_and(|file| files.contains(file)) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

fn in_words(name: &str) -> String {
    name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').replace('-', " ")
}

/// Shortens a failure: the ids and bodies in it mean nothing without the seed's files.
fn shortened(told: &str) -> String {
    const LONGEST: usize = 160;
    match told.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &told[..end]),
        None => told.to_owned(),
    }
}

fn error_of(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let error = text.lines().find(|line| line.starts_with("error") || line.contains("panicked"));
    error.map_or_else(|| last_line(&output.stderr), str::to_owned)
}

fn last_line(text: &[u8]) -> String {
    String::from_utf8_lossy(text).lines().last().unwrap_or_default().to_owned()
}
