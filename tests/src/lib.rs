//! Tools for tests about people at their laptops: a [`Stage`] for each test, a real [`Registry`] that can be stopped
//! and started, and the real [`App`] in its window. Tests use the window as a person with a screen reader would: by
//! roles, names and words, never by CSS classes. Nothing is mocked, and tests wait for conditions, never for a fixed
//! time.

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

/// The sample data's first person, by the address with which they sign in.
pub const SAM: &str = "sam.digital@barchester.example";
