//! Commands for no single screen: starting, the status line, sync, settings, links and closing.

use guildhall_client::Client;
use guildhall_client::error::{Failure, Result};
use guildhall_client::settings::Settings;
use guildhall_client::views::{Start, Status};
use guildhall_protocol::validate::is_web_address;
use tauri::{Manager as _, State};
use tauri_plugin_opener::OpenerExt;
use uuid::Uuid;

use crate::Refused;

#[tauri::command]
#[specta::specta]
pub(crate) async fn start(app: tauri::AppHandle) -> Result<Start> {
    let client = app.try_state::<Client>().map(|client| client.inner().clone());
    match client {
        Some(client) => Ok(client.start().await),
        None => Err(app.try_state::<Refused>().map_or(Failure::Internal, |refused| refused.0.clone())),
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn status(client: State<'_, Client>) -> Result<Status> {
    Ok(client.status().await)
}

#[tauri::command]
#[specta::specta]
pub(crate) fn sync_now(client: State<'_, Client>) {
    client.sync_now();
}

#[tauri::command]
#[specta::specta]
pub(crate) fn stop_sync(client: State<'_, Client>) {
    client.stop_sync();
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn work_offline(client: State<'_, Client>, on: bool) -> Result<()> {
    client.work_offline(on).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn save_settings(client: State<'_, Client>, settings: Settings) -> Result<()> {
    client.save_settings(settings).await
}

/// An id for a new need or link.
#[tauri::command]
#[specta::specta]
pub(crate) fn new_id(client: State<'_, Client>) -> Uuid {
    client.new_id()
}

/// Opens a link in the system's browser. Records come from other people, so only web addresses are opened.
#[tauri::command]
#[specta::specta]
pub(crate) fn open_link(app: tauri::AppHandle, url: String) -> Result<()> {
    if !is_web_address(&url) {
        return Err(Failure::NotALink);
    }
    app.opener().open_url(url, None::<&str>).map_err(|error| {
        tracing::warn!(%error, "cannot open a link");
        Failure::Internal
    })
}

/// Closes the window, after the page has saved unsaved text.
#[tauri::command]
#[specta::specta]
pub(crate) fn close(window: tauri::WebviewWindow) -> Result<()> {
    window.destroy().map_err(|error| {
        tracing::error!(%error, "cannot close the window");
        Failure::Internal
    })
}
