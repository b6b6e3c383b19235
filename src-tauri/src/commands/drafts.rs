//! Writing drafts, sending them, and what became of them.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{Check, Draft, DraftForm, DraftRow, Match, Saved, UnreadableRow};
use guildhall_protocol::{NeedId, ProjectId};
use tauri::State;
use uuid::Uuid;

use super::choose_file;

/// Every draft of the person who is signed in, the last saved first: also those that were sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drafts(client: State<'_, Client>) -> Result<Vec<DraftRow>> {
    client.drafts().await
}

/// What this version can't read of this person's work. It stays on the laptop as it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unreadable(client: State<'_, Client>) -> Result<Vec<UnreadableRow>> {
    client.unreadable().await
}

/// Starts a draft of a new project for the council for which the person acts.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_draft(client: State<'_, Client>) -> Result<Uuid> {
    client.new_draft().await
}

/// Starts a draft of a change to a project of one's own council, or finds the one that was begun.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_project(client: State<'_, Client>, id: ProjectId) -> Result<Uuid> {
    client.edit_project(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft(client: State<'_, Client>, id: Uuid) -> Result<Draft> {
    client.draft(id).await
}

/// Saves a draft's text; it is on the disk when this answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_draft(client: State<'_, Client>, id: Uuid, form: DraftForm) -> Result<Saved> {
    client.save_draft(id, form).await
}

/// What keeps a draft from being sent; empty when nothing does.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_draft(client: State<'_, Client>, id: Uuid) -> Result<Vec<Check>> {
    client.check_draft(id).await
}

/// Puts a draft in the outbox: it goes at once, or when there is a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_draft(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.send_draft(id).await
}

/// Takes a draft back out of the outbox, to go on writing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_back(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.take_back(id).await
}

/// Sends a draft that needs attention once more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn try_again(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.try_again(id).await
}

/// Leaves a draft: a new one in which nothing was written is not kept. True where it is gone.
#[tauri::command]
#[specta::specta]
pub(crate) async fn leave_draft(client: State<'_, Client>, id: Uuid) -> Result<bool> {
    client.leave_draft(id).await
}

/// Removes a draft from this laptop for good; one that was sent stays in the catalogue.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_draft(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.remove_draft(id).await
}

/// Asks where to, and writes all drafts into a file there. Answers how many; none when the person thought better.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_drafts(
    app: tauri::AppHandle,
    client: State<'_, Client>,
    file_name: String,
) -> Result<Option<u32>> {
    match choose_file(&app, file_name).await {
        Some(path) => client.export_drafts(path).await.map(Some),
        None => Ok(None),
    }
}

/// Others in the catalogue who have a need like this one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn matches(client: State<'_, Client>, draft: Uuid, need: NeedId) -> Result<Vec<Match>> {
    client.matches(draft, need).await
}
