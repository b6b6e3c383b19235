//! What waits for this person, and their answers.

use guildhall_client::Desk;
use guildhall_client::error::Result;
use guildhall_client::views::{Inbox, ReviewView};
use guildhall_protocol::{State as Answered, SubmissionId};
use tauri::State;

/// What waits for this person.
#[tauri::command]
#[specta::specta]
pub(crate) async fn inbox(desk: State<'_, Desk>) -> Result<Inbox> {
    desk.inbox().await
}

/// Something that waits for an answer, beside what is published.
#[tauri::command]
#[specta::specta]
pub(crate) async fn review(desk: State<'_, Desk>, id: SubmissionId) -> Result<ReviewView> {
    desk.review(id).await
}

/// Answers it: the answer goes at once, or when there is a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_review(
    desk: State<'_, Desk>,
    id: SubmissionId,
    state: Answered,
    reason: String,
) -> Result<()> {
    desk.answer_review(id, state, reason).await
}

/// Takes an answer back that was not sent yet, or takes one off the list that came to nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_answer_back(desk: State<'_, Desk>, id: SubmissionId) -> Result<()> {
    desk.take_answer_back(id).await
}
