//! `cargo xtask fuzz`: fuzzes the parser of a registry's answers, using libFuzzer through cargo-bolero. Every `cargo
//! test` runs the inputs it found again.

use anyhow::Result;
use clap::Args;

use crate::steps::{cargo, root, run as run_step, say, succeeds, target};

const TEST: &str = "sync::decoding::an_answer_is_read_up_to_its_first_fault";

#[derive(Args)]
pub struct Options {
    /// How many seconds
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
}

/// Fuzzes for that long. Failing inputs are stored beside the test, which then fails until they are fixed.
pub fn run(options: &Options) -> Result<()> {
    if !succeeds(cargo().args(["bolero", "--version"])) {
        say("Installing cargo-bolero");
        run_step(cargo().args(["install", "--locked", "cargo-bolero"]))?;
    }
    say(&format!("Looking for {} seconds, after a build of its own", options.seconds));
    let mut bolero = cargo();
    // Coverage needs a flag that stable compilers do not allow; it does not change the code.
    bolero.args(["bolero", "test", "--rustc-bootstrap", "--sanitizer", "NONE", "--profile", "dev"]);
    bolero.args(["--package", "guildhall-client", TEST, "-T", &format!("{}s", options.seconds)]);
    bolero.arg("--target-dir").arg(target().join("fuzz"));
    run_step(bolero.current_dir(root().join("crates/client")))
}
