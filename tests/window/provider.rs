//! Signing in with a provider in the system's browser: the first time, for someone whose address the provider does not
//! vouch for, and where the browser cannot return to the app.

use anyhow::{Context, Result};
use guildhall_protocol::sign_in::shown_code;
use guildhall_tests::{App, Registry, SAM, Stage};
use url::Url;

const KIM: &str = "kim.new@barchester.example";
/// A prefix that no address has, so that the test's browser follows every page to the end.
const NOWHERE: &str = "nowhere:";

/// From the page that offers the registry to the page for signing in.
async fn up_to_signing_in(app: &App) -> Result<()> {
    app.press("Use this registry").await?;
    app.sees("Or get a code by email").await
}

/// The code on the page that the app opened, which must be the code of its challenge.
async fn code_of(opened: &Url) -> Result<String> {
    let challenge = opened.query_pairs().find(|(name, _)| name == "challenge");
    let code = shown_code(&challenge.context("the page has no challenge")?.1);
    let page =
        reqwest::Client::builder().no_proxy().build()?.get(opened.clone()).send().await?.text().await?;
    anyhow::ensure!(page.contains(&format!("class=\"code\">{code}<")), "the page shows another code: {page}");
    Ok(code)
}

/// Signs out, and goes to the page for signing in.
async fn sign_out(app: &App) -> Result<()> {
    app.follow("Account").await?;
    app.press("Sign out").await?;
    app.sees("Sign out?").await?;
    app.press("Sign out").await?;
    app.sees("You are signed out").await?;
    app.press("Sign in").await?;
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
    kim.sees("You are offline").await?;
    kim.inspect("sign-in-with-no-connection-light").await?;
    registry.start().await?;
    kim.press("Try again").await?;
    kim.sees("Waiting for your browser").await?;
    let opened = kim.opened().await?;
    kim.sees(&code_of(&opened).await?).await?;
    kim.inspect("sign-in-in-browser-light").await?;
    let (_, page) = provider.sign_in(opened, &format!("one:{KIM}"), NOWHERE).await?;
    assert!(page.contains("Go back to Guildhall"), "{page}");
    kim.sees("You’re ready").await?;
    kim.press("Find projects").await?;
    kim.sees("Barchester City Council").await?;

    // The provider does not say which address is theirs, so a code by email proves it, once.
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

    // From now on the provider's account is linked; this time the person types a code in.
    sam.follow("Settings").await?;
    sam.follow("Theme and text size").await?;
    sam.choose("Dark").await?;
    sam.choose("200%").await?;
    sign_out(&sam).await?;
    sam.inspect("sign-in-with-dark-200%").await?;
    sam.press("Sign in with Example").await?;
    let opened = sam.opened().await?;
    sam.sees(&code_of(&opened).await?).await?;
    sam.inspect("sign-in-in-browser-dark-200%").await?;
    sam.press("Problem with your browser? Use a code").await?;
    sam.sees("Enter the code from your browser").await?;
    let opened = sam.opened().await?;
    sam.sees(&code_of(&opened).await?).await?;
    let (_, page) = provider.sign_in(opened, who, NOWHERE).await?;
    let code = page.split("class=\"code\">").nth(1).and_then(|rest| rest.split('<').next());
    sam.fill("Code", "AAAA-AAAA").await?;
    sam.press("Sign in").await?;
    sam.sees("Enter a code that has not expired").await?;
    sam.inspect("sign-in-pasted-dark-200%").await?;
    sam.fill("Code", code.context("there is no code on the page")?).await?;
    sam.press("Sign in").await?;
    sam.sees("Signed in as sam.digital@barchester.example").await
}

/// The provider has a different address from the person's account: they choose which is theirs.
#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn people_say_which_address_is_theirs() -> Result<()> {
    const MARRIED: &str = "kim.thorne@barchester.example";
    let stage = Stage::set("provider-address")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    let provider = registry.offer_provider().await?;
    registry.start().await?;
    let mut kim = App::new(&stage, "kim", &registry)?;
    kim.open().await?;
    up_to_signing_in(&kim).await?;
    let sign_in = async |app: &App, address: &str| {
        app.press("Sign in with Example").await?;
        provider.sign_in(app.opened().await?, &format!("one:{address}"), NOWHERE).await
    };
    sign_in(&kim, KIM).await?;
    kim.sees("You’re ready").await?;
    kim.press("Find projects").await?;
    kim.sees("Barchester City Council").await?;

    kim.follow("Settings").await?;
    sign_out(&kim).await?;
    sign_in(&kim, MARRIED).await?;
    kim.sees("Which email address is yours?").await?;
    kim.sees(&format!("In Guildhall your address is {KIM}")).await?;
    kim.inspect("sign-in-two-addresses-light").await?;
    registry.stop().await?;
    kim.press(&format!("Use {MARRIED}")).await?;
    kim.sees("You are offline").await?;
    registry.start().await?;
    kim.press(&format!("Use {MARRIED}")).await?;
    kim.sees(&format!("Signed in as {MARRIED}")).await?;

    kim.follow("Settings").await?;
    kim.follow("Theme and text size").await?;
    kim.choose("Dark").await?;
    kim.choose("200%").await?;
    sign_out(&kim).await?;
    sign_in(&kim, "kim@a-long-private-address.elsewhere.example").await?;
    kim.sees("Which email address is yours?").await?;
    kim.inspect("sign-in-two-addresses-dark-200%").await?;
    kim.press(&format!("Keep {MARRIED}")).await?;
    kim.sees(&format!("Signed in as {MARRIED}")).await?;

    // Sam has signed in here before, so Sam's address is taken.
    kim.follow("Settings").await?;
    sign_out(&kim).await?;
    sign_in(&kim, SAM).await?;
    kim.sees("because another account in Guildhall has it").await?;
    kim.inspect("sign-in-address-taken-dark-200%").await?;
    kim.press(&format!("Keep {MARRIED}")).await?;
    kim.sees(&format!("Signed in as {MARRIED}")).await
}
