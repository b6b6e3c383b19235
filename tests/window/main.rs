//! The app in its real window. Ignored by a bare `cargo test`, as these need a session of their own:
//! `cargo xtask test window`.

mod conflict;
mod drafting;
mod folder;
mod journey;
mod leads;
mod opening;
mod provider;
mod screens;
mod second_step;
mod together;
mod typing;
mod welcome;
