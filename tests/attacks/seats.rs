//! Keeping a seat in a project's team after a lead removes it.

use anyhow::Result;
use guildhall_protocol::routes;
use reqwest::Method;
use serde_json::{Value, json};

use crate::steps::KIM;
use crate::target::{ALEX, Target, project, submission};

#[tokio::test]
async fn a_removed_seat_stays_removed() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, kim, id) = target.with_an_editor().await?;
    let (alex, person) = (target.sign_in(ALEX).await?, target.person(&kim).await?);
    let seat = (routes::SEAT, &[id.as_str(), &person][..]);
    assert_eq!(target.get(&alex, (routes::SEATS, &[&id])).await?.code(), "not_found");
    for (who, status) in [(&alex, 404), (&sam, 204), (&sam, 404)] {
        assert_eq!(target.ask(who, Method::DELETE, seat, Value::Null).await?.status, status);
    }
    assert!(!target.can_read(&kim, &id).await?);
    // Nor by sending the project again, which would give its owner a seat.
    for version in [0, 1] {
        let mut again = project(&id, "BCH");
        again["base_version"] = json!(version);
        let sent = target.send(&kim, Method::PUT, &submission(), &again).await?;
        assert_eq!(sent.status(), 404);
    }
    assert!(!target.can_read(&kim, &id).await?);
    Ok(())
}

#[tokio::test]
async fn a_seat_is_suspended_with_its_role() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (_, _, id) = target.with_an_editor().await?;
    target.registry.command(&["settings", "set", "second_factor_days", "0"]).await?;
    target.registry.command(&["settings", "set", "second_factor", "everyone"]).await?;
    let kim = target.sign_in(KIM).await?;
    assert!(target.roles(&kim).await?.is_empty(), "it rests for want of a second factor");
    assert!(!target.can_read(&kim, &id).await?);
    Ok(())
}
