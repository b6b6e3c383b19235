//! Clients and a registry connected in one process, with real files: what happens to several people's work between
//! their laptops. The test controls time, and can interrupt any connection at any point.

// Tests fail by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]

mod accidents;
mod confirm;
mod conflicts;
mod contact;
mod own_data;
mod people;
mod recording;
mod reviews;
mod rig;
mod second_factor;
