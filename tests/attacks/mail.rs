//! Strangers who make the registry send mail, or keep others from receiving theirs.

use anyhow::{Context, Result};
use guildhall_protocol::routes;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::target::{ALEX, SAM, Target};

#[tokio::test]
async fn sign_in_mail_is_limited() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    target.sign_in(SAM).await?;
    // Limits by mailbox without its tag, and by /64 network.
    for n in 0..20 {
        target.start_sign_in("192.0.2.1", &format!("victim+{n}@elsewhere.example")).await?;
        target.start_sign_in(&format!("2001:db8:1:1::{n}"), SAM).await?;
    }
    let victim = target.mails()?.iter().filter(|mail| mail.starts_with("To: victim+")).count();
    assert_eq!((victim, target.mails_to(SAM)?), (5, 5));
    // A limit by domain: people who have signed in before still receive their codes.
    for n in 0..150 {
        let email = format!("made.up{n}@barchester.example");
        assert_eq!(target.start_sign_in(&format!("198.51.100.{n}"), &email).await?, StatusCode::OK);
    }
    let made_up = target.mails()?.iter().filter(|mail| mail.starts_with("To: made.up")).count();
    assert_eq!(made_up, 100);
    // A limit for all mail.
    for n in 0..600 {
        let from = format!("203.0.{}.{}", n / 200, n % 200);
        target.start_sign_in(&from, &format!("someone@made{n}.example")).await?;
    }
    assert_eq!(target.mails()?.len() - target.mails_to(SAM)?, 500);
    assert_eq!(target.start_sign_in("192.0.2.77", SAM).await?, StatusCode::OK);
    assert_eq!(target.mails_to(SAM)?, 6);
    Ok(())
}

#[tokio::test]
async fn wrong_tries_of_strangers_do_not_use_up_a_code() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let started = target.post("192.0.2.1", routes::AUTH_EMAIL_START, &json!({ "email": SAM })).await?;
    let started: Value = serde_json::from_str(&started.text().await?)?;
    let mail = target.mails()?.pop().context("no mail")?;
    let code = mail.split("Your Guildhall code is ").nth(1).context("no code")?[..8].to_owned();
    let theirs = target.post("192.0.2.2", routes::AUTH_EMAIL_START, &json!({ "email": SAM })).await?;
    let theirs: Value = serde_json::from_str(&theirs.text().await?)?;
    for n in 0..40 {
        let mut body = json!({"email": SAM, "code": "ZZZZZZZZ"});
        if n % 2 == 0 {
            body["start"] = theirs["start"].clone();
        }
        let refused = target.post("192.0.2.2", routes::AUTH_EMAIL_VERIFY, &body).await?;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    }
    let body = json!({"email": SAM, "code": code, "start": started["start"]});
    let answer = target.post("192.0.2.1", routes::AUTH_EMAIL_VERIFY, &body).await?;
    assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text().await?);
    Ok(())
}

#[tokio::test]
async fn reports_and_invitations_are_limited() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, alex) = (target.sign_in(SAM).await?, target.sign_in(ALEX).await?);
    let id = target.publish(&sam, "BCH").await?;
    let path = routes::with(routes::REPORTS, &[&id]);
    for n in 0..50 {
        let report = json!({"why": "problem", "text": format!("{n}")});
        let answer = target.post(&format!("198.51.100.{n}"), &path, &report).await?;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(target.mails_to(SAM)?, 1);
    let invite = async |token: &str, council: &str, n: usize| -> Result<StatusCode> {
        let path = routes::with(routes::INVITATIONS, &[council]);
        let body = json!({"email": format!("victim{n}@elsewhere.example"), "role": "editor"});
        Ok(target.send(token, Method::POST, &path, &body).await?.status())
    };
    let mut sent = 0;
    for n in 0..150 {
        sent += usize::from(invite(&sam, "BCH", n).await? == StatusCode::NO_CONTENT);
    }
    assert!((100..110).contains(&sent), "{sent} invitations were sent");
    assert_eq!(invite(&alex, "CAS", 0).await?, StatusCode::NO_CONTENT, "another council has its own");
    Ok(())
}

#[tokio::test]
async fn an_address_with_a_port_is_the_address() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let mut statuses = Vec::new();
    for port in 1000..1006 {
        statuses.push(target.start_sign_in(&format!("198.51.100.1:{port}"), ALEX).await?);
    }
    assert_eq!(statuses[5], StatusCode::TOO_MANY_REQUESTS, "{statuses:?}");
    assert_eq!(target.start_sign_in("[2001:db8::1]:443", ALEX).await?, StatusCode::OK, "another one");
    Ok(())
}
