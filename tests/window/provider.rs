//! Signing in with a provider, in the system's browser: the first time, for someone it doesn't vouch for, and where the
//! browser can't come back to the app.

use anyhow::{Context, Result};
use guildhall_tests::{App, Registry, SAM, Stage};

const KIM: &str = "kim.new@barchester.example";
/// A page to which no address leads: the browser goes as far as there is anything to do.
const NOWHERE: &str = "nowhere:";

/// From the registry's address to the page that signs in.
async fn up_to_signing_in(app: &App) -> Result<()> {
    app.press("Continue").await?;
    app.press("Use this registry").await?;
    app.press("Skip this").await?;
    app.sees("Or get a code by email").await
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn people_sign_in_with_the_account_that_they_have() -> Result<()> {
    let stage = Stage::set("provider")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    let provider = registry.offer_provider().await?;
    registry.start().await?;

    let mut kim = App::new(&stage, "kim", &registry)?;
    kim.open().await?;
    up_to_signing_in(&kim).await?;
    kim.inspect("sign-in-with-light").await?;
    registry.stop().await?;
    kim.press("Sign in with Example").await?;
    kim.sees("There is no connection").await?;
    kim.inspect("sign-in-with-no-connection-light").await?;
    registry.start().await?;
    kim.press("Try again").await?;
    kim.sees("Waiting for your browser").await?;
    kim.inspect("sign-in-in-browser-light").await?;
    let (_, page) = provider.sign_in(kim.opened().await?, &format!("one:{KIM}"), NOWHERE).await?;
    assert!(page.contains("Go back to Guildhall"), "{page}");
    kim.sees("You’re ready").await?;
    kim.press("Find projects").await?;
    kim.sees("Barchester City Council").await?;

    // The provider doesn't say which address is theirs: a code by email does, once.
    let mut sam = App::new(&stage, "sam", &registry)?;
    sam.open().await?;
    up_to_signing_in(&sam).await?;
    sam.press("Sign in with Example").await?;
    let who = "unvouched:sam@elsewhere.example";
    provider.sign_in(sam.opened().await?, who, NOWHERE).await?;
    sam.sees("Which email address is yours?").await?;
    sam.inspect("sign-in-which-address-light").await?;
    sam.fill("Email address", SAM).await?;
    sam.press("Email me a code").await?;
    sam.sees("Check your email").await?;
    sam.fill("Code", &registry.issue_code(SAM).await?).await?;
    sam.press("Sign in").await?;
    sam.sees("You’re ready").await?;
    sam.press("Find projects").await?;
    sam.sees("Barchester City Council").await?;

    // From now on they are known, here by a code that is typed in.
    sam.follow("Settings").await?;
    sam.follow("Theme and text size").await?;
    sam.choose("Dark").await?;
    sam.choose("200%").await?;
    sam.follow("Account").await?;
    sam.press("Sign out").await?;
    sam.sees("Sign out?").await?;
    sam.press("Sign out").await?;
    sam.sees("You are signed out").await?;
    sam.press("Sign in").await?;
    sam.sees("Or get a code by email").await?;
    sam.inspect("sign-in-with-dark-200%").await?;
    sam.press("Sign in with Example").await?;
    sam.opened().await?;
    sam.inspect("sign-in-in-browser-dark-200%").await?;
    sam.press("Nothing happens? Get a code to type in").await?;
    sam.sees("Type in the code from your browser").await?;
    let (_, page) = provider.sign_in(sam.opened().await?, who, NOWHERE).await?;
    let code = page.split("class=\"code\">").nth(1).and_then(|rest| rest.split('<').next());
    sam.fill("Code", "AAAA-AAAA").await?;
    sam.press("Sign in").await?;
    sam.sees("That code is wrong").await?;
    sam.inspect("sign-in-pasted-dark-200%").await?;
    sam.fill("Code", code.context("there is no code on the page")?).await?;
    sam.press("Sign in").await?;
    sam.sees("Signed in as sam.digital@barchester.example").await
}
