//! Resolving conflicts between a draft and somebody else's change.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{Chosen, Conflict, Settled, Then, UnusedText};
use tauri::State;
use uuid::Uuid;

/// The conflict between a draft that needs attention and somebody else's change.
#[tauri::command]
#[specta::specta]
pub(crate) async fn conflict(client: State<'_, Client>, id: Uuid) -> Result<Conflict> {
    client.conflict(id).await
}

/// Chooses what to keep, in one step that can be undone.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose(client: State<'_, Client>, id: Uuid, chosen: Vec<Chosen>) -> Result<Conflict> {
    client.choose(id, chosen).await
}

/// Undoes the last choice.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_choice(client: State<'_, Client>, id: Uuid) -> Result<Conflict> {
    client.undo_choice(id).await
}

/// Applies the choices; text that was not chosen is stored as unused.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle(client: State<'_, Client>, id: Uuid, then: Then) -> Result<Settled> {
    client.settle(id, then).await
}

/// Unused text from the last 90 days, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unused_texts(client: State<'_, Client>) -> Result<Vec<UnusedText>> {
    client.unused_texts().await
}

/// Puts unused text into a draft of its project, and returns the draft's id.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_unused_text(client: State<'_, Client>, id: Uuid) -> Result<Uuid> {
    client.restore_unused_text(id).await
}
