//! The laptop's files: two SQLite databases for each registry and account. `mirror.db` can be fetched again; `work.db`
//! is what a person wrote. No transaction spans both.
//!
//! Every stored value has a type of its own beside its table, which no view depends on. Fields that an older version
//! did not write have a default, unknown fields of a newer one are kept, and a row that this version cannot read stays
//! where it is without affecting the others.

mod choice;
mod council;
mod database;
#[cfg(test)]
pub(crate) mod frozen;
pub(crate) mod mirror;
mod rescue;
mod rows;
#[cfg(test)]
mod upgrades;
pub(crate) mod work;

pub(crate) use choice::Choice;
pub(crate) use council::StoredCouncil;
pub(crate) use database::{Db, Durability};
pub(crate) use rescue::Rescued;

use crate::error::Failure;

/// Maps database errors to those that a person can act on.
impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseCorrupt, DiskFull, NotADatabase, SystemIoFailure};
        match error.sqlite_error_code() {
            Some(DiskFull) => Self::DiskFull,
            Some(DatabaseCorrupt | NotADatabase) => {
                tracing::error!(%error, "a damaged database file");
                Self::FilesDamaged
            }
            // SQLite cannot always tell a full disk from other failures to write.
            Some(SystemIoFailure) => {
                tracing::error!(%error, "a database operation failed");
                Self::FilesBroken
            }
            _ => match error {
                rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
                other => {
                    tracing::error!(error = %other, "a database failed");
                    Self::FilesBroken
                }
            },
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        tracing::error!(%error, "a stored value has an unexpected shape");
        Self::Internal
    }
}
