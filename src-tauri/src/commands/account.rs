//! First run, signing in and out, and choosing the council for which a person acts.

use guildhall_client::error::{Failure, Result};
use guildhall_client::settings::ChosenRegistry;
use guildhall_client::views::{Account, SignOutSummary};
use guildhall_client::{Client, PageToOpen};
use guildhall_protocol::{CouncilCode, Service};
use tauri::State;
use tauri_plugin_opener::OpenerExt;

/// Asks the server at this address to describe itself; changes nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_up_registry(client: State<'_, Client>, address: String) -> Result<ChosenRegistry> {
    client.look_up_registry(&address).await
}

/// Switches to this registry; reading without signing in starts at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn use_registry(client: State<'_, Client>, address: String) -> Result<ChosenRegistry> {
    client.use_registry(&address).await
}

/// Every service: from the catalogue on this laptop or, if there is none yet, from the registry.
#[tauri::command]
#[specta::specta]
pub(crate) async fn services(client: State<'_, Client>) -> Result<Vec<Service>> {
    client.services().await
}

/// Ends first run: from now on, the app opens on Find.
#[tauri::command]
#[specta::specta]
pub(crate) async fn finish_welcome(client: State<'_, Client>) -> Result<()> {
    client.finish_welcome().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn start_sign_in(client: State<'_, Client>, email: String) -> Result<()> {
    client.start_sign_in(&email).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn verify_sign_in(
    client: State<'_, Client>,
    email: String,
    code: String,
) -> Result<Account> {
    client.verify_sign_in(&email, &code).await
}

/// The current registry as it describes itself now or, if it cannot be reached, as it last did.
#[tauri::command]
#[specta::specta]
pub(crate) async fn registry(client: State<'_, Client>) -> Result<ChosenRegistry> {
    client.registry().await
}

/// Begins a sign-in with the registry's provider in the system's browser. Returns the code that the registry's page
/// shows too. With `paste`, the browser ends with another code, for the person to paste.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_browser_sign_in(
    app: tauri::AppHandle,
    client: State<'_, Client>,
    paste: bool,
) -> Result<String> {
    let PageToOpen { page, code } = client.start_browser_sign_in(paste).await?;
    app.opener().open_url(page, None::<&str>).map_err(|error| {
        tracing::warn!(%error, "cannot open the browser to sign in");
        Failure::NoBrowser
    })?;
    Ok(code)
}

/// Waits for the browser and signs in; null if the sign-in is cancelled or started again first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn wait_for_browser(client: State<'_, Client>) -> Result<Option<Account>> {
    client.wait_for_browser().await
}

/// Signs in with the code that the browser shows.
#[tauri::command]
#[specta::specta]
pub(crate) async fn paste_code(client: State<'_, Client>, code: String) -> Result<Account> {
    client.paste_code(&code).await
}

/// Continues where the provider has a different address: with the provider's from now on, or with the account's.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_address(client: State<'_, Client>, use_providers: bool) -> Result<Account> {
    client.choose_address(use_providers).await
}

#[tauri::command]
#[specta::specta]
pub(crate) fn cancel_browser_sign_in(client: State<'_, Client>) {
    client.cancel_browser_sign_in();
}

/// Signs in with a code by email, after the provider has identified the person.
#[tauri::command]
#[specta::specta]
pub(crate) async fn confirm_address(
    client: State<'_, Client>,
    email: String,
    code: String,
) -> Result<Account> {
    client.confirm_address(&email, &code).await
}

/// What stays on this laptop after signing out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out_summary(client: State<'_, Client>) -> Result<SignOutSummary> {
    client.sign_out_summary().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out(client: State<'_, Client>) -> Result<()> {
    client.sign_out().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn act_for(client: State<'_, Client>, council: CouncilCode) -> Result<Account> {
    client.act_for(council).await
}
