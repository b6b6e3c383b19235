//! The whole task: read without a connection, write without a connection, and send when there is one.

use anyhow::Result;
use guildhall_tests::{App, Registry, SAM, Stage};

use crate::drafting::draft;

const ALEX: &str = "alex.digital@casterbridge.example";

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn offline_drafts_reach_others_once() -> Result<()> {
    let stage = Stage::set("journey")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.generate(1000).await?;
    registry.start().await?;

    let mut sam = App::new(&stage, "sam", &registry)?;
    sam.open().await?;
    sign_in(&sam, &registry).await?;
    sam.sees("You’re ready").await?;
    sam.press("Find projects").await?;
    let mut alex = App::new(&stage, "alex", &registry)?;
    alex.open_signed_in(&registry, ALEX).await?;
    alex.sees("Connected").await?;

    sam.fill("Search", "missed bin coll").await?;
    sam.sees("Missed bin reports that reach the crew").await?;

    registry.stop().await?;
    sam.sees("Offline").await?;
    sam.click("option", "Beta Casterbridge District Council Missed bin reports").await?;
    sam.sees("212 calls in one September week").await?;

    draft(&sam, "Zebra crossing requests", "ask for a crossing where my children cross").await?;
    draft(&sam, "Zebra finch licences", "renew the licence for my birds").await?;
    sam.kill().await?;

    sam.open().await?;
    sam.sees("Offline").await?;
    for title in ["Zebra crossing requests", "Zebra finch licences"] {
        sam.follow("My work").await?;
        sam.follow(title).await?;
        sam.press("Check answers and send").await?;
        sam.press("Send when online").await?;
        sam.sees("Waiting to send").await?;
    }
    sam.sees("2 waiting to send").await?;

    registry.start().await?;
    sam.follow("My work").await?;
    sam.sees_no_more("Waiting to send").await?;
    sam.sees("Published").await?;

    // Alex's app has been open all the time.
    alex.fill("Search", "zebra").await?;
    alex.sees("2 projects").await?;
    alex.sees("Zebra crossing requests").await?;
    alex.sees("Zebra finch licences").await
}

async fn sign_in(app: &App, registry: &Registry) -> Result<()> {
    app.press("Use this registry").await?;
    app.fill("Email address", SAM).await?;
    app.press("Email me a code").await?;
    app.sees("Check your email").await?;
    app.fill("Code", &registry.issue_code(SAM).await?).await?;
    app.press("Sign in").await
}
