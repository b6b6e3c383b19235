//! A profile: one registry, and either the person signed in to it or an anonymous reader. Each profile has files of its
//! own, so that registries and accounts never mix.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use guildhall_protocol::Me;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::data_folder;
use crate::env::Env;
use crate::error::{Failure, Result};
use crate::remote::api::Api;
use crate::remote::keychain;
use crate::remote::session::Credentials;
use crate::settings::PersistedState;
use crate::store::Rescued;
use crate::store::mirror::Mirror;
use crate::store::work::Work;

/// One registry, and the person signed in to it or an anonymous reader.
pub(crate) struct Profile {
    pub(crate) api: Api,
    pub(crate) mirror: Mirror,
    author: Option<Author>,
    reserved: Mutex<HashSet<Uuid>>,
    /// The person's roles may have changed since they were last fetched.
    pub(crate) me_is_stale: AtomicBool,
    /// Set if `work.db` was damaged and its readable rows were copied to a new file.
    pub(crate) rescued: Option<Rescued>,
    /// The monotonic time at which the time without contact was last updated.
    checked_at: Mutex<Duration>,
    /// The monotonic time at which the person's roles, invitations and requests were last fetched.
    me_fetched_at: Mutex<Duration>,
}

struct Author {
    me: Mutex<Me>,
    work: Work,
    credentials: Credentials,
}

impl Profile {
    /// Opens the profile named in the settings; `None` before a registry has been chosen. `thorough` checks the mirror
    /// for damage first; `work.db` is always checked.
    pub(crate) fn open(dir: &Path, env: &Env, kept: &PersistedState, thorough: bool) -> Result<Option<Self>> {
        let Some(registry) = &kept.registry else { return Ok(None) };
        let api = Api::new(env.clone(), registry.address.clone());
        let credentials = kept.me.as_ref().map(|me| {
            let profile = keychain::Profile::new(
                env.keychain.clone(),
                &registry.address,
                &me.email,
                &kept.installation,
            );
            Credentials::remembered(env.clone(), api.clone(), profile)
        });
        let person = kept.me.clone().zip(credentials);
        Self::with(dir, env, &registry.address, api, person, thorough).map(Some)
    }

    /// Opens the profile of a person whose session has just begun, or of an anonymous reader.
    pub(crate) fn with(
        dir: &Path,
        env: &Env,
        registry: &str,
        api: Api,
        person: Option<(Me, Credentials)>,
        thorough: bool,
    ) -> Result<Self> {
        let dir = folder_of(dir, registry, person.as_ref().map(|(me, _)| me));
        data_folder::make(&dir)?;
        // `work.db` first: if it cannot be opened, the mirror must not be shown as if all were well.
        let (now, mut rescued) = (env.clock.now(), None);
        let author = match person {
            Some((me, credentials)) => {
                let work;
                (work, rescued) = Work::open_or_rescue(&dir.join("work.db"), &env.disk, now)?;
                Some(Author { me: Mutex::new(me), work, credentials })
            }
            None => None,
        };
        let mirror = Mirror::open_or_recreate(&dir.join("mirror.db"), &env.disk, now, thorough)?;
        let me_is_stale = AtomicBool::new(author.is_some());
        let checked_at = Mutex::new(env.clock.running());
        let me_fetched_at = Mutex::new(env.clock.running());
        let reserved = Mutex::default();
        Ok(Self { api, mirror, author, reserved, me_is_stale, rescued, checked_at, me_fetched_at })
    }

    /// How long ago, by the monotonic time, the person's roles, invitations and requests were fetched.
    pub(crate) fn since_me(&self, running: Duration) -> Duration {
        running.saturating_sub(*self.me_fetched_at.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Records that the person's roles, invitations and requests were fetched.
    pub(crate) fn note_me(&self, running: Duration) {
        *self.me_fetched_at.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }

    /// How long the app has been running since [`Self::note_check`].
    pub(crate) fn ran_since_check(&self, running: Duration) -> Duration {
        running.saturating_sub(*self.checked_at.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Records that the time without contact was updated, or reset by a contact.
    pub(crate) fn note_check(&self, running: Duration) {
        *self.checked_at.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }

    /// Whether damage was found in one of its files.
    pub(crate) fn is_damaged(&self) -> bool {
        self.mirror.is_damaged() || self.author.as_ref().is_some_and(|author| author.work.is_damaged())
    }

    /// The work and credentials of the signed-in person; `None` for an anonymous reader.
    pub(crate) fn author(&self) -> Option<(&Work, &Credentials)> {
        self.author.as_ref().map(|author| (&author.work, &author.credentials))
    }

    /// The signed-in person.
    ///
    /// # Errors
    /// [`Failure::SignInNeeded`] for an anonymous reader.
    pub(crate) fn me(&self) -> Result<Me> {
        let me = |author: &Author| author.me.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.author.as_ref().map(me).ok_or(Failure::SignInNeeded)
    }

    /// Stores the person as just fetched.
    pub(crate) fn set_me(&self, me: Me) {
        if let Some(author) = &self.author {
            *author.me.lock().unwrap_or_else(PoisonError::into_inner) = me;
        }
    }

    /// The signed-in person's work.
    ///
    /// # Errors
    /// [`Failure::SignInNeeded`] for an anonymous reader.
    pub(crate) fn work(&self) -> Result<&Work> {
        self.author.as_ref().map(|author| &author.work).ok_or(Failure::SignInNeeded)
    }

    pub(crate) fn credentials(&self) -> Option<&Credentials> {
        self.author.as_ref().map(|author| &author.credentials)
    }

    /// Reserves a draft's submission for sending or withdrawing until the returned guard is dropped. `None` while
    /// somebody else has it.
    pub(crate) fn reserve(&self, draft: Uuid) -> Option<Reservation<'_>> {
        self.reserved().insert(draft).then(|| Reservation { profile: self, draft })
    }

    /// Whether the draft is being sent or withdrawn at the moment.
    pub(crate) fn is_reserved(&self, draft: Uuid) -> bool {
        self.reserved().contains(&draft)
    }

    fn reserved(&self) -> MutexGuard<'_, HashSet<Uuid>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reserves a draft's submission. Kept in memory only, so that after a crash the submission simply waits in the outbox.
pub(crate) struct Reservation<'a> {
    profile: &'a Profile,
    draft: Uuid,
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.profile.reserved().remove(&self.draft);
    }
}

/// Deletes all of a person's files, after they were erased at the registry.
pub(crate) fn forget_all(dir: &Path, registry: &str, me: &Me) -> std::io::Result<()> {
    std::fs::remove_dir_all(folder_of(dir, registry, Some(me)))
}

/// Deletes the mirror, which can be fetched again. The person's work stays.
pub(crate) fn forget_mirror(dir: &Path, registry: &str, me: &Me) {
    let dir = folder_of(dir, registry, Some(me));
    for name in ["mirror.db", "mirror.db-wal", "mirror.db-shm"] {
        match std::fs::remove_file(dir.join(name)) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, "cannot delete the mirror after sign-out"),
        }
    }
}

fn folder_of(dir: &Path, registry: &str, me: Option<&Me>) -> PathBuf {
    let hash = Sha256::digest(registry.as_bytes());
    let registry: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let person = me.map_or_else(|| "anyone".to_owned(), |me| me.person.to_string());
    dir.join("registries").join(registry).join(person)
}
