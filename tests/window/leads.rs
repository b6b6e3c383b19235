//! An unconfirmed lead: what they cannot do yet, and how others confirm them.

use anyhow::Result;
use guildhall_tests::{App, Registry, SAM, Stage};

use crate::drafting::draft;

const BARCHESTER: &str = "Barchester City Council";
const JO: &str = "jo@shared-services.example";
const ALEX: &str = "alex.digital@casterbridge.example";
const FIRST: &str = "first@tilling.example";
const COLLEAGUE: &str = "colleague@tilling.example";

async fn signed_in(stage: &Stage, registry: &Registry, folder: &str, email: &str) -> Result<App> {
    let mut app = App::new(stage, folder, registry)?;
    app.open_signed_in(registry, email).await?;
    app.sees("Connected").await?;
    Ok(app)
}

async fn vouch(app: &App) -> Result<()> {
    app.follow("Inbox").await?;
    app.sees("first@tilling.example leads").await?;
    app.press("Vouch for first@tilling.example as a lead of Tilling Borough Council").await?;
    app.inspect("vouching-light").await?;
    app.press("Vouch for this lead").await?;
    app.sees("You vouched for first@tilling.example").await
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn leads_of_two_councils_vouch_for_a_first_lead() -> Result<()> {
    let stage = Stage::set("leads")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let first = signed_in(&stage, &registry, "first", FIRST).await?;
    first.follow("Our council").await?;
    first.follow("People").await?;
    first.sees("nobody has confirmed it yet").await?;
    first.sees("Until you are confirmed you cannot").await?;
    first.inspect("unconfirmed-light").await?;

    for (folder, email) in [("sam", SAM), ("alex", ALEX)] {
        vouch(&signed_in(&stage, &registry, folder, email).await?).await?;
    }
    let colleague = signed_in(&stage, &registry, "colleague", COLLEAGUE).await?;
    colleague.follow("Inbox").await?;
    colleague.sees("Will be confirmed").await?;
    colleague.inspect("objecting-light").await?;
    first.follow("Projects").await?;
    first.follow("Our council").await?;
    first.follow("People").await?;
    first.sees("You will be confirmed").await?;
    for (size, theme) in [("200%", "Dark"), ("100%", "Light")] {
        first.follow("Settings").await?;
        first.follow("Theme and text size").await?;
        first.choose(theme).await?;
        first.choose(size).await?;
        first.follow("Our council").await?;
        first.follow("People").await?;
        first.sees("You will be confirmed").await?;
        first.inspect(&format!("unconfirmed-{}-{size}", theme.to_lowercase())).await?;
    }

    colleague.press("Object to first@tilling.example as a lead of Tilling Borough Council").await?;
    colleague.press("Object to this lead").await?;
    colleague.sees("You objected").await?;
    registry.stop().await?;
    colleague.follow("Projects").await?;
    colleague.follow("Inbox").await?;
    colleague.sees("You are offline, so we cannot show leads").await
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_lead_sees_who_is_in_a_team_and_takes_a_seat_back() -> Result<()> {
    let stage = Stage::set("seats")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let sam = signed_in(&stage, &registry, "sam", SAM).await?;
    draft(&sam, "Allotment waiting list", "know when a plot is mine").await?;
    sam.press("Publish now").await?;
    sam.sees("Published").await?;
    sam.follow("Our council").await?;
    sam.follow("Allotment waiting list").await?;
    sam.press("Show project team").await?;
    sam.sees("sam.digital@barchester.example").await?;
    sam.inspect("team-light").await?;
    registry.stop().await?;
    sam.press("Leave the team").await?;
    sam.sees("You will no longer see what only the team can see").await?;
    sam.inspect("leave-light").await?;
    sam.press("Yes, leave the team").await?;
    sam.sees("You are offline").await?;
    registry.start().await?;
    sam.sees("Connected").await?;
    sam.press("Leave the team").await?;
    sam.press("Yes, leave the team").await?;
    sam.sees("Nobody is in the team of this project").await
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_lead_allows_one_person_from_the_inbox() -> Result<()> {
    let stage = Stage::set("requests")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let jo = signed_in(&stage, &registry, "jo", JO).await?;
    jo.follow("Settings").await?;
    jo.press("Ask to act for a council").await?;
    jo.select("Which council?", BARCHESTER).await?;
    jo.fill("How do you work for this council?", "We run your website").await?;
    jo.press("Send request").await?;
    jo.sees("We will email you").await?;

    let sam = signed_in(&stage, &registry, "sam", SAM).await?;
    sam.follow("Inbox, 1 to review or answer").await?;
    sam.sees("jo@shared-services.example asks to act for Barchester City Council").await?;
    sam.sees("We run your website").await?;
    sam.inspect("request-light").await?;
    sam.press("Approve the request from jo@shared-services.example").await?;
    sam.sees("Nothing to review").await?;
    jo.follow("Our council").await?;
    jo.sees(BARCHESTER).await
}
