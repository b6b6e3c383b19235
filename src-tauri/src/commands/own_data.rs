//! Exports of the data that the registry has about a person or council, and erasing an account.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_protocol::CouncilCode;
use tauri::State;

use super::choose_file;

/// Asks for a file and writes to it all data that the registry has about this person. False if the person cancels.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_my_data(
    app: tauri::AppHandle,
    client: State<'_, Client>,
    file_name: String,
) -> Result<bool> {
    // Checked first, so that nobody chooses a file and is asked for a code afterwards.
    client.require_second_factor().await?;
    match choose_file(&app, file_name).await {
        Some(path) => client.export_my_data(path).await.map(|()| true),
        None => Ok(false),
    }
}

/// Asks for a file and writes to it all data that the registry has about a council. False if the person cancels.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_council_data(
    app: tauri::AppHandle,
    client: State<'_, Client>,
    council: CouncilCode,
    file_name: String,
) -> Result<bool> {
    client.require_second_factor().await?;
    match choose_file(&app, file_name).await {
        Some(path) => client.export_council_data(&council, path).await.map(|()| true),
        None => Ok(false),
    }
}

/// Erases this person's account, contacts with these names, and all their data on this laptop.
#[tauri::command]
#[specta::specta]
pub(crate) async fn erase_me(client: State<'_, Client>, names: Vec<String>) -> Result<()> {
    client.erase_me(names).await
}
