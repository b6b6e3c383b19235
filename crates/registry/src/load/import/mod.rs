//! Importing what councils keep elsewhere: the public list of councils, the list of services, and the spreadsheet
//! in which a council keeps its portfolio. An import is planned first ([`plan_projects`] and its siblings, which
//! write nothing) and applied then ([`apply_import`]). A row is left out only where it can't be known what it is;
//! a cell that can't be read is left out and told with its row and column. To import the same file again changes
//! nothing, and a column that a file lacks leaves the field as it is.

mod amounts;
mod cells;
mod choices;
mod columns;
mod council_names;
mod council_row;
mod councils;
mod dates;
mod encoding;
mod html;
mod json;
mod names;
mod plan;
mod project_row;
mod projects;
mod report;
mod rows;
mod services;
mod sheet;
mod summary;

use std::path::Path;

pub use councils::plan_councils;
pub use plan::{Planned, apply_import};
pub use projects::{ProjectOptions, plan_projects};
pub use report::{Change, Note, Report, Unused, is_report, printable, write_report};
pub use services::plan_services;

use crate::Registry;
use crate::error::Error;
use crate::store::StoreError;

/// How any file is read.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Fields and the columns that they are taken from, where those are called something else.
    pub map: Vec<(String, String)>,
    /// Rows above the headings that are not read.
    pub skip_rows: usize,
    /// The file's encoding, as the Encoding Standard calls it; none to tell it from the file.
    pub encoding: Option<String>,
    /// Does an empty cell empty the field? Else it leaves the field as it is.
    pub clear_empty: bool,
    /// List every cell that would change ([`Report::changes`])?
    pub list_changes: bool,
}

/// Why a file can't be imported at all. Nothing of it was stored.
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
    /// It has no rows.
    #[error("there is nothing in this file")]
    Empty,
    /// The headings don't name the columns that are needed.
    #[error("the file has no column {missing}; its columns are {found}{hint}")]
    NoHeader {
        /// The columns that are missing, in words.
        missing: String,
        /// The columns that there are.
        found: String,
        /// What else can be done.
        hint: String,
    },
    /// More than one column could be meant.
    #[error(
        "the file has two columns for {field}: {first} and {second}. Remove one of them, or say which one to \
         take: --map {field}=\"{choice}\""
    )]
    TwoAlike {
        /// The field.
        field: String,
        /// One of the columns.
        first: String,
        /// The other one.
        second: String,
        /// What to call the first one in `--map`.
        choice: String,
    },
    /// It looks like JSON and is not.
    #[error("this is not JSON: {0}")]
    NotJson(String),
    /// It is JSON without a list to import.
    #[error("{0}")]
    NoList(String),
    /// An option names something that is not there.
    #[error("{0}")]
    BadOption(String),
    /// The registry failed.
    #[error(transparent)]
    Registry(#[from] Error),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Registry(error.into())
    }
}

/// Imports councils at once, with no options.
///
/// # Errors
/// As [`plan_councils`] and [`apply_import`].
pub async fn import_councils(registry: &Registry, file: &Path) -> Result<Report, ImportError> {
    let planned = plan_councils(registry, file, &ImportOptions::default()).await?;
    Ok(apply_import(registry, planned).await?)
}

/// Imports services at once, with no options.
///
/// # Errors
/// As [`plan_services`] and [`apply_import`].
pub async fn import_services(registry: &Registry, file: &Path) -> Result<Report, ImportError> {
    let planned = plan_services(registry, file, &ImportOptions::default()).await?;
    Ok(apply_import(registry, planned).await?)
}

/// Imports projects at once, with no options for reading the file.
///
/// # Errors
/// As [`plan_projects`] and [`apply_import`].
pub async fn import_projects(
    registry: &Registry,
    file: &Path,
    choices: &ProjectOptions,
) -> Result<Report, ImportError> {
    let planned = plan_projects(registry, file, &ImportOptions::default(), choices).await?;
    Ok(apply_import(registry, planned).await?)
}

fn read(file: &Path) -> Result<Vec<u8>, ImportError> {
    std::fs::read(file).map_err(|error| ImportError::Unreadable { file: file.display().to_string(), error })
}
