//! Guildhall's window: opens the client, shows the bundled page, and passes commands and events between them.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod bindings;
mod commands;
mod events;
mod options;
mod single_instance;
mod window;

use anyhow::Context as _;
use guildhall_client::error::Failure;
use guildhall_client::{Client, Env};
use options::Options;
use tauri::Manager as _;

fn main() -> anyhow::Result<()> {
    log_to_stderr();
    prefer_a_renderer_that_draws();
    let options = Options::from_environment();
    let bindings = bindings::builder();
    let context = tauri::generate_context!();

    let mut app = tauri::Builder::default();
    if let Some(name) = single_instance::name(&context.config().identifier, options.data_dir.as_deref()) {
        app = app.plugin(single_instance::plugin(name));
    }
    app.plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(bindings.invoke_handler())
        .setup(move |app| {
            bindings.mount_events(app);
            set_up(app, options).map_err(Into::into)
        })
        .run(context)
        .or_else(single_instance::again)
        .context("running the window")
}

/// Why the client could not be opened.
pub(crate) struct Refused(pub(crate) Failure);

fn set_up(app: &mut tauri::App, options: Options) -> anyhow::Result<()> {
    let dir = match &options.data_dir {
        Some(dir) => dir.clone(),
        None => app.path().app_local_data_dir().context("finding the folder for the app's files")?,
    };
    let preset = options.registry.clone().or_else(|| option_env!("GUILDHALL_REGISTRY").map(str::to_owned));
    let client = match Client::open(dir, preset, Env::real()) {
        Ok(client) => client,
        Err(failure) => {
            // The window shows the error, with no client behind it.
            tracing::error!(%failure, "cannot open the app's files");
            app.manage(Refused(failure));
            return window::open_refused(app.handle()).context("opening the window");
        }
    };
    app.manage(client.clone());
    events::forward(app.handle(), &client);

    let syncing = client.clone();
    tauri::async_runtime::spawn(async move { syncing.run_sync().await });
    let app = app.handle().clone();
    tauri::async_runtime::spawn(async move {
        options.sign_in(&client).await;
        if let Err(error) = window::open(&app, &client, options.window_size) {
            tracing::error!(%error, "cannot open the window");
            app.exit(1);
        }
    });
    Ok(())
}

fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("GUILDHALL_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,guildhall=info,guildhall_client=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// WebKitGTK's DMA-BUF renderer shows an empty window on many Linux laptops; the older renderer works on all.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn prefer_a_renderer_that_draws() {
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(SWITCH).is_none() {
        // SAFETY: main has just begun, and no other thread can be reading the environment.
        unsafe { std::env::set_var(SWITCH, "1") };
    }
}

#[cfg(not(target_os = "linux"))]
fn prefer_a_renderer_that_draws() {}
