//! Reports of problems with projects.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::ProjectPage;
use guildhall_protocol::{ProjectId, ReportReason};
use tauri::State;
use uuid::Uuid;

#[tauri::command]
#[specta::specta]
pub(crate) async fn report(
    client: State<'_, Client>,
    project: ProjectId,
    why: ReportReason,
    text: String,
) -> Result<()> {
    client.report(project, why, text).await
}

/// Reads a project that only its team can see, for a coordinator who gives a reason.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_with_reason(
    client: State<'_, Client>,
    project: ProjectId,
    reason: String,
) -> Result<ProjectPage> {
    client.read_with_reason(project, reason).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn close_report(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.close_report(id).await
}

/// Deletes a project permanently, for everybody.
#[tauri::command]
#[specta::specta]
pub(crate) async fn purge(client: State<'_, Client>, project: ProjectId, reason: String) -> Result<()> {
    client.purge(project, reason).await
}
