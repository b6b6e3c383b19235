//! Backups, as an operator needs them on a bad day.

use futures_util::future::join_all;
use guildhall_protocol::{Code, Verdict, routes};
use guildhall_registry::{BackupError, Finding, History, verify};
use http::Method;
use serde_json::json;

use crate::test_registry::{SAM, TestRegistry, ask, edit, new_project};

#[tokio::test]
async fn a_backup_under_load_is_one_consistent_snapshot() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let backup = stage.folder.path().join("backup.ndjson");
    let writes = (0..60).map(|n| {
        let (path, record) = (format!("/api/v1/submissions/{}", stage.new_id()), stage.new_id());
        let body = new_project(&record, "BCH", &format!("Project {n}")).to_string();
        let (registry, sam) = (stage.registry.clone(), sam.clone());
        async move { ask(&registry, Method::PUT, &path, Some(&sam), body).await.json::<Verdict>() }
    });
    let writes = tokio::spawn(join_all(writes.collect::<Vec<_>>()));
    let contents = stage.registry.back_up(&backup).await.unwrap();
    let written = writes.await.unwrap();
    let mut mirror = stage.mirror(Some(&sam));
    mirror.sync(&stage.registry, routes::MAX_PAGE).await;

    assert_eq!(verify(stage.env(), &backup).await.unwrap(), contents);
    let restored = TestRegistry::restored(&backup, History::New).await;
    assert_eq!(restored.registry.examine().await.unwrap(), []);
    // Sessions still work, and old cursors are refused because the epoch is new.
    let path = format!("{}?after={}", routes::CHANGES, mirror.cursor);
    assert_eq!(restored.get(&path, Some(&sam)).await.code(), Code::ResyncRequired);
    let mut anew = restored.mirror(Some(&sam));
    anew.sync(&restored.registry, routes::MAX_PAGE).await;
    let kept = written.iter().filter(|verdict| verdict.seq <= contents.seq).count();
    let lost = written.len() - kept;
    assert_eq!(
        anew.count("project"),
        mirror.count("project") - lost,
        "up to that moment all, and nothing after"
    );
    restored.publish(&sam, new_project(&restored.new_id(), "BCH", "After")).await;
}

/// Ids, versions, sequence numbers, the epoch and stored answers are unchanged.
#[tokio::test]
async fn a_registry_that_moves_is_the_same_registry() {
    let stage = TestRegistry::sample().await;
    let session = stage.session(SAM).await;
    let sam = session["access_token"].as_str().unwrap();
    let record = stage.new_id();
    stage.publish(sam, new_project(&record, "BCH", "Bins")).await;
    let (submission, body) = (stage.new_id(), edit(&record, "BCH", 1, json!({"title": "Bins and bags"})));
    let answered = stage.put(&submission, sam, &body).await;
    let mut mirror = stage.mirror(Some(sam));
    mirror.sync(&stage.registry, routes::MAX_PAGE).await;
    let before = mirror.records.clone();

    let backup = stage.folder.path().join("backup.ndjson");
    stage.registry.back_up(&backup).await.unwrap();
    // From each engine to the other, if both are available.
    let between = TestRegistry::restored_as_file(&backup, History::Same).await;
    let second = between.folder.path().join("second.ndjson");
    between.registry.back_up(&second).await.unwrap();
    let moved = TestRegistry::restored(&second, History::Same).await;

    mirror.sync(&moved.registry, routes::MAX_PAGE).await;
    assert_eq!(mirror.records, before);
    let again = moved.put(&submission, sam, &body).await;
    assert_eq!(again.json::<Verdict>(), answered.json::<Verdict>());
    let refreshed = moved.post(routes::AUTH_TOKEN, json!({"refresh_token": session["refresh_token"]})).await;
    assert!(refreshed.status.is_success(), "{}", refreshed.text);
    let verdict = moved.publish(sam, edit(&record, "BCH", 1, json!({"summary": "From the base"}))).await;
    assert_eq!(verdict.version, 3);
}

