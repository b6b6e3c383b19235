//! Reads the catalogue on this laptop. None of these commands needs a connection.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{CouncilName, CouncilPage, Facets, Found, ProjectPage, Query};
use guildhall_protocol::{CouncilCode, ProjectId};
use tauri::State;

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

/// Current councils, by name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn councils(client: State<'_, Client>) -> Result<Vec<CouncilName>> {
    client.councils().await
}
