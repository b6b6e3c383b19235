//! The metrics for those who monitor a registry.

use axum::body::{Body, to_bytes};
use guildhall_protocol::{Code, routes};
use http::{Request, StatusCode};
use serde_json::json;
use tower::ServiceExt;

use crate::test_registry::{SAM, TestRegistry, new_project};

async fn metrics(stage: &TestRegistry) -> String {
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let answer = stage.registry.metrics_router().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn metrics_name_routes_and_no_people() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    stage.put(&stage.new_id(), &sam, &json!({"kind": "project", "record": "no id"})).await;
    stage.get("/nothing/at/all", None).await;
    let told = metrics(&stage).await;
    let has = |line: &str| assert!(told.lines().any(|told| told == line), "{line}\n{told}");
    has(r#"guildhall_requests_total{method="PUT",route="/api/v1/submissions/{id}",status="200"} 1"#);
    has(r#"guildhall_requests_total{method="GET",route="none",status="404"} 1"#);
    has(r#"guildhall_submissions_total{state="published"} 1"#);
    has("guildhall_requests_in_hand 0");
    has(r#"guildhall_request_duration_seconds_count{route="/api/v1/submissions/{id}"} 2"#);
    assert!(told.contains("guildhall_last_change ") && told.ends_with("# EOF\n"), "{told}");
    for secret in ["barchester", record.as_str(), "gha_"] {
        assert!(!told.contains(secret), "{secret}\n{told}");
    }
}

#[tokio::test]
async fn unknown_methods_share_one_series() {
    let stage = TestRegistry::empty().await;
    for method in ["ONE", "TWO", "THREE"] {
        stage.ask(method.parse().unwrap(), routes::HEALTHZ, None, Body::empty()).await;
    }
    let told = metrics(&stage).await;
    let series = r#"guildhall_requests_total{method="other",route="/healthz",status="405"} 3"#;
    assert!(told.lines().any(|told| told == series), "{told}");
    assert!(!told.contains("TWO"), "{told}");
}

#[tokio::test]
async fn metrics_are_not_on_the_public_router() {
    let stage = TestRegistry::empty().await;
    assert_eq!(stage.get("/metrics", None).await.code(), Code::NotFound);
    assert_eq!(stage.get(routes::HEALTHZ, None).await.status, StatusCode::OK);
}
