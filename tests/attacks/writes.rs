//! One person overloading the registry's single writer.

use anyhow::Result;
use guildhall_protocol::routes;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::target::{ALEX, SAM, Target, project, submission};

#[tokio::test]
async fn an_oversized_patch_delays_nobody() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, alex) = (target.sign_in(SAM).await?, target.sign_in(ALEX).await?);
    let lists: Vec<String> = (0..60_000).map(|tag| tag.to_string()).collect();
    let text = "x\n\n".repeat(100_000);
    for change in [
        json!({"add": {"tags": lists}}),
        json!({"remove": {"tags": lists}}),
        json!({"add": {"services": (0..60_000).collect::<Vec<_>>()}}),
        json!({"set": {"wanted": lists}}),
        json!({"set": {"problem": text}}),
        json!({"kind": "review", "set": {"reason": text}}),
    ] {
        let mut body = project(&uuid::Uuid::now_v7().to_string(), "BCH");
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let path = submission();
        let refused = target.send(&sam, Method::PUT, &path, &body).await?;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let problem: Value = serde_json::from_str(&refused.text().await?)?;
        assert_eq!(problem["errors"][0]["code"], "too_long", "{problem}");
        // The writer never received it; otherwise there would be a verdict.
        let asked = target.send(&sam, Method::GET, &path, &Value::Null).await?;
        assert_eq!(asked.status(), StatusCode::NOT_FOUND);
    }
    let large = json!({"evidence": "x".repeat(100_000), "council": "CAS"});
    let refused = target.send(&sam, Method::POST, routes::ASK_FOR_COUNCIL, &large).await?;
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    target.publish(&alex, "CAS").await?;
    // The log names routes, and no records.
    let log = std::fs::read_to_string(target.folder().join("registry.log"))?;
    assert!(log.contains("/api/v1/submissions/{id}"), "{log}");
    assert!(!log.contains("/api/v1/submissions/0"), "{log}");
    Ok(())
}

#[tokio::test]
async fn one_persons_writes_are_limited() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, alex) = (target.sign_in(SAM).await?, target.sign_in(ALEX).await?);
    let id = uuid::Uuid::now_v7().to_string();
    let invitation = routes::with(routes::INVITATION_ANSWER, &[&id]);
    let device = routes::with(routes::DEVICE, &[&id]);
    let mut refused = false;
    for n in 0..3_000 {
        let (method, path) = if n % 2 == 0 { (Method::POST, &invitation) } else { (Method::DELETE, &device) };
        let answer = target.send(&sam, method, path, &json!({"accept": true})).await?;
        refused = answer.status() == StatusCode::TOO_MANY_REQUESTS;
        if refused {
            break;
        }
    }
    assert!(refused, "all of 3000 were let through");
    target.publish(&alex, "CAS").await?;
    Ok(())
}
