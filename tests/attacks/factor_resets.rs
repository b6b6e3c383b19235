//! Getting somebody's second factor reset, so that their mailbox is enough to sign in as them.

use anyhow::{Context, Result};
use guildhall_protocol::routes;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::phone::Phone;
use crate::steps::{KIM, PAT, ROBIN};
use crate::target::{ALEX, SAM, Target};

#[tokio::test]
async fn a_factor_is_reset_by_its_council_and_after_a_day() -> Result<()> {
    let mut target = Target::behind_a_proxy().await?;
    let (sam, robin) = (target.sign_in(SAM).await?, target.sign_in(ROBIN).await?);
    let person = target.person(&sam).await?;
    Phone::of(&target, &sam).await?;
    let sams = (routes::FACTOR_RESET, &["BCH", person.as_str()][..]);
    for (email, code) in [(KIM, "not_found"), (ALEX, "not_found"), (ROBIN, "not_allowed")] {
        let token = target.sign_in(email).await?;
        assert_eq!(target.ask(&token, Method::POST, sams, Value::Null).await?.code(), code, "{email}");
    }
    // A lead with a second factor requests the reset. Its owner is told, and cancels it.
    let robins = Phone::of(&target, &robin).await?;
    let mails = target.mails_to(SAM)?;
    target.done(&robin, Method::POST, sams, Value::Null).await?;
    assert_eq!(target.mails_to(SAM)?, mails + 1);
    target.done(&sam, Method::DELETE, (routes::MY_FACTOR_RESET, &[]), Value::Null).await?;
    target.registry.pass(SignedDuration::from_hours(25)).await?;
    assert_eq!(target.try_sign_in(SAM, None).await?.code(), "second_factor_required", "called off");
    // Without an objection, the reset takes effect after a day.
    let again = target.try_sign_in(ROBIN, Some(&robins.next_code()?)).await?.body;
    target.done(again["access_token"].as_str().context("no token")?, Method::POST, sams, Value::Null).await?;
    target.registry.pass(SignedDuration::from_hours(23)).await?;
    assert_eq!(target.try_sign_in(SAM, None).await?.code(), "second_factor_required", "not yet");
    target.registry.pass(SignedDuration::from_hours(2)).await?;
    assert!(target.try_sign_in(SAM, None).await?.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_leads_reset_never_reaches_a_coordinator() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, pat) = (target.sign_in(SAM).await?, target.sign_in(PAT).await?);
    for token in [&sam, &pat] {
        Phone::of(&target, token).await?;
    }
    let person = target.person(&pat).await?;
    let pats = (routes::FACTOR_RESET, &["BCH", person.as_str()][..]);
    assert_eq!(target.ask(&sam, Method::POST, pats, Value::Null).await?.code(), "not_found");
    // Nor after first making them an editor at the council.
    let body = json!({"email": PAT, "role": "editor"});
    target.done(&sam, Method::POST, (routes::INVITATIONS, &["BCH"]), body).await?;
    target.accept_invitations(&pat).await?;
    assert_eq!(target.ask(&sam, Method::POST, pats, Value::Null).await?.code(), "not_allowed");
    Ok(())
}
