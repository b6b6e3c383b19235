//! What people do at their laptops, and what must become of it. Every text that they type contains a unique word. Once
//! saving is acknowledged, that word must be found somewhere for ever, unless its writer removed it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::{
    Attention, Choice, Chosen, Clash, DraftForm, DraftState, NeedForm, Settled, Then,
};
use guildhall_protocol::{NeedId, Phase, ProjectId, Visibility};
use guildhall_registry::Registry;
use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::{IndexedRandom, IteratorRandom};
use rusqlite::Connection;
use uuid::Uuid;

/// Someone and their council.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) council: &'static str,
}

pub(super) const SAM: Person =
    Person { name: "sam", email: "sam.digital@barchester.example", council: "BCH" };
pub(super) const ROBIN: Person =
    Person { name: "robin", email: "robin.digital@barchester.example", council: "BCH" };
pub(super) const ALEX: Person =
    Person { name: "alex", email: "alex.digital@casterbridge.example", council: "CAS" };

/// The person at each laptop.
pub(super) const LAPTOPS: [Person; 4] = [SAM, SAM, ROBIN, ALEX];

/// Everything that people wrote.
#[derive(Clone, Default)]
pub(super) struct WrittenWords(Arc<Mutex<Words>>);

#[derive(Default)]
struct Words {
    typed: u32,
    saved: BTreeSet<String>,
    taken_out: BTreeSet<String>,
    /// Removed by anyone who saw them: no other word may be missing from a record's next version.
    struck: BTreeSet<String>,
    /// Projects that people know of, and their councils.
    projects: Vec<(ProjectId, &'static str)>,
    /// Projects of which somebody deleted an unpublished draft.
    given_up: BTreeSet<ProjectId>,
    /// How many times a draft was sent again after it needed attention.
    insisted: BTreeMap<Uuid, u32>,
    /// Submissions that were withdrawn to continue writing, and the step in which that was requested.
    taken_back: Vec<(u32, String)>,
}

impl WrittenWords {
    fn words(&self) -> MutexGuard<'_, Words> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn know(&self, project: ProjectId, council: &'static str) {
        self.words().projects.push((project, council));
    }

    /// The words that must exist somewhere.
    pub(super) fn owed(&self) -> Vec<String> {
        let words = self.words();
        words.saved.difference(&words.taken_out).cloned().collect()
    }

    /// Whether anyone who saw that word removed it, or chose against it.
    pub(super) fn was_struck(&self, word: &str) -> bool {
        self.words().struck.contains(word)
    }

    fn strike<'a>(&self, words: impl Iterator<Item = &'a str>) {
        self.words().struck.extend(words.map(str::to_owned));
    }

    fn new_word(&self, by: Person) -> String {
        let mut words = self.words();
        words.typed += 1;
        format!("w{}{}", words.typed, by.name)
    }

    /// Removed by their writer, or about to be: until the answer, it is not known whether that was saved.
    fn take_out(&self, by: Person, gone: impl Iterator<Item = String>) {
        self.words().taken_out.extend(gone.filter(|word| word.ends_with(by.name)));
    }

    fn save(&self, by: Person, there: BTreeSet<String>) {
        self.words().saved.extend(there.into_iter().filter(|word| word.ends_with(by.name)));
    }

    fn give_up(&self, project: ProjectId) {
        self.words().given_up.insert(project);
    }

    /// Whether its author deleted an unpublished draft of the project.
    pub(super) fn was_given_up(&self, project: &str) -> bool {
        self.words().given_up.iter().any(|given_up| given_up.to_string() == project)
    }

    fn take_back(&self, step: u32, submission: String) {
        self.words().taken_back.push((step, submission));
    }

    /// Submissions that were withdrawn to continue writing, and the step in which that was requested.
    pub(super) fn taken_back(&self) -> Vec<(u32, String)> {
        self.words().taken_back.clone()
    }

    fn times_resent(&self, draft: Uuid) -> u32 {
        let mut words = self.words();
        let times = words.insisted.entry(draft).or_default();
        *times += 1;
        *times
    }
}

/// The unique words in a text.
pub(super) fn words_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| {
        let mut letters = word.bytes();
        letters.next() == Some(b'w') && letters.next().is_some_and(|second| second.is_ascii_digit())
    })
}

fn words_of(form: &DraftForm) -> BTreeSet<String> {
    let text = serde_json::to_string(form).unwrap_or_default();
    words_in(&text).map(str::to_owned).collect()
}

/// A change to a draft's text.
type Change = Box<dyn FnOnce(&mut DraftForm) + Send>;

