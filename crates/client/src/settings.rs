//! The laptop's own settings: which registry, which account, how the window looks. They are in a small file that is
//! replaced atomically, so that a kill leaves either the old one or the new one.

mod stored;

use std::io::ErrorKind;
use std::path::Path;

use guildhall_protocol::{CouncilCode, Me, RegistryFacts, ServiceId};
use serde::{Deserialize, Serialize};
use stored::StoredFile;

use crate::error::{Failure, Result};
use crate::files;

/// Light, dark, or as the system is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// The settings that a person chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// The text size in per cent, from 100 to 200.
    pub text_size: u16,
    /// While this is on, no connection is made.
    pub work_offline: bool,
    /// How many days without contact records that are not open to everyone stay on this laptop.
    pub private_days: u16,
    /// "What do you work on?": services listed first in Find.
    pub services: Vec<ServiceId>,
}

/// The default of [`Settings::private_days`].
const DEFAULT_PRIVATE_DAYS: u16 = 30;

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            text_size: 100,
            work_offline: false,
            private_days: DEFAULT_PRIVATE_DAYS,
            services: Vec::new(),
        }
    }
}

/// The content of the settings file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PersistedState {
    pub(crate) settings: Settings,
    /// The registry in use.
    pub(crate) registry: Option<ChosenRegistry>,
    /// The person signed in to it.
    pub(crate) me: Option<Me>,
    /// The council for which that person acts.
    pub(crate) acting_for: Option<CouncilCode>,
    /// The address of a person who was signed out from another laptop, until somebody signs in again.
    pub(crate) signed_out: Option<String>,
    /// The first-run screens are done.
    pub(crate) welcomed: bool,
    /// Distinguishes this installation's keychain entries from those of others on the same laptop.
    pub(crate) installation: String,
    /// The file as it was read, with fields that this version does not know.
    stored: StoredFile,
}

/// The registry in use, as it described itself when it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct ChosenRegistry {
    /// Its address, without a trailing slash.
    pub address: String,
    /// Its description of itself.
    pub facts: RegistryFacts,
}

const FILE: &str = "settings.json";

/// Reads the settings file. Each part that is missing or unreadable takes its default. If any part is unreadable, a
/// copy of the file is set aside first.
///
/// # Errors
/// [`Failure::FilesBroken`] if the file exists but cannot be read, so that it is not overwritten.
pub(crate) fn read(dir: &Path) -> Result<PersistedState> {
    let text = match std::fs::read(dir.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(PersistedState::default()),
        Err(error) => {
            tracing::error!(%error, "cannot read the settings");
            return Err(Failure::FilesBroken);
        }
    };
    let (stored, is_whole) = stored::read(&text);
    let kept = stored.kept();
    if !is_whole {
        set_aside(dir, &text)?;
        write(dir, &kept)?;
    }
    Ok(kept)
}

/// Writes the unreadable content to a new file beside the settings.
fn set_aside(dir: &Path, text: &[u8]) -> Result<()> {
    let names = (1..).map(|n| match n {
        1 => "settings.unreadable.json".to_owned(),
        n => format!("settings.unreadable-{n}.json"),
    });
    for name in names {
        match files::write_new(&dir.join(&name), text) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            written => {
                tracing::warn!(
                    name,
                    "something in the settings can't be read: they are set aside as they were"
                );
                return written.map_err(Failure::from);
            }
        }
    }
    Ok(())
}

/// Replaces the settings file.
///
/// # Errors
/// [`Failure::DiskFull`] or [`Failure::FilesBroken`]; the old file is then unchanged.
pub(crate) fn write(dir: &Path, kept: &PersistedState) -> Result<()> {
    let text = serde_json::to_vec_pretty(&StoredFile::of(kept)).map_err(|_| Failure::Internal)?;
    Ok(files::replace(&dir.join(FILE), &text)?)
}

#[cfg(test)]
mod tests;
