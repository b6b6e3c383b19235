//! The whole surface: every refusal is a problem (RFC 9457), whichever layer refuses; and what anyone may be told.

use crate::test_registry::{SAM, TestRegistry, send};
use axum::body::Body;
use guildhall_protocol::{Code, Council, PROTOCOL, RegistryFacts, Service, routes};
use guildhall_registry::Setting;
use http::{Method, Request, StatusCode, header};
use serde_json::json;

#[tokio::test]
async fn a_registry_says_who_it_is() {
    let stage = TestRegistry::empty().await;
    let facts: RegistryFacts = stage.get(routes::REGISTRY, None).await.json();
    assert_eq!(facts.protocol, PROTOCOL);
    assert!(facts.privacy_notice.len() > 100 && facts.terms.len() > 100);
    stage.registry.set(Setting::Operator, "Barsetshire County Council").await.unwrap();
    let facts: RegistryFacts = stage.get(routes::REGISTRY, None).await.json();
    assert_eq!(facts.operator, "Barsetshire County Council");
    assert_eq!(facts.contact, None);
    for contact in ["help@barsetshire.example", "https://barsetshire.example/guildhall"] {
        stage.registry.set(Setting::Contact, contact).await.unwrap();
        let facts: RegistryFacts = stage.get(routes::REGISTRY, None).await.json();
        assert_eq!(facts.contact.as_deref(), Some(contact));
    }
    for (setting, value) in [
        (Setting::Contact, "Ring the town hall"),
        (Setting::Contact, "javascript:alert(1)"),
        (Setting::Address, "guildhall.example"),
        (Setting::SearchEngines, "perhaps"),
    ] {
        assert!(stage.registry.set(setting, value).await.is_err(), "{value}");
    }
    assert!(stage.registry.missing_settings().await.unwrap().contains(&"address"));
    assert_eq!(stage.get(routes::HEALTHZ, None).await.text, "ok\n");
    assert_eq!(stage.get(routes::READYZ, None).await.text, "ok\n");
}

#[tokio::test]
async fn councils_and_services_are_for_everyone() {
    let stage = TestRegistry::sample().await;
    let councils: Vec<Council> = stage.get(routes::COUNCILS, None).await.json();
    assert!(councils.len() > 20);
    assert!(councils.iter().any(|council| council.code.as_str() == "LLA" && !council.name_cy.is_empty()));
    let services: Vec<Service> = stage.get(routes::SERVICES, None).await.json();
    assert!(services.len() >= 40);
}

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let submission = format!("/api/v1/submissions/{}", stage.new_id());
    let large = " ".repeat(routes::MAX_LINE + 1);
    let large_for_the_rest = " ".repeat(routes::MAX_BODY + 1);
    for (method, path, body, status, code) in [
        (Method::GET, "/nothing", String::new(), StatusCode::NOT_FOUND, Code::NotFound),
        (Method::GET, "/api/v1/projects/x", String::new(), StatusCode::NOT_FOUND, Code::NotFound),
        (Method::GET, "/api/v1/submissions/x", String::new(), StatusCode::NOT_FOUND, Code::NotFound),
        (Method::DELETE, routes::CHANGES, String::new(), StatusCode::METHOD_NOT_ALLOWED, Code::NotFound),
        (
            Method::GET,
            "/api/v1/changes?limit=many",
            String::new(),
            StatusCode::BAD_REQUEST,
            Code::ValidationFailed,
        ),
        (
            Method::POST,
            routes::AUTH_TOKEN,
            "{".into(),
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::ValidationFailed,
        ),
        (
            Method::POST,
            routes::ASK_FOR_COUNCIL,
            json!({"council": "CAS", "evidence": "Two\0words"}).to_string(),
            StatusCode::UNPROCESSABLE_ENTITY,
            Code::ValidationFailed,
        ),
        (
            Method::PUT,
            "/api/v1/councils/BCH/domains/a%00b",
            "{}".into(),
            StatusCode::NOT_FOUND,
            Code::NotFound,
        ),
        (Method::GET, "/api/v1/audit?council=%00", String::new(), StatusCode::NOT_FOUND, Code::NotFound),
        (Method::PUT, submission.as_str(), large, StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge),
        (
            Method::POST,
            routes::AUTH_EMAIL_START,
            large_for_the_rest,
            StatusCode::PAYLOAD_TOO_LARGE,
            Code::TooLarge,
        ),
    ] {
        let answer = stage.ask(method, path, Some(&sam), body).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{path}");
    }
    for path in [routes::ME, submission.as_str()] {
        assert_eq!(stage.get(path, None).await.code(), Code::SignInRequired, "{path}");
    }
}

#[tokio::test]
async fn an_app_that_is_too_old_is_told_so() {
    let stage = TestRegistry::sample().await;
    let ask = async |version: &str| {
        let request = Request::get(routes::CHANGES).header(routes::PROTOCOL_HEADER, version);
        send(&stage.registry, request.body(Body::empty()).unwrap()).await
    };
    assert_eq!(ask("0").await.code(), Code::ClientTooOld);
    assert_eq!(ask("0").await.status, StatusCode::UPGRADE_REQUIRED);
    assert_eq!(ask("1").await.status, StatusCode::OK);
    assert_eq!(ask("2").await.status, StatusCode::OK, "a newer app decides for itself");
}

#[tokio::test]
async fn changes_are_compressed_when_asked() {
    let stage = TestRegistry::sample().await;
    for coding in ["gzip", "zstd"] {
        let request = Request::get(routes::CHANGES).header(header::ACCEPT_ENCODING, coding);
        let answer = send(&stage.registry, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.headers[header::CONTENT_ENCODING], coding);
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    }
}
