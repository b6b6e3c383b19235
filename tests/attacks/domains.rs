//! Claiming a domain for a council, and asking to act for a council.

use anyhow::{Context, Result};
use guildhall_protocol::routes;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::steps::PAT;
use crate::target::{SAM, Target};

#[tokio::test]
async fn no_route_claims_a_shared_domain() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (pat, sam) = (target.sign_in(PAT).await?, target.sign_in(SAM).await?);
    for domain in [
        "gov.uk",
        "co.uk",
        "github.io",
        "gmail.com",
        "@GMail.COM",
        "mail.yahoo.co.uk",
        "btinternet.com",
        "uk",
        "gov.uk.",
    ] {
        for below in [false, true] {
            let add = json!({"answer": "domain", "below": below});
            let refused = target.ask(&pat, Method::PUT, (routes::DOMAIN, &["WOS", domain]), add).await?;
            assert_eq!(refused.code(), "validation_failed", "{domain}");
        }
        assert!(target.registry.command(&["domains", "add", domain, "WOS"]).await.is_err(), "{domain}");
        assert!(target.registry.command(&["domains", "add", domain, "WOS", "--below"]).await.is_err());
    }
    let add = json!({"answer": "domain"});
    let refused = target.ask(&sam, Method::PUT, (routes::DOMAIN, &["BCH", "elsewhere.example"]), add).await?;
    assert_eq!(refused.code(), "not_allowed", "a lead asks");
    let anyone = target.sign_in("anyone@gmail.com").await?;
    assert!(target.roles(&anyone).await?.is_empty());

    // The registry's operator can add it, and the log says so.
    let mut command = Command::new(guildhall_tests::program("guildhall-registry")?);
    command.arg("--data-dir").arg(target.folder().join("registry"));
    let added = command.args(["domains", "add", "gmail.com", "WOS", "--anyway"]).output().await?;
    assert!(added.status.success());
    let said = String::from_utf8(added.stderr)?;
    assert!(said.contains("WARN") && said.contains("gmail.com") && said.contains("WOS"), "{said}");
    let log = target.get(&pat, (routes::AUDIT, &[])).await?;
    let added = &log.body["entries"][0];
    assert!(added["action"] == "add_domain" && added["detail"] == "gmail.com", "{added}");
    Ok(())
}

#[tokio::test]
async fn doctor_lists_people_of_subdomains() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    // Domains from before subdomains were optional include them.
    target.registry.command(&["domains", "add", "walmington.example", "WOS", "--below"]).await?;
    target.registry.command(&["domains", "add", "tilling.example", "TIL"]).await?;
    for email in ["x@parish.walmington.example", "y@walmington.example", "z@parish.tilling.example"] {
        target.sign_in(email).await?;
    }
    let said = target.registry.command(&["doctor"]).await?;
    assert!(
        said.contains("x@parish.walmington.example acts for WOS by walmington.example and below"),
        "{said}"
    );
    assert!(!said.contains("y@walmington.example acts") && !said.contains("tilling"), "{said}");
    Ok(())
}

#[tokio::test]
async fn allowing_one_person_allows_nobody_else() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let (sam, pat) = (target.sign_in(SAM).await?, target.sign_in(PAT).await?);
    let (one, two) =
        (target.sign_in("one@elsewhere.example").await?, target.sign_in("two@elsewhere.example").await?);
    for token in [&one, &two] {
        let ask = json!({"council": "BCH", "evidence": "We run their website"});
        target.done(token, Method::POST, (routes::ASK_FOR_COUNCIL, &[]), ask).await?;
    }
    let second = target.person(&two).await?;
    let path = (routes::DOMAIN, &["BCH", "elsewhere.example"][..]);
    // Nobody decides their own request.
    let answer = json!({"answer": "person", "person": second});
    assert_eq!(target.ask(&two, Method::PUT, path, answer.clone()).await?.code(), "not_found");
    target.done(&sam, Method::PUT, path, answer.clone()).await?;
    assert_eq!(target.roles(&two).await?, ["BCH contributor"]);
    assert!(target.roles(&one).await?.is_empty());
    let third = target.sign_in("three@elsewhere.example").await?;
    assert!(target.roles(&third).await?.is_empty());
    assert_eq!(target.ask(&sam, Method::PUT, path, answer).await?.code(), "not_found", "an answer is one");
    // A coordinator who is about to add the domain sees how many people that lets in.
    let queue = target.done(&pat, Method::GET, (routes::COORDINATION, &[]), Value::Null).await?;
    let asked = queue["domains"].as_array().context("no domains")?;
    assert_eq!((asked.len(), &asked[0]["added_by"]), (1, &json!("one@elsewhere.example")));
    assert_eq!(asked[0]["lets_in"], 3);
    Ok(())
}
