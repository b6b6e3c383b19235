//! The laptop's files: two SQLite databases for each registry and account. `mirror.db` is what can be fetched
//! again; `work.db` is what a person made. No transaction spans both.
//!
//! What is stored is a format: each stored thing has a type of its own beside its table, which no screen knows.
//! Fields that an older version did not write have a default, those of a newer one are kept, and a row that this
//! version can't read stays where it is, while the others go on.

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

/// Everything that the database can say, as far as a person can do something about it.
impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseCorrupt, DiskFull, NotADatabase, SystemIoFailure};
        match error.sqlite_error_code() {
            Some(DiskFull) => Self::DiskFull,
            Some(DatabaseCorrupt | NotADatabase) => {
                tracing::error!(%error, "a damaged file");
                Self::FilesDamaged
            }
            // Where the disk is full SQLite can't always tell it from other failures to write.
            Some(SystemIoFailure) => {
                tracing::error!(%error, "reading or writing the app's files");
                Self::FilesBroken
            }
            _ => match error {
                rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
                other => {
                    tracing::error!(error = %other, "the app's files");
                    Self::FilesBroken
                }
            },
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        tracing::error!(%error, "a stored value is not of its shape");
        Self::Internal
    }
}
