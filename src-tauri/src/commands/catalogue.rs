//! Reading the catalogue on this laptop. None of these needs a connection.

use guildhall_client::Desk;
use guildhall_client::error::Result;
use guildhall_client::views::{CouncilName, CouncilPage, Facets, Found, ProjectPage, Query};
use guildhall_protocol::{CouncilCode, ProjectId};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub(crate) async fn find(desk: State<'_, Desk>, query: Query, offset: u32, limit: u32) -> Result<Found> {
    desk.find(query, offset, limit).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn facets(desk: State<'_, Desk>, query: Query) -> Result<Facets> {
    desk.facets(query).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn project(desk: State<'_, Desk>, id: ProjectId) -> Result<ProjectPage> {
    desk.project(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn council(desk: State<'_, Desk>, code: CouncilCode) -> Result<CouncilPage> {
    desk.council(code).await
}

/// The councils that there are now, by name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn councils(desk: State<'_, Desk>) -> Result<Vec<CouncilName>> {
    desk.councils().await
}
