//! Two people of one council change the same project, both without a connection, and neither loses a word.

use anyhow::{Result, ensure};
use guildhall_tests::{App, Registry, SAM, Stage};

const ROBIN: &str = "robin.digital@barchester.example";
const PROJECT: &str = "Moving home: tell us once";

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn two_people_change_one_project_offline_and_lose_no_word() -> Result<()> {
    let stage = Stage::set("conflict")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut sam = App::new(&stage, "sam", &registry)?;
    let mut robin = App::new(&stage, "robin", &registry)?;
    for (app, email) in [(&mut sam, SAM), (&mut robin, ROBIN)] {
        app.open_signed_in(&registry, email).await?;
        app.sees("Connected").await?;
    }

    registry.stop().await?;
    let says = |who| {
        let rest = "for a change of address that tells Council Tax, parking and the bins, and says what each of them did";
        (format!("{PROJECT}, says {who}"), format!("One form, {who} writes, {rest}."))
    };
    for (app, (title, summary), why) in
        [(&sam, says("Sam"), "Because Sam says so."), (&robin, says("Robin"), "")]
    {
        app.sees("Offline").await?;
        change(app, &title, &summary, why).await?;
    }

    // Sam syncs first, then Robin.
    robin.kill().await?;
    registry.start().await?;
    sam.follow("My work").await?;
    sam.sees_no_more("Waiting to send").await?;
    sam.sees("Published").await?;
    robin.open().await?;
    robin.follow("My work").await?;
    robin.sees("Needs attention").await?;
    robin.follow("Moving home: tell us once, says Robin").await?;
    robin.sees("You and sam.digital@barchester.example both changed").await?;
    robin.choose("Theirs: Summary").await?;
    robin.sees("Undo").await?;
    robin.inspect("conflict-light").await?;
    for (size, theme) in [("100%", "Dark"), ("200%", "Light"), ("100%", "Light")] {
        robin.follow("Settings").await?;
        robin.follow("Theme and text size").await?;
        robin.choose(theme).await?;
        robin.choose(size).await?;
        robin.follow("My work").await?;
        robin.follow("Moving home: tell us once, says Robin").await?;
        robin.sees("Undo").await?;
        robin.inspect(&format!("conflict-{}-{size}", theme.to_lowercase())).await?;
    }

    robin.press("Show changes: Title").await?;
    robin.inspect("conflict-marked-light").await?;
    robin.press("Undo").await?;
    robin.press("Send").await?;
    robin.sees("Select which Title to use").await?;
    robin.sees("Select which Summary to use").await?;
    robin.choose("Theirs: Summary").await?;
    robin.choose("Write a new version: Title").await?;
    robin.fill("New version of Title", "Moving home: tell us once, say both").await?;
    robin.inspect("conflict-anew-light").await?;
    robin.press("Send").await?;
    robin.sees("Anyone on the internet can see it").await?;
    robin.follow("My work").await?;
    robin.sees_no_more("Needs attention").await?;
    robin.sees_no_more("Waiting to send").await?;

    robin.follow("My work").await?;
    robin.follow("Recover unused text").await?;
    for text in ["tell us once, says Robin", "tell us once, says Sam", "Robin writes"] {
        robin.sees(text).await?;
    }
    robin.inspect("history-light").await?;

    sam.fill("Search", "say both").await?;
    sam.sees("Moving home: tell us once, say both").await?;
    sam.click("option", "Beta Barchester City Council Moving home").await?;
    sam.sees("Because Sam says so.").await?;
    ensure!(!sam.shows("says Robin").await?, "one title stands");
    Ok(())
}

/// Changes the project's title, its summary and, unless empty, why it is being done; then sends it.
async fn change(app: &App, title: &str, summary: &str, why: &str) -> Result<()> {
    app.fill("Search", PROJECT).await?;
    app.click("option", "Beta Barchester City Council Moving home").await?;
    app.press("Change this project").await?;
    app.follow("About the project").await?;
    app.fill("Title", title).await?;
    app.fill("Summary", summary).await?;
    if !why.is_empty() {
        app.follow("The problem").await?;
        app.fill("Why are you doing it?", why).await?;
    }
    app.press("Check answers and send").await?;
    app.press("Send when online").await?;
    app.sees("Waiting to send").await
}
