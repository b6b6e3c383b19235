//! The one window: where it stands, what it may show, and how it closes.

use std::path::Path;
use std::time::Duration;

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::{StateFlags, WindowExt};
use tauri_specta::Event as _;

use crate::bindings::Closing;

const LABEL: &str = "main";
/// How long the page has to save what is being written.
const TIME_TO_SAVE: Duration = Duration::from_secs(3);

/// Opens the window where it was last.
pub(crate) fn open(app: &AppHandle, dir: &Path, size: Option<(f64, f64)>) -> tauri::Result<()> {
    let state = StateFlags::POSITION | StateFlags::SIZE | StateFlags::MAXIMIZED;
    let memory = tauri_plugin_window_state::Builder::new()
        .with_state_flags(state)
        .with_filename(dir.join("window.json").to_string_lossy())
        .skip_initial_state(LABEL)
        .build();
    app.plugin(memory)?;

    let (width, height) = size.unwrap_or((1280.0, 800.0));
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Guildhall")
        .inner_size(width, height)
        .min_inner_size(480.0, 400.0)
        .data_directory(dir.join("webview"))
        // Links from records open in the system's browser; this window shows what came with the app.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .build()?;
    if size.is_none() {
        window.restore_state(state)?;
    }
    let closing = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
            save_and_close(&closing);
        }
    });
    Ok(())
}

/// Lets the page save what is being written; it closes the window then. A page that no longer answers is not
/// waited for.
fn save_and_close(window: &WebviewWindow) {
    if let Err(error) = Closing.emit(window) {
        tracing::warn!(%error, "telling the page that the window closes");
    }
    let window = window.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(TIME_TO_SAVE).await;
        // It is gone already where the page did its part.
        let _ = window.destroy();
    });
}

/// Shows the window that is there already, to someone who started the app a second time.
pub(crate) fn come_forward(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "bringing the window forward");
        }
    }
}
