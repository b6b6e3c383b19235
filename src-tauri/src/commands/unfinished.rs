//! Unsent text in boxes that are not part of a draft.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{TextBox, Unfinished};
use tauri::State;

/// The unsent text of a box.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unfinished(
    client: State<'_, Client>,
    text_box: TextBox,
    about: String,
) -> Result<Option<Unfinished>> {
    client.unfinished(text_box, about).await
}

/// Saves the current text of a box; it is on disk when this returns.
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
