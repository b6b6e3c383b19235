//! Limits on what one request or one person may cost the others.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use futures_util::StreamExt as _;
use futures_util::stream::{self, FuturesUnordered};
use guildhall_protocol::{Code, routes};
use http::{Method, Request, StatusCode, header};
use jiff::SignedDuration;
use serde_json::json;

use crate::test_registry::{SAM, TestRegistry, VISITOR, send};

#[tokio::test]
async fn a_stalled_request_body_times_out() {
    let stage = TestRegistry::empty().await;
    let begun = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{"))]).chain(stream::pending());
    let request = Request::post(routes::AUTH_EMAIL_START).body(Body::from_stream(begun)).unwrap();
    let registry = stage.registry.clone();
    let asking = tokio::spawn(async move { send(&registry, request).await });
    stage.clock.is_waited_for().await;
    stage.clock.turn(SignedDuration::from_secs(30));
    let answer = asking.await.unwrap();
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(answer.headers[http::header::CONNECTION], "close");
    assert_eq!(answer.code(), Code::Maintenance, "the same may be sent again");
}

#[tokio::test]
async fn waiting_requests_are_limited_per_network() {
    let stage = TestRegistry::sample().await;
    let mut anyone = stage.mirror(None);
    anyone.sync(&stage.registry, 1000).await;
    let path = format!("{}?after={}&wait=25", routes::CHANGES, anyone.cursor);
    let waiting: FuturesUnordered<_> = (0..200).map(|_| stage.get(&path, None)).collect();
    let mut waiting = Box::pin(waiting.collect::<Vec<_>>());
    tokio::select! {
        biased;
        _ = &mut waiting => panic!("they did not wait"),
        () = stage.clock.is_waited_for_by(200) => {}
    }
    let one_more = stage.get(&path, None).await;
    assert_eq!(one_more.code(), Code::RateLimited);
    let path = format!("{}?after={}", routes::CHANGES, anyone.cursor);
    assert_eq!(stage.get(&path, None).await.status, StatusCode::OK, "who does not wait is answered");
    stage.registry.stop_waiting();
    assert!(waiting.await.iter().all(|answer| answer.status == StatusCode::OK));
    let path = format!("{path}&wait=1");
    assert_eq!(stage.get(&path, None).await.status, StatusCode::OK, "their places are free again");
}

#[tokio::test]
async fn all_writes_by_a_person_share_one_limit() {
    let stage = TestRegistry::sample().await;
    let (sam, visitor) = (stage.sign_in(SAM).await, stage.sign_in(VISITOR).await);
    let id = stage.new_id();
    let invitation = routes::with(routes::INVITATION_ANSWER, &[&id]);
    let device = routes::with(routes::DEVICE, &[&id]);
    for n in 0..300 {
        let accept = json!({"accept": true}).to_string();
        let answer = stage.ask(Method::POST, &invitation, Some(&sam), accept).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{n}");
        let answer = stage.ask(Method::DELETE, &device, Some(&sam), Body::empty()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{n}");
    }
    let submission = stage.put(&id, &sam, &json!({})).await;
    assert_eq!(submission.code(), Code::RateLimited);
    let device = stage.ask(Method::DELETE, &device, Some(&sam), Body::empty()).await;
    assert_eq!(device.code(), Code::RateLimited);
    assert_eq!(stage.get(routes::ME, Some(&sam)).await.status, StatusCode::OK, "reading goes on");
    let other = stage.put(&id, &visitor, &json!({})).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "and others are not held up");
}

#[tokio::test]
async fn every_answer_has_restrictive_browser_headers() {
    let stage = TestRegistry::sample().await;
    for path in [
        routes::API,
        routes::REGISTRY,
        routes::CHANGES,
        routes::HEALTHZ,
        routes::ME,
        routes::PAGE,
        "/nothing",
    ] {
        let answer = stage.get(path, None).await;
        let said =
            |name| -> Vec<_> { answer.headers.get_all(name).iter().map(|it| it.to_str().unwrap()).collect() };
        let policies = said(header::CONTENT_SECURITY_POLICY);
        for directive in ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policies.iter().any(|policy| policy.contains(directive)), "{path}: {policies:?}");
        }
        assert!(policies.iter().any(|policy| policy.contains("default-src 'none'")), "{path}: {policies:?}");
        assert_eq!(said(header::X_CONTENT_TYPE_OPTIONS), ["nosniff"], "{path}");
        assert_eq!(said(header::REFERRER_POLICY), ["no-referrer"], "{path}");
        let cache = if path == routes::PAGE { "no-cache" } else { "no-store" };
        assert_eq!(said(header::CACHE_CONTROL), [cache], "{path}");
        assert!(answer.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_none(), "{path}");
    }
}

#[tokio::test]
async fn cross_site_requests_change_nothing() {
    let stage = TestRegistry::empty().await;
    let body = json!({"email": SAM}).to_string();
    for (site, status) in [
        (None, StatusCode::OK),
        (Some("same-origin"), StatusCode::OK),
        (Some("none"), StatusCode::OK),
        (Some("same-site"), StatusCode::FORBIDDEN),
        (Some("cross-site"), StatusCode::FORBIDDEN),
    ] {
        let mut request = Request::post(routes::AUTH_EMAIL_START);
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        let answer = send(&stage.registry, request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!(answer.status, status, "{site:?}");
    }
    // A browser may follow a link from another site, as when a provider redirects it back.
    let request = Request::get(routes::REGISTRY).header("sec-fetch-site", "cross-site");
    let answer = send(&stage.registry, request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
}
