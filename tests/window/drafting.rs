//! Steps that several of these tests share.

use anyhow::Result;
use guildhall_tests::App;

/// Writes a draft that is complete enough to send. It is on disk when this returns.
pub(crate) async fn draft(app: &App, title: &str, need: &str) -> Result<()> {
    app.follow("My work").await?;
    app.press("New draft").await?;
    app.fill("Title", title).await?;
    app.choose("Anyone on the internet").await?;
    app.follow("User needs").await?;
    app.press("Add a need").await?;
    app.fill("As a", "resident").await?;
    app.fill("I need to", need).await?;
    app.follow("Working with others").await?;
    app.fill("Team’s email address", "digital@barchester.example").await?;
    app.sees("Who can see it: Anyone on the internet").await?;
    // Checking saves the draft first.
    app.press("Check answers and send").await?;
    app.sees("When published, anyone on the internet can see it").await
}