/// A person at a laptop.
pub(super) struct PersonAtLaptop {
    pub(super) person: Person,
    pub(super) client: Client,
    pub(super) written: WrittenWords,
    /// The registry that issues their sign-in codes.
    pub(super) registry: Registry,
    pub(super) chance: SmallRng,
    /// The work.db files of this laptop.
    pub(super) work: Vec<PathBuf>,
    /// The step in which the action begins.
    pub(super) step: u32,
}

/// The drafts in that state.
async fn drafts_in(client: &Client, state: DraftState) -> Result<Vec<Uuid>> {
    let drafts = client.drafts().await?;
    let mut drafts: Vec<Uuid> =
        drafts.into_iter().filter(|draft| draft.state == state).map(|draft| draft.id).collect();
    drafts.sort();
    Ok(drafts)
}

fn told(what: &str, result: Result<()>) -> String {
    match result {
        Ok(()) => what.to_owned(),
        Err(failure) => format!("{what}: {failure}"),
    }
}

/// The submission of that draft in the outbox.
fn waiting_in(work: &Path, draft: Uuid) -> Option<String> {
    let sql = "SELECT submission FROM outbox WHERE draft = ?1";
    Connection::open(work).ok()?.query_row(sql, [draft.to_string()], |row| row.get(0)).ok()
}

impl PersonAtLaptop {
    /// A random action.
    pub(super) async fn anything(mut self) -> String {
        if self.client.status().await.sign_in_needed && self.chance.random_ratio(1, 2) {
            return self.sign_in().await;
        }
        match self.chance.random_range(0..22) {
            0..2 => {
                let result = self.begin().await;
                told("begins a project", result)
            }
            2..9 => {
                let result = self.edit().await;
                told("edits a project", result)
            }
            9..12 => {
                let result = self.go_on().await;
                told("writes on", result)
            }
            12..16 => {
                let result = self.send_one().await;
                told("sends", result)
            }
            16 => {
                let result = self.take_one_back().await;
                told("takes back", result)
            }
            17 => {
                let result = self.remove_one().await;
                told("removes a draft", result)
            }
            18..20 => self.resolve_one().await,
            _ => {
                let result = self.bring_one_back().await;
                told("brings back what was not taken", result)
            }
        }
    }

    /// Signs in again, with a code.
    pub(super) async fn sign_in(self) -> String {
        let Ok(code) = self.registry.issue_code(self.person.email).await else {
            return "no code comes".to_owned();
        };
        told("signs in", self.client.verify_sign_in(self.person.email, &code).await.map(drop))
    }

    async fn begin(&mut self) -> Result<()> {
        let draft = self.client.new_draft().await?;
        let project = self.client.draft(draft).await?.row.project;
        self.written.know(project, self.person.council);
        let (mailbox, visibility) = (self.person.email.to_owned(), self.visibility());
        let title = self.sentence("Title");
        let problem = format!("{}\n\n{}", self.sentence("First"), self.sentence("Second"));
        self.change(draft, |form| {
            form.title = title;
            form.problem = problem;
            form.contact_mailbox = mailbox;
            form.visibility = Some(visibility);
        })
        .await?;
        if self.chance.random_ratio(2, 3) { self.client.send_draft(draft).await } else { Ok(()) }
    }

    async fn edit(&mut self) -> Result<()> {
        let own = self.person.council;
        let project = {
            let words = self.written.words();
            let mut own = words.projects.iter().filter(|(_, council)| *council == own);
            // More often than not, the project that everybody works on.
            let talked_about = if self.chance.random_ratio(3, 5) { own.next() } else { None };
            talked_about.or_else(|| own.choose(&mut self.chance)).copied()
        };
        let Some((project, _)) = project else { return Ok(()) };
        let draft = self.client.edit_project(project).await?;
        self.write(draft).await?;
        if self.chance.random_ratio(2, 3) { self.client.send_draft(draft).await } else { Ok(()) }
    }

    async fn go_on(&mut self) -> Result<()> {
        match self.one_of(DraftState::Draft).await? {
            Some(draft) => self.write(draft).await,
            None => Ok(()),
        }
    }

    async fn send_one(&mut self) -> Result<()> {
        match self.one_of(DraftState::Draft).await? {
            Some(draft) => self.client.send_draft(draft).await,
            None => Ok(()),
        }
    }

