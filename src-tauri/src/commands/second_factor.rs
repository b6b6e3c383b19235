//! The second step of signing in.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{Account, NewSecondFactor};
use guildhall_protocol::second_factor::SecondFactor;
use guildhall_protocol::{CouncilCode, PersonId};
use tauri::State;

use super::choose_file;

/// Goes on with a sign-in that needs a code of the second factor.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in_with_second_factor(client: State<'_, Client>, code: String) -> Result<Account> {
    client.sign_in_with_second_factor(&code).await
}

/// Where this person's second factor stands.
#[tauri::command]
#[specta::specta]
pub(crate) async fn second_factor(client: State<'_, Client>) -> Result<SecondFactor> {
    client.second_factor().await
}

/// Gives a code of it in this session.
#[tauri::command]
#[specta::specta]
pub(crate) async fn give_second_factor(client: State<'_, Client>, code: String) -> Result<()> {
    client.give_second_factor(&code).await
}

/// Begins to set one up: what an authenticator app is told.
#[tauri::command]
#[specta::specta]
pub(crate) async fn begin_second_factor(client: State<'_, Client>) -> Result<NewSecondFactor> {
    client.begin_second_factor().await
}

/// Has it count, by the first code from it, and gives the recovery codes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn confirm_second_factor(client: State<'_, Client>, code: String) -> Result<Vec<String>> {
    client.confirm_second_factor(&code).await
}

/// Makes new recovery codes, in the place of all earlier ones.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_recovery_codes(client: State<'_, Client>) -> Result<Vec<String>> {
    client.new_recovery_codes().await
}

/// Asks where to, and writes recovery codes into a file there. False when the person thought better.
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

/// Calls off a reset of one's own that a lead has asked for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn call_off_my_factor_reset(client: State<'_, Client>) -> Result<()> {
    client.call_off_my_factor_reset().await
}

/// Resets somebody's: after a day for a lead, at once for a coordinator.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reset_second_factor(
    client: State<'_, Client>,
    council: CouncilCode,
    person: PersonId,
) -> Result<()> {
    client.reset_second_factor(&council, person).await
}

/// Calls that off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn call_off_factor_reset(
    client: State<'_, Client>,
    council: CouncilCode,
    person: PersonId,
) -> Result<()> {
    client.call_off_factor_reset(&council, person).await
}
