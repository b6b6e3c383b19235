//! Imports from files that councils keep elsewhere: the public list of councils, the list of services, and a council's
//! portfolio spreadsheet. An import is planned first ([`plan_projects`] and its siblings, which write nothing) and then
//! applied ([`apply_import`]). A row is left out only if it cannot be identified; an unreadable cell is left out and
//! reported with its line and column. Importing the same file again changes nothing, and a field without a column stays
//! as it is.

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

/// How to read a file.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Pairs of a field and the heading of its column, for headings that are not recognised.
    pub map: Vec<(String, String)>,
    /// The number of rows above the headings to skip.
    pub skip_rows: usize,
    /// The file's encoding, as a label of the Encoding Standard; `None` to detect it.
    pub encoding: Option<String>,
    /// Whether an empty cell clears its field instead of leaving it as it is.
    pub clear_empty: bool,
    /// Whether to list every changed cell in [`Report::changes`].
    pub list_changes: bool,
}

/// Why a file cannot be imported. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("{file} cannot be read: {error}")]
    Unreadable {
        /// The file.
        file: String,
        /// The error from the operating system.
        error: std::io::Error,
    },
    /// The file has no rows.
    #[error("there is nothing in this file")]
    Empty,
    /// Required columns are missing.
    #[error("the file has no column {missing}; its columns are {found}{hint}")]
    NoHeader {
        /// The missing columns, in words.
        missing: String,
        /// The file's columns.
        found: String,
        /// A suggestion.
        hint: String,
    },
    /// Several columns match one field.
    #[error(
        "the file has two columns for {field}: {first} and {second}. Remove one of them, or say which one to \
         take: --map {field}=\"{choice}\""
    )]
    TwoAlike {
        /// The field.
        field: String,
        /// One of the columns.
        first: String,
        /// The other column.
        second: String,
        /// The name of the first column for `--map`.
        choice: String,
    },
    /// It looks like JSON but cannot be parsed.
    #[error("this is not JSON: {0}")]
    NotJson(String),
    /// It is JSON, but without exactly one list to import.
    #[error("{0}")]
    NoList(String),
    /// An option names something that does not exist.
    #[error("{0}")]
    BadOption(String),
    /// The registry returned an error.
    #[error(transparent)]
    Registry(#[from] Error),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Registry(error.into())
    }
}

/// Plans and applies an import of councils with default options.
///
/// # Errors
/// As [`plan_councils`] and [`apply_import`].
pub async fn import_councils(registry: &Registry, file: &Path) -> Result<Report, ImportError> {
    let planned = plan_councils(registry, file, &ImportOptions::default()).await?;
    Ok(apply_import(registry, planned).await?)
}

/// Plans and applies an import of services with default options.
///
/// # Errors
/// As [`plan_services`] and [`apply_import`].
pub async fn import_services(registry: &Registry, file: &Path) -> Result<Report, ImportError> {
    let planned = plan_services(registry, file, &ImportOptions::default()).await?;
    Ok(apply_import(registry, planned).await?)
}

/// Plans and applies an import of projects with default options for reading the file.
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
