//! What the registry keeps, whatever happens to it: a full disk, a restart, another process, a newer version.

use crate::stage::{SAM, Stage, ask, edit, new_project};
use guildhall_protocol::{Code, State, Verdict};
use guildhall_registry::{Config, OpenError, World, open};
use http::{StatusCode, header};
use serde_json::json;

#[tokio::test]
async fn a_full_disk_refuses_cleanly_and_loses_nothing() {
    let stage = Stage::with(|config| Config { max_pages: Some(260), ..config }).await;
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
    // Reading goes on, and the digest agrees with what is there.
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
async fn a_restart_keeps_everything_and_a_repeat_is_known() {
    let stage = Stage::sample().await;
    let sam = stage.sign_in(SAM).await;
    let (id, body) = (stage.new_id(), new_project(&stage.new_id(), "BCH", "Bins"));
    let before: Verdict = stage.put(&id, &sam, &body).await.json();
    let mut mirror = stage.mirror(Some(&sam));
    mirror.sync(&stage.registry, 1000).await;
    let cursor = mirror.cursor.clone();

    let stage = stage.reopen().await;
    assert_eq!(stage.put(&id, &sam, &body).await.json::<Verdict>(), before);
    mirror.sync(&stage.registry, 1000).await;
    assert_eq!(mirror.cursor, cursor, "the same history");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let stage = Stage::sample().await;
    stage.registry.close().await;
    let file = stage.folder.path().join("registry.db");
    let pool = sqlx::AnyPool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', TRUE, X'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let before = std::fs::read(&file).unwrap();
    let refused = open(Config::new(stage.folder.path()), World::real()).await.err().unwrap();
    assert!(matches!(refused, OpenError::NewerDatabase));
    assert!(refused.to_string().contains("newer version"));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("registry.db");
    std::fs::write(&file, "somebody's notes, long enough to be looked at").unwrap();
    assert!(open(Config::new(folder.path()), World::real()).await.is_err());
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("somebody's notes"));
}

#[tokio::test]
async fn many_at_once_get_dense_numbers_each_its_own() {
    let stage = Stage::sample().await;
    let sam = stage.sign_in(SAM).await;
    let mut mirror = stage.mirror(Some(&sam));
    mirror.sync(&stage.registry, 1000).await;
    let before = mirror.last_seq;
    let beside = stage.beside().await;
    let bodies: Vec<_> = (0..40)
        .map(|n| {
            // Every fourth is refused, and must leave no gap.
            let title = if n % 4 == 0 { String::new() } else { format!("Project {n}") };
            (n, stage.new_id(), new_project(&stage.new_id(), "BCH", &title))
        })
        .collect();
    let sent = bodies.iter().map(|(n, id, body)| {
        let registry = if n % 2 == 0 { &stage.registry } else { &beside };
        let (path, sam) = (format!("/api/v1/submissions/{id}"), &sam);
        async move { ask(registry, http::Method::PUT, &path, Some(sam), body.to_string()).await }
    });
    let answers = futures_util::future::join_all(sent).await;
    let mut numbers: Vec<u64> = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .map(|answer| answer.json::<Verdict>().seq)
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (before + 1..=before + 30).collect::<Vec<_>>());
    mirror.sync(&stage.registry, 7).await;
    assert_eq!(mirror.last_seq, before + 30);
}

#[tokio::test]
async fn a_verdict_is_not_given_before_it_is_kept() {
    let stage = Stage::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    let verdict = stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    // Another process sees what was committed and nothing else.
    let beside = stage.beside().await;
    let path = format!("/api/v1/projects/{record}");
    let shown = ask(&beside, http::Method::GET, &path, None, "").await;
    assert_eq!(shown.json::<serde_json::Value>()["seq"], verdict.seq);
    stage.registry.close().await;
    let body = edit(&record, "BCH", 1, json!({"title": "Too late"}));
    let closed = stage.put(&stage.new_id(), &sam, &body).await;
    assert!(closed.status.is_server_error());
    closed.problem();
}

#[tokio::test]
async fn who_did_what_is_written_down_with_it_and_names_no_address() {
    let stage = Stage::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let refused = new_project(&stage.new_id(), "BCH", "");
    assert_eq!(stage.put(&stage.new_id(), &sam, &refused).await.code(), Code::ValidationFailed);
    let me: serde_json::Value = stage.get("/api/v1/me", Some(&sam)).await.json();

    let file = stage.folder.path().join("registry.db");
    let pool = sqlx::AnyPool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let acts: Vec<(String, String, String, String)> =
        sqlx::query_as("SELECT actor, action, subject, detail FROM audit ORDER BY at, id")
            .fetch_all(&pool)
            .await
            .unwrap();
    let published: Vec<_> = acts.iter().filter(|(_, action, _, _)| action == "publish").collect();
    assert_eq!(published.len(), 1);
    assert_eq!(published[0].0, me["person"].as_str().unwrap());
    assert_eq!(published[0].2, format!("project/{record}"));
    assert!(acts.iter().all(|act| !format!("{act:?}").contains('@')));
    pool.close().await;
}
