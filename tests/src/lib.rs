//! What a test needs to tell a story of people at their laptops: a [`Stage`] of its own, a real [`Registry`] that can
//! be stopped and started, and the real [`App`] in its window, which is read and used as a person with a screen reader
//! would: by roles, names and words, never by CSS classes. Nothing here is a stand-in, and nothing waits for time to
//! pass: only for something to be so.

mod app;
mod core_process;
mod look;
mod older;
mod processes;
#[path = "../../crates/registry/tests/provider/mod.rs"]
mod provider;
mod registry;
mod screen;
pub mod simulation;
mod stage;

pub use app::App;
pub use core_process::{Answer, Core, Order};
pub use processes::program;
pub use provider::TestProvider;
pub use registry::Registry;
pub use screen::{Key, with_control};
pub use stage::Stage;

/// The council that the sample's first person works for, and how they sign in.
pub const SAM: &str = "sam.digital@barchester.example";
