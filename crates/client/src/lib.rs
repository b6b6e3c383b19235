//! Everything that the app does without a window: it keeps the mirror and the drafts, syncs them with a registry,
//! searches the catalogue, and signs people in. [`Client`] is its whole surface; each method is defined in the folder
//! of its area.

mod account;
mod catalogue;
mod council;
mod data_folder;
mod drafts;
mod env;
pub mod error;
mod files;
mod form;
mod markdown;
mod profile;
mod remote;
pub mod settings;
mod store;
mod sync;
pub mod views;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use error::{Failure, Result};
use profile::Profile;
use settings::{PersistedState, Settings};
use store::mirror::{contact, reading, record, reviews};
use store::work::{Work, answers, drafts as draft_rows};
use tokio::sync::{Notify, broadcast, watch};
use uuid::Uuid;
use views::{Activity, Connection, Private, Start, Status};

pub use account::browser_sign_in::PageToOpen;
pub use env::{Clock, CommitHook, Env, Random};
pub use remote::keychain::Keychain;
pub use remote::transport::{Body, Transport, TransportError};

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
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

pub(crate) struct Inner {
    dir: PathBuf,
    /// Keeps the folder locked.
    _lock: data_folder::Lock,
    preset: Option<String>,
    env: Env,
    kept: Mutex<PersistedState>,
    profile: Mutex<Option<Arc<Profile>>>,
    /// Why the profile could not be opened.
    trouble: Mutex<Option<Failure>>,
    looked_up: Mutex<Option<settings::ChosenRegistry>>,
    /// The last sign-in started by email, with its address.
    started: Mutex<Option<(String, guildhall_protocol::sign_in::StartId)>>,
    /// A sign-in in progress in the browser.
    browser_sign_in: Mutex<Option<account::browser_sign_in::BrowserSignIn>>,
    /// A sign-in that only needs a second-factor code.
    awaits_factor: Mutex<Option<account::second_factor::AwaitsFactor>>,
    found: catalogue::search::LastFound,
    status: watch::Sender<Status>,
    events: broadcast::Sender<Event>,
    /// Wakes the sync loop.
    wake: Notify,
    /// Counted up to restart the sync loop, for example for another profile or when working offline is switched on or
    /// off.
    restarts: watch::Sender<u64>,
    /// Sync is stopped until somebody asks for it.
    stopped: AtomicBool,
}

impl Client {
    /// Opens the client on the files below `dir`, which it locks and restricts to their owner. `preset` is the address
    /// of a registry to offer at first run. A damaged or unreadable profile does not stop the client from opening; the
    /// reason is in [`Start::trouble`].
    ///
    /// # Errors
    /// [`Failure::FolderInUse`] if another app has the folder open, [`Failure::FolderOpenToOthers`] if other users'
    /// access cannot be removed, and an error if the folder cannot be created or its settings read or written.
    pub fn open(dir: PathBuf, preset: Option<String>, env: Env) -> Result<Self> {
        let lock = data_folder::take(&dir)?;
        let mut kept = settings::read(&dir)?;
        if kept.installation.is_empty() {
            kept.installation = env.new_id().to_string();
            settings::write(&dir, &kept)?;
        }
        let (profile, trouble) = match Profile::open(&dir, &env, &kept, false) {
            Ok(profile) => {
                profile.iter().for_each(drafts::remove_untouched);
                (profile.map(Arc::new), None)
            }
            Err(failure) => (None, Some(failure)),
        };
        let status = Status {
            connection: if kept.settings.work_offline {
                Connection::SwitchedOff
            } else {
                Connection::Unknown
            },
            last_updated: None,
            waiting: 0,
            attention: 0,
            inbox: 0,
            drafts: 0,
            activity: Activity::Idle,
            sign_in_needed: false,
            trouble: None,
            private: Private::Shown,
        };
        Ok(Self {
            inner: Arc::new(Inner {
                dir,
                _lock: lock,
                preset,
                env,
                kept: Mutex::new(kept),
                profile: Mutex::new(profile),
                trouble: Mutex::new(trouble),
                looked_up: Mutex::default(),
                started: Mutex::default(),
                browser_sign_in: Mutex::default(),
                awaits_factor: Mutex::default(),
                found: catalogue::search::LastFound::default(),
                status: watch::channel(status).0,
                events: broadcast::channel(256).0,
                wake: Notify::new(),
                restarts: watch::channel(0).0,
                stopped: AtomicBool::new(false),
            }),
        })
    }

    /// Runs the sync loop, and does not return while the app is open. Run it as a task of its own.
    pub async fn run_sync(&self) {
        self.inner.let_go().await;
        self.inner.read_set_aside().await;
        sync::run(Arc::clone(&self.inner)).await;
    }

