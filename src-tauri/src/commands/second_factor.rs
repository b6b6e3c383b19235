//! The second step of signing in.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{Account, NewSecondFactor};
use guildhall_protocol::second_factor::SecondFactor;
use guildhall_protocol::{CouncilCode, PersonId};
use tauri::State;

use super::choose_file;

/// Continues a sign-in that requires a code of the second factor.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in_with_second_factor(client: State<'_, Client>, code: String) -> Result<Account> {
    client.sign_in_with_second_factor(&code).await
}

/// The state of this person's second factor.
#[tauri::command]
#[specta::specta]
pub(crate) async fn second_factor(client: State<'_, Client>) -> Result<SecondFactor> {
    client.second_factor().await
}

/// Gives a code again in this session.
#[tauri::command]
#[specta::specta]
pub(crate) async fn verify_second_factor(client: State<'_, Client>, code: String) -> Result<()> {
    client.verify_second_factor(&code).await
}

/// Begins to set up a second factor: returns the secret for an authenticator app.
#[tauri::command]
#[specta::specta]
pub(crate) async fn begin_second_factor(client: State<'_, Client>) -> Result<NewSecondFactor> {
    client.begin_second_factor().await
}

/// Confirms a new second factor with a first code, and returns recovery codes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn confirm_second_factor(client: State<'_, Client>, code: String) -> Result<Vec<String>> {
    client.confirm_second_factor(&code).await
}

/// Creates new recovery codes, which replace all earlier ones.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_recovery_codes(client: State<'_, Client>) -> Result<Vec<String>> {
    client.new_recovery_codes().await
}

/// Asks for a file and writes recovery codes to it. False if the person cancels.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_recovery_codes(
    app: tauri::AppHandle,
    client: State<'_, Client>,
    codes: Vec<String>,
    file_name: String,
) -> Result<bool> {
    match choose_file(&app, file_name).await {
        Some(path) => client.save_recovery_codes(&codes, path).await.map(|()| true),
        None => Ok(false),
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn turn_off_second_factor(client: State<'_, Client>) -> Result<()> {
    client.turn_off_second_factor().await
}

/// Cancels a reset of one's own second factor that a lead requested.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_my_factor_reset(client: State<'_, Client>) -> Result<()> {
    client.cancel_my_factor_reset().await
}

/// Resets someone's second factor: after a day for a lead, at once for a coordinator.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reset_second_factor(
    client: State<'_, Client>,
    council: CouncilCode,
    person: PersonId,
) -> Result<()> {
    client.reset_second_factor(&council, person).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_factor_reset(
    client: State<'_, Client>,
    council: CouncilCode,
    person: PersonId,
) -> Result<()> {
    client.cancel_factor_reset(&council, person).await
}
