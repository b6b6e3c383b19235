//! Reads the catalogue on this laptop. None of these commands needs a connection.

use guildhall_client::Client;
use guildhall_client::error::{Failure, Result};
use guildhall_client::views::{
    CouncilName, CouncilPage, CouncilProfile, Facets, Found, Needs, Parts, ProductRow, ProjectPage, Query,
    ServicePage, ServiceRow,
};
use guildhall_protocol::{CouncilCode, HistoryEntry, ProjectId, ServiceId};
use tauri::State;
use tauri_plugin_opener::OpenerExt as _;

use super::mail;

#[tauri::command]
#[specta::specta]
pub(crate) async fn find(client: State<'_, Client>, query: Query, offset: u32, limit: u32) -> Result<Found> {
    client.find(query, offset, limit).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn facets(client: State<'_, Client>, query: Query) -> Result<Facets> {
    client.facets(query).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn project(client: State<'_, Client>, id: ProjectId) -> Result<ProjectPage> {
    client.project(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn council(client: State<'_, Client>, code: CouncilCode) -> Result<CouncilPage> {
    client.council(code).await
}

/// Confirms a project as it is. It waits in the outbox like an edit.
#[tauri::command]
#[specta::specta]
pub(crate) async fn confirm_project(client: State<'_, Client>, id: ProjectId) -> Result<()> {
    client.confirm_project(id).await
}

/// What happened to a project, from the registry.
#[tauri::command]
#[specta::specta]
pub(crate) async fn project_history(client: State<'_, Client>, id: ProjectId) -> Result<Vec<HistoryEntry>> {
    client.project_history(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn council_profile(client: State<'_, Client>, code: CouncilCode) -> Result<CouncilProfile> {
    client.council_profile(code).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn service_page(client: State<'_, Client>, id: ServiceId) -> Result<ServicePage> {
    client.service_page(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn parts(client: State<'_, Client>) -> Result<Parts> {
    client.parts().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn needs(client: State<'_, Client>, text: String, offset: u32, limit: u32) -> Result<Needs> {
    client.needs(text, offset, limit).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn services_in_use(client: State<'_, Client>) -> Result<Vec<ServiceRow>> {
    client.services_in_use().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn products(client: State<'_, Client>) -> Result<Vec<ProductRow>> {
    client.products().await
}

/// Opens the system's email program with a message begun, to the team of a project.
#[tauri::command]
#[specta::specta]
pub(crate) fn write_email(app: tauri::AppHandle, to: String, subject: String) -> Result<()> {
    let address = mail::link(&to, &subject).ok_or(Failure::NotAnEmail)?;
    app.opener().open_url(address, None::<&str>).map_err(|error| {
        tracing::warn!(%error, "cannot open the email program");
        Failure::Internal
    })
}

/// Current councils, by name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn councils(client: State<'_, Client>) -> Result<Vec<CouncilName>> {
    client.councils().await
}
