//! The registry: the shared server that councils sync with. It stores records, hands out changes and decides
//! submissions; all richer questions are asked on the laptops, of their mirrors.

mod authority;
mod changes;
mod domains;
mod edge;
mod failure;
mod mail;
mod registry;
mod router;
mod routes;
mod secrets;
mod settings;
mod sign_in;
mod store;
mod submissions;
mod world;

pub use failure::{Failure, Outcome};
pub use mail::Mail;
pub use registry::{Config, Registry, open};
pub use settings::Setting;
pub use store::OpenError;
pub use world::{Clock, Random, World};
