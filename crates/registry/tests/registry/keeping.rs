//! What survives a restart, a second process and a newer version's database.

use crate::test_registry::{SAM, TestRegistry, ask, edit, new_project};
use guildhall_protocol::{Code, Verdict};
use guildhall_registry::{Env, OpenError, open};
use http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn a_restart_keeps_everything_and_a_repeat_is_known() {
    let stage = TestRegistry::sample().await;
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
    let stage = TestRegistry::sample().await;
    stage.registry.close().await;
    let database = stage.database().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT 9999, 'later', TRUE, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
    )
    .execute(&database)
    .await
    .unwrap();
    sqlx::query("DELETE FROM counter").execute(&database).await.unwrap();
    let refused = open(stage.config(), Env::real()).await.err().unwrap();
    assert!(matches!(refused, OpenError::NewerDatabase));
    assert!(refused.to_string().contains("newer version"));
    // Opening the database would have named its epoch.
    let named: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM counter").fetch_one(&database).await.unwrap();
    assert_eq!(named, 0);
    database.close().await;
}

#[tokio::test]
async fn many_at_once_get_dense_numbers_each_its_own() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let mut mirror = stage.mirror(Some(&sam));
    mirror.sync(&stage.registry, 1000).await;
    let before = mirror.last_seq;
    let beside = stage.beside().await;
    let bodies: Vec<_> = (0..40)
        .map(|n| {
            // Every fourth one is refused, and must leave no gap.
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
async fn a_verdict_is_sent_only_after_its_commit() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    let verdict = stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    // Another process sees only what was committed.
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
async fn audit_entries_commit_with_the_act_and_hold_no_address() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let refused = new_project(&stage.new_id(), "BCH", "");
    assert_eq!(stage.put(&stage.new_id(), &sam, &refused).await.code(), Code::ValidationFailed);
    let me: serde_json::Value = stage.get("/api/v1/me", Some(&sam)).await.json();

    let pool = stage.database().await;
    let acts: Vec<(String, String, String, String)> =
        sqlx::query_as("SELECT actor, action, subject, detail FROM audit ORDER BY at, id")
            .fetch_all(&pool)
            .await
            .unwrap();
    let published: Vec<_> = acts.iter().filter(|(_, action, _, _)| action == "publish").collect();
    assert_eq!(published.len(), 1);
    assert_eq!(published[0].0, me["person"].as_str().unwrap());
    assert_eq!(published[0].2, format!("project/{record}"));
    assert!(acts.iter().all(|event| !format!("{event:?}").contains('@')));
    pool.close().await;
}
