//! Becoming a lead by being a council's first person.

use anyhow::Result;
use guildhall_protocol::routes;
use reqwest::Method;
use serde_json::{Value, json};

use crate::steps::{KIM, PAT, ROBIN};
use crate::target::{ALEX, SAM, Target, project, submission};

const FIRST: &str = "first@walmington.example";
const SECOND: &str = "second@elsewhere.example";

/// Signs in the first person of a council that has nobody.
async fn first_in(target: &Target) -> Result<String> {
    target.registry.command(&["domains", "add", "walmington.example", "WOS"]).await?;
    let first = target.sign_in(FIRST).await?;
    assert_eq!(target.roles(&first).await?, ["WOS lead?"]);
    Ok(first)
}

#[tokio::test]
async fn unconfirmed_leads_cannot_confirm_themselves() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let first = first_in(&target).await?;
    let person = target.person(&first).await?;
    let of_person: &[&str] = &["WOS", &person];
    let invite = |email: &str, role: &str| json!({"email": email, "role": role});
    for (method, path, body, code) in [
        (Method::POST, (routes::INVITATIONS, &["WOS"][..]), invite(FIRST, "lead"), "not_allowed"),
        (
            Method::POST,
            (routes::INVITATIONS, &["WOS"]),
            invite(" First@Walmington.EXAMPLE", "editor"),
            "not_allowed",
        ),
        (Method::POST, (routes::INVITATIONS, &["WOS"]), invite(SECOND, "lead"), "not_allowed"),
        (Method::PUT, (routes::COUNCIL_PERSON, of_person), json!({"role": "lead"}), "not_allowed"),
        (Method::POST, (routes::VOUCH, of_person), Value::Null, "not_found"),
    ] {
        let refused = target.ask(&first, method, path, body).await?;
        assert_eq!(refused.code(), code, "{path:?}");
    }
    // By way of another address of theirs, which they may make an editor.
    target.done(&first, Method::POST, (routes::INVITATIONS, &["WOS"]), invite(SECOND, "editor")).await?;
    let second = target.sign_in(SECOND).await?;
    target.accept_invitations(&second).await?;
    assert_eq!(target.roles(&second).await?, ["WOS editor"]);
    for (method, path, body) in [
        (Method::POST, (routes::INVITATIONS, &["WOS"][..]), invite(FIRST, "lead")),
        (Method::PUT, (routes::COUNCIL_PERSON, of_person), json!({"role": "lead"})),
        (Method::POST, (routes::VOUCH, of_person), Value::Null),
    ] {
        assert_eq!(target.ask(&second, method, path, body).await?.code(), "not_found", "{path:?}");
    }
    assert_eq!(target.roles(&first).await?, ["WOS lead?"]);
    Ok(())
}

#[tokio::test]
async fn the_first_in_deletes_exports_and_removes_nothing() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let first = first_in(&target).await?;
    let colleague = target.person(&target.sign_in("colleague@walmington.example").await?).await?;
    let id = target.publish(&first, "WOS").await?;
    let of_colleague: &[&str] = &["WOS", &colleague];
    let take_over = json!({"from": "BCH", "projects": [], "team_only": true});
    let domain: &[&str] = &["WOS", "elsewhere.example"];
    for (method, path, body) in [
        (Method::DELETE, (routes::PROJECT, &[id.as_str()][..]), json!({"reason": "It is mine"})),
        (Method::GET, (routes::COUNCIL_DATA, &["WOS"]), Value::Null),
        (Method::GET, ("/api/v1/audit?council=WOS", &[]), Value::Null),
        (Method::DELETE, (routes::COUNCIL_PERSON, of_colleague), Value::Null),
        (Method::PUT, (routes::COUNCIL_PERSON, of_colleague), json!({"role": "lead"})),
        (Method::PUT, (routes::COUNCIL_PERSON, of_colleague), json!({"role": "editor"})),
        (
            Method::PUT,
            (routes::COUNCIL_SETTINGS, &["WOS"]),
            json!({"review": "none", "editors_decide": true,
            "delegate_to_coordinator": false}),
        ),
        (Method::POST, (routes::TAKE_OVER, &["WOS"]), take_over),
        (Method::PUT, (routes::DOMAIN, domain), json!({"answer": "domain"})),
    ] {
        let refused = target.ask(&first, method, path, body).await?;
        assert!(matches!(refused.code(), "not_allowed" | "not_found"), "{path:?}: {}", refused.text);
    }
    Ok(())
}

#[tokio::test]
async fn nobody_is_the_first_in_at_a_subdomain() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    target.registry.command(&["domains", "add", "walmington.example", "WOS"]).await?;
    for email in ["x@pupils.walmington.example", "x@notwalmington.example", "x@walmington.example.org"] {
        let token = target.sign_in(email).await?;
        assert!(target.roles(&token).await?.is_empty(), "{email}");
        let id = uuid::Uuid::now_v7().to_string();
        let sent = target.send(&token, Method::PUT, &submission(), &project(&id, "WOS")).await?;
        assert_eq!(sent.status(), 403, "{email}");
    }
    Ok(())
}

#[tokio::test]
async fn a_lapsed_lead_is_not_replaced() -> Result<()> {
    let mut target = Target::behind_a_proxy().await?;
    target.sign_in(ALEX).await?;
    // Casterbridge's only lead lapses.
    target.pass_days(91).await?;
    let next = target.sign_in("next@casterbridge.example").await?;
    assert_eq!(target.roles(&next).await?, ["CAS contributor"]);
    assert_eq!(target.get(&next, (routes::PEOPLE, &["CAS"])).await?.code(), "not_found");
    let alex = target.sign_in(ALEX).await?;
    assert_eq!(target.roles(&alex).await?, ["CAS lead"]);
    Ok(())
}

#[tokio::test]
async fn being_first_leads_no_successor() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (pat, sam, _) = (target.sign_in(PAT).await?, target.sign_in(SAM).await?, target.sign_in(KIM).await?);
    let merger = json!({"from": "2024-04-01", "successors": [{"council": "WOS", "area": ""}]});
    target.done(&pat, Method::PUT, (routes::SUCCESSORS, &["BCH"]), merger).await?;
    assert_eq!(target.roles(&sam).await?, ["BCH lead", "WOS contributor"]);
    for email in [KIM, "aaron@barchester.example", ROBIN] {
        let token = target.sign_in(email).await?;
        let roles = target.roles(&token).await?;
        assert!(roles.contains(&"WOS contributor".to_owned()), "{email}: {roles:?}");
        assert_eq!(target.get(&token, (routes::PEOPLE, &["WOS"])).await?.code(), "not_found");
    }
    Ok(())
}

#[tokio::test]
async fn a_suspended_lead_cannot_vouch() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let first = first_in(&target).await?;
    let person = target.person(&first).await?;
    let (sam, alex) = (target.sign_in(SAM).await?, target.sign_in(ALEX).await?);
    target.registry.command(&["settings", "set", "second_factor_days", "0"]).await?;
    target.registry.command(&["settings", "set", "second_factor", "leads"]).await?;
    for token in [&sam, &alex] {
        let vouched =
            target.ask(token, Method::POST, (routes::VOUCH, &["WOS", &person]), Value::Null).await?;
        assert_eq!(vouched.code(), "not_found", "{}", vouched.text);
    }
    Ok(())
}
