//! Runs simulations: `simulate --seeds N [--from S] [--stop-at-first]`, or `simulate --seed X` to print each step of
//! one seed and check that a second run has the same trace. With `--seconds T`, no seed starts after that time.

#![allow(clippy::print_stdout)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use guildhall_tests::simulation::{Outcome, Template, run, run_all};

fn main() -> Result<()> {
    let (mut seeds, mut from, mut one, mut stop, mut seconds) = (200, 0, None, false, u64::MAX);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || -> Result<u64> {
            let word = words.next().with_context(|| format!("{word} needs a number"))?;
            word.parse().with_context(|| format!("{word} is no number"))
        };
        match word.as_str() {
            "--seeds" => seeds = number()?,
            "--from" => from = number()?,
            "--seed" => one = Some(number()?),
            "--seconds" => seconds = number()?,
            "--stop-at-first" => stop = true,
            other => bail!("what is {other}?"),
        }
    }
    match one {
        Some(seed) => tell(seed),
        None => many(seeds, from, stop, Duration::from_secs(seconds)),
    }
}

fn tell(seed: u64) -> Result<()> {
    let template = Arc::new(Template::new()?);
    let Outcome { trace, result } = run(&template, seed);
    for line in &trace {
        println!("{line}");
    }
    let again = run(&template, seed);
    let other = trace.iter().zip(&again.trace).position(|(first, second)| first != second);
    if let Some(line) = other {
        bail!("the second time line {} is: {}", line + 1, again.trace[line]);
    }
    ensure!(trace.len() == again.trace.len(), "the second time it is of another length");
    result.with_context(|| format!("seed {seed}"))?;
    println!("seed {seed} holds, twice with the same trace");
    Ok(())
}

fn many(seeds: u64, from: u64, stop: bool, at_most: Duration) -> Result<()> {
    let began = Instant::now();
    let template = Arc::new(Template::new()?);
    let (mut failed, mut done) = (Vec::new(), 0);
    run_all(&template, from..from.saturating_add(seeds), |seed, outcome| {
        if let Err(error) = outcome.result {
            println!("seed {seed}: {error:#}\n    cargo xtask simulate --seed {seed}");
            failed.push(seed);
        }
        done += 1;
        if done % 1000 == 0 && done < seeds {
            println!("{done} seeds, {} failed, {:.1} s", failed.len(), began.elapsed().as_secs_f64());
        }
        (!stop || failed.is_empty()) && began.elapsed() < at_most
    });
    println!("{done} seeds from {from}, {} failed, {:.1} s", failed.len(), began.elapsed().as_secs_f64());
    ensure!(failed.is_empty(), "{} seeds failed", failed.len());
    Ok(())
}
