//! An app that is started a second time brings the first one forward. Two folders are two apps, of which both may be open;
//! what keeps two apps from one folder is the client's lock on it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use tauri::plugin::TauriPlugin;
use tauri_plugin_single_instance::Builder;

use crate::window;

/// The name that the app has on this laptop, where a folder was named for it or not. None where the system can't tell apps
/// by their folders: the second then finds the folder locked, and says so.
pub(crate) fn name(identifier: &str, folder: Option<&Path>) -> Option<String> {
    let Some(folder) = folder else { return Some(identifier.to_owned()) };
    if !cfg!(target_os = "linux") {
        return None;
    }
    // Before the folder is there it has no other name.
    let mut hasher = DefaultHasher::new();
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).hash(&mut hasher);
    Some(format!("{identifier}.folder{:016x}", hasher.finish()))
}

/// Starts this program again, in its own place, where the first app ended just as it was told of this one: the name that it
/// had is free a moment later. Once only.
///
/// # Errors
/// With the one that there was, where it was another one or where that was tried already.
#[cfg(target_os = "linux")]
pub(crate) fn again(error: tauri::Error) -> tauri::Result<()> {
    use std::os::unix::process::CommandExt as _;

    const TRIED: &str = "GUILDHALL_STARTED_AGAIN";
    let is_ours = matches!(&error, tauri::Error::PluginInitialization(name, _) if name == "single-instance");
    if is_ours && std::env::var_os(TRIED).is_none() {
        tracing::warn!(%error, "the first app has just ended: starting again");
        if let Ok(program) = std::env::current_exe() {
            let failed =
                std::process::Command::new(program).args(std::env::args_os().skip(1)).env(TRIED, "1").exec();
            tracing::error!(error = %failed, "starting again");
        }
    }
    Err(error)
}

/// Only Linux tells apps apart by a name on a bus that the first one may leave at any moment.
#[cfg(not(target_os = "linux"))]
pub(crate) fn again(error: tauri::Error) -> tauri::Result<()> {
    Err(error)
}

pub(crate) fn plugin(name: String) -> TauriPlugin<tauri::Wry> {
    Builder::new().dbus_id(name).callback(|app, _, _| window::come_forward(app)).build()
}
