//! Everything that the app does without a window: it keeps the mirror and the drafts, syncs them with a registry,
//! searches the catalogue, and signs people in. [`Client`] is its whole surface; each method is defined in the folder
//! of its area.
//!
//! ```no_run
//! use guildhall_client::{Client, Env, Event, error::Result};
//!
//! # async fn start() -> Result<()> {
//! let client = Client::open("guildhall".into(), None, Env::real())?;
//! tokio::spawn({
//!     let client = client.clone();
//!     async move { client.run_sync().await }
//! });
//!
//! client.use_registry("https://registry.example").await?;
//! let mut events = client.events();
//! while let Ok(event) = events.recv().await {
//!     if event == Event::CatalogueChanged {
//!         println!("last updated: {:?}", client.status().await.last_updated);
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod account;
mod catalogue;
mod council;
mod data_folder;
mod drafts;
mod env;
pub mod error;
mod files;
mod form;
mod inner;
mod profile;
mod remote;
pub mod settings;
mod status;
mod store;
mod sync;
mod sync_loop;
pub mod views;

use guildhall_protocol::markdown;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::broadcast;
use uuid::Uuid;

use error::Result;
use inner::ClientInner;
use settings::Settings;
use views::{Activity, Connection, Start, Status};

pub use account::browser_sign_in::PageToOpen;
pub use env::{Clock, CommitHook, Env, Random};
pub use markdown::to_html as preview_markdown;
pub use remote::keychain::Keychain;
pub use remote::transport::{Body, Transport, TransportError};

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    inner: Arc<ClientInner>,
}

/// Something that the window shows has changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The status line at the foot of the window.
    StatusChanged(Box<Status>),
    /// The catalogue on this laptop.
    CatalogueChanged,
    /// A person's drafts, or the state of one.
    DraftsChanged,
    /// Who is signed in, or for how long.
    AccountChanged,
}

impl Client {
    /// Opens the client on the files below `dir`, which it locks and restricts to their owner. `preset` is the address
    /// of a registry to offer at first run. A damaged or unreadable profile does not stop the client from opening; the
    /// reason is in [`Start::open_error`].
    ///
    /// # Errors
    /// [`error::Failure::FolderInUse`] if another app has the folder open, [`error::Failure::FolderOpenToOthers`] if other users'
    /// access cannot be removed, and an error if the folder cannot be created or its settings read or written.
    pub fn open(dir: PathBuf, preset: Option<String>, env: Env) -> Result<Self> {
        Ok(Self { inner: Arc::new(ClientInner::open(dir, preset, env)?) })
    }

    /// Runs the sync loop, and does not return while the app is open. Run it as a task of its own.
    pub async fn run_sync(&self) {
        self.inner.prepare_sync().await;
        self.inner.run_sync().await;
    }

    /// Subscribes to changes of what the window shows.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events()
    }

    /// Everything that the window needs when it opens.
    pub async fn start(&self) -> Start {
        let state = self.inner.state();
        Start {
            registry: state.registry,
            preset: self.inner.preset().map(str::to_owned),
            account: self.account().await,
            welcomed: state.welcomed,
            settings: state.settings,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            open_error: self.inner.open_error(),
            signed_out: state.signed_out,
            rescued: self.inner.profile().and_then(|profile| profile.rescued.clone()).map(Into::into),
        }
    }

    /// The current status line.
    pub async fn status(&self) -> Status {
        self.inner.refresh_status(|_| ()).await;
        self.inner.status().borrow().clone()
    }

    /// Wakes the sync loop, and starts it again if it was stopped.
    pub fn sync_now(&self) {
        self.inner.resume_sync();
    }

    /// Stops sync at once. Everything received so far is state. Sync resumes from there with [`Self::sync_now`], when a
    /// draft is sent, or when the app is next opened.
    pub fn stop_sync(&self) {
        self.inner.stop_sync();
    }

    /// Switches working offline on or off. While it is on, no connection is made.
    ///
    /// # Errors
    /// If the settings cannot be written.
    pub async fn work_offline(&self, on: bool) -> Result<()> {
        self.inner.update_state(|state| state.settings.work_offline = on)?;
        self.inner
            .refresh_status(|status| {
                status.connection = if on { Connection::SwitchedOff } else { Connection::Unknown };
                status.activity = Activity::Idle;
                status.last_error = None;
            })
            .await;
        self.inner.restart_sync();
        Ok(())
    }

    /// Saves the settings, except for working offline: see [`Self::work_offline`].
    ///
    /// # Errors
    /// If the settings cannot be written.
    pub async fn save_settings(&self, settings: Settings) -> Result<()> {
        let mut settings = settings;
        settings.text_size = settings.text_size.clamp(100, 200);
        self.inner.update_state(|state| {
            settings.work_offline = state.settings.work_offline;
            state.settings = settings;
        })?;
        self.inner.last_search().clear();
        Ok(())
    }

    /// The path of a file in the app's folder for the window's own state. Creates it if needed, readable by its owner
    /// alone.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub fn window_file(&self, name: &str) -> Result<PathBuf> {
        let path = self.inner.dir().join(name);
        data_folder::make_file(&path)?;
        Ok(path)
    }

    /// The folder for the webview's own files. Creates it if needed, readable by its owner alone.
    ///
    /// # Errors
    /// If the folder cannot be created.
    pub fn webview_folder(&self) -> Result<PathBuf> {
        let path = self.inner.dir().join(data_folder::WEBVIEW);
        data_folder::make(&path)?;
        Ok(path)
    }

    /// A new id for a need or a link.
    pub fn new_id(&self) -> Uuid {
        self.inner.env().new_id()
    }
}
