//! Taking in what councils keep elsewhere: the public list of councils, the list of services, and the spreadsheet
//! in which a council keeps its portfolio. A row that can't be taken is told with its line and the reason, and
//! the others go in. To import the same file again changes nothing.

mod councils;
mod names;
mod projects;
mod rows;
mod services;
mod values;

use std::path::Path;

pub use councils::import_councils;
pub use projects::{ProjectOptions, import_projects};
pub use services::import_services;

use crate::catalogue::Tally;
use crate::failure::Failure;

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// Why, in a sentence.
    pub reason: String,
}

/// A column of which nothing was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// Its name.
    pub column: String,
    /// How many values it has; each member of a list counts.
    pub values: usize,
}

/// What became of a file.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many records came in.
    pub tally: Tally,
    /// The rows that did not.
    pub left_out: Vec<LeftOut>,
    /// The columns that have no place in a record.
    pub unused: Vec<Unused>,
    /// Rows that went in under another council than they name, each with the name that they have.
    pub under_another: Vec<LeftOut>,
}

/// Why a file can't be imported at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It can't be read.
    #[error("{file} can't be read: {error}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        error: std::io::Error,
    },
    /// It is not text in UTF-8.
    #[error("line {line} is not UTF-8 text: save the file as “CSV UTF-8” and import it again")]
    NotUtf8 {
        /// The first such line.
        line: u64,
    },
    /// It has no rows.
    #[error("there is nothing in this file")]
    Empty,
    /// The first line doesn't name the columns that are needed.
    #[error("the first line must name the columns, and none of them is {missing}: it has {found}{hint}")]
    NoHeader {
        /// The columns that are missing, in words.
        missing: String,
        /// The columns that there are.
        found: String,
        /// What else can be done.
        hint: &'static str,
    },
    /// It looks like JSON and is not.
    #[error("this is not JSON: {0}")]
    NotJson(String),
    /// An option names something that is not there.
    #[error("{0}")]
    BadOption(String),
    /// The registry failed.
    #[error(transparent)]
    Registry(#[from] Failure),
}

fn read(file: &Path) -> Result<Vec<u8>, ImportError> {
    std::fs::read(file).map_err(|error| ImportError::Unreadable { file: file.display().to_string(), error })
}
