//! The registry: the shared server that councils sync with. It stores records, hands out changes and decides
//! submissions; all richer questions are asked on the laptops, of their mirrors.

mod audit;
mod authority;
mod backup;
mod catalogue;
mod change_of_address;
mod changes;
mod coordination;
mod devices;
mod domains;
mod edge;
mod erasure;
mod exports;
mod failure;
mod generate;
mod import;
mod limits;
mod mail;
mod membership;
mod metrics;
mod openapi;
mod openid;
mod people;
mod private;
mod registry;
mod reports;
mod reviews;
mod router;
mod routes;
mod sample;
mod second_factor;
mod secrets;
mod serve;
mod settings;
mod sign_in;
mod store;
mod submissions;
mod successions;
mod teams;
mod tidy;
mod vouching;
mod world;

pub use backup::{BackupError, Contents, History, Unreadable, restore, verify};
pub use catalogue::Tally;
pub use domains::Reach;
pub use erasure::DamagedLedger;
pub use failure::{Failure, Outcome};
pub use generate::Generated;
pub use import::{
    Change, ImportError, ImportOptions, Note, Planned, ProjectOptions, Report, Unused, apply_import,
    import_councils, import_projects, import_services, is_report, plan_councils, plan_projects,
    plan_services, printable, write_report,
};
pub use mail::{Mail, MailError, NotASmtpServer, SmtpServer};
pub use openapi::openapi;
pub use openid::{NotAProvider, Provider, ProviderError, Settings as ProviderSettings};
pub use registry::{Config, Registry, open};
pub use router::routes;
pub use sample::sample_people;
pub use serve::{NotLoopback, check_address, serve};
pub use settings::Setting;
pub use store::tables::ALL as TABLES;
pub use store::wholeness::Finding;
pub use store::{DatabaseUrl, NotADatabaseUrl, OpenError};
pub use world::{Clock, Random, World};
