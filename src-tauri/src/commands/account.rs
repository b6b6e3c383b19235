//! First run, signing in and out, and for which council a person acts.

use guildhall_client::error::{Failure, Result};
use guildhall_client::settings::ChosenRegistry;
use guildhall_client::views::{Account, WhatStays};
use guildhall_client::{Desk, PageToOpen};
use guildhall_protocol::{CouncilCode, Service};
use tauri::State;
use tauri_plugin_opener::OpenerExt;

/// Asks the address what it is; changes nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_up_registry(desk: State<'_, Desk>, address: String) -> Result<ChosenRegistry> {
    desk.look_up_registry(&address).await
}

/// Uses that registry from now on; reading without signing in starts at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn use_registry(desk: State<'_, Desk>, address: String) -> Result<ChosenRegistry> {
    desk.use_registry(&address).await
}

/// Every service: from the catalogue on this laptop, or from the registry where there is none yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn services(desk: State<'_, Desk>) -> Result<Vec<Service>> {
    desk.services().await
}

/// First run is over: the app opens on Find from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn finish_welcome(desk: State<'_, Desk>) -> Result<()> {
    desk.finish_welcome().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn start_sign_in(desk: State<'_, Desk>, email: String) -> Result<()> {
    desk.start_sign_in(&email).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn verify_sign_in(desk: State<'_, Desk>, email: String, code: String) -> Result<Account> {
    desk.verify_sign_in(&email, &code).await
}

/// The registry in use as it describes itself now, or where it can't be asked, as it did last.
#[tauri::command]
#[specta::specta]
pub(crate) async fn registry(desk: State<'_, Desk>) -> Result<ChosenRegistry> {
    desk.registry().await
}

/// Begins to sign in with the registry's provider, in the system's browser, and gives the code that its page shows. With
/// `paste` it ends with another code there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_browser_sign_in(
    app: tauri::AppHandle,
    desk: State<'_, Desk>,
    paste: bool,
) -> Result<String> {
    let PageToOpen { page, code } = desk.start_browser_sign_in(paste).await?;
    app.opener().open_url(page, None::<&str>).map_err(|error| {
        tracing::warn!(%error, "opening the browser to sign in");
        Failure::NoBrowser
    })?;
    Ok(code)
}

/// Signs in once the browser comes back; null where it is given up or begun anew before.
#[tauri::command]
#[specta::specta]
pub(crate) async fn wait_for_browser(desk: State<'_, Desk>) -> Result<Option<Account>> {
    desk.wait_for_browser().await
}

/// Signs in with the code that the browser shows.
#[tauri::command]
#[specta::specta]
pub(crate) async fn paste_code(desk: State<'_, Desk>, code: String) -> Result<Account> {
    desk.paste_code(&code).await
}

/// Goes on where the provider has another address: with that from now on, or with the account's.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_address(desk: State<'_, Desk>, use_providers: bool) -> Result<Account> {
    desk.choose_address(use_providers).await
}

#[tauri::command]
#[specta::specta]
pub(crate) fn give_up_browser_sign_in(desk: State<'_, Desk>) {
    desk.give_up_browser_sign_in();
}

/// Signs in with a code by email someone whom the provider has named before.
#[tauri::command]
#[specta::specta]
pub(crate) async fn confirm_address(desk: State<'_, Desk>, email: String, code: String) -> Result<Account> {
    desk.confirm_address(&email, &code).await
}

/// What stays on this laptop when its person signs out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn what_stays(desk: State<'_, Desk>) -> Result<WhatStays> {
    desk.what_stays().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out(desk: State<'_, Desk>) -> Result<()> {
    desk.sign_out().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn act_for(desk: State<'_, Desk>, council: CouncilCode) -> Result<Account> {
    desk.act_for(council).await
}
