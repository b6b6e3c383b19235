//! The commands that the window may call, with one file for each area. A command unpacks its arguments, calls the
//! client and returns its answer; the client makes every decision.

pub(crate) mod account;
pub(crate) mod catalogue;
pub(crate) mod conflict;
pub(crate) mod drafts;
pub(crate) mod frame;
pub(crate) mod inbox;
mod mail;
pub(crate) mod own_data;
pub(crate) mod people;
pub(crate) mod reports;
pub(crate) mod second_factor;
pub(crate) mod unfinished;

use std::path::PathBuf;

use tauri_plugin_dialog::DialogExt;

/// Asks where to save a file; none if the person cancels.
async fn choose_file(app: &tauri::AppHandle, file_name: String) -> Option<PathBuf> {
    let (answer, chosen) = tokio::sync::oneshot::channel();
    app.dialog().file().set_file_name(file_name).save_file(move |path| {
        // If the window has closed, nobody is waiting.
        let _ = answer.send(path);
    });
    chosen.await.ok().flatten().and_then(|path| path.into_path().ok())
}
