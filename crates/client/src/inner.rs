//! What every area of the client shares: its folder, its settings, the open profile, and the channels to the sync loop
//! and to the window. The fields are private to this file; areas use the methods.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, broadcast, watch};

use crate::account::SignIns;
use crate::catalogue::search::LastSearch;
use crate::env::Env;
use crate::error::{Failure, Result};
use crate::profile::Profile;
use crate::settings::{self, PersistedState};
use crate::views::Status;
use crate::{Event, data_folder, drafts};

/// The number of events that a slow receiver may be behind.
const EVENTS: usize = 256;

pub(crate) struct ClientInner {
    dir: PathBuf,
    /// Keeps the folder locked.
    _lock: data_folder::Lock,
    preset: Option<String>,
    env: Env,
    state: Mutex<PersistedState>,
    profile: Mutex<Option<Arc<Profile>>>,
    /// Why the profile could not be opened.
    open_error: Mutex<Option<Failure>>,
    sign_ins: SignIns,
    last_search: LastSearch,
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

impl ClientInner {
    /// Opens the files below `dir`. A profile that cannot be opened is no error here: see [`Self::open_error`].
    ///
    /// # Errors
    /// If the folder cannot be created, locked or restricted, or its settings not read or written.
    pub(crate) fn open(dir: PathBuf, preset: Option<String>, env: Env) -> Result<Self> {
        let lock = data_folder::take(&dir)?;
        let mut state = settings::read(&dir)?;
        if state.installation.is_empty() {
            state.installation = env.new_id().to_string();
            settings::write(&dir, &state)?;
        }
        let (profile, open_error) = match Profile::open(&dir, &env, &state, false) {
            Ok(profile) => {
                profile.iter().for_each(drafts::remove_untouched);
                (profile.map(Arc::new), None)
            }
            Err(failure) => (None, Some(failure)),
        };
        let status = Status::at_start(state.settings.work_offline);
        Ok(Self {
            dir,
            _lock: lock,
            preset,
            env,
            state: Mutex::new(state),
            profile: Mutex::new(profile),
            open_error: Mutex::new(open_error),
            sign_ins: SignIns::default(),
            last_search: LastSearch::default(),
            status: watch::channel(status).0,
            events: broadcast::channel(EVENTS).0,
            wake: Notify::new(),
            restarts: watch::channel(0).0,
            stopped: AtomicBool::new(false),
        })
    }

    /// The client's folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The address of the registry to offer at first run.
    pub(crate) fn preset(&self) -> Option<&str> {
        self.preset.as_deref()
    }

    pub(crate) fn env(&self) -> &Env {
        &self.env
    }

    pub(crate) fn sign_ins(&self) -> &SignIns {
        &self.sign_ins
    }

    pub(crate) fn last_search(&self) -> &LastSearch {
        &self.last_search
    }

    /// A copy of the settings file.
    pub(crate) fn state(&self) -> PersistedState {
        locked(&self.state).clone()
    }

    /// Changes the settings file: on disk first, then in memory.
    ///
    /// # Errors
    /// If it cannot be written; nothing has changed then.
    pub(crate) fn update_state(&self, change: impl FnOnce(&mut PersistedState)) -> Result<()> {
        let mut state = locked(&self.state);
        let mut changed = state.clone();
        change(&mut changed);
        if changed != *state {
            settings::write(&self.dir, &changed)?;
            *state = changed;
        }
        Ok(())
    }

    pub(crate) fn profile(&self) -> Option<Arc<Profile>> {
        locked(&self.profile).clone()
    }

    /// The open profile.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn open_profile(&self) -> Result<Arc<Profile>> {
        self.profile().ok_or_else(|| self.open_error().unwrap_or(Failure::NotFound))
    }

    /// Why the profile could not be opened.
    pub(crate) fn open_error(&self) -> Option<Failure> {
        locked(&self.open_error).clone()
    }

    /// Uses another profile from now on.
    pub(crate) fn set_profile(&self, profile: Profile) {
        *locked(&self.profile) = Some(Arc::new(profile));
        *locked(&self.open_error) = None;
        self.restart_sync();
    }

    /// Reopens the profile after damage was found in one of its files.
    pub(crate) fn reopen_profile(&self) {
        match Profile::open(&self.dir, &self.env, &self.state(), true) {
            Ok(Some(profile)) => self.set_profile(profile),
            Ok(None) => {}
            Err(failure) => {
                *locked(&self.profile) = None;
                *locked(&self.open_error) = Some(failure);
            }
        }
        for event in [Event::AccountChanged, Event::CatalogueChanged, Event::DraftsChanged] {
            self.emit(event);
        }
    }

    /// The status that the window was last told.
    pub(crate) fn status(&self) -> &watch::Sender<Status> {
        &self.status
    }

    pub(crate) fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    pub(crate) fn emit(&self, event: Event) {
        // Before the window opens there are no receivers.
        let _ = self.events.send(event);
    }

    /// Ends the sync loop's wait.
    pub(crate) fn wake_sync(&self) {
        self.wake.notify_one();
    }

    /// Completes when the loop is woken.
    pub(crate) async fn sync_woken(&self) {
        self.wake.notified().await;
    }

    /// Restarts the sync loop, also one that was stopped.
    pub(crate) fn restart_sync(&self) {
        self.stopped.store(false, Ordering::SeqCst);
        self.restarts.send_modify(|restarts| *restarts += 1);
    }

    /// Stops the sync loop where it is, until it is woken or restarted.
    pub(crate) fn stop_sync(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.restarts.send_modify(|restarts| *restarts += 1);
    }

    /// Ends a stop without restarting the loop.
    pub(crate) fn resume_sync(&self) {
        self.stopped.store(false, Ordering::SeqCst);
        self.wake_sync();
    }

    pub(crate) fn is_sync_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Receives the restarts of the sync loop.
    pub(crate) fn restarts(&self) -> watch::Receiver<u64> {
        self.restarts.subscribe()
    }
}

/// Locks a mutex whose value stays consistent even if a holder panicked.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
