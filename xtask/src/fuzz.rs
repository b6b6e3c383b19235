//! `cargo xtask fuzz`: looks for bytes that break the reading of a registry's answers, with libFuzzer by way of
//! cargo-bolero. What it finds worth keeping is tried again by every `cargo test`.

use anyhow::Result;
use clap::Args;

use crate::steps::{cargo, root, run as run_step, say, succeeds, target};

const TEST: &str = "sync::decoding::an_answer_is_read_up_to_its_first_fault";

#[derive(Args)]
pub struct Options {
    /// For how many seconds
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
}

/// Looks for that long. Bytes that break something are kept beside the test, which then fails by them.
pub fn run(options: &Options) -> Result<()> {
    if !succeeds(cargo().args(["bolero", "--version"])) {
        say("Installing cargo-bolero");
        run_step(cargo().args(["install", "--locked", "cargo-bolero"]))?;
    }
    say(&format!("Looking for {} seconds, after a build of its own", options.seconds));
    let mut bolero = cargo();
    // Counting what is reached needs a flag that stable compilers keep back; the code is the same.
    bolero.args(["bolero", "test", "--rustc-bootstrap", "--sanitizer", "NONE", "--profile", "dev"]);
    bolero.args(["--package", "guildhall-client", TEST, "-T", &format!("{}s", options.seconds)]);
    bolero.arg("--target-dir").arg(target().join("fuzz"));
    run_step(bolero.current_dir(root().join("crates/client")))
}
