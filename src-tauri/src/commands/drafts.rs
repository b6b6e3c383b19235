//! Writing drafts, sending them, and what became of them.

use guildhall_client::Desk;
use guildhall_client::error::Result;
use guildhall_client::views::{Check, Draft, DraftForm, DraftRow, Match, Saved, UnreadableRow};
use guildhall_protocol::{NeedId, ProjectId};
use tauri::State;
use uuid::Uuid;

use super::choose_file;

/// Every draft of the person who is signed in, the last saved first: also those that were sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drafts(desk: State<'_, Desk>) -> Result<Vec<DraftRow>> {
    desk.drafts().await
}

/// What this version can't read of this person's work. It stays on the laptop as it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unreadable(desk: State<'_, Desk>) -> Result<Vec<UnreadableRow>> {
    desk.unreadable().await
}

/// Starts a draft of a new project for the council for which the person acts.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_draft(desk: State<'_, Desk>) -> Result<Uuid> {
    desk.new_draft().await
}

/// Starts a draft of a change to a project of one's own council, or finds the one that was begun.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_project(desk: State<'_, Desk>, id: ProjectId) -> Result<Uuid> {
    desk.edit_project(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft(desk: State<'_, Desk>, id: Uuid) -> Result<Draft> {
    desk.draft(id).await
}

/// Saves a draft's text; it is on the disk when this answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_draft(desk: State<'_, Desk>, id: Uuid, form: DraftForm) -> Result<Saved> {
    desk.save_draft(id, form).await
}

/// What keeps a draft from being sent; empty when nothing does.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_draft(desk: State<'_, Desk>, id: Uuid) -> Result<Vec<Check>> {
    desk.check_draft(id).await
}

/// Puts a draft in the outbox: it goes at once, or when there is a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_draft(desk: State<'_, Desk>, id: Uuid) -> Result<()> {
    desk.send_draft(id).await
}

/// Takes a draft back out of the outbox, to go on writing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_back(desk: State<'_, Desk>, id: Uuid) -> Result<()> {
    desk.take_back(id).await
}

/// Sends a draft that needs attention once more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn try_again(desk: State<'_, Desk>, id: Uuid) -> Result<()> {
    desk.try_again(id).await
}

/// Leaves a draft: a new one in which nothing was written is not kept. True where it is gone.
#[tauri::command]
#[specta::specta]
pub(crate) async fn leave_draft(desk: State<'_, Desk>, id: Uuid) -> Result<bool> {
    desk.leave_draft(id).await
}

/// Removes a draft from this laptop for good; one that was sent stays in the catalogue.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_draft(desk: State<'_, Desk>, id: Uuid) -> Result<()> {
    desk.remove_draft(id).await
}

/// Asks where to, and writes all drafts into a file there. Answers how many; none when the person thought better.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_drafts(
    app: tauri::AppHandle,
    desk: State<'_, Desk>,
    file_name: String,
) -> Result<Option<u32>> {
    match choose_file(&app, file_name).await {
        Some(path) => desk.export_drafts(path).await.map(Some),
        None => Ok(None),
    }
}

/// Others in the catalogue who have a need like this one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn matches(desk: State<'_, Desk>, draft: Uuid, need: NeedId) -> Result<Vec<Match>> {
    desk.matches(draft, need).await
}
