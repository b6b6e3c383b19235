//! The registry as its clients see it: the real router over a real database.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api;
mod backup;
mod changes;
mod command_line;
mod confirm;
mod converge;
mod edge;
mod import;
mod keeping;
mod mail;
mod matrix;
mod metrics;
mod model;
mod openid;
mod over_time;
mod own_data;
mod people;
mod postgres;
mod private;
mod program;
#[path = "../provider/mod.rs"]
#[expect(unreachable_pub, reason = "the tests of the window use it too")]
mod provider;
mod reports;
mod reviews;
mod sample;
mod second_factor;
mod sign_in;
mod site;
mod sqlite;
mod submissions;
mod successions;
mod surface;
mod test_registry;
mod upgrade;