    async fn take_one_back(&mut self) -> Result<()> {
        let Some(draft) = self.one_of(DraftState::Queued).await? else { return Ok(()) };
        let submission = self.work.iter().find_map(|work| waiting_in(work, draft));
        self.client.withdraw_draft(draft).await?;
        let state = self.client.draft(draft).await?.row.state;
        if let (DraftState::Draft, Some(submission)) = (state, submission) {
            self.written.take_back(self.step, submission);
        }
        Ok(())
    }

    async fn remove_one(&mut self) -> Result<()> {
        let drafts: Vec<Uuid> = self.client.drafts().await?.into_iter().map(|draft| draft.id).collect();
        let Some(draft) = drafts.choose(&mut self.chance).copied() else { return Ok(()) };
        let draft_now = self.client.draft(draft).await?;
        // A published draft only leaves the list: its words must stay.
        if draft_now.row.state != DraftState::Published {
            self.written.take_out(self.person, words_of(&draft_now.form).into_iter());
            self.written.give_up(draft_now.row.project);
        }
        self.client.remove_draft(draft).await
    }

    /// Replaces a draft's text with unused text; the replaced text becomes unused.
    async fn bring_one_back(&mut self) -> Result<()> {
        let Some(text) = self.client.unused_texts().await?.into_iter().choose(&mut self.chance) else {
            return Ok(());
        };
        let draft = self.client.edit_project(text.project).await?;
        let before = serde_json::to_value(self.client.draft(draft).await?.form).unwrap_or_default();
        // The replaced text was seen and goes; until the answer, it is not known whether that was saved.
        self.written.strike(words_in(&before[&text.field].to_string()));
        let draft = self.client.restore_unused_text(text.id).await?;
        if self.chance.random_ratio(1, 2) { self.client.send_draft(draft).await } else { Ok(()) }
    }

    async fn resolve_one(&mut self) -> String {
        match self.one_of(DraftState::NeedsAttention).await {
            Ok(Some(draft)) => self.resolve_attention(draft).await,
            Ok(None) => "looks at the drafts".to_owned(),
            Err(failure) => told("looks at the drafts", Err(failure)),
        }
    }

    /// Resolves a draft that needs attention.
    pub(super) async fn resolve_attention(&mut self, draft: Uuid) -> String {
        if let Ok(conflict) = self.client.conflict(draft).await {
            // Whichever side is chosen, the other was seen.
            for clash in &conflict.clashes {
                self.written.strike(words_in(&clash.mine).chain(words_in(&clash.theirs)));
            }
        }
        let Ok(Some(attention)) = self.client.draft(draft).await.map(|draft| draft.row.attention) else {
            return "finds nothing to mend".to_owned();
        };
        match attention {
            Attention::Conflict if self.chance.random_ratio(1, 4) => {
                told("takes mine", self.client.try_again(draft).await)
            }
            Attention::Conflict => self.choose(draft).await,
            // A draft that fails a second time stays on the laptop.
            Attention::Gone if self.written.times_resent(draft) > 1 => {
                told("keeps what has gone", self.client.withdraw_draft(draft).await)
            }
            Attention::Refused { errors } => {
                let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
                let what = format!("takes back what was refused for {}", pointers.join(" "));
                told(&what, self.client.withdraw_draft(draft).await)
            }
            other => told(&format!("tries again after {other:?}"), self.client.try_again(draft).await),
        }
    }

    /// Chooses a side for each conflict, and settles the draft.
    async fn choose(&mut self, draft: Uuid) -> String {
        match self.try_to_choose(draft).await {
            Ok(settled) => format!("settles a conflict: {settled:?}"),
            Err(failure) => told("settles a conflict", Err(failure)),
        }
    }

    async fn try_to_choose(&mut self, draft: Uuid) -> Result<Settled> {
        for clash in self.client.conflict(draft).await?.clashes {
            let chosen = self.choice(&clash);
            // The other choice is never new text: choosing that twice would count as one step.
            let other = match chosen.choice {
                Choice::Mine => Choice::Theirs,
                _ => Choice::Mine,
            };
            let other = Chosen { choice: other, ..chosen.clone() };
            let before = self.client.choose(draft, vec![chosen]).await?;
            if self.chance.random_ratio(1, 6) {
                self.client.choose(draft, vec![other]).await?;
                let undone = self.client.undo_choice(draft).await?;
                assert_eq!(undone.clashes, before.clashes, "a choice was made and undone");
            }
        }
        let then = if self.chance.random_ratio(3, 4) { Then::Send } else { Then::Write };
        self.client.settle(draft, then).await
    }

