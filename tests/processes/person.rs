//! A person at a laptop whose app may be killed at any moment. They remember what the app acknowledged as saved.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use guildhall_client::error::Failure;
use guildhall_client::views::{Attention, Connection, DraftForm, DraftState, NeedForm, Status};
use guildhall_protocol::{NeedId, ProjectId, Visibility};
use guildhall_tests::{Answer, Core, Order, Registry};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::checks::Files;

/// The fields of a draft's row that the test needs.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) project: ProjectId,
    pub(crate) state: DraftState,
    attention: Option<Attention>,
}

#[derive(Debug, Deserialize)]
struct Draft {
    form: DraftForm,
    row: Row,
}

/// A word that is written only once, and the draft in which it was saved.
#[derive(Clone, Debug)]
pub(crate) struct Saved {
    pub(crate) draft: Uuid,
    pub(crate) word: String,
}

/// A person at a laptop.
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) core: Core,
    pub(crate) saved: Vec<Saved>,
    folder: PathBuf,
    words: u32,
}

impl Person {
    /// On a laptop on which the app has never been opened.
    pub(crate) fn new(name: &'static str, stage: &Path, laptop: &str) -> Result<Self> {
        let folder = stage.join(laptop);
        Ok(Self { name, core: Core::start(&folder)?, saved: Vec::new(), folder, words: 0 })
    }

    pub(crate) async fn sign_in(&mut self, registry: &Registry, address: String) -> Result<()> {
        let email = format!("{}.digital@barchester.example", self.name);
        self.does::<Value>(&Order::UseRegistry { address }).await?;
        let code = registry.issue_code(&email).await?;
        self.does::<Value>(&Order::SignIn { email, code }).await?;
        Ok(())
    }

    /// An order that must succeed.
    pub(crate) async fn does<T: serde::de::DeserializeOwned>(&mut self, order: &Order) -> Result<T> {
        match self.core.ask(order).await? {
            Answer::Done(done) => Ok(done),
            Answer::Refused(failure) => bail!("{} was refused {order:?}: {failure:?}", self.name),
            Answer::Killed => bail!("{}'s app was killed before {order:?}", self.name),
        }
    }

    pub(crate) fn files(&self) -> Result<Files> {
        Files::in_folder(&self.folder)
    }

    pub(crate) async fn drafts(&mut self) -> Result<Vec<Row>> {
        self.does(&Order::Drafts).await
    }

    /// One random action. The app may be killed at any moment.
    pub(crate) async fn act(&mut self, chance: &mut StdRng, shared: &[ProjectId]) -> Result<()> {
        let Some(drafts) = self.asks::<Vec<Row>>(&Order::Drafts, &[]).await? else { return Ok(()) };
        let mut of = |state| {
            let those: Vec<_> = drafts.iter().filter(|draft| draft.state == state).collect();
            those.choose(chance).map(|draft| draft.id)
        };
        let (written, queued) = (of(DraftState::Draft), of(DraftState::Queued));
        let troubled = of(DraftState::NeedsAttention);
        match (chance.random_range(0..10), written, queued, troubled) {
            (0 | 1, Some(draft), ..) => self.write(chance, draft).await,
            (2..=5, Some(id), ..) => self.tries(&Order::Send { id }).await,
            (6, _, Some(id), _) => self.tries(&Order::TakeBack { id }).await,
            (7, _, _, Some(id)) => self.tries(&Order::TakeBack { id }).await,
            (8, _, _, Some(id)) => self.tries(&Order::TryAgain { id }).await,
            (0..=3, ..) => match self.asks(&Order::NewDraft, &[]).await? {
                Some(draft) => self.write(chance, draft).await,
                None => Ok(()),
            },
            _ => {
                let id = *shared.choose(chance).context("there are projects")?;
                match self.asks(&Order::EditProject { id }, &[Failure::NotFound]).await? {
                    Some(draft) => self.write(chance, draft).await,
                    None => Ok(()),
                }
            }
        }
    }

