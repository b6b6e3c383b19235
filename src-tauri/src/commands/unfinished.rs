//! What is being typed in a box that is no draft.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{TextBox, Unfinished};
use tauri::State;

/// What was typed in that box and not sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unfinished(
    client: State<'_, Client>,
    text_box: TextBox,
    about: String,
) -> Result<Option<Unfinished>> {
    client.unfinished(text_box, about).await
}

/// Saves what is in that box now; it is on the disk when this answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_unfinished(
    client: State<'_, Client>,
    text_box: TextBox,
    about: String,
    now: Unfinished,
) -> Result<()> {
    client.save_unfinished(text_box, about, now).await
}
