//! The registry as its clients meet it: the real router over a real database.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api;
mod backup;
mod changes;
mod command_line;
mod converge;
mod import;
mod keeping;
mod mail;
mod matrix;
mod metrics;
mod own_data;
mod people;
mod postgres;
mod program;
mod reports;
mod reviews;
mod sample;
mod sign_in;
mod sqlite;
mod stage;
mod submissions;
mod surface;
