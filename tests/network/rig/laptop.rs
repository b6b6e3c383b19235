//! A laptop: a client with its sync loop, and the actions of a test.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use guildhall_client::error::Failure;
use guildhall_client::views::{Connection, DraftForm, DraftState, Query, Status};
use guildhall_client::{Client, Env, Transport};
use guildhall_protocol::{NeedId, ProjectId, Visibility};
use guildhall_registry::Registry;
use uuid::Uuid;

use super::{Chance, FaultyTransport, NoCommitHook, NoKeychain, POLL_INTERVAL, TOO_LONG, Time};

/// A client with its sync loop.
pub(crate) struct Laptop {
    pub(crate) client: Client,
    pub(crate) way: Arc<FaultyTransport>,
    folder: std::path::PathBuf,
    pub(crate) time: Time,
    syncing: tokio::task::JoinHandle<()>,
}

impl Drop for Laptop {
    fn drop(&mut self) {
        self.syncing.abort();
    }
}

impl Laptop {
    pub(super) async fn open(folder: &Path, time: Time, way: Arc<FaultyTransport>) -> Self {
        Self::open_over(Arc::clone(&way) as Arc<dyn Transport>, folder, time, way).await
    }

    /// Opens the client once its folder is free: an app that is being closed releases the folder last of all.
    pub(super) async fn open_over(
        transport: Arc<dyn Transport>,
        folder: &Path,
        time: Time,
        way: Arc<FaultyTransport>,
    ) -> Self {
        let env = Env {
            clock: Arc::new(time.clone()),
            random: Arc::new(Chance),
            transport,
            keychain: Arc::new(NoKeychain),
            disk: Arc::new(NoCommitHook),
            laptop: String::new(),
        };
        let opening = async {
            loop {
                match Client::open(folder.to_owned(), None, env.clone()) {
                    Err(Failure::FolderInUse { .. }) => tokio::time::sleep(POLL_INTERVAL).await,
                    other => return other.unwrap(),
                }
            }
        };
        let client = tokio::time::timeout(TOO_LONG, opening).await.unwrap();
        let syncing = tokio::spawn({
            let client = client.clone();
            async move { client.run_sync().await }
        });
        Self { client, way, folder: folder.to_owned(), time, syncing }
    }

    /// Stops the app at once and opens it again. There is no keychain, so the session ends.
    pub(crate) async fn restarted(self) -> Self {
        self.closed_for(Duration::ZERO).await
    }

    /// Closes the app, and opens it again after that time.
    pub(crate) async fn closed_for(self, time: Duration) -> Self {
        let (folder, clock, way) = (self.folder.clone(), self.time.clone(), Arc::clone(&self.way));
        drop(self);
        clock.advance(time);
        Self::open(&folder, clock, way).await
    }

