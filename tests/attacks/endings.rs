//! Using what should have ended: invitations, the role of coordinator, and sessions.

use anyhow::Result;
use guildhall_protocol::routes;
use reqwest::Method;
use serde_json::{Value, json};

use crate::steps::{KIM, PAT, VISITOR};
use crate::target::{SAM, Target};

const ACCEPT: (Method, &str) = (Method::POST, routes::INVITATION_ANSWER);

/// Invites the visitor, and returns the invitation's id.
async fn invited(target: &Target, by: &str, visitor: &str, role: &str) -> Result<String> {
    let body = json!({"email": VISITOR, "role": role});
    target.done(by, Method::POST, (routes::INVITATIONS, &["BCH"]), body).await?;
    Ok(target.me(visitor).await?["invitations"][0]["id"].as_str().unwrap_or_default().to_owned())
}

async fn accept(target: &Target, visitor: &str, id: &str) -> Result<u16> {
    let (method, path) = ACCEPT;
    Ok(target.ask(visitor, method, (path, &[id]), json!({"accept": true})).await?.status)
}

#[tokio::test]
async fn invitations_expire_after_14_days() -> Result<()> {
    let mut target = Target::behind_a_proxy().await?;
    let (sam, visitor) = (target.sign_in(SAM).await?, target.sign_in(VISITOR).await?);
    let id = invited(&target, &sam, &visitor, "editor").await?;
    target.pass_days(14).await?;
    let visitor = target.sign_in(VISITOR).await?;
    assert_eq!(accept(&target, &visitor, &id).await?, 404);
    assert!(target.roles(&visitor).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn invitations_end_with_their_inviter() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, kim) = (target.sign_in(SAM).await?, target.sign_in(KIM).await?);
    let (visitor, person) = (target.sign_in(VISITOR).await?, target.person(&kim).await?);
    let kims: &[&str] = &["BCH", &person];
    for then in ["editor", "removed"] {
        // Kim becomes a lead, sends an invitation, and loses the role.
        if then == "removed" {
            let body = json!({"email": KIM, "role": "lead"});
            target.done(&sam, Method::POST, (routes::INVITATIONS, &["BCH"]), body).await?;
            target.accept_invitations(&kim).await?;
        }
        target.done(&sam, Method::PUT, (routes::COUNCIL_PERSON, kims), json!({"role": "lead"})).await?;
        let id = invited(&target, &kim, &visitor, "lead").await?;
        let (method, body) = match then {
            "editor" => (Method::PUT, json!({"role": "editor"})),
            _ => (Method::DELETE, Value::Null),
        };
        target.done(&sam, method, (routes::COUNCIL_PERSON, kims), body).await?;
        assert_eq!(accept(&target, &visitor, &id).await?, 404, "{then}");
        // The invitation stays void when Kim becomes a lead again.
        target.registry.command(&["leads", "add", KIM, "BCH"]).await?;
        assert_eq!(accept(&target, &visitor, &id).await?, 404, "{then}");
    }
    // Only the invited address can accept.
    let id = invited(&target, &sam, &visitor, "editor").await?;
    assert_eq!(accept(&target, &kim, &id).await?, 404);
    assert_eq!(accept(&target, &visitor, &id).await?, 204);
    assert_eq!(accept(&target, &visitor, &id).await?, 404, "once");
    Ok(())
}

#[tokio::test]
async fn coordinators_lapse_and_no_session_outlives_a_year() -> Result<()> {
    let mut target = Target::behind_a_proxy().await?;
    let (mut pats, mut visitors) = (target.session(PAT).await?, target.session(VISITOR).await?);
    for days in [80, 80, 22] {
        target.pass_days(days).await?;
        pats = target.refresh(&pats).await?.body;
        visitors = target.refresh(&visitors).await?.body;
        assert!(pats["refresh_token"].is_string(), "{pats}");
    }
    target.pass_days(2).await?;
    assert_eq!(
        target.refresh(&pats).await?.code(),
        "session_revoked",
        "six months without proving an address"
    );
    for days in [80, 80] {
        target.pass_days(days).await?;
        visitors = target.refresh(&visitors).await?.body;
        assert!(visitors["refresh_token"].is_string(), "{visitors}");
    }
    target.pass_days(21).await?;
    assert_eq!(target.refresh(&visitors).await?.code(), "session_revoked", "a year, however much it is used");
    Ok(())
}
