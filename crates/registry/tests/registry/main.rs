//! The registry as its clients meet it: the real router over a real SQLite file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod changes;
mod import;
mod keeping;
mod sign_in;
mod stage;
mod submissions;
mod surface;
