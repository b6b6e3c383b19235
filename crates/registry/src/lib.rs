//! The registry: the shared server that councils sync with. It stores records, sends changes and decides submissions.
//! Search and other rich queries run on laptops, against their mirrors.
//!
//! ```no_run
//! use guildhall_registry::{Config, Env, open, serve};
//! use tokio::net::TcpListener;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = open(Config::new("registry"), Env::real()).await?;
//! let listener = TcpListener::bind("127.0.0.1:8787").await?;
//! let stop = async {
//!     let _ = tokio::signal::ctrl_c().await;
//! };
//! serve(registry, listener, None, stop).await;
//! # Ok(())
//! # }
//! ```

mod access;
mod auth;
mod councils;
mod env;
mod error;
mod feed;
mod files;
mod http;
mod load;
mod mail;
mod ops;
mod privacy;
mod projects;
mod registry;
mod secrets;
mod site;
mod store;
mod submissions;
mod words;

pub use auth::openid::{NotAProvider, Provider, ProviderError, Settings as ProviderSettings};
pub use councils::domains::Reach;
pub use env::{Clock, Env, Random};
pub use error::{Error, Result};
pub use http::openapi::openapi;
pub use http::router::routes;
pub use http::serve::{NotLoopback, check_address, serve};
pub use load::bulk::Tally;
pub use load::generate::Generated;
pub use load::import::{
    Change, ImportError, ImportOptions, Note, Planned, ProjectOptions, Report, Unused, apply_import,
    import_councils, import_projects, import_services, is_report, plan_councils, plan_projects,
    plan_services, printable, write_report,
};
pub use load::sample::sample_people;
pub use mail::{Mail, MailError, NotASmtpServer, SmtpServer};
pub use ops::backup::{BackupError, Contents, History, Unreadable, restore, verify};
pub use privacy::erasure::DamagedLedger;
pub use registry::{Config, Registry, open};
pub use store::integrity::Finding;
pub use store::settings::Setting;
pub use store::tables::ALL as TABLES;
pub use store::{DatabaseUrl, NotADatabaseUrl, OpenError, StoreError};
