//! Backups: all of a registry in one file, from either database and into either.

mod archive;

use std::io;
use std::path::{Path, PathBuf};

use crate::env::Env;
use crate::error::{Error, Result};
use crate::privacy::erasure::{self, DamagedLedger};
use crate::registry::{Config, Registry, database, open};
use crate::store::wholeness::{self, Finding};
use crate::store::{Database, Filling, OpenError, StoreError, counter, new_epoch, newest_schema, tables};
pub use archive::Unreadable;
use archive::{Head, Line, Reader, Writer};

/// Why a backup was not made, or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It would overwrite something.
    #[error("{} is there already: name a new file", .0.display())]
    FileIsThere(PathBuf),
    /// The file can't be written. What was begun is removed.
    #[error("{} can't be written: {reason}", .file.display())]
    NotWritten {
        /// The backup.
        file: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// The file is not a whole backup.
    #[error("{} is not restored: {reason}", .file.display())]
    NotABackup {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: Unreadable,
    },
    /// A newer version has made it.
    #[error("{} was made by a newer version of guildhall-registry: restore it with that version", .0.display())]
    Newer(PathBuf),
    /// There is something that would be mixed with it.
    #[error("there is a registry here already: restore into a new folder, or an empty database")]
    NotEmpty,
    /// It is as it was made, but its parts contradict each other.
    #[error("{} is not restored, as it does not hold together: {}", .file.display(), list(.findings))]
    NotWhole {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        findings: Vec<Finding>,
    },
    /// Who was erased since can't be read.
    #[error(transparent)]
    Erasures(#[from] DamagedLedger),
    /// The registry failed.
    #[error(transparent)]
    Registry(#[from] Error),
    /// The database can't be opened.
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

/// What a restored registry is to those who knew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// An earlier state of it: laptops read everything anew, and offer again what they sent since.
    New,
    /// The same, in another place: nobody has written to the old one since.
    Same,
}

/// What is in a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Rows of all tables.
    pub rows: u64,
    /// The number of its last change.
    pub seq: u64,
}

impl Registry {
    /// Writes all that it has into a new file, as it is at one moment, while it goes on. The file has people's
    /// addresses, and can be read by its owner only. Beside it goes the list of who was erased, for older backups.
    ///
    /// # Errors
    /// When there is such a file, or it can't be written; nothing is left behind then.
    pub async fn back_up(&self, file: &Path) -> Result<Contents, BackupError> {
        if file.exists() {
            return Err(BackupError::FileIsThere(file.to_owned()));
        }
        // Under its own name only once it is whole.
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

    /// Looks for what should not be in its database; finds nothing where all is well.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn examine(&self) -> Result<Vec<Finding>> {
        Ok(wholeness::check(&mut *self.store().read().await?).await?)
    }
}

fn not_written(file: &Path, reason: io::Error) -> BackupError {
    BackupError::NotWritten { file: file.to_owned(), reason }
}

/// Makes a registry of a backup, in a new folder or an empty database, after it has looked whether all is right. Who is
/// listed beside it as erased is erased again.
///
/// # Errors
/// When the file is no whole backup, or the place is not empty; nothing is restored then.
pub async fn restore(
    config: &Config,
    env: &Env,
    file: &Path,
    history: History,
) -> Result<Contents, BackupError> {
    let database = database(config).map_err(OpenError::from)?;
    // First, so that who was erased since the backup is never there without being on that list.
    erasure::take_over(&folder_of(file), &config.data_dir)?;
    let contents = restore_into(&database, env, file, history).await?;
    open(config.clone(), env.clone()).await?.close().await;
    Ok(contents)
}

/// The folder that a backup is in.
fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Restores a backup into a place of its own, which is then thrown away: shows that it can be.
///
/// # Errors
/// When it can't.
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
    let filling = Filling::begin(database, reader.head.schema).await?;
    let mut filling = filling.ok_or(BackupError::NotEmpty)?;
    while let Some(line) = reader.next().map_err(unreadable)? {
        tables::put(filling.sql(), &line.table, &line.row).await?;
    }
    filling.bring_up_to_date().await?;
    let findings = wholeness::check(filling.sql()).await?;
    if !findings.is_empty() {
        return Err(BackupError::NotWhole { file: file.to_owned(), findings });
    }
    let (epoch, seq) = counter::read(filling.sql()).await.map_err(Error::from)?;
    if (&epoch, seq) != (&reader.head.epoch, reader.head.seq) {
        return Err(unreadable(Unreadable::NotWhole));
    }
    if history == History::New {
        counter::rename(filling.sql(), &new_epoch(env)).await.map_err(Error::from)?;
    }
    filling.finish().await?;
    Ok(Contents { rows: reader.rows(), seq: reader.head.seq })
}
