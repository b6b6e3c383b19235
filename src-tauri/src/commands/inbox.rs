//! The reviews, requests and other items that wait for this person, and their decisions.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{Inbox, ReviewView};
use guildhall_protocol::{State as Answered, SubmissionId};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub(crate) async fn inbox(client: State<'_, Client>) -> Result<Inbox> {
    client.inbox().await
}

/// A review that waits for a decision, with the published version beside it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn review(client: State<'_, Client>, id: SubmissionId) -> Result<ReviewView> {
    client.review(id).await
}

/// Decides a review: the decision is sent at once, or when there is a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_review(
    client: State<'_, Client>,
    id: SubmissionId,
    state: Answered,
    reason: String,
) -> Result<()> {
    client.answer_review(id, state, reason).await
}

/// Withdraws a decision that has not been sent yet, or removes one that failed from the list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn withdraw_answer(client: State<'_, Client>, id: SubmissionId) -> Result<()> {
    client.withdraw_answer(id).await
}