    /// Subscribes to changes of what the window shows.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    /// Everything that the window needs when it opens.
    pub async fn start(&self) -> Start {
        let kept = self.inner.kept();
        Start {
            registry: kept.registry,
            preset: self.inner.preset.clone(),
            account: self.account().await,
            welcomed: kept.welcomed,
            settings: kept.settings,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            trouble: locked(&self.inner.trouble).clone(),
            signed_out: kept.signed_out,
            rescued: self.inner.profile().and_then(|profile| profile.rescued.clone()).map(Into::into),
        }
    }

    /// The current status line.
    pub async fn status(&self) -> Status {
        self.inner.refresh_status(|_| ()).await;
        self.inner.status.borrow().clone()
    }

    /// Wakes the sync loop, and starts it again if it was stopped.
    pub fn sync_now(&self) {
        self.inner.stopped.store(false, Ordering::SeqCst);
        self.inner.wake.notify_one();
    }

    /// Stops sync at once. Everything received so far is kept. Sync resumes from there with [`Self::sync_now`], when a
    /// draft is sent, or when the app is next opened.
    pub fn stop_sync(&self) {
        self.inner.stopped.store(true, Ordering::SeqCst);
        self.inner.restarts.send_modify(|restarts| *restarts += 1);
    }

    /// Switches working offline on or off. While it is on, no connection is made.
    ///
    /// # Errors
    /// If the settings cannot be written.
    pub async fn work_offline(&self, on: bool) -> Result<()> {
        self.inner.keep(|kept| kept.settings.work_offline = on)?;
        self.inner
            .refresh_status(|status| {
                status.connection = if on { Connection::SwitchedOff } else { Connection::Unknown };
                status.activity = Activity::Idle;
                status.trouble = None;
            })
            .await;
        self.inner.turn();
        Ok(())
    }

    /// Saves the settings, except for working offline: see [`Self::work_offline`].
    ///
    /// # Errors
    /// If the settings cannot be written.
    pub async fn save_settings(&self, settings: Settings) -> Result<()> {
        let mut settings = settings;
        settings.text_size = settings.text_size.clamp(100, 200);
        self.inner.keep(|kept| {
            settings.work_offline = kept.settings.work_offline;
            kept.settings = settings;
        })?;
        self.find_anew();
        Ok(())
    }

    /// The path of a file in the app's folder for the window's own state. Creates it if needed, readable by its owner
    /// alone.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub fn window_file(&self, name: &str) -> Result<PathBuf> {
        let path = self.inner.dir.join(name);
        data_folder::make_file(&path)?;
        Ok(path)
    }

    /// The folder for the webview's own files. Creates it if needed, readable by its owner alone.
    ///
    /// # Errors
    /// If the folder cannot be created.
    pub fn webview_folder(&self) -> Result<PathBuf> {
        let path = self.inner.dir.join(data_folder::WEBVIEW);
        data_folder::make(&path)?;
        Ok(path)
    }

    /// A new id for a need or a link.
    pub fn new_id(&self) -> Uuid {
        self.inner.env.new_id()
    }
}

impl Inner {
    fn kept(&self) -> PersistedState {
        locked(&self.kept).clone()
    }

    /// Changes the settings file: on disk first, then in memory.
    fn keep(&self, change: impl FnOnce(&mut PersistedState)) -> Result<()> {
        let mut kept = locked(&self.kept);
        let mut changed = kept.clone();
        change(&mut changed);
        if changed != *kept {
            settings::write(&self.dir, &changed)?;
            *kept = changed;
        }
        Ok(())
    }

    fn profile(&self) -> Option<Arc<Profile>> {
        locked(&self.profile).clone()
    }

    /// The open profile.
    ///
    /// # Errors
    /// Why there is none.
    fn open_profile(&self) -> Result<Arc<Profile>> {
        self.profile().ok_or_else(|| locked(&self.trouble).clone().unwrap_or(Failure::NotFound))
    }

    fn move_to(&self, profile: Profile) {
        *locked(&self.profile) = Some(Arc::new(profile));
        *locked(&self.trouble) = None;
        self.turn();
    }

    /// Reopens the profile after damage was found in one of its files.
    fn mend(&self) {
        match Profile::open(&self.dir, &self.env, &self.kept(), true) {
            Ok(Some(profile)) => self.move_to(profile),
            Ok(None) => {}
            Err(failure) => {
                *locked(&self.profile) = None;
                *locked(&self.trouble) = Some(failure);
            }
        }
        for event in [Event::AccountChanged, Event::CatalogueChanged, Event::DraftsChanged] {
            self.tell(event);
        }
    }

    fn turn(&self) {
        self.stopped.store(false, Ordering::SeqCst);
        self.restarts.send_modify(|restarts| *restarts += 1);
    }

    fn tell(&self, event: Event) {
        // Before the window opens there are no receivers.
        let _ = self.events.send(event);
    }

