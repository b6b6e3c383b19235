//! An app that is started a second time brings the first one forward. Two folders are two apps, of which both may be open;
//! what keeps two apps from one folder is the desk's lock on it.

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

pub(crate) fn plugin(name: String) -> TauriPlugin<tauri::Wry> {
    Builder::new().dbus_id(name).callback(|app, _, _| window::come_forward(app)).build()
}
