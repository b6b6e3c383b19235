//! Where one reads and writes: one registry, and one person at it or anyone. Each place has files of its own, so
//! that registries and accounts never mix.

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

/// One registry, and one person at it or anyone.
pub(crate) struct Profile {
    pub(crate) api: Api,
    pub(crate) mirror: Mirror,
    author: Option<Author>,
    held: Mutex<HashSet<Uuid>>,
    /// What the person is was not asked since it may have changed.
    pub(crate) me_is_old: AtomicBool,
    /// The work was damaged, and read out of the damaged file.
    pub(crate) rescued: Option<Rescued>,
    /// For how long the laptop had been running when its clock was last looked at.
    looked: Mutex<Duration>,
}

struct Author {
    me: Mutex<Me>,
    work: Work,
    credentials: Credentials,
}

impl Profile {
    /// Opens the place that the settings name; none before a registry was chosen. `thorough` looks for damage in all
    /// of its files first; a person's work is always looked at.
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

    /// Opens the place of that person, whose session has just begun, or of anyone.
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
        // The work first: where it can't be opened, the mirror must not look as if all were well.
        let (now, mut rescued) = (env.clock.now(), None);
        let author = match person {
            Some((me, credentials)) => {
                let work;
                (work, rescued) = Work::open_or_rescue(&dir.join("work.db"), &env.disk, now)?;
                Some(Author { me: Mutex::new(me), work, credentials })
            }
            None => None,
        };
        let mirror = Mirror::open_or_begin_anew(&dir.join("mirror.db"), &env.disk, now, thorough)?;
        let me_is_old = AtomicBool::new(author.is_some());
        let looked = Mutex::new(env.clock.running());
        Ok(Self { api, mirror, author, held: Mutex::default(), me_is_old, rescued, looked })
    }

    /// For how long the app has been running since [`Self::note_look`].
    pub(crate) fn ran(&self, running: Duration) -> Duration {
        running.saturating_sub(*self.looked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The clock was looked at, or is known to be of no matter: there is a contact.
    pub(crate) fn note_look(&self, running: Duration) {
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }

    /// Has one of its files shown itself to be damaged?
    pub(crate) fn is_damaged(&self) -> bool {
        self.mirror.is_damaged() || self.author.as_ref().is_some_and(|author| author.work.is_damaged())
    }

    /// The work and the credentials of the person; none for anyone.
    pub(crate) fn author(&self) -> Option<(&Work, &Credentials)> {
        self.author.as_ref().map(|author| (&author.work, &author.credentials))
    }

    /// The person.
    ///
    /// # Errors
    /// [`Failure::SignInNeeded`] for anyone.
    pub(crate) fn me(&self) -> Result<Me> {
        let me = |author: &Author| author.me.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.author.as_ref().map(me).ok_or(Failure::SignInNeeded)
    }

    /// Takes note of what the person is now.
    pub(crate) fn set_me(&self, me: Me) {
        if let Some(author) = &self.author {
            *author.me.lock().unwrap_or_else(PoisonError::into_inner) = me;
        }
    }

    /// # Errors
    /// [`Failure::SignInNeeded`] for anyone.
    pub(crate) fn work(&self) -> Result<&Work> {
        self.author.as_ref().map(|author| &author.work).ok_or(Failure::SignInNeeded)
    }

    pub(crate) fn credentials(&self) -> Option<&Credentials> {
        self.author.as_ref().map(|author| &author.credentials)
    }

    /// Whoever holds a draft's submission sends it or takes it back; nobody else does until the answer is dropped. None
    /// while somebody does.
    pub(crate) fn hold(&self, draft: Uuid) -> Option<Held<'_>> {
        self.held().insert(draft).then(|| Held { profile: self, draft })
    }

    /// Is this draft being sent, or taken back, at this moment?
    pub(crate) fn is_held(&self, draft: Uuid) -> bool {
        self.held().contains(&draft)
    }

    fn held(&self) -> MutexGuard<'_, HashSet<Uuid>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A draft's submission is held. Known in memory only: after a crash it simply waits.
pub(crate) struct Held<'a> {
    profile: &'a Profile,
    draft: Uuid,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.profile.held().remove(&self.draft);
    }
}

/// Removes all that there is of a person's: they were erased.
pub(crate) fn forget_all(dir: &Path, registry: &str, me: &Me) -> std::io::Result<()> {
    std::fs::remove_dir_all(folder_of(dir, registry, Some(me)))
}

/// Removes what can be fetched again. What a person made stays.
pub(crate) fn forget_mirror(dir: &Path, registry: &str, me: &Me) {
    let dir = folder_of(dir, registry, Some(me));
    for name in ["mirror.db", "mirror.db-wal", "mirror.db-shm"] {
        match std::fs::remove_file(dir.join(name)) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, "removing the catalogue of who signed out"),
        }
    }
}

fn folder_of(dir: &Path, registry: &str, me: Option<&Me>) -> PathBuf {
    let hash = Sha256::digest(registry.as_bytes());
    let registry: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let person = me.map_or_else(|| "anyone".to_owned(), |me| me.person.to_string());
    dir.join("registries").join(registry).join(person)
}
