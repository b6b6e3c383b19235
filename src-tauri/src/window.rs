//! The one window: where it stands, what it may show, and how it closes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use guildhall_client::Client;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::{StateFlags, WindowExt};
use tauri_specta::Event as _;

use crate::bindings::Closing;

const LABEL: &str = "main";
/// How long the page has to save what is being written.
const TIME_TO_SAVE: Duration = Duration::from_secs(3);

/// Opens the window where it was last.
pub(crate) fn open(app: &AppHandle, client: &Client, size: Option<(f64, f64)>) -> anyhow::Result<()> {
    let state = StateFlags::POSITION | StateFlags::SIZE | StateFlags::MAXIMIZED;
    let memory = tauri_plugin_window_state::Builder::new()
        .with_state_flags(state)
        .with_filename(client.window_file("window.json")?.to_string_lossy())
        .skip_initial_state(LABEL)
        .build();
    app.plugin(memory)?;

    let window = builder(app, size).data_directory(client.webview_folder()?).build()?;
    if size.is_none() {
        let restored = window.clone();
        // On its own thread: from another one the plugin waits for that thread, which waits for the plugin.
        window.run_on_main_thread(move || {
            if let Err(error) = restored.restore_state(state) {
                tracing::warn!(%error, "opening the window as it was left");
            }
        })?;
    }
    save_before_closing(&window);
    close_when_told(&window);
    Ok(())
}

/// Opens a window that only says why the app's files can't be opened. They may be another app's: what the webview needs
/// goes elsewhere, and with the window.
pub(crate) fn open_refused(app: &AppHandle) -> anyhow::Result<()> {
    let elsewhere = tempfile::Builder::new().prefix("guildhall-").tempdir()?;
    let window = builder(app, None).data_directory(elsewhere.path().to_owned()).build()?;
    save_before_closing(&window);
    let elsewhere = Mutex::new(Some(elsewhere));
    window.on_window_event(move |event| {
        if let WindowEvent::Destroyed = event {
            drop(elsewhere.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    });
    Ok(())
}

fn builder(app: &AppHandle, size: Option<(f64, f64)>) -> WebviewWindowBuilder<'_, tauri::Wry, AppHandle> {
    let (width, height) = size.unwrap_or((1280.0, 800.0));
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Guildhall")
        .inner_size(width, height)
        .min_inner_size(480.0, 400.0)
        // Links from records open in the system's browser; this window shows what came with the app.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
}

fn save_before_closing(window: &WebviewWindow) {
    let closing = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
            save_and_close(&closing);
        }
    });
}

/// Who signs out or shuts down ends the app with a signal: what is being written is saved first.
#[cfg(unix)]
fn close_when_told(window: &WebviewWindow) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()] {
        let window = window.clone();
        tauri::async_runtime::spawn(async move {
            match signal(kind) {
                Ok(mut told) => {
                    told.recv().await;
                    save_and_close(&window);
                }
                Err(error) => tracing::warn!(%error, "listening for the end of the session"),
            }
        });
    }
}

/// Windows closes the window itself.
#[cfg(not(unix))]
fn close_when_told(_: &WebviewWindow) {}

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
