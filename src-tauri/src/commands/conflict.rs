//! Where a draft and somebody else's change clash.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{Chosen, Conflict, Settled, Then, UnusedText};
use tauri::State;
use uuid::Uuid;

/// Where a draft that needs attention and somebody else's change clash.
#[tauri::command]
#[specta::specta]
pub(crate) async fn conflict(client: State<'_, Client>, id: Uuid) -> Result<Conflict> {
    client.conflict(id).await
}

/// Chooses what to take, in one step that can be undone.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose(client: State<'_, Client>, id: Uuid, chosen: Vec<Chosen>) -> Result<Conflict> {
    client.choose(id, chosen).await
}

/// Undoes the last step.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_choice(client: State<'_, Client>, id: Uuid) -> Result<Conflict> {
    client.undo_choice(id).await
}

/// Takes what was chosen; what was not is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle(client: State<'_, Client>, id: Uuid, then: Then) -> Result<Settled> {
    client.settle(id, then).await
}

/// What was not taken in the last 90 days, the last first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unused_texts(client: State<'_, Client>) -> Result<Vec<UnusedText>> {
    client.unused_texts().await
}

/// Puts what was not taken into a draft of its project, and answers the draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bring_back(client: State<'_, Client>, id: Uuid) -> Result<Uuid> {
    client.bring_back(id).await
}
