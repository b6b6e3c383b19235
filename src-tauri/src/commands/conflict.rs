//! Where a draft and somebody else's change clash.

use guildhall_client::Desk;
use guildhall_client::error::Result;
use guildhall_client::views::{Chosen, Conflict, KeptText, Settled, Then};
use tauri::State;
use uuid::Uuid;

/// Where a draft that needs attention and somebody else's change clash.
#[tauri::command]
#[specta::specta]
pub(crate) async fn conflict(desk: State<'_, Desk>, id: Uuid) -> Result<Conflict> {
    desk.conflict(id).await
}

/// Chooses what to take, in one step that can be undone.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose(desk: State<'_, Desk>, id: Uuid, chosen: Vec<Chosen>) -> Result<Conflict> {
    desk.choose(id, chosen).await
}

/// Undoes the last step.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_choice(desk: State<'_, Desk>, id: Uuid) -> Result<Conflict> {
    desk.undo_choice(id).await
}

/// Takes what was chosen; what was not is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle(desk: State<'_, Desk>, id: Uuid, then: Then) -> Result<Settled> {
    desk.settle(id, then).await
}

/// What was not taken in the last 90 days, the last first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn kept_texts(desk: State<'_, Desk>) -> Result<Vec<KeptText>> {
    desk.kept_texts().await
}

/// Puts what was not taken into a draft of its project, and answers the draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bring_back(desk: State<'_, Desk>, id: Uuid) -> Result<Uuid> {
    desk.bring_back(id).await
}
