//! Every screen, light and dark, and in a narrow window at twice the text size: axe finds nothing, nothing is cut off, and
//! screenshots are stored.

use anyhow::Result;
use guildhall_tests::{App, Registry, SAM, Stage};

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn every_screen_is_accessible_in_light_and_dark() -> Result<()> {
    let stage = Stage::set("screens")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut sam = App::new(&stage, "sam", &registry)?;
    sam.open_signed_in(&registry, SAM).await?;
    sam.sees("Connected").await?;

    // The first walk publishes a project, which the second one finds too.
    for (theme, found) in [("Light", "6 projects"), ("Dark", "7 projects")] {
        sam.follow("Settings").await?;
        sam.follow("Theme and text size").await?;
        sam.choose(theme).await?;
        walk(&sam, &theme.to_lowercase(), found).await?;
    }

    sam.follow("Settings").await?;
    sam.follow("Theme and text size").await?;
    sam.choose("Light").await?;
    sam.choose("200%").await?;
    sam.follow("Projects").await?;
    sam.inspect("find-large-light").await?;
    sam.follow("My work").await?;
    sam.inspect("drafts-large-light").await?;

    sam.close().await?;
    sam.set_window_size("640x800");
    sam.open().await?;
    sam.sees("Connected").await?;
    narrow_walk(&sam).await
}

/// At 640 pixels and twice the text size, as narrow as 320 pixels are (WCAG 1.4.10).
async fn narrow_walk(app: &App) -> Result<()> {
    fits(app, "find").await?;
    for room in ["Our council", "My work", "Inbox", "Help", "Settings"] {
        app.follow(room).await?;
        fits(app, room).await?;
    }
    for part in ["Registry", "Your services", "Theme and text size", "Work offline", "About"] {
        app.follow(part).await?;
        fits(app, part).await?;
    }
    app.follow("My work").await?;
    app.press("New draft").await?;
    fits(app, "About the project").await?;
    for section in [
        "User needs",
        "The problem",
        "Phase and dates",
        "Approach and cost",
        "Working with others",
        "Links and reuse",
    ] {
        app.press("Continue").await?;
        app.find("heading", section).await?;
        fits(app, section).await?;
    }
    app.follow("All sections").await?;
    fits(app, "All sections").await?;
    app.press("Check answers and send").await?;
    app.sees("There is a problem").await?;
    fits(app, "check").await
}

async fn fits(app: &App, screen: &str) -> Result<()> {
    let name = format!("narrow-{}", screen.to_lowercase().replace(' ', "-"));
    app.inspect(&name).await?;
    app.cuts_nothing_off(&name).await
}

async fn walk(app: &App, theme: &str, found: &str) -> Result<()> {
    let name = |screen: &str| format!("{screen}-{theme}");
    app.inspect(&name("settings-theme")).await?;
    for part in ["Registry", "Your services", "Work offline", "About"] {
        app.follow(part).await?;
        app.inspect(&name(&format!("settings-{}", part.to_lowercase().replace(' ', "-")))).await?;
    }

    app.follow("Projects").await?;
    app.fill("Search", "missed bin coll").await?;
    app.sees(found).await?;
    app.click("option", "Beta Casterbridge District Council Missed bin reports").await?;
    app.sees("212 calls in one September week").await?;
    app.inspect(&name("find")).await?;
    app.press("Phase").await?;
    app.inspect(&name("find-facet")).await?;
    app.press("Phase").await?;
    app.fill("Search", "xyzzy").await?;
    app.sees("No projects found").await?;
    app.inspect(&name("find-nothing")).await?;
    app.fill("Search", "").await?;
    for (part, seen) in [("Needs", "needs"), ("Services", "services"), ("Products", "products")] {
        app.follow(part).await?;
        app.sees(seen).await?;
        app.inspect(&name(&format!("part-{}", part.to_lowercase()))).await?;
    }
    app.follow("Services").await?;
    app.click("option", "Household waste collection").await?;
    app.sees("User needs").await?;
    app.inspect(&name("service")).await?;
    app.follow("Casterbridge District Council").await?;
    app.sees("What it is working on").await?;
    app.inspect(&name("council-page")).await?;
    app.follow("Missed bin reports").await?;
    app.sees("Show history").await?;
    app.press("Show history").await?;
    app.sees("Published").await?;
    app.inspect(&name("project")).await?;

    app.follow("Our council").await?;
    app.sees("Barchester City Council").await?;
    app.inspect(&name("council-board")).await?;
    app.choose("List").await?;
    app.inspect(&name("council-list")).await?;
    app.choose("Board").await?;

    app.follow("My work").await?;
    app.press("New draft").await?;
    app.inspect(&name("draft-about")).await?;
    app.fill("Title", &format!("Missed collections app, {theme}")).await?;
    app.follow("User needs").await?;
    app.press("Add a need").await?;
    app.fill("As a", "resident in a shared block").await?;
    app.fill("I need to", "report a missed bin collection without knowing its number").await?;
    app.fill("So that", "it is emptied before the store is locked").await?;
    app.sees("Matching word").await?;
    app.inspect(&name("draft-needs")).await?;
    for section in
        ["The problem", "Phase and dates", "Approach and cost", "Working with others", "Links and reuse"]
    {
        app.follow(section).await?;
        app.inspect(&name(&format!("draft-{}", section.to_lowercase().replace(' ', "-")))).await?;
    }
    app.follow("Working with others").await?;
    // From the second draft on, it is filled in from what was sent last.
    app.fill("Team’s email address", "digital@barchester.example").await?;
    app.press("Check answers and send").await?;
    app.sees("There is a problem").await?;
    app.inspect(&name("draft-check-problem")).await?;
    app.follow("Select who can see it").await?;
    app.sees("Includes contractors with a council address").await?;
    app.inspect(&name("draft-error")).await?;
    app.choose("People who work for a council").await?;
    app.press("Check answers and send").await?;
    app.sees("When published, people who work for a council can see it").await?;
    app.inspect(&name("draft-check")).await?;
    app.follow("My work").await?;
    app.inspect(&name("drafts")).await?;

    app.click("switch", "Work offline").await?;
    app.sees("Working offline").await?;
    app.follow(&format!("Missed collections app, {theme}")).await?;
    app.press("Check answers and send").await?;
    app.press("Send when online").await?;
    app.sees("Waiting to send").await?;
    app.inspect(&name("draft-waiting")).await?;
    app.follow("My work").await?;
    app.inspect(&name("work-waiting")).await?;
    app.click("switch", "Work offline").await?;
    app.sees("Published").await?;
    app.inspect(&name("work-sent")).await
}