#[tokio::test]
async fn a_damaged_or_partial_backup_is_refused() {
    let stage = TestRegistry::sample().await;
    let file = |name: &str| stage.folder.path().join(name);
    let whole = file("whole");
    stage.registry.back_up(&whole).await.unwrap();
    assert!(matches!(stage.registry.back_up(&whole).await, Err(BackupError::FileIsThere(_))));
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&whole.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "it has people's addresses");
    }

    let text = std::fs::read_to_string(&whole).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cut = lines[..lines.len() - 1].join("\n");
    let changed = text.replacen("Barchester", "Borchester", 1);
    for (name, text) in
        [("cut", &*cut), ("changed", &changed), ("other", "id,title\n1,Bins\n"), ("empty", "")]
    {
        std::fs::write(file(name), text).unwrap();
        let refused = verify(stage.env(), &file(name)).await;
        assert!(matches!(refused, Err(BackupError::NotABackup { .. })), "{name}: {refused:?}");
    }
    let newer = text.replacen("\"schema\":", "\"schema\":9", 1);
    std::fs::write(file("newer"), newer).unwrap();
    assert!(matches!(verify(stage.env(), &file("newer")).await, Err(BackupError::Newer(_))));
    assert!(matches!(verify(stage.env(), &file("none")).await, Err(BackupError::NotABackup { .. })));

    let occupied = guildhall_registry::restore(&stage.config(), stage.env(), &whole, History::New).await;
    assert!(matches!(occupied, Err(BackupError::NotEmpty)), "{occupied:?}");
}

#[tokio::test]
async fn each_broken_invariant_is_reported() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    stage.publish(&sam, edit(&record, "BCH", 1, json!({"title": "Bins and bags"}))).await;
    assert_eq!(stage.registry.examine().await.unwrap(), []);
    let named = format!("project/{record}");
    let pool = stage.database().await;
    for (damage, mend, finding) in [
        ("UPDATE counter SET seq = seq - 1", "UPDATE counter SET seq = seq + 1", None),
        (
            "UPDATE cells SET digest = digest - 1 WHERE cell = 'public'",
            "UPDATE cells SET digest = digest + 1 WHERE cell = 'public'",
            Some(Finding::WrongSum { cell: "public".into() }),
        ),
        (
            "UPDATE history SET version = 7 WHERE kind = 'project' AND version = 1",
            "UPDATE history SET version = 1 WHERE kind = 'project' AND version = 7",
            Some(Finding::GapInHistory { record: named.clone() }),
        ),
        (
            "UPDATE submissions SET version = 9 WHERE version = 2",
            "UPDATE submissions SET version = 2 WHERE version = 9",
            Some(Finding::MissingVersion { record: named.clone() }),
        ),
    ] {
        sqlx::query(damage).execute(&pool).await.unwrap();
        let found = stage.registry.examine().await.unwrap();
        match finding {
            Some(finding) => assert!(found.contains(&finding), "{damage}: {found:?}"),
            None => assert!(matches!(found[..], [Finding::Uncounted { .. }]), "{damage}: {found:?}"),
        }
        let backup = stage.folder.path().join("damaged");
        stage.registry.back_up(&backup).await.unwrap();
        assert!(
            matches!(verify(stage.env(), &backup).await, Err(BackupError::Inconsistent { .. })),
            "{damage}"
        );
        std::fs::remove_file(backup).unwrap();
        sqlx::query(mend).execute(&pool).await.unwrap();
    }
    assert_eq!(stage.registry.examine().await.unwrap(), []);
}

/// A new table must be in backups, too.
#[tokio::test]
async fn every_table_is_in_a_backup() {
    let stage = TestRegistry::empty().await;
    let tables = match stage.config().database_url {
        Some(_) => {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'"
        }
        None => "SELECT name FROM sqlite_master WHERE type = 'table'",
    };
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&stage.database().await).await.unwrap();
    let mut tables: Vec<_> = tables.iter().filter(|name| *name != "_sqlx_migrations").collect();
    tables.sort();
    let mut copied = guildhall_registry::TABLES;
    copied.sort_unstable();
    assert_eq!(tables, copied);
}