    /// Recounts the figures of the status line, applies `change`, and notifies the window if the status differs.
    async fn refresh_status(&self, change: impl FnOnce(&mut Status)) {
        let (mut counted, mut inbox, mut private) = ((None, (0, 0, 0)), 0, Private::Shown);
        if let Some(profile) = self.profile() {
            if let Ok(reading) = profile.mirror.read(reading::get).await {
                counted.0 = reading.updated_at;
            }
            if let Ok(Some(contact)) = profile.mirror.read(contact::get).await {
                private = self.shown_of(contact.private);
            }
            if let Ok(work) = profile.work()
                && let Ok(counts) = work.read(draft_rows::count).await
            {
                counted.1 = counts;
                inbox = self.count_inbox(&profile, work).await.unwrap_or(0);
                if let Ok((waiting, refused)) = work.read(answers::count).await {
                    counted.1.1 += waiting;
                    inbox += refused;
                }
            }
        }
        let changed = self.status.send_if_modified(|status| {
            let before = status.clone();
            change(status);
            status.last_updated = counted.0;
            (status.drafts, status.waiting, status.attention) = counted.1;
            status.inbox = inbox;
            status.private = private;
            *status != before
        });
        if changed {
            let status = self.status.borrow().clone();
            self.tell(Event::StatusChanged(Box::new(status)));
        }
    }

    fn shown_of(&self, private: contact::Private) -> Private {
        let days = self.kept().settings.private_days;
        match private {
            contact::Private::Shown => Private::Shown,
            contact::Private::Hidden => Private::Hidden { days },
            contact::Private::Removed => Private::Removed { days },
        }
    }

    /// Counts the items that need this person's answer.
    async fn count_inbox(&self, profile: &Profile, work: &Work) -> Result<u32> {
        let answered = work.read(answers::all).await?;
        let waiting = profile.mirror.read(reviews::all).await?;
        let is_answered = |id| answered.iter().any(|answer| answer.review == id);
        let waiting = waiting.iter().filter(|waits| !is_answered(waits.id)).count();
        let me = profile.me()?;
        Ok(u32::try_from(waiting + me.invitations.len() + me.requests.len()).unwrap_or(u32::MAX))
    }

    /// Reads records again that an earlier version of the app could not read.
    async fn read_set_aside(&self) {
        let Some(profile) = self.profile() else { return };
        match profile.mirror.write(record::read_set_aside).await {
            Ok(true) => self.tell(Event::CatalogueChanged),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "reading what was set aside: it is tried again at the next start")
            }
        }
    }

    /// Updates the status after a page was applied. True once there is no more to read.
    async fn took_in(&self, outcome: sync::pull::PullOutcome) -> Result<bool> {
        use sync::pull::PullOutcome;
        if let Some(profile) = self.profile() {
            profile.note_look(self.env.clock.running());
        }
        let (activity, done) = match outcome {
            PullOutcome::More { done, of } => (Activity::Reading { done, of }, false),
            PullOutcome::Repairing => (Activity::Reading { done: 0, of: 0 }, false),
            PullOutcome::UpToDate { .. } => (Activity::Idle, true),
            PullOutcome::Differs => return Err(Failure::CatalogueDiffers),
        };
        self.refresh_status(|status| {
            status.connection = Connection::Connected;
            status.activity = activity;
            status.sign_in_needed = false;
            if done {
                status.trouble = None;
            }
        })
        .await;
        if outcome != (PullOutcome::UpToDate { changed: false }) {
            self.tell(Event::CatalogueChanged);
        }
        if done && let Some(profile) = self.profile() {
            self.keep_own_work(&profile).await?;
            if outcome == (PullOutcome::UpToDate { changed: true })
                && let Err(error) = self.follow_erasures(&profile).await
            {
                tracing::warn!(%error, "removing who was erased: it is tried again with the next change");
            }
        }
        Ok(done)
    }

    /// Keeps the progress at which sync was stopped.
    async fn note_stop(&self) {
        self.refresh_status(|status| {
            status.activity = match status.activity {
                Activity::Reading { done, of } | Activity::Stopped { done, of } => {
                    Activity::Stopped { done, of }
                }
                Activity::Idle | Activity::Sending { .. } => Activity::Stopped { done: 0, of: 0 },
            };
        })
        .await;
    }

    /// Updates the status after a failure of sync.
    async fn note_trouble(&self, failure: &Failure) {
        self.look_again().await;
        tracing::info!(%failure, "sync stopped for now");
        self.refresh_status(|status| {
            status.activity = Activity::Idle;
            match failure {
                Failure::NoConnection => {
                    status.connection = Connection::Offline;
                    status.trouble = None;
                }
                Failure::SignInNeeded => {
                    status.connection = Connection::Connected;
                    status.sign_in_needed = true;
                    status.trouble = None;
                }
                // Something other than the registry answering means that there is no connection to it.
                Failure::NotARegistry
                | Failure::AnswerUnreadable
                | Failure::RegistryBusy
                | Failure::TooManyTries { .. } => {
                    status.connection = Connection::Offline;
                    status.trouble = Some(failure.clone());
                }
                other => status.trouble = Some(other.clone()),
            }
        })
        .await;
        if *failure == Failure::SignInNeeded {
            self.tell(Event::AccountChanged);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
