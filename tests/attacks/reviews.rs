//! Attacks on a waiting review by somebody who knows its id.

use anyhow::{Context, Result};
use guildhall_protocol::routes;
use reqwest::Method;
use serde_json::{Value, json};

use crate::steps::{KIM, read};
use crate::target::{ALEX, SAM, Target, project};

/// Kim sends a project for review: returns Kim's token and the submission's id.
async fn waiting(target: &Target) -> Result<(String, String)> {
    let (kim, id) = (target.sign_in(KIM).await?, uuid::Uuid::now_v7().to_string());
    let body = project(&uuid::Uuid::now_v7().to_string(), "BCH");
    let sent = target.done(&kim, Method::PUT, (routes::SUBMISSION, &[&id]), body).await?;
    assert_eq!(sent["state"], "in_review");
    Ok((kim, id))
}

/// The review as it appears in a person's feed.
async fn seen_by(target: &Target, token: &str, id: &str) -> Result<Option<Value>> {
    let feed = target.send(token, Method::GET, routes::CHANGES, &Value::Null).await?.text().await?;
    let mut lines = feed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    Ok(lines.find(|line| line["kind"] == "review" && line["id"] == id))
}

#[tokio::test]
async fn knowing_its_id_does_not_withdraw_a_review() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, alex) = (target.sign_in(SAM).await?, target.sign_in(ALEX).await?);
    let (kim, id) = waiting(&target).await?;
    let before = seen_by(&target, &sam, &id).await?.context("it waits")?;
    for token in [&alex, &sam] {
        target.ask(token, Method::POST, (routes::SUBMISSION_WITHDRAW, &[&id]), Value::Null).await?;
        assert_eq!(target.get(token, (routes::SUBMISSION, &[&id])).await?.body["state"], "withdrawn");
        assert_eq!(seen_by(&target, &sam, &id).await?, Some(before.clone()));
    }
    assert_eq!(target.get(&kim, (routes::SUBMISSION, &[&id])).await?.body["state"], "in_review");
    // A withdrawal in advance by somebody else does not block a later submission either.
    let late = uuid::Uuid::now_v7().to_string();
    target.ask(&alex, Method::POST, (routes::SUBMISSION_WITHDRAW, &[&late]), Value::Null).await?;
    let body = project(&uuid::Uuid::now_v7().to_string(), "BCH");
    let sent = target.done(&kim, Method::PUT, (routes::SUBMISSION, &[&late]), body).await?;
    assert_eq!(sent["state"], "in_review");
    Ok(())
}

#[tokio::test]
async fn knowing_its_id_does_not_overwrite_a_review() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, alex) = (target.sign_in(SAM).await?, target.sign_in(ALEX).await?);
    let (_, id) = waiting(&target).await?;
    let before = seen_by(&target, &sam, &id).await?.context("it waits")?;
    let mut theirs = project(&uuid::Uuid::now_v7().to_string(), "CAS");
    theirs["set"]["title"] = json!("Not what Kim wrote");
    for body in [theirs.clone(), project(&uuid::Uuid::now_v7().to_string(), "BCH")] {
        let refused = target.ask(&alex, Method::PUT, (routes::SUBMISSION, &[&id]), body).await?;
        assert_eq!(refused.code(), "idempotency_mismatch");
    }
    // Nor with a project that has the review's id, or with a decision from another council.
    theirs["record"] = json!(id);
    theirs["kind"] = json!("review");
    let answer = json!({"kind": "review", "record": id, "council": "BCH", "base_version": 1,
        "set": {"state": "published", "reason": ""}});
    for body in [theirs, answer] {
        let path = crate::target::submission();
        let refused = read(target.send(&alex, Method::PUT, &path, &body).await?).await?;
        assert!(
            matches!(refused.code(), "not_found" | "not_allowed" | "validation_failed"),
            "{}",
            refused.text
        );
    }
    assert_eq!(seen_by(&target, &sam, &id).await?, Some(before));
    Ok(())
}
