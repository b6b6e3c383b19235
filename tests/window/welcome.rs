//! A newcomer's first minutes, including common mistakes.

use anyhow::Result;
use guildhall_tests::{App, Registry, SAM, Stage};

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_newcomer_gets_the_catalogue_onto_the_laptop() -> Result<()> {
    let stage = Stage::set("welcome")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.start().await?;
    let mut app = App::new(&stage, "newcomer", &registry)?;
    app.open().await?;

    // The registry that came with this Guildhall is offered: nobody has to know its address.
    app.sees("Privacy notice").await?;
    app.inspect("welcome-operator-light").await?;
    app.press("Use another registry").await?;
    app.sees("Which registry does your council use?").await?;
    app.inspect("welcome-address-light").await?;
    app.fill("Registry address", "http://127.0.0.1:9").await?;
    app.press("Continue").await?;
    app.sees("Nothing answers at that address").await?;
    app.inspect("welcome-address-wrong-light").await?;
    app.fill("Registry address", &registry.url()).await?;
    app.press("Continue").await?;

    app.sees("Privacy notice").await?;
    app.press("Use this registry").await?;

    app.sees("What is your email address?").await?;
    app.fill("Email address", "sam.digital").await?;
    app.press("Email me a code").await?;
    app.sees("Enter an email address in the correct format").await?;
    app.inspect("welcome-email-wrong-light").await?;
    app.fill("Email address", SAM).await?;
    app.press("Email me a code").await?;

    app.sees("Check your email").await?;
    app.fill("Code", "AAAA-AAAA").await?;
    app.press("Sign in").await?;
    app.sees("Enter a code that has not expired").await?;
    app.inspect("welcome-code-wrong-light").await?;
    let code = registry.issue_code(SAM).await?;
    app.fill("Code", &code).await?;
    app.press("Sign in").await?;

    app.sees("You’re ready").await?;
    app.inspect("welcome-ready-light").await?;
    app.press("Find projects").await?;
    app.sees("Connected").await?;

    // The session is in the keychain, so nobody has to sign in again.
    app.kill().await?;
    registry.stop().await?;
    app.open().await?;
    app.sees("Offline").await?;
    app.sees("Barchester City Council").await
}
