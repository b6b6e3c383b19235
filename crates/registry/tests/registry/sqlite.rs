//! A registry on a SQLite database.

use crate::test_registry::{SAM, TestRegistry, new_project};
use guildhall_protocol::{Code, State, Verdict};
use guildhall_registry::{Config, Env, open};
use http::{StatusCode, header};
use serde_json::json;

#[tokio::test]
async fn a_full_disk_refuses_cleanly_and_loses_nothing() {
    let stage = TestRegistry::with(|config| Config { max_pages: Some(260), ..config }).await;
    stage.registry.sample().await.unwrap();
    let sam = stage.sign_in(SAM).await;
    let long = "All bins, all streets. ".repeat(400);
    let mut accepted = Vec::new();
    let (refused_id, refused_body) = loop {
        let (id, record) = (stage.new_id(), stage.new_id());
        let mut body = new_project(&record, "BCH", "Bins");
        body["set"]["problem"] = json!(long);
        let answer = stage.put(&id, &sam, &body).await;
        if answer.status != StatusCode::OK {
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text);
            assert_eq!(answer.code(), Code::Maintenance);
            assert!(answer.headers.contains_key(header::RETRY_AFTER));
            assert!(!accepted.is_empty());
            break (id, body);
        }
        accepted.push(record);
        assert!(accepted.len() < 1000, "the limit is not in force");
    };
    // Reading still works, and the digest matches.
    let mut mirror = stage.mirror(Some(&sam));
    mirror.sync(&stage.registry, 1000).await;
    assert!(accepted.iter().all(|record| mirror.has("project", record)));
    assert!(!mirror.has("project", refused_body["record"].as_str().unwrap()));
    let state = stage.get(&format!("/api/v1/submissions/{refused_id}"), Some(&sam)).await;
    assert_eq!(state.code(), Code::NotFound);

    let stage = stage.reopen().await;
    let verdict: Verdict = stage.put(&refused_id, &sam, &refused_body).await.json();
    assert_eq!(verdict.state, State::Published);
    assert_eq!(verdict.seq, mirror.last_seq + 1, "the refused one took no number");
    mirror.sync(&stage.registry, 1000).await;
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("registry.db");
    std::fs::write(&file, "somebody's notes, long enough to be looked at").unwrap();
    assert!(open(Config::new(folder.path()), Env::real()).await.is_err());
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("somebody's notes"));
}
