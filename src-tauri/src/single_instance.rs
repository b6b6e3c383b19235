//! A second start of the app brings the first one to the front. Apps with different data folders are separate and may
//! both be open. The client's lock prevents two apps from using one folder.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use tauri::plugin::TauriPlugin;
use tauri_plugin_single_instance::Builder;

use crate::window;

/// The app's name on this laptop, which depends on the folder if one was given. None where the system cannot tell apps
/// apart by folder: the second app then finds the folder locked, and reports it.
pub(crate) fn name(identifier: &str, folder: Option<&Path>) -> Option<String> {
    let Some(folder) = folder else { return Some(identifier.to_owned()) };
    if !cfg!(target_os = "linux") {
        return None;
    }
    // A folder that does not exist yet cannot be made canonical.
    let mut hasher = DefaultHasher::new();
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).hash(&mut hasher);
    Some(format!("{identifier}.folder{:016x}", hasher.finish()))
}

/// Restarts this program in place if the first app ended while this one was contacting it: its name becomes free a
/// moment later. Tries only once.
///
/// # Errors
/// Returns the given error if it has another cause, or after one restart.
#[cfg(target_os = "linux")]
pub(crate) fn again(error: tauri::Error) -> tauri::Result<()> {
    use std::os::unix::process::CommandExt as _;

    const TRIED: &str = "GUILDHALL_STARTED_AGAIN";
    let is_ours = matches!(&error, tauri::Error::PluginInitialization(name, _) if name == "single-instance");
    if is_ours && std::env::var_os(TRIED).is_none() {
        tracing::warn!(%error, "the first app has just ended: restarting");
        if let Ok(program) = std::env::current_exe() {
            let failed =
                std::process::Command::new(program).args(std::env::args_os().skip(1)).env(TRIED, "1").exec();
            tracing::error!(error = %failed, "cannot restart");
        }
    }
    Err(error)
}

/// Only on Linux are apps named on a bus, which the first app may leave at any moment.
#[cfg(not(target_os = "linux"))]
pub(crate) fn again(error: tauri::Error) -> tauri::Result<()> {
    Err(error)
}

pub(crate) fn plugin(name: String) -> TauriPlugin<tauri::Wry> {
    Builder::new().dbus_id(name).callback(|app, _, _| window::come_forward(app)).build()
}
