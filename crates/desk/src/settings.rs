//! The laptop's own settings: which registry, which account, how the window looks. A small file, written anew
//! beside the old one and moved over it, so that a kill leaves one or the other.

use std::path::{Path, PathBuf};

use guildhall_protocol::{CouncilCode, Me, RegistryFacts, ServiceId};
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, Result};

/// Light, dark, or as the system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// What a person chose for the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// The size of text in per cent: 100 to 200.
    pub text_size: u16,
    /// No connection is made while this is on.
    pub work_offline: bool,
    /// For how many days without a contact what is not open to everyone stays on this laptop.
    #[serde(default = "a_month")]
    pub private_days: u16,
    /// "What do you work on?": these come first in Find.
    pub services: Vec<ServiceId>,
}

fn a_month() -> u16 {
    30
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            text_size: 100,
            work_offline: false,
            private_days: a_month(),
            services: Vec::new(),
        }
    }
}

/// All that the file holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    pub(crate) settings: Settings,
    /// The registry in use.
    pub(crate) registry: Option<ChosenRegistry>,
    /// Who is signed in to it.
    pub(crate) me: Option<Me>,
    /// The council for which that person acts.
    pub(crate) acting_for: Option<CouncilCode>,
    /// The address of whose session was ended from another laptop, until somebody signs in again.
    pub(crate) signed_out: Option<String>,
    /// First run was gone through.
    pub(crate) welcomed: bool,
    /// Tells this installation's keychain entries from those of another on the same laptop.
    pub(crate) installation: String,
}

/// The registry in use, as it described itself when it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ChosenRegistry {
    /// Its address, without a slash at the end.
    pub address: String,
    /// What it says of itself.
    pub facts: RegistryFacts,
}

fn path(dir: &Path) -> PathBuf {
    dir.join("settings.json")
}

/// Reads the file; what is new or can't be read starts with the defaults. An unreadable one is set aside.
pub(crate) fn read(dir: &Path) -> Kept {
    let Ok(text) = std::fs::read(path(dir)) else { return Kept::default() };
    serde_json::from_slice(&text).unwrap_or_else(|error| {
        tracing::warn!(%error, "the settings can't be read: set aside");
        if let Err(error) = std::fs::rename(path(dir), dir.join("settings.unreadable.json")) {
            tracing::warn!(%error, "setting them aside failed");
        }
        Kept::default()
    })
}

/// Writes the file as a whole.
///
/// # Errors
/// [`Failure::DiskFull`] or [`Failure::FilesBroken`]; the old file is then still there.
pub(crate) fn write(dir: &Path, kept: &Kept) -> Result<()> {
    let text = serde_json::to_vec_pretty(kept).map_err(|_| Failure::Internal)?;
    let beside = dir.join("settings.json.new");
    let written = std::fs::write(&beside, text)
        .and_then(|()| std::fs::File::open(&beside)?.sync_all())
        .and_then(|()| std::fs::rename(&beside, path(dir)));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull => Failure::DiskFull,
        _ => Failure::FilesBroken,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_rubbish_is_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()), Kept::default());
        let mut kept = Kept::default();
        kept.settings.text_size = 150;
        write(dir.path(), &kept).unwrap();
        assert_eq!(read(dir.path()), kept);

        std::fs::write(path(dir.path()), "{").unwrap();
        assert_eq!(read(dir.path()), Kept::default());
        assert!(dir.path().join("settings.unreadable.json").exists());
    }
}
