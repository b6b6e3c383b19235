//! What the registry holds about a person and on a council.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_protocol::CouncilCode;
use tauri::State;

use super::choose_file;

/// Asks where to, and writes all that the registry holds about this person into a file there. False when the person
/// thought better.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_my_data(
    app: tauri::AppHandle,
    client: State<'_, Client>,
    file_name: String,
) -> Result<bool> {
    // First, so that nobody chooses a file and is then asked for a code.
    client.look_at_second_factor().await?;
    match choose_file(&app, file_name).await {
        Some(path) => client.export_my_data(path).await.map(|()| true),
        None => Ok(false),
    }
}

/// The same with all that it holds on a council.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_council_data(
    app: tauri::AppHandle,
    client: State<'_, Client>,
    council: CouncilCode,
    file_name: String,
) -> Result<bool> {
    client.look_at_second_factor().await?;
    match choose_file(&app, file_name).await {
        Some(path) => client.export_council_data(&council, path).await.map(|()| true),
        None => Ok(false),
    }
}

/// Erases this person, who goes by these names. Nothing of theirs stays on this laptop.
#[tauri::command]
#[specta::specta]
pub(crate) async fn erase_me(client: State<'_, Client>, names: Vec<String>) -> Result<()> {
    client.erase_me(names).await
}
