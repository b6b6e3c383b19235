//! What the window may ask for: one file an area. A command unpacks, calls the client and hands back its answer;
//! whatever is decided is decided in the client.

pub(crate) mod account;
pub(crate) mod catalogue;
pub(crate) mod conflict;
pub(crate) mod drafts;
pub(crate) mod frame;
pub(crate) mod inbox;
pub(crate) mod own_data;
pub(crate) mod people;
pub(crate) mod reports;
pub(crate) mod second_factor;
pub(crate) mod unfinished;

use std::path::PathBuf;

use tauri_plugin_dialog::DialogExt;

/// Asks the person where to save a file; none when they thought better.
async fn choose_file(app: &tauri::AppHandle, file_name: String) -> Option<PathBuf> {
    let (answer, chosen) = tokio::sync::oneshot::channel();
    app.dialog().file().set_file_name(file_name).save_file(move |path| {
        // Nobody waits any longer when the window was closed meanwhile.
        let _ = answer.send(path);
    });
    chosen.await.ok().flatten().and_then(|path| path.into_path().ok())
}
