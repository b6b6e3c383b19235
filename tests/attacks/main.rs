//! What a stranger, or one person who is signed in, tries in order to stop a registry for all others: over HTTP, against the
//! real program, on loopback only, and bounded. Each is turned away, and what the others want goes on meanwhile.

// A test that can't go on says so by a panic.
#![allow(clippy::unwrap_used)]

mod connections;
mod mail;
mod settings;
mod target;
mod writes;
