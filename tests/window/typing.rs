//! A kill loses what was typed in the last second at most. A draft in which nothing was typed is not stored.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use guildhall_tests::{App, Key, Registry, SAM, Stage};

use crate::drafting::draft;

const KIM: &str = "kim.digital@barchester.example";

/// Typed words, and when each was complete.
struct Typed(Vec<(String, Instant)>);

/// Types key by key without a pause, for that long.
async fn type_on(app: &App, label: &str, time: Duration) -> Result<Typed> {
    let (field, began, mut words) = (app.write_on(label).await?, Instant::now(), Vec::new());
    while began.elapsed() < time {
        let word = format!("word{}", words.len());
        for key in word.chars().chain([' ']) {
            field
                .send_keys(&key.to_string())
                .await
                .with_context(|| format!("after {} words", words.len()))?;
        }
        words.push((word, Instant::now()));
    }
    Ok(Typed(words))
}

impl Typed {
    /// After a kill, everything typed is there but for the last second and the time that saving takes.
    fn is_kept(&self, text: &str, killed: Instant, saving: Duration) -> Result<()> {
        let kept: Vec<&str> = text.split_whitespace().collect();
        let typed: Vec<&str> = self.0.iter().map(|(word, _)| word.as_str()).collect();
        let is_last = |at: &Instant| killed.duration_since(*at) <= Duration::from_secs(1) + saving;
        let owed = self.0.iter().filter(|(_, at)| !is_last(at)).count();
        ensure!(owed > 0, "it was typed for long enough");
        ensure!(kept.len() >= owed, "{} of {owed} words are there, of {} typed", kept.len(), typed.len());
        // The last word may be half a word.
        let whole = kept.len().min(typed.len()).saturating_sub(1);
        ensure!(kept[..whole] == typed[..whole], "they are what was typed: {text}");
        Ok(())
    }
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_kill_while_typing_loses_the_last_second_at_most() -> Result<()> {
    let stage = Stage::set("typing")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut kim = App::new(&stage, "kim", &registry)?;
    kim.open_signed_in(&registry, KIM).await?;
    kim.sees("Connected").await?;
    draft(&kim, "Beach huts", "renew my permit").await?;
    kim.press("Send for review").await?;

    let mut sam = App::new(&stage, "sam", &registry)?;
    sam.open_signed_in(&registry, SAM).await?;
    sam.sees("Connected").await?;
    sam.follow("My work").await?;
    sam.press("New draft").await?;
    // How long this machine takes to save a keystroke and show that it is saved.
    let began = Instant::now();
    sam.fill("Title", "Zebra crossings").await?;
    sam.sees_no_more("Saving on this laptop").await?;
    let saving = began.elapsed();
    let time = 3 * (Duration::from_secs(1) + saving);

    sam.follow("The problem").await?;
    let typed = type_on(&sam, "What is the problem?", time).await?;
    let killed = Instant::now();
    sam.kill().await?;
    sam.open().await?;
    sam.follow("My work").await?;
    sam.follow("Zebra crossings").await?;
    sam.follow("The problem").await?;
    typed.is_kept(&sam.value("What is the problem?").await?, killed, saving)?;

    // A reason in a review is not a draft, but is saved just as safely.
    sam.follow("Inbox").await?;
    sam.follow("Beach huts").await?;
    sam.choose("Ask for changes").await?;
    let typed = type_on(&sam, "Comments for the author", time).await?;
    let killed = Instant::now();
    sam.kill().await?;
    sam.open().await?;
    sam.follow("Inbox").await?;
    sam.follow("Beach huts").await?;
    typed.is_kept(&sam.value("Comments for the author").await?, killed, saving)?;
    sam.inspect("review-begun-light").await?;
    sam.press("Send decision").await?;
    sam.sees("Changes requested").await?;

    // Someone who logs out of the laptop loses nothing at all.
    sam.follow("My work").await?;
    sam.follow("Zebra crossings").await?;
    sam.follow("About the project").await?;
    sam.fill("Title", "Zebra crossings near schools").await?;
    sam.terminate().await?;
    sam.open().await?;
    sam.follow("My work").await?;
    sam.sees("Zebra crossings near schools").await
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn an_untouched_draft_is_not_kept_and_others_can_be_removed() -> Result<()> {
    let stage = Stage::set("untouched")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut sam = App::new(&stage, "sam", &registry)?;
    sam.open_signed_in(&registry, SAM).await?;
    sam.sees("Connected").await?;
    sam.follow("My work").await?;
    sam.press("New draft").await?;
    sam.sees("About the project").await?;
    sam.follow("User needs").await?;
    sam.press("Add a need").await?;
    sam.sees("Need 1").await?;
    sam.follow("My work").await?;
    sam.sees("You have not written anything yet").await?;
    sam.press("New draft").await?;
    sam.sees("About the project").await?;
    sam.kill().await?;
    sam.open().await?;
    sam.follow("My work").await?;
    sam.sees("You have not written anything yet").await?;

    for title in ["Yellow lines", "Zebra crossings"] {
        sam.press("New draft").await?;
        sam.fill("Title", title).await?;
        sam.follow("My work").await?;
        sam.sees(title).await?;
    }
    sam.inspect("drafts-two-light").await?;
    sam.press("Delete the draft: Zebra crossings").await?;
    sam.sees("Are you sure you want to delete this draft?").await?;
    sam.inspect("drafts-remove-light").await?;
    for (size, theme) in [("100%", "Dark"), ("200%", "Light"), ("100%", "Light")] {
        sam.follow("Settings").await?;
        sam.follow("Theme and text size").await?;
        sam.choose(theme).await?;
        sam.choose(size).await?;
        sam.follow("My work").await?;
        sam.press("Delete the draft: Zebra crossings").await?;
        sam.inspect(&format!("drafts-remove-{}-{size}", theme.to_lowercase())).await?;
    }
    // By keyboard: the confirmation has the focus, and Escape cancels it.
    sam.keys(&char::from(Key::Escape).to_string()).await?;
    sam.sees_no_more("Are you sure").await?;
    sam.keys(&char::from(Key::Enter).to_string()).await?;
    sam.sees("Are you sure").await?;
    sam.press("Delete draft").await?;
    sam.sees("Deleted the draft: Zebra crossings").await?;
    sam.sees("Yellow lines").await?;
    sam.inspect("drafts-removed-light").await?;
    sam.kill().await?;
    sam.open().await?;
    sam.follow("My work").await?;
    sam.sees("Yellow lines").await?;
    ensure!(!sam.shows("Zebra crossings").await?, "it is gone for good");
    Ok(())
}