    /// Stops the app, overwrites all but the first page of that file with rubbish, and opens the app again.
    pub(crate) async fn damaged(self, file: &str) -> Self {
        self.client.work_offline(true).await.unwrap();
        self.syncing.abort();
        let mut damaged = 0;
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else if entry.file_name() == file && !entry.path().to_string_lossy().contains("anyone") {
                    write_back(&entry.path());
                    let mut bytes = std::fs::read(entry.path()).unwrap();
                    bytes[4096..].fill(0xAA);
                    std::fs::write(entry.path(), bytes).unwrap();
                    damaged += 1;
                }
            }
        }
        assert_eq!(damaged, 1);
        let again = self.restarted().await;
        again.client.work_offline(false).await.unwrap();
        again
    }

    /// Stops the app, changes the person's work as another version might have done, and opens the app again.
    pub(crate) async fn work_changed(self, sql: &str) -> Self {
        self.client.work_offline(true).await.unwrap();
        self.syncing.abort();
        for work in self.work_files() {
            assert_eq!(rusqlite::Connection::open(work).unwrap().execute(sql, []).unwrap(), 1);
        }
        let again = self.restarted().await;
        again.client.work_offline(false).await.unwrap();
        again
    }

    fn work_files(&self) -> Vec<std::path::PathBuf> {
        let folders = |folder: std::path::PathBuf| {
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())
        };
        let registries = folders(self.folder.join("registries"));
        registries
            .flat_map(folders)
            .map(|person| person.join("work.db"))
            .filter(|file| file.exists())
            .collect()
    }

    pub(crate) async fn sign_in(&self, registry: &Registry, email: &str) {
        let code = registry.issue_code(email).await.unwrap();
        self.client.verify_sign_in(email, &code).await.unwrap();
    }

    /// Waits for a condition, checking it after every event.
    pub(crate) async fn until<F, A>(&self, what: &str, so: F)
    where
        F: Fn(Client) -> A,
        A: Future<Output = bool>,
    {
        let mut events = self.client.events();
        let waiting = async {
            while !so(self.client.clone()).await {
                // Not every change has an event, so the condition is also checked after a moment.
                let _ = tokio::time::timeout(POLL_INTERVAL, events.recv()).await;
            }
        };
        if tokio::time::timeout(TOO_LONG, waiting).await.is_err() {
            panic!("never came true: {what}; status {:?}", self.client.status().await);
        }
    }

    pub(crate) async fn until_status(&self, what: &str, so: impl Fn(&Status) -> bool) {
        self.until(what, |client| {
            let so = &so;
            async move { so(&client.status().await) }
        })
        .await;
    }

    pub(crate) async fn up_to_date(&self) {
        let at = self.time.clone();
        self.until_status("the catalogue is up to date", move |status| {
            status.connection == Connection::Connected
                && status.last_updated.is_some_and(|updated| updated <= guildhall_client::Clock::now(&at))
        })
        .await;
    }

    pub(crate) async fn until_state(&self, draft: Uuid, state: DraftState) {
        self.until(&format!("the draft is {state:?}"), |client| async move {
            client.draft(draft).await.is_ok_and(|draft| draft.row.state == state)
        })
        .await;
    }

    /// How many projects the search finds.
    pub(crate) async fn finds(&self, text: &str) -> u32 {
        find(&self.client, text).await
    }

    pub(crate) async fn until_finds(&self, text: &str, count: u32) {
        self.until(
            &format!("{count} of {text:?}"),
            |client| async move { find(&client, text).await == count },
        )
        .await;
    }

    pub(crate) async fn first(&self, text: &str) -> ProjectId {
        self.until(&format!("something is found for {text:?}"), |client| async move {
            find(&client, text).await > 0
        })
        .await;
        self.client.find(query(text), 0, 1).await.unwrap().rows[0].id
    }

    /// Writes a draft that is complete enough to send.
    pub(crate) async fn write(&self, title: &str) -> Uuid {
        let draft = self.client.new_draft().await.unwrap();
        self.edit(draft, |form| {
            form.title = title.into();
            form.problem = "Residents ring us because they do not know".into();
            form.contact_mailbox = "digital@barchester.example".into();
            form.visibility = Some(Visibility::Public);
            form.needs = vec![guildhall_client::views::NeedForm {
                id: NeedId(Uuid::now_v7()),
                as_a: "resident".into(),
                i_need: "know when it is done".into(),
                so_that: "I need not ring".into(),
                evidence: String::new(),
            }];
        })
        .await;
        draft
    }

    pub(crate) async fn edit(&self, draft: Uuid, change: impl FnOnce(&mut DraftForm)) {
        let mut form = self.client.draft(draft).await.unwrap().form;
        change(&mut form);
        self.client.save_draft(draft, form).await.unwrap();
    }

    pub(crate) async fn send(&self, draft: Uuid) {
        self.client.send_draft(draft).await.unwrap();
    }

    /// Whether any of the laptop's files contains these words.
    pub(crate) async fn keeps(&self, words: &str) -> bool {
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                // A file that has since been deleted contains nothing.
                let bytes = std::fs::read(&path).unwrap_or_default();
                if bytes.windows(words.len()).any(|window| window == words.as_bytes()) {
                    return true;
                }
            }
        }
        false
    }

    pub(crate) async fn until_no_file_contains(&self, words: &str) {
        self.until(&format!("{words} stands nowhere"), |_| async { !self.keeps(words).await }).await;
    }

    pub(crate) async fn title_of(&self, id: ProjectId) -> String {
        self.client.project(id).await.unwrap().project.title
    }
}

/// Moves every committed change from the write-ahead log into the database file.
fn write_back(database: &Path) {
    let connection = rusqlite::Connection::open(database).unwrap();
    connection.busy_timeout(TOO_LONG).unwrap();
    let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
    assert!(!busy);
}

pub(crate) fn query(text: &str) -> Query {
    Query { text: text.into(), ..Query::default() }
}

async fn find(client: &Client, text: &str) -> u32 {
    client.find(query(text), 0, 0).await.map_or(0, |found| found.projects)
}
