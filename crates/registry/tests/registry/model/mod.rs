//! A model test of who may do what over time. Whatever people, leads, coordinators and the operator do, in any order
//! and with any time in between, the registry must answer as a small model of the rules does, and each person must read
//! exactly what the model lets them. `GUILDHALL_MODEL_CASES` sets the number of random histories.

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
