//! What a stranger, or one person who is signed in, tries in order to become more than they are, to read or keep what is no
//! longer theirs, or to stop a registry for all others: over HTTP, against the real program, on loopback only, and bounded.
//! Each is turned away, and what the others want goes on.

// A test that can't go on says so by a panic.
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
