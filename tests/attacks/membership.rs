//! Reading a team's projects after leaving the team.

use anyhow::Result;
use guildhall_protocol::routes;
use reqwest::Method;
use serde_json::{Value, json};

use crate::steps::{KIM, PAT};
use crate::target::{SAM, Target};

#[tokio::test]
async fn removal_ends_access_to_team_projects() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, kim, project) = target.with_an_editor().await?;
    assert!(target.can_read(&kim, &project).await?);
    let person = target.person(&kim).await?;
    target.done(&sam, Method::DELETE, (routes::COUNCIL_PERSON, &["BCH", &person]), Value::Null).await?;
    assert!(!target.can_read(&kim, &project).await?);
    let why = json!({"reason": "I wrote it"});
    let read = target.ask(&kim, Method::POST, (routes::PROJECT_READ, &[&project]), why).await?;
    assert_eq!(read.code(), "not_found");
    let kim = target.sign_in(KIM).await?;
    assert!(!target.can_read(&kim, &project).await?, "nor by signing in once more");
    let invite = json!({"email": KIM, "role": "editor"});
    target.done(&sam, Method::POST, (routes::INVITATIONS, &["BCH"]), invite).await?;
    target.accept_invitations(&kim).await?;
    assert_eq!(target.roles(&kim).await?, ["BCH editor"]);
    assert!(!target.can_read(&kim, &project).await?, "who comes back finds no seat");
    Ok(())
}

#[tokio::test]
async fn lapsing_ends_access_to_team_projects() -> Result<()> {
    let mut target = Target::behind_a_proxy().await?;
    let (_, kim, project) = target.with_an_editor().await?;
    assert!(target.can_read(&kim, &project).await?);
    target.registry.command(&["domains", "remove", "barchester.example", "BCH"]).await?;
    assert!(!target.can_read(&kim, &project).await?, "their address is the council's no longer");
    target.registry.command(&["domains", "add", "barchester.example", "BCH"]).await?;

    // A laptop that keeps syncing, whose person does not confirm their address.
    let mut tokens = target.session(KIM).await?;
    target.pass_days(89).await?;
    tokens = target.refresh(&tokens).await?.body;
    assert!(target.can_read(tokens["access_token"].as_str().unwrap(), &project).await?);
    target.pass_days(2).await?;
    let refused = target.refresh(&tokens).await?;
    assert_eq!((refused.status, refused.code()), (401, "session_revoked"));
    Ok(())
}

#[tokio::test]
async fn a_merger_ends_access_to_team_projects() -> Result<()> {
    let mut target = Target::behind_a_proxy().await?;
    let (_, kim, project) = target.with_an_editor().await?;
    let pat = target.sign_in(PAT).await?;
    let merger = json!({"from": "2024-04-01", "successors": [{"council": "WOS", "area": ""}]});
    target.done(&pat, Method::PUT, (routes::SUCCESSORS, &["BCH"]), merger).await?;
    assert!(target.can_read(&kim, &project).await?, "the old domains have a year");
    target.pass_days(366).await?;
    for email in [KIM, SAM] {
        let token = target.sign_in(email).await?;
        assert!(target.roles(&token).await?.iter().all(|role| !role.starts_with("BCH")));
        assert!(!target.can_read(&token, &project).await?, "{email}");
    }
    Ok(())
}
