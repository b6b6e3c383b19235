//! Backups: the whole registry in one file, written from and restored into either database.

mod archive;

use std::io;
use std::path::{Path, PathBuf};

use crate::env::Env;
use crate::error::{Error, Result};
use crate::privacy::erasure::{self, DamagedLedger};
use crate::registry::{Config, Registry, database, open};
use crate::store::integrity::{self, Finding};
use crate::store::{Database, OpenError, Restore, StoreError, counter, new_epoch, newest_schema, tables};
pub use archive::Unreadable;
use archive::{Head, Line, Reader, Writer};

/// Why a backup or restore failed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The backup file already exists.
    #[error("{} is there already: name a new file", .0.display())]
    FileIsThere(PathBuf),
    /// The backup file could not be written. The partial file was removed.
    #[error("{} cannot be written: {reason}", .file.display())]
    NotWritten {
        /// The backup.
        file: PathBuf,
        /// The error from the operating system.
        reason: io::Error,
    },
    /// The file is not a complete backup.
    #[error("{} is not restored: {reason}", .file.display())]
    NotABackup {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: Unreadable,
    },
    /// A newer version made the backup.
    #[error("{} was made by a newer version of guildhall-registry: restore it with that version", .0.display())]
    Newer(PathBuf),
    /// The folder or database already has a registry in it.
    #[error("there is a registry here already: restore into a new folder, or an empty database")]
    NotEmpty,
    /// The file is complete, but its contents are inconsistent.
    #[error("{} is not restored, as it does not hold together: {}", .file.display(), list(.findings))]
    Inconsistent {
        /// The file.
        file: PathBuf,
        /// The broken invariants.
        findings: Vec<Finding>,
    },
    /// The erasure list cannot be read.
    #[error(transparent)]
    Erasures(#[from] DamagedLedger),
    /// The registry returned an error.
    #[error(transparent)]
    Registry(#[from] Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Registry(error.into())
    }
}

fn list(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Whether a restored registry continues the same history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// An older state: the epoch changes, so that laptops read everything again and offer to send what was lost.
    New,
    /// The same state in another place: nobody has written to the old registry since.
    Same,
}

/// What a backup contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The number of rows in all tables.
    pub rows: u64,
    /// The last sequence number.
    pub seq: u64,
}

impl Registry {
    /// Writes a snapshot of all data to a new file while the registry runs. The file contains email addresses, and only
    /// its owner may read it. The erasure list is written beside it, for older backups.
    ///
    /// # Errors
    /// If the file exists or cannot be written; no partial file is left.
    pub async fn back_up(&self, file: &Path) -> Result<Contents, BackupError> {
        if file.exists() {
            return Err(BackupError::FileIsThere(file.to_owned()));
        }
        // Renamed only when it is complete.
        let mut part = file.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let _ = std::fs::remove_file(&part);
        let written = self.write_all_to(&part).await;
        let kept = written.and_then(|contents| {
            std::fs::rename(&part, file).map_err(|reason| not_written(file, reason))?;
            Ok(contents)
        });
        if kept.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        let contents = kept?;
        self.keep_ledger(&folder_of(file)).await?;
        Ok(contents)
    }

    async fn write_all_to(&self, file: &Path) -> Result<Contents, BackupError> {
        let mut tx = self.store().read().await?;
        let (epoch, seq) = counter::read(&mut tx).await.map_err(Error::from)?;
        let head = Head::new(newest_schema(), self.env().clock.now(), epoch, seq);
        let mut writer = Writer::create(file, &head).map_err(|reason| not_written(file, reason))?;
        for table in tables::ALL {
            let put = |row| {
                let line = Line { table: table.to_owned(), row };
                writer.put(&line).map_err(|reason| not_written(file, reason))
            };
            tables::each(&mut tx, table, put).await?;
        }
        let rows = writer.finish().map_err(|reason| not_written(file, reason))?;
        Ok(Contents { rows, seq })
    }

    /// Checks the invariants across tables; empty if all hold.
    ///
    /// # Errors
    /// A database error.
    pub async fn examine(&self) -> Result<Vec<Finding>> {
        Ok(integrity::check(&mut *self.store().read().await?).await?)
    }
}

fn not_written(file: &Path, reason: io::Error) -> BackupError {
    BackupError::NotWritten { file: file.to_owned(), reason }
}

/// Restores a backup into a new folder or an empty database, after checking it. Repeats the erasures listed beside the
/// backup.
///
/// # Errors
/// If the file is not a complete backup or the target is not empty; nothing is restored then.
pub async fn restore(
    config: &Config,
    env: &Env,
    file: &Path,
    history: History,
) -> Result<Contents, BackupError> {
    let database = database(config).map_err(OpenError::from)?;
    // First, so that an erased person never reappears without being on the list.
    erasure::take_over(&folder_of(file), &config.data_dir)?;
    let contents = restore_into(&database, env, file, history).await?;
    open(config.clone(), env.clone()).await?.close().await;
    Ok(contents)
}

/// The folder that contains the file.
fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Checks that a backup can be restored, using a temporary folder.
///
/// # Errors
/// If it cannot be restored.
pub async fn verify(env: &Env, file: &Path) -> Result<Contents, BackupError> {
    let folder = tempfile::tempdir().map_err(OpenError::from)?;
    let database = Database::File(folder.path().join("registry.db"), None);
    restore_into(&database, env, file, History::Same).await
}

async fn restore_into(
    database: &Database,
    env: &Env,
    file: &Path,
    history: History,
) -> Result<Contents, BackupError> {
    let unreadable = |reason| BackupError::NotABackup { file: file.to_owned(), reason };
    let mut reader = Reader::open(file).map_err(unreadable)?;
    if reader.head.schema > newest_schema() {
        return Err(BackupError::Newer(file.to_owned()));
    }
    let restore = Restore::begin(database, reader.head.schema).await?;
    let mut restore = restore.ok_or(BackupError::NotEmpty)?;
    while let Some(line) = reader.next().map_err(unreadable)? {
        tables::put(restore.sql(), &line.table, &line.row).await?;
    }
    restore.bring_up_to_date().await?;
    let findings = integrity::check(restore.sql()).await?;
    if !findings.is_empty() {
        return Err(BackupError::Inconsistent { file: file.to_owned(), findings });
    }
    let (epoch, seq) = counter::read(restore.sql()).await.map_err(Error::from)?;
    if (&epoch, seq) != (&reader.head.epoch, reader.head.seq) {
        return Err(unreadable(Unreadable::Inconsistent));
    }
    if history == History::New {
        counter::rename(restore.sql(), &new_epoch(env)).await.map_err(Error::from)?;
    }
    restore.finish().await?;
    Ok(Contents { rows: reader.rows(), seq: reader.head.seq })
}
