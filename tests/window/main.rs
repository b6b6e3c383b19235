//! The app in its real window. A bare `cargo test` ignores these tests, because they need a separate desktop session:
//! run `cargo xtask test window`.

mod conflict;
mod drafting;
mod folder;
mod journey;
mod languages;
mod leads;
mod opening;
mod provider;
mod screens;
mod second_step;
mod together;
mod typing;
mod welcome;
