//! What waits for this person, and their answers.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{Inbox, ReviewView};
use guildhall_protocol::{State as Answered, SubmissionId};
use tauri::State;

/// What waits for this person.
#[tauri::command]
#[specta::specta]
pub(crate) async fn inbox(client: State<'_, Client>) -> Result<Inbox> {
    client.inbox().await
}

/// Something that waits for an answer, beside what is published.
#[tauri::command]
#[specta::specta]
pub(crate) async fn review(client: State<'_, Client>, id: SubmissionId) -> Result<ReviewView> {
    client.review(id).await
}

/// Answers it: the answer goes at once, or when there is a connection.
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

/// Takes an answer back that was not sent yet, or takes one off the list that came to nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_answer_back(client: State<'_, Client>, id: SubmissionId) -> Result<()> {
    client.take_answer_back(id).await
}