    fn choice(&mut self, clash: &Clash) -> Chosen {
        let choice = match self.chance.random_range(0..5) {
            0 if matches!(clash.field.as_str(), "title" | "summary" | "problem") => {
                // The word must exist only once it is settled: a choice can be undone.
                Choice::Anew { value: serde_json::Value::String(self.sentence("Both")).to_string() }
            }
            0..3 => Choice::Theirs,
            _ => Choice::Mine,
        };
        Chosen { field: clash.field.clone(), member: clash.member.clone(), choice }
    }

    async fn one_of(&mut self, state: DraftState) -> Result<Option<Uuid>> {
        Ok(drafts_in(&self.client, state).await?.choose(&mut self.chance).copied())
    }

    fn visibility(&mut self) -> Visibility {
        use Visibility::{Councils, Members, Public, Team};
        *[Public, Public, Members, Councils, Councils, Team].choose(&mut self.chance).unwrap_or(&Public)
    }

    fn sentence(&mut self, kind: &str) -> String {
        format!("{kind} {} said", self.written.new_word(self.person))
    }

    /// Makes a few changes to a draft.
    async fn write(&mut self, draft: Uuid) -> Result<()> {
        let mut changes: Vec<Change> = Vec::new();
        for _ in 0..self.chance.random_range(1..4) {
            let (text, at) = (self.sentence("This"), self.chance.random_range(0..8_usize));
            changes.push(match self.chance.random_range(0..14) {
                0..2 => Box::new(move |form| form.title = text),
                2..4 => Box::new(move |form| form.summary = text),
                4..8 => {
                    let how = self.chance.random_range(0..6);
                    Box::new(move |form| form.problem = with_paragraph(&form.problem, how, at, text))
                }
                8..10 => {
                    let word = self.written.new_word(self.person);
                    let removes = self.chance.random_ratio(1, 4);
                    Box::new(move |form| {
                        if removes && !form.tags.is_empty() {
                            form.tags.remove(at % form.tags.len());
                        } else if form.tags.len() < 15 {
                            form.tags.push(word);
                        }
                    })
                }
                10..12 => {
                    let (id, how) = (NeedId(self.client.new_id()), self.chance.random_range(0..6));
                    Box::new(move |form| with_need(&mut form.needs, id, how, at, text))
                }
                12 => {
                    let phase = *Phase::ALL.choose(&mut self.chance).unwrap_or(&Phase::Idea);
                    Box::new(move |form| form.phase = phase)
                }
                _ => {
                    let visibility = self.visibility();
                    Box::new(move |form| form.visibility = Some(visibility))
                }
            });
        }
        let mailbox = self.person.email;
        self.change(draft, |form| {
            for change in changes {
                change(form);
            }
            if form.contact_mailbox.is_empty() {
                form.contact_mailbox = mailbox.to_owned();
            }
        })
        .await
    }

    /// Reads a draft, changes it and saves it, as the window does.
    async fn change(&self, draft: Uuid, change: impl FnOnce(&mut DraftForm)) -> Result<()> {
        let mut form = self.client.draft(draft).await?.form;
        let before = words_of(&form);
        change(&mut form);
        let after = words_of(&form);
        self.written.strike(before.difference(&after).map(String::as_str));
        self.written.take_out(self.person, before.difference(&after).cloned());
        self.client.save_draft(draft, form).await?;
        self.written.save(self.person, after);
        Ok(())
    }
}

/// The text with a paragraph added, replaced or removed.
fn with_paragraph(text: &str, how: u32, at: usize, new: String) -> String {
    let mut paragraphs: Vec<String> =
        text.split("\n\n").filter(|paragraph| !paragraph.is_empty()).map(str::to_owned).collect();
    let place = at % (paragraphs.len() + 1);
    match how {
        0 if paragraphs.len() > 1 && place < paragraphs.len() => drop(paragraphs.remove(place)),
        1 if place < paragraphs.len() => paragraphs[place] = new,
        2 if place < paragraphs.len() => paragraphs[place] = format!("{} {new}", paragraphs[place]),
        // The usual case, so that changes meet in a longer text.
        _ => paragraphs.insert(place, new),
    }
    paragraphs.join("\n\n")
}

fn with_need(needs: &mut Vec<NeedForm>, id: NeedId, how: u32, at: usize, text: String) {
    let place = at % (needs.len() + 1);
    match how {
        0 if place < needs.len() => drop(needs.remove(place)),
        1..4 if place < needs.len() => needs[place].i_need = text,
        // Few needs, so that several people change the same one.
        _ if needs.len() < 4 => needs.push(NeedForm {
            id,
            as_a: "resident".to_owned(),
            i_need: text,
            so_that: "it is done".to_owned(),
            evidence: String::new(),
        }),
        _ => {}
    }
}
