//! Simulates 200 seeds, the same ones in each run. `cargo xtask simulate --seeds N` runs more.

use std::sync::Arc;

use guildhall_tests::simulation::{Template, run, run_all};

#[test]
fn two_hundred_seeds_lose_and_duplicate_nothing() {
    let template = Arc::new(Template::new().unwrap());
    let mut failed = Vec::new();
    run_all(&template, 0..200, |seed, outcome| {
        if let Err(error) = outcome.result {
            failed.push(format!("{error:#}\n    cargo xtask simulate --seed {seed}"));
        }
        true
    });
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_seed_repeats_exactly() {
    let template = Arc::new(Template::new().unwrap());
    for seed in [1, 20, 300, 4000, 50_000] {
        let (first, second) = (run(&template, seed), run(&template, seed));
        assert!(first.trace.len() > 40, "something happens in it");
        assert_eq!(first.trace, second.trace, "seed {seed}");
    }
}
