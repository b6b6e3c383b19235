//! Attacks by a stranger, or by one signed-in person, who tries to gain rights, to read or keep what is no longer
//! theirs, or to stop a registry for everybody else. They run over HTTP against the real program, on loopback only,
//! with bounded effort. Each attack is refused, and other people can carry on.

// Tests fail by panicking.
#![allow(clippy::unwrap_used)]

mod connections;
mod domains;
mod endings;
mod factor_resets;
mod first_in;
mod logs;
mod mail;
mod membership;
mod phone;
mod reviews;
mod seats;
mod second_factor;
mod settings;
mod steps;
mod target;
mod writes;
