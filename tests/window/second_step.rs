//! A lead sets up a second step for signing in, and uses it: for signing in again, and for a sensitive action.

use anyhow::{Context, Result};
use guildhall_tests::{App, Registry, SAM, Stage};
use jiff::Timestamp;
use totp_rs::{Builder, Secret, Totp};

/// The lines of the page after the given one.
async fn after(app: &App, line: &str) -> Result<Vec<String>> {
    let text = app.text().await?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.skip_while(|one| *one != line).skip(1).map(str::to_owned).collect())
}

/// The person's phone: an authenticator app with the key that the window shows.
async fn phone(app: &App) -> Result<Totp> {
    let shown = after(app, "If you cannot scan it, enter this key in the app:").await?;
    let key = shown.first().context("no key is shown")?.replace(' ', "");
    Ok(Builder::new().with_secret(Secret::try_from_base32(key)?).with_account_name(SAM).build()?)
}

fn now() -> u64 {
    Timestamp::now().as_second().cast_unsigned()
}

/// A code that is not valid now or at a nearby time.
fn wrong(phone: &Totp) -> String {
    let right = [now() - 30, now(), now() + 30, now() + 60].map(|at| phone.generate(at).to_string());
    let all = (0..1_000_000).map(|number| format!("{number:06}"));
    all.into_iter().find(|code| !right.contains(code)).unwrap_or_default()
}

#[tokio::test]
#[ignore = "drives the real window: run cargo xtask test"]
async fn a_lead_sets_up_a_second_step_and_signs_in_with_it() -> Result<()> {
    let stage = Stage::set("second-step")?;
    let mut registry = Registry::with_sample_data(&stage).await?;
    registry.command(&["settings", "set", "second_factor", "leads"]).await?;
    registry.start().await?;
    let mut sam = App::new(&stage, "sam", &registry)?;
    sam.open_signed_in(&registry, SAM).await?;
    sam.sees("Set up a second step for signing in by").await?;
    sam.inspect("second-step-due-light").await?;
    sam.follow("Set up a second step").await?;
    sam.sees("The second step is off.").await?;
    sam.inspect("second-step-off-light").await?;
    sam.press("Set up a second step").await?;
    sam.sees("Scan this with an authenticator app").await?;
    sam.inspect("second-step-setting-light").await?;
    let phone = phone(&sam).await?;
    sam.fill("Code", &wrong(&phone)).await?;
    sam.press("Turn on the second step").await?;
    sam.sees("That code is wrong or has been used").await?;
    sam.fill("Code", &phone.generate(now()).to_string()).await?;
    sam.press("Turn on the second step").await?;
    sam.sees("Save your recovery codes").await?;
    sam.inspect("second-step-codes-light").await?;
    let text = sam.text().await?;
    let is_code = |line: &&str| line.len() == 29 && line.split('-').count() == 6;
    let recovery: Vec<&str> = text.lines().map(str::trim).filter(is_code).collect();
    assert_eq!(recovery.len(), 10, "{text}");
    sam.press("I have saved the codes").await?;
    sam.sees("The second step has been on since").await?;
    sam.sees("This registry requires a second step for your role.").await?;
    sam.sees_no_more("Set up a second step for signing in by").await?;
    sam.inspect("second-step-on-light").await?;

    // Signing in again requires an email code and a code of the second step.
    sam.follow("Theme and text size").await?;
    sam.choose("Dark").await?;
    sam.choose("200%").await?;
    sam.follow("Second step").await?;
    sam.sees("The second step has been on since").await?;
    sam.inspect("second-step-on-dark-200%").await?;
    sam.follow("Account").await?;
    sam.press("Sign out").await?;
    sam.sees("Sign out?").await?;
    sam.press("Sign out").await?;
    sam.sees("You are signed out").await?;
    sam.press("Sign in").await?;
    sam.fill("Email address", SAM).await?;
    sam.press("Email me a code").await?;
    sam.sees("Check your email").await?;
    sam.fill("Code", &registry.issue_code(SAM).await?).await?;
    sam.press("Sign in").await?;
    sam.sees("Enter a code from your authenticator app").await?;
    sam.fill("Code", &wrong(&phone)).await?;
    sam.press("Sign in").await?;
    sam.sees("That code is wrong or has been used").await?;
    sam.inspect("second-step-sign-in-dark-200%").await?;
    // The next code, because the current one was used to confirm the setup.
    sam.fill("Code", &phone.generate(now() + 30).to_string()).await?;
    sam.press("Sign in").await?;
    sam.sees("Signed in as sam.digital@barchester.example").await?;

    // As if a day had passed: a sensitive action requires a code, and then continues.
    registry.stop().await?;
    rusqlite::Connection::open(registry.database())?
        .execute("UPDATE session_factors SET given_at = given_at - 24 * 60 * 60 * 1000", [])?;
    registry.start().await?;
    sam.follow("Settings").await?;
    sam.follow("Theme and text size").await?;
    sam.choose("Light").await?;
    sam.choose("100% (standard)").await?;
    sam.sees("Connected").await?;
    sam.follow("Our council").await?;
    sam.follow("People").await?;
    sam.sees("Second step is on").await?;
    sam.fill("Email address", "new@barchester.example").await?;
    sam.press("Send invitation").await?;
    sam.sees("Enter a code to continue").await?;
    sam.inspect("second-step-asked-light").await?;
    sam.fill("Code", recovery[0]).await?;
    sam.press("Continue").await?;
    sam.sees("Invitation sent to new@barchester.example").await?;
    sam.inspect("second-step-people-light").await
}
