//! Forwards the client's events to the window.

use guildhall_client::{Client, Event};
use tauri::AppHandle;
use tauri_specta::Event as _;
use tokio::sync::broadcast::error::RecvError;

use crate::bindings::{AccountChanged, CatalogueChanged, DraftsChanged, StatusChanged};

/// Forwards events until the app closes.
pub(crate) fn forward(app: &AppHandle, client: &Client) {
    let (app, mut events) = (app.clone(), client.events());
    let client = client.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            let told = match events.recv().await {
                Ok(Event::StatusChanged(status)) => StatusChanged(*status).emit(&app),
                Ok(Event::CatalogueChanged) => CatalogueChanged.emit(&app),
                Ok(Event::DraftsChanged) => DraftsChanged.emit(&app),
                Ok(Event::AccountChanged) => AccountChanged.emit(&app),
                // Some events were lost, so anything may have changed.
                Err(RecvError::Lagged(_)) => StatusChanged(client.status().await)
                    .emit(&app)
                    .and_then(|()| CatalogueChanged.emit(&app))
                    .and_then(|()| DraftsChanged.emit(&app)),
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = told {
                tracing::warn!(%error, "cannot emit an event to the window");
            }
        }
    });
}
