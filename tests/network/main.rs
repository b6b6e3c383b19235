//! Desks and a registry joined in one process, over real files: what several people meet on the way from one
//! laptop to another. Time is told by the test, and the way between them can be cut at any point.

// A test that can't go on says so by a panic.
#![allow(clippy::unwrap_used, clippy::panic)]

mod accidents;
mod conflicts;
mod contact;
mod own_data;
mod people;
mod recording;
mod reviews;
mod rig;
mod second_factor;
