//! First run, signing in and out, and for which council a person acts.

use guildhall_client::error::{Failure, Result};
use guildhall_client::settings::ChosenRegistry;
use guildhall_client::views::{Account, WhatStays};
use guildhall_client::{Client, PageToOpen};
use guildhall_protocol::{CouncilCode, Service};
use tauri::State;
use tauri_plugin_opener::OpenerExt;

/// Asks the address what it is; changes nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_up_registry(client: State<'_, Client>, address: String) -> Result<ChosenRegistry> {
    client.look_up_registry(&address).await
}

/// Uses that registry from now on; reading without signing in starts at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn use_registry(client: State<'_, Client>, address: String) -> Result<ChosenRegistry> {
    client.use_registry(&address).await
}

/// Every service: from the catalogue on this laptop, or from the registry where there is none yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn services(client: State<'_, Client>) -> Result<Vec<Service>> {
    client.services().await
}

/// First run is over: the app opens on Find from now on.
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

/// The registry in use as it describes itself now, or where it can't be asked, as it did last.
#[tauri::command]
#[specta::specta]
pub(crate) async fn registry(client: State<'_, Client>) -> Result<ChosenRegistry> {
    client.registry().await
}

/// Begins to sign in with the registry's provider, in the system's browser, and gives the code that its page shows. With
/// `paste` it ends with another code there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_browser_sign_in(
    app: tauri::AppHandle,
    client: State<'_, Client>,
    paste: bool,
) -> Result<String> {
    let PageToOpen { page, code } = client.start_browser_sign_in(paste).await?;
    app.opener().open_url(page, None::<&str>).map_err(|error| {
        tracing::warn!(%error, "opening the browser to sign in");
        Failure::NoBrowser
    })?;
    Ok(code)
}

/// Signs in once the browser comes back; null where it is given up or begun anew before.
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

/// Goes on where the provider has another address: with that from now on, or with the account's.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_address(client: State<'_, Client>, use_providers: bool) -> Result<Account> {
    client.choose_address(use_providers).await
}

#[tauri::command]
#[specta::specta]
pub(crate) fn give_up_browser_sign_in(client: State<'_, Client>) {
    client.give_up_browser_sign_in();
}

/// Signs in with a code by email someone whom the provider has named before.
#[tauri::command]
#[specta::specta]
pub(crate) async fn confirm_address(
    client: State<'_, Client>,
    email: String,
    code: String,
) -> Result<Account> {
    client.confirm_address(&email, &code).await
}

/// What stays on this laptop when its person signs out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn what_stays(client: State<'_, Client>) -> Result<WhatStays> {
    client.what_stays().await
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
