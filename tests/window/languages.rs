//! Another language may need twice the room. In the made-up one of `ui/src/words/doubled.ts` nothing is cut off.

use anyhow::Result;
use guildhall_tests::{App, Registry, SAM, Stage};

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn nothing_is_cut_off_in_a_language_twice_as_long() -> Result<()> {
    let stage = Stage::set("languages")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut newcomer = App::new(&stage, "newcomer", &registry)?;
    newcomer.open().await?;
    newcomer.speak("doubled").await?;
    whole(&newcomer, "first-run").await?;
    newcomer.kill().await?;

    let mut sam = App::new(&stage, "sam", &registry)?;
    sam.open_signed_in(&registry, SAM).await?;
    sam.sees("Connected").await?;
    sam.speak("doubled").await?;
    whole(&sam, "projects").await?;
    for room in ["Our council", "My work", "Inbox", "Help", "Settings"] {
        sam.follow(room).await?;
        whole(&sam, room).await?;
    }
    for topic in ["Registry", "Theme and text size", "About"] {
        sam.follow(topic).await?;
        whole(&sam, topic).await?;
    }
    sam.follow("Our council").await?;
    sam.follow("People").await?;
    whole(&sam, "People").await?;
    sam.follow("My work").await?;
    sam.press("New draft").await?;
    whole(&sam, "About the project").await?;
    for _ in 0..7 {
        sam.press("Continue").await?;
        whole(&sam, "a section of a draft").await?;
    }
    Ok(())
}

async fn whole(app: &App, screen: &str) -> Result<()> {
    app.keeps_picture(&format!("doubled-{}", screen.to_lowercase().replace(' ', "-"))).await?;
    app.cuts_nothing_off(screen).await
}
