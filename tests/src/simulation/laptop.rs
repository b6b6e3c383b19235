//! A laptop: the real client with its own files, its sync loop, and at most one action by its person. After losing
//! power, the client is opened again on the files as they were on disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use guildhall_client::Client;
use tokio::task::JoinHandle;

use super::env::{BY_PERSON, Chance, Env, Keyring, Seat};

pub(super) struct Laptop {
    pub(super) who: usize,
    pub(super) client: Client,
    pub(super) keyring: Keyring,
    /// The laptop's files, in a new folder after each loss of power.
    pub(super) folder: PathBuf,
    env: Arc<Env>,
    chance: Arc<Chance>,
    deaths: u32,
    /// None until a registry is chosen.
    syncing: Option<JoinHandle<()>>,
    acting: Option<JoinHandle<String>>,
}

impl Laptop {
    /// Opens the client on the files in that folder, and starts its sync loop.
    pub(super) async fn open(
        who: usize,
        folder: PathBuf,
        keyring: Keyring,
        env: &Arc<Env>,
        chance: Arc<Chance>,
    ) -> Result<Self> {
        let (client, syncing) = start(who, &folder, &keyring, env, &chance).await?;
        let env = Arc::clone(env);
        Ok(Self { who, client, keyring, folder, env, chance, deaths: 0, syncing, acting: None })
    }

    /// Starts an action by the laptop's person; its output describes the result.
    pub(super) fn act(&mut self, doing: impl Future<Output = String> + Send + 'static) {
        let task = self.env.task(self.who);
        self.acting = Some(tokio::spawn(async move {
            let became = BY_PERSON.scope((), doing).await;
            drop(task);
            became
        }));
    }

    /// Whether the person's action is still in progress.
    pub(super) fn is_busy(&self) -> bool {
        self.acting.is_some()
    }

    /// The result of the person's action, once it has finished.
    ///
    /// # Errors
    /// The client panicked, or its loop ended.
    pub(super) async fn done(&mut self) -> Result<Option<String>> {
        let ended = self.syncing.as_ref().is_some_and(JoinHandle::is_finished);
        ensure!(!ended, "the desk's loop came to an end");
        match self.acting.take_if(|acting| acting.is_finished()) {
            None => Ok(None),
            Some(acting) => Ok(Some(acting.await.context("the desk failed its person")?)),
        }
    }

    /// The laptop loses power, and restarts with what is on disk. Every task of the laptop must be waiting.
    pub(super) async fn die_and_start(&mut self) -> Result<()> {
        self.deaths += 1;
        let next = self.folder.with_file_name(format!("{}-{}", self.who, self.deaths));
        copy_folder(&self.folder, &next)?;
        self.stop().await;
        self.env.die_after(self.who, None);
        (self.client, self.syncing) = start(self.who, &next, &self.keyring, &self.env, &self.chance).await?;
        self.folder = next;
        Ok(())
    }

    async fn stop(&mut self) {
        if let Some(syncing) = self.syncing.take() {
            syncing.abort();
            // The task was aborted on purpose.
            let _ = syncing.await;
        }
        if let Some(acting) = self.acting.take() {
            acting.abort();
            let _ = acting.await;
        }
    }

    /// Closes the laptop at the end of the simulation.
    pub(super) async fn close(mut self) {
        self.stop().await;
    }

    /// The files with that name in the laptop's folder, one for each profile.
    pub(super) fn files(&self, name: &str) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for registry in std::fs::read_dir(self.folder.join("registries"))? {
            for place in std::fs::read_dir(registry?.path())? {
                let place = place?.path();
                if place.file_name().is_some_and(|name| name != "anyone") && place.join(name).exists() {
                    found.push(place.join(name));
                }
            }
        }
        Ok(found)
    }
}

async fn start(
    who: usize,
    folder: &Path,
    keyring: &Keyring,
    env: &Arc<Env>,
    chance: &Arc<Chance>,
) -> Result<(Client, Option<JoinHandle<()>>)> {
    let seat = Arc::new(Seat { env: Arc::clone(env), who });
    let seen = guildhall_client::Env {
        clock: seat.clone(),
        random: chance.clone(),
        transport: seat.clone(),
        keychain: Arc::new(keyring.clone()),
        disk: seat,
        laptop: String::new(),
    };
    let client = Client::open(folder.to_owned(), None, seen)?;
    if client.start().await.registry.is_none() {
        return Ok((client, None));
    }
    let task = env.task(who);
    let syncing = tokio::spawn({
        let client = client.clone();
        async move {
            client.run_sync().await;
            drop(task);
        }
    });
    Ok((client, Some(syncing)))
}

/// Copies all files as they are now, without SQLite's shared memory, which would not survive a power loss.
pub(super) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if !entry.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
