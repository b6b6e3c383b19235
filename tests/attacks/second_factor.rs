//! Bypassing the second step of signing in, with the mailbox or a session in hand.

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use guildhall_protocol::routes;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::Secret;

use crate::phone::{Phone, give};
use crate::steps::{KIM, ROBIN};
use crate::target::{SAM, Target};

#[tokio::test]
async fn a_code_works_once_even_in_parallel() -> Result<()> {
    let mut target = Target::behind_a_proxy().await?;
    let sam = target.sign_in(SAM).await?;
    let phone = Phone::of(&target, &sam).await?;
    let codes = [&phone.next_code()?, &phone.recovery[0]];
    for code in codes {
        let answers = try_join_all((0..4).map(|_| give(&target, &sam, code))).await?;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        // Nor can a used code be used elsewhere.
        assert_eq!(target.try_sign_in(SAM, Some(code)).await?.code(), "second_factor_required");
    }
    target.registry.stop().await?;
    target.registry.start().await?;
    for code in codes {
        assert!(!target.try_sign_in(SAM, Some(code)).await?.is_ok(), "nor after a restart");
    }
    target.registry.pass(SignedDuration::from_mins(16)).await?;
    let recovery = &phone.recovery[0];
    assert_eq!(target.try_sign_in(SAM, Some(recovery)).await?.code(), "second_factor_required");
    assert!(target.try_sign_in(SAM, Some(&phone.recovery[1])).await?.is_ok());
    Ok(())
}

#[tokio::test]
async fn after_five_wrong_codes_the_right_one_waits_too() -> Result<()> {
    let mut target = Target::behind_a_proxy().await?;
    let sam = target.sign_in(SAM).await?;
    let phone = Phone::of(&target, &sam).await?;
    let wrong = phone.wrong_code()?;
    assert_eq!(target.try_sign_in(SAM, Some(&wrong)).await?.code(), "second_factor_required");
    let answers = try_join_all((0..20).map(|_| give(&target, &sam, &wrong))).await?;
    assert_eq!(answers.iter().filter(|answer| answer.code() == "code_refused").count(), 4);
    assert_eq!(answers.iter().filter(|answer| answer.code() == "rate_limited").count(), 16);
    target.registry.stop().await?;
    target.registry.start().await?;
    for code in [&phone.next_code()?, &phone.recovery[0]] {
        assert_eq!(give(&target, &sam, code).await?.code(), "rate_limited");
        assert_eq!(target.try_sign_in(SAM, Some(code)).await?.code(), "rate_limited");
    }
    target.registry.pass(SignedDuration::from_mins(16)).await?;
    assert!(target.try_sign_in(SAM, Some(&phone.next_code()?)).await?.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_stolen_session_without_the_phone_does_no_harm() -> Result<()> {
    let mut target = Target::behind_a_proxy().await?;
    let (tokens, robin) = (target.session(SAM).await?, target.person(&target.sign_in(ROBIN).await?).await?);
    let sam = tokens["access_token"].as_str().context("no token")?;
    let project = target.publish(sam, "BCH").await?;
    Phone::of(&target, sam).await?;
    assert_eq!(target.try_sign_in(SAM, None).await?.code(), "second_factor_required", "the mailbox alone");
    target.registry.pass(SignedDuration::from_hours(12)).await?;
    let stolen = target.refresh(&tokens).await?.body;
    let stolen = stolen["access_token"].as_str().context("no token")?;
    let (person, vouch): (&[&str], &[&str]) = (&["BCH", &robin], &["WOS", &robin]);
    let merger = json!({"from": "2026-04-01", "successors": []});
    for (method, path, body) in [
        (Method::DELETE, (routes::PROJECT, &[project.as_str()][..]), json!({"reason": "None"})),
        (Method::GET, (routes::MY_DATA, &[]), Value::Null),
        (Method::GET, (routes::COUNCIL_DATA, &["BCH"]), Value::Null),
        (Method::PUT, (routes::COUNCIL_PERSON, person), json!({"role": "editor"})),
        (Method::DELETE, (routes::COUNCIL_PERSON, person), Value::Null),
        (Method::POST, (routes::INVITATIONS, &["BCH"]), json!({"email": KIM, "role": "lead"})),
        (Method::POST, (routes::VOUCH, vouch), Value::Null),
        (Method::PUT, (routes::DOMAIN, &["BCH", "new.example"]), json!({"answer": "domain"})),
        (Method::PUT, (routes::SUCCESSORS, &["BCH"]), merger),
        (Method::POST, (routes::FACTOR_RESET, person), Value::Null),
        (Method::POST, (routes::RECOVERY_CODES, &[]), Value::Null),
        (Method::POST, (routes::SECOND_FACTOR, &[]), Value::Null),
        (Method::PUT, (routes::SECOND_FACTOR, &[]), json!({"code": "000000"})),
        (Method::DELETE, (routes::SECOND_FACTOR, &[]), Value::Null),
        (Method::DELETE, (routes::ME, &[]), json!({"names": []})),
    ] {
        let refused = target.ask(stolen, method, path, body).await?;
        assert_eq!(refused.code(), "second_factor_required", "{path:?}: {}", refused.text);
    }
    Ok(())
}

#[tokio::test]
async fn secrets_are_in_no_file_or_export() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let sam = target.sign_in(SAM).await?;
    let phone = Phone::of(&target, &sam).await?;
    let backup = target.folder().join("registry/backup");
    target.registry.command(&["backup", backup.to_str().context("a path")?]).await?;
    let mut found = target.get(&sam, (routes::MY_DATA, &[])).await?.text.into_bytes();
    found.extend(target.get(&sam, (routes::COUNCIL_DATA, &["BCH"])).await?.text.into_bytes());
    let mut files = vec![target.folder().join("registry.log")];
    for file in std::fs::read_dir(target.folder().join("registry"))? {
        files.push(file?.path());
    }
    for file in files.iter().filter(|file| file.is_file()) {
        found.extend(std::fs::read(file)?);
    }
    let has = |what: &[u8]| found.windows(what.len()).any(|window| window == what);
    assert!(has(SAM.as_bytes()) && has(b"second_factors"), "it would be found");
    let secret = Secret::try_from_base32(&phone.secret).unwrap();
    let hex: String = secret.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!has(secret.as_bytes()) && !has(phone.secret.as_bytes()) && !has(hex.as_bytes()));
    for code in &phone.recovery {
        assert!(!has(code.as_bytes()) && !has(code.replace('-', "").as_bytes()));
    }
    Ok(())
}
