//! Who may do what over time: whatever people, leads, coordinators and whoever runs the registry do one after the other,
//! and however much time passes between, the registry answers as a small model of the rules says, and each person reads
//! what that model lets them. `GUILDHALL_MODEL_CASES` says how many stories are tried.

mod rules;
mod system;

use proptest::test_runner::Config;
use proptest_state_machine::prop_state_machine;

use self::system::System;

/// Enough to find each fault that was once there, in about a minute.
const CASES: u32 = 40;

fn config() -> Config {
    let cases = std::env::var("GUILDHALL_MODEL_CASES").ok().and_then(|cases| cases.parse().ok());
    Config {
        cases: cases.unwrap_or(CASES),
        max_shrink_iters: 400,
        failure_persistence: None,
        ..Config::default()
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn the_registry_does_what_the_rules_say(sequential 1..40 => System);
}
