//! First run, signing in and out, and for which council a person acts.

use guildhall_desk::Desk;
use guildhall_desk::failure::Result;
use guildhall_desk::settings::ChosenRegistry;
use guildhall_desk::views::{Account, WhatStays};
use guildhall_protocol::{CouncilCode, Service};
use tauri::State;

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