    /// Sends everything that is left to send; true if there was nothing.
    pub(crate) async fn finish(&mut self) -> Result<bool> {
        self.does::<()>(&Order::Sync).await?;
        let mut done = true;
        for Row { id, state, .. } in self.drafts().await? {
            done &= match state {
                DraftState::Draft => {
                    let empty = self.saved.iter().all(|saved| saved.draft != id);
                    let expected = [Failure::NothingChanged, Failure::Invalid { errors: Vec::new() }];
                    let expected = if empty { &expected[..] } else { &expected[..1] };
                    self.asks::<()>(&Order::Send { id }, expected).await?.is_none()
                }
                DraftState::NeedsAttention => {
                    let attention = self.does::<Draft>(&Order::Draft { id }).await?.row.attention;
                    ensure!(
                        matches!(attention, Some(Attention::Conflict)),
                        "{}'s draft {id} needs attention without cause: {attention:?}",
                        self.name
                    );
                    self.tries(&Order::TryAgain { id }).await?;
                    false
                }
                DraftState::Published => true,
                _ => false,
            };
        }
        let status: Status = self.does(&Order::Status).await?;
        ensure!(!status.sign_in_needed, "{} was signed out by a network fault", self.name);
        let well = status.connection == Connection::Connected && status.last_error.is_none();
        Ok(done && well && status.waiting == 0 && status.attention == 0)
    }

    /// Writes something in a draft, and saves it.
    async fn write(&mut self, chance: &mut StdRng, draft: Uuid) -> Result<()> {
        let Some(Draft { mut form, .. }) = self.asks(&Order::Draft { id: draft }, &[]).await? else {
            return Ok(());
        };
        let mut words = Vec::new();
        // The draft is new, or the app was killed before its first words.
        if form.title.is_empty() {
            form.title = self.word(&mut words);
            form.contact_mailbox = "digital@barchester.example".into();
            let visibility = [Visibility::Public, Visibility::Members, Visibility::Councils].choose(chance);
            form.visibility = Some(*visibility.context("there are three")?);
            self.paragraph(&mut form.problem, &mut words);
        }
        for _ in 0..chance.random_range(1..4) {
            match chance.random_range(0..6) {
                0 => self.append(&mut form.summary, &mut words),
                1 => self.append(&mut form.why, &mut words),
                2 => self.append(&mut form.reuse, &mut words),
                3 => form.tags.push(self.word(&mut words)),
                4 => form.needs.push(NeedForm {
                    id: NeedId(Uuid::now_v7()),
                    as_a: "resident".into(),
                    i_need: self.word(&mut words),
                    so_that: "I need not ring".into(),
                    evidence: String::new(),
                }),
                _ => self.paragraph(&mut form.problem, &mut words),
            }
        }
        let order = Order::Save { id: draft, form: Box::new(form) };
        // An earlier order may have sent it by now.
        if self.asks::<Value>(&order, &[Failure::BeingSent]).await?.is_some() {
            self.saved.extend(words.into_iter().map(|word| Saved { draft, word }));
        }
        Ok(())
    }

    fn append(&mut self, text: &mut String, words: &mut Vec<String>) {
        *text = format!("{text} {}", self.word(words)).trim().to_owned();
    }

    fn paragraph(&mut self, text: &mut String, words: &mut Vec<String>) {
        *text = format!("{text}\n\n{} keeps people waiting.", self.word(words)).trim().to_owned();
    }

    fn word(&mut self, words: &mut Vec<String>) -> String {
        self.words += 1;
        // Ends with the name, so that no word is the beginning of another.
        let word = format!("w{}{}", self.words, self.name);
        words.push(word.clone());
        word
    }

    /// Sends an order; none if the app was killed, or refused it for one of the expected reasons.
    async fn asks<T>(&mut self, order: &Order, expected: &[Failure]) -> Result<Option<T>>
    where
        T: serde::de::DeserializeOwned,
    {
        match self.core.ask(order).await? {
            Answer::Done(done) => Ok(Some(done)),
            Answer::Killed => Ok(None),
            Answer::Refused(failure) if expected.iter().any(|one| is_of_kind(one, &failure)) => Ok(None),
            Answer::Refused(failure) => bail!("{} was refused {order:?}: {failure:?}", self.name),
        }
    }

    /// Sends or withdraws, which the network, another person's changes or the sync loop may prevent.
    async fn tries(&mut self, order: &Order) -> Result<()> {
        let expected = [
            Failure::BeingSent,
            Failure::NoConnection,
            Failure::NotARegistry,
            Failure::NothingChanged,
            // The app was killed between creating the draft and its first words.
            Failure::Invalid { errors: Vec::new() },
        ];
        self.asks::<()>(order, &expected).await?;
        Ok(())
    }
}

fn is_of_kind(one: &Failure, other: &Failure) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}
