//! What the log on disk reveals, and what outsiders can write into councils' audit logs.

use anyhow::{Context, Result};
use guildhall_protocol::routes;
use reqwest::Method;
use serde_json::{Value, json};

use crate::steps::{PAT, VISITOR};
use crate::target::{ALEX, SAM, Target, project, submission};

/// The events in a council's audit log, newest first.
async fn acts(target: &Target, token: &str, council: &str) -> Result<Vec<Value>> {
    let page = target.get(token, (&format!("{}?council={council}", routes::AUDIT), &[])).await?;
    Ok(page.body["entries"].as_array().context("no log")?.clone())
}

#[tokio::test]
async fn the_log_on_the_disk_names_nobody_and_no_record() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let tokens = target.session(SAM).await?;
    let sam = tokens["access_token"].as_str().context("no token")?;
    let person = target.person(sam).await?;
    let mut secret = vec![person.clone(), SAM.to_owned(), sam.to_owned()];
    secret.push(tokens["refresh_token"].as_str().context("no token")?.to_owned());
    for path in [
        routes::PROJECT,
        routes::PROJECT_READ,
        routes::REPORTS,
        routes::SUBMISSION,
        routes::SUBMISSION_WITHDRAW,
        routes::DEVICE,
        routes::INVITATION,
        routes::INVITATION_ANSWER,
        routes::SEATS,
        routes::REPORT,
        "/nothing/{id}",
    ] {
        let id = uuid::Uuid::now_v7().to_string();
        for method in [Method::GET, Method::POST, Method::DELETE] {
            target.ask(sam, method, (path, &[&id]), json!({"text": &id})).await?;
        }
        for query in [format!("{}?before={id}", routes::AUDIT), format!("{}?after={id}", routes::CHANGES)] {
            target.get(sam, (&query, &[])).await?;
        }
        secret.push(id);
    }
    target
        .ask(sam, Method::PUT, (routes::COUNCIL_PERSON, &["BCH", &person]), json!({"role": "lead"}))
        .await?;
    target
        .ask(sam, Method::PUT, (routes::DOMAIN, &["BCH", "secret.example"]), json!({"answer": "no"}))
        .await?;
    secret.push("secret.example".to_owned());
    target.start_sign_in("192.0.2.1", SAM).await?;
    let log = std::fs::read_to_string(target.folder().join("registry.log"))?;
    assert!(
        log.contains("/api/v1/projects/{id}") && log.contains("/api/v1/councils/{code}/domains/{domain}")
    );
    for secret in secret {
        assert!(!log.contains(&secret), "{secret} is in the log");
    }
    Ok(())
}

#[tokio::test]
async fn outsiders_cannot_fill_a_councils_log() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, visitor) = (target.sign_in(SAM).await?, target.sign_in(VISITOR).await?);
    let before = acts(&target, &sam, "BCH").await?;
    for _ in 0..5 {
        let path = submission();
        let spam = project(&uuid::Uuid::now_v7().to_string(), "BCH");
        assert_eq!(target.send(&visitor, Method::PUT, &path, &spam).await?.status(), 403);
        for _ in 0..3 {
            target.ask(&visitor, Method::POST, (&format!("{path}/withdraw"), &[]), Value::Null).await?;
        }
        let ask = json!({"council": "BCH", "evidence": "We work there"});
        target.ask(&visitor, Method::POST, (routes::ASK_FOR_COUNCIL, &[]), ask).await?;
    }
    assert_eq!(acts(&target, &sam, "BCH").await?, before);
    Ok(())
}

#[tokio::test]
async fn every_council_export_is_logged() -> Result<()> {
    let mut target = Target::behind_a_proxy().await?;
    let (sam, pat) = (target.sign_in(SAM).await?, target.sign_in(PAT).await?);
    assert_eq!(
        target.get(&pat, (routes::COUNCIL_DATA, &["BCH"])).await?.code(),
        "not_found",
        "it has a lead"
    );
    target.done(&sam, Method::GET, (routes::COUNCIL_DATA, &["BCH"]), Value::Null).await?;
    let log = acts(&target, &sam, "BCH").await?;
    assert!(log[0]["action"] == "export_council" && log[0]["by"] == SAM, "{}", log[0]);

    // Where a coordinator stands in for a lead, team-only projects are left out.
    let alex = target.sign_in(ALEX).await?;
    let (public, team) = (target.publish(&alex, "CAS").await?, target.publish_for_team(&alex, "CAS").await?);
    target.pass_days(91).await?;
    target.registry.command(&["coordinators", "add", VISITOR]).await?;
    let coordinator = target.sign_in(VISITOR).await?;
    let taken = target.get(&coordinator, (routes::COUNCIL_DATA, &["CAS"])).await?;
    let named = |what: &str| taken.body[what].to_string();
    assert!(taken.is_ok() && named("records").contains(&public), "{}", taken.text);
    assert!(!named("records").contains(&team) && !named("history").contains(&team));
    assert_eq!(acts(&target, &coordinator, "CAS").await?[0]["action"], "export_council");
    Ok(())
}

#[tokio::test]
async fn a_coordinator_reads_a_team_project_with_a_reason_only() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, pat) = (target.sign_in(SAM).await?, target.sign_in(PAT).await?);
    let team = target.publish_for_team(&sam, "BCH").await?;
    assert!(!target.can_read(&pat, &team).await?);
    let path = (routes::PROJECT_READ, &[team.as_str()][..]);
    for reason in ["", " \u{200b}\n"] {
        let refused = target.ask(&pat, Method::POST, path, json!({"reason": reason})).await?;
        assert_eq!(refused.code(), "validation_failed", "{reason:?}");
    }
    let mails = target.mails_to(SAM)?;
    target.done(&pat, Method::POST, path, json!({"reason": "A court order"})).await?;
    assert_eq!(target.mails_to(SAM)?, mails + 1);
    let act = &acts(&target, &sam, "BCH").await?[0];
    assert!(act["action"] == "read_team" && act["reason"] == "A court order" && act["by"] == PAT, "{act}");
    Ok(())
}
