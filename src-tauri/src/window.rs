//! The one window: its position, what it may show, and how it closes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use guildhall_client::Client;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::{StateFlags, WindowExt};
use tauri_specta::Event as _;

use crate::bindings::Closing;

const LABEL: &str = "main";
/// How long the page has to save unsaved text.
const TIME_TO_SAVE: Duration = Duration::from_secs(3);

/// Opens the window where it last was.
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
        // On the main thread: elsewhere, the plugin waits for the main thread, which waits for the plugin.
        window.run_on_main_thread(move || {
            if let Err(error) = restored.restore_state(state) {
                tracing::warn!(%error, "cannot restore the window's size and place");
            }
        })?;
    }
    save_before_closing(&window);
    close_when_told(&window);
    Ok(())
}

/// Opens a window that only shows why the app's files cannot be opened. They may belong to another app, so the
/// webview's data goes in a temporary folder, which is deleted with the window.
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
        // The system's list of windows says which page is open, as a browser's does.
        .on_document_title_changed(|window, title| {
            if let Err(error) = window.set_title(&title) {
                tracing::warn!(%error, "the window's title could not be changed");
            }
        })
        .inner_size(width, height)
        .min_inner_size(480.0, 400.0)
        // Links in records open in the system's browser; this window shows only the bundled page.
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

/// Logging out or shutting down ends the app with a signal: unsaved text is saved first.
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
                Err(error) => tracing::warn!(%error, "cannot listen for the end of the desktop session"),
            }
        });
    }
}

/// Windows closes the window itself.
#[cfg(not(unix))]
fn close_when_told(_: &WebviewWindow) {}

/// Asks the page to save unsaved text and close the window. Does not wait for a page that no longer responds.
fn save_and_close(window: &WebviewWindow) {
    if let Err(error) = Closing.emit(window) {
        tracing::warn!(%error, "cannot tell the page that the window is closing");
    }
    let window = window.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(TIME_TO_SAVE).await;
        // Does nothing if the page has already closed it.
        let _ = window.destroy();
    });
}

/// Shows the existing window to someone who started the app again.
pub(crate) fn come_forward(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "cannot bring the window to the front");
        }
    }
}
