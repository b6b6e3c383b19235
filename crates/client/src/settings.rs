//! The laptop's own settings: which registry, which account, how the window looks. A small file, written anew
//! beside the old one and moved over it, so that a kill leaves one or the other.

mod stored;

use std::io::ErrorKind;
use std::path::Path;

use guildhall_protocol::{CouncilCode, Me, RegistryFacts, ServiceId};
use serde::{Deserialize, Serialize};
use stored::StoredFile;

use crate::error::{Failure, Result};
use crate::files;

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
    pub private_days: u16,
    /// "What do you work on?": these come first in Find.
    pub services: Vec<ServiceId>,
}

/// For how many days without a contact it stays where nobody chose.
const A_MONTH: u16 = 30;

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            text_size: 100,
            work_offline: false,
            private_days: A_MONTH,
            services: Vec::new(),
        }
    }
}

/// All that the file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PersistedState {
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
    /// As it was read: what this version does not know is in there.
    stored: StoredFile,
}

/// The registry in use, as it described itself when it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct ChosenRegistry {
    /// Its address, without a slash at the end.
    pub address: String,
    /// What it says of itself.
    pub facts: RegistryFacts,
}

const FILE: &str = "settings.json";

/// Reads the file. What is new or can't be read starts with the defaults, each part by itself; a file of which
/// something can't be read is set aside first.
///
/// # Errors
/// [`Failure::FilesBroken`] where there is a file that can't be read at all: nothing may be written over it.
pub(crate) fn read(dir: &Path) -> Result<PersistedState> {
    let text = match std::fs::read(dir.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(PersistedState::default()),
        Err(error) => {
            tracing::error!(%error, "reading the settings");
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

/// Writes what was read into a file beside, under a name that is free.
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

/// Writes the file as a whole.
///
/// # Errors
/// [`Failure::DiskFull`] or [`Failure::FilesBroken`]; the old file is then still there.
pub(crate) fn write(dir: &Path, kept: &PersistedState) -> Result<()> {
    let text = serde_json::to_vec_pretty(&StoredFile::of(kept)).map_err(|_| Failure::Internal)?;
    Ok(files::replace(&dir.join(FILE), &text)?)
}

#[cfg(test)]
mod tests;
