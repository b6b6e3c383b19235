//! Writing drafts, sending them and following their state.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{Check, Draft, DraftForm, DraftRow, Match, Saved, UnreadableRow};
use guildhall_protocol::{NeedId, ProjectId};
use tauri::State;
use uuid::Uuid;

use super::choose_file;

/// Every draft of the signed-in person, including sent ones, last saved first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drafts(client: State<'_, Client>) -> Result<Vec<DraftRow>> {
    client.drafts().await
}

/// Parts of this person's work that this version cannot read. They stay on the laptop unchanged.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unreadable(client: State<'_, Client>) -> Result<Vec<UnreadableRow>> {
    client.unreadable().await
}

/// Starts a draft of a new project, for the council for which the person acts.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_draft(client: State<'_, Client>) -> Result<Uuid> {
    client.new_draft().await
}

/// Starts an edit of a project of the person's own council, or finds one that was started before.
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

/// Saves a draft's text; it is on disk when this returns.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_draft(client: State<'_, Client>, id: Uuid, form: DraftForm) -> Result<Saved> {
    client.save_draft(id, form).await
}

/// The errors that prevent a draft from being sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_draft(client: State<'_, Client>, id: Uuid) -> Result<Vec<Check>> {
    client.check_draft(id).await
}

/// Puts a draft in the outbox: it is sent at once, or when there is a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_draft(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.send_draft(id).await
}

/// Withdraws a draft from the outbox, to continue writing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn withdraw_draft(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.withdraw_draft(id).await
}

/// Sends a draft that needs attention again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn try_again(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.try_again(id).await
}

/// Leaves a draft, and deletes a new one in which nothing was written. True if it was deleted.
#[tauri::command]
#[specta::specta]
pub(crate) async fn leave_draft(client: State<'_, Client>, id: Uuid) -> Result<bool> {
    client.leave_draft(id).await
}

/// Deletes a draft from this laptop permanently; one that was sent stays in the catalogue.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_draft(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.remove_draft(id).await
}

/// Asks for a file and writes all drafts to it. Returns how many; null if the person cancels.
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

/// Other projects in the catalogue with a similar need.
#[tauri::command]
#[specta::specta]
pub(crate) async fn matches(client: State<'_, Client>, draft: Uuid, need: NeedId) -> Result<Vec<Match>> {
    client.matches(draft, need).await
}

/// A text in Markdown as HTML that is safe to insert, as it will be shown once published.
#[tauri::command]
#[specta::specta]
pub(crate) fn preview_markdown(text: String) -> String {
    guildhall_client::preview_markdown(&text)
}
