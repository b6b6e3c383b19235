//! The changes feed: pages, visibility, tombstones, resync and waiting.

use crate::test_registry::{ALEX, Mirror, SAM, TestRegistry, VISITOR, edit, new_project};
use guildhall_protocol::{Code, routes};
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn a_first_sync_in_small_pages_has_everything_once() {
    let stage = TestRegistry::sample().await;
    let mut whole = stage.mirror(None);
    let (first, last, lines) = whole.page(&stage.registry, 1000).await;
    assert!(!last.more);
    assert_eq!(first.remaining, lines.len() as u64);
    assert!(first.remaining > 70);

    let mut small = stage.mirror(None);
    let mut left = Vec::new();
    loop {
        let (first, last, _) = small.page(&stage.registry, 7).await;
        assert!(last.count <= 7);
        left.push(first.remaining);
        if !last.more {
            break;
        }
    }
    assert!(left.is_sorted_by(|a, b| a > b), "progress is told: {left:?}");
    assert_eq!(small.records, whole.records);
    assert_eq!(small.cursor, whole.cursor);
}

#[tokio::test]
async fn a_page_never_exceeds_the_maximum_limit() {
    let stage = TestRegistry::empty().await;
    stage.registry.generate(1200, 7).await.unwrap();
    let (_, last, _) = stage.mirror(None).page(&stage.registry, 50_000).await;
    assert_eq!((last.count, last.more), (u64::from(routes::MAX_PAGE), true));
    let (_, last, _) = stage.mirror(None).page(&stage.registry, 0).await;
    assert_eq!((last.count, last.more), (1, true));
}

#[tokio::test]
async fn readers_see_only_what_they_may_and_no_trace_of_the_rest() {
    let stage = TestRegistry::sample().await;
    let (sam, alex) = (stage.sign_in(SAM).await, stage.sign_in(ALEX).await);
    let visitor = stage.sign_in(VISITOR).await;
    let mut readers = [
        stage.mirror(None),
        stage.mirror(Some(&visitor)),
        stage.mirror(Some(&alex)),
        stage.mirror(Some(&sam)),
    ];
    for reader in &mut readers {
        reader.sync(&stage.registry, 1000).await;
    }
    for (visibility, seen_by) in [("public", 4), ("members", 3), ("councils", 2), ("team", 1)] {
        let record = stage.new_id();
        let mut body = new_project(&record, "BCH", visibility);
        body["set"]["visibility"] = json!(visibility);
        stage.publish(&sam, body).await;
        for (who, reader) in readers.iter_mut().enumerate() {
            let (_, last, lines) = reader.page(&stage.registry, 1000).await;
            let sees = who >= 4 - seen_by;
            assert_eq!(lines.len(), usize::from(sees), "{visibility}, reader {who}");
            assert_eq!(reader.has("project", &record), sees);
            assert!(!last.more);
            let shown = stage.get(&format!("/api/v1/projects/{record}"), reader.token.as_deref()).await;
            assert_eq!(shown.status == StatusCode::OK, sees);
        }
    }
    let cursors: Vec<&str> = readers.iter().map(|reader| reader.cursor.rsplit('.').next().unwrap()).collect();
    assert!(cursors.iter().all(|seq| *seq == cursors[0]), "the cursor is the registry's, whoever reads");
}

#[tokio::test]
async fn a_record_leaves_and_reenters_a_readers_feed() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let visitor = stage.sign_in(VISITOR).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let (mut anyone, mut member, mut author) =
        (stage.mirror(None), stage.mirror(Some(&visitor)), stage.mirror(Some(&sam)));
    for reader in [&mut anyone, &mut member, &mut author] {
        reader.sync(&stage.registry, 1000).await;
        assert!(reader.has("project", &record));
    }

    stage.publish(&sam, edit(&record, "BCH", 1, json!({"visibility": "members"}))).await;
    let (_, _, lines) = anyone.page(&stage.registry, 10).await;
    assert_eq!(lines.len(), 1);
    assert!(lines[0].gone && lines[0].body.is_none() && lines[0].version == 0);
    assert!(!anyone.has("project", &record));
    member.sync(&stage.registry, 10).await;
    assert!(member.has("project", &record));

    let mut latecomer = stage.mirror(None);
    latecomer.sync(&stage.registry, 10).await;
    assert!(!latecomer.has("project", &record));

    stage.publish(&sam, edit(&record, "BCH", 2, json!({"visibility": "team"}))).await;
    let (_, _, nothing) = anyone.page(&stage.registry, 10).await;
    assert!(nothing.is_empty(), "who could not see it is not told again");
    member.sync(&stage.registry, 10).await;
    assert!(!member.has("project", &record));
    author.sync(&stage.registry, 10).await;
    assert!(author.has("project", &record));

    stage.publish(&sam, edit(&record, "BCH", 3, json!({"visibility": "public"}))).await;
    for reader in [&mut anyone, &mut member, &mut author, &mut latecomer] {
        reader.sync(&stage.registry, 10).await;
        assert!(reader.has("project", &record));
    }
}

#[tokio::test]
async fn updates_move_with_their_project() {
    let stage = TestRegistry::sample().await;
    let alex = stage.sign_in(ALEX).await;
    let mut anyone = stage.mirror(None);
    anyone.sync(&stage.registry, 1000).await;
    let with_updates = |mirror: &Mirror| -> Vec<(String, String)> {
        let updates = mirror.records.values().filter(|line| line.kind == "update");
        updates
            .map(|line| {
                (line.id.clone(), line.body.as_ref().unwrap()["project"].as_str().unwrap().to_owned())
            })
            .collect()
    };
    let (_, project) = with_updates(&anyone)
        .into_iter()
        .find(|(_, project)| {
            let line = &anyone.records[&("project".to_owned(), project.clone())];
            line.body.as_ref().unwrap()["council"] == "CAS"
        })
        .unwrap();
    let of_it = |mirror: &Mirror| with_updates(mirror).iter().filter(|(_, of)| *of == project).count();
    let before = of_it(&anyone);
    assert!(before >= 2);

    stage.publish(&alex, edit(&project, "CAS", 1, json!({"visibility": "councils"}))).await;
    anyone.sync(&stage.registry, 1).await;
    assert_eq!(of_it(&anyone), 0);
    let mut contributor = stage.mirror(Some(&alex));
    contributor.sync(&stage.registry, 1000).await;
    assert_eq!(of_it(&contributor), before);

    stage.publish(&alex, edit(&project, "CAS", 2, json!({"visibility": "public"}))).await;
    anyone.sync(&stage.registry, 1).await;
    assert_eq!(of_it(&anyone), before);
}

#[tokio::test]
async fn a_foreign_or_future_cursor_means_resync() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let mut anyone = stage.mirror(None);
    anyone.sync(&stage.registry, 1000).await;
    let (epoch, seq) = {
        let parts: Vec<&str> = anyone.cursor.split('.').collect();
        (parts[0].to_owned(), parts[2].parse::<u64>().unwrap())
    };
    let ask = async |cursor: &str, token: Option<&str>| {
        stage.get(&format!("{}?after={cursor}", routes::CHANGES), token).await
    };
    assert_eq!(ask(&format!("{epoch}.0.{seq}"), None).await.status, StatusCode::OK);
    for (cursor, token) in [
        (format!("another.0.{seq}"), None),
        (format!("{epoch}.1.{seq}"), None),
        (format!("{epoch}.0.{}", seq + 1), None),
        (format!("{epoch}.0.{seq}"), Some(sam.as_str())),
    ] {
        let answer = ask(&cursor, token).await;
        assert_eq!(answer.status, StatusCode::GONE, "{cursor}");
        assert_eq!(answer.code(), Code::ResyncRequired);
    }
    assert_eq!(ask("nonsense", None).await.code(), Code::ValidationFailed);

    let stage = stage.reopen().await;
    anyone.sync(&stage.registry, 10).await;

    stage.registry.begin_new_history().await.unwrap();
    let answer = stage.get(&format!("{}?after={epoch}.0.{seq}", routes::CHANGES), None).await;
    assert_eq!(answer.code(), Code::ResyncRequired, "a backup was put back");
}

#[tokio::test]
async fn a_new_domain_changes_the_access_of_the_people_there() {
    let stage = TestRegistry::sample().await;
    let (sam, visitor) = (stage.sign_in(SAM).await, stage.sign_in(VISITOR).await);
    let mut mirror = stage.mirror(Some(&visitor));
    let mut sams = stage.mirror(Some(&sam));
    mirror.sync(&stage.registry, 1000).await;
    sams.sync(&stage.registry, 1000).await;
    stage.registry.add_domain("elsewhere.example", &"CAS".parse().unwrap()).await.unwrap();
    let answer = stage.get(&format!("{}?after={}", routes::CHANGES, mirror.cursor), Some(&visitor)).await;
    assert_eq!(answer.code(), Code::ResyncRequired);
    sams.sync(&stage.registry, 10).await;
}

#[tokio::test]
async fn an_answer_waits_for_a_change() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let mut anyone = stage.mirror(None);
    anyone.sync(&stage.registry, 1000).await;
    let path = format!("{}?after={}&wait=25", routes::CHANGES, anyone.cursor);
    let record = stage.new_id();
    let waiting = stage.get_and_wait(&path, None).await;
    // A change that this reader may not see does not end their wait.
    let mut hidden = new_project(&stage.new_id(), "BCH", "Hidden");
    hidden["set"]["visibility"] = json!("team");
    stage.publish(&sam, hidden).await;
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let (_, _, lines) = anyone.take(&waiting.await.unwrap());
    assert_eq!(lines.len(), 1);
    assert_eq!(anyone.title(&record), "Bins");
}

#[tokio::test]
async fn a_wait_that_times_out_or_meets_shutdown_is_empty() {
    let stage = TestRegistry::sample().await;
    let mut anyone = stage.mirror(None);
    anyone.sync(&stage.registry, 1000).await;
    let path = format!("{}?after={}&wait=25", routes::CHANGES, anyone.cursor);
    let waiting = stage.get_and_wait(&path, None).await;
    stage.clock.turn(SignedDuration::from_secs(25));
    assert!(anyone.take(&waiting.await.unwrap()).2.is_empty());

    let waiting = stage.get_and_wait(&path, None).await;
    stage.registry.stop_waiting();
    assert!(anyone.take(&waiting.await.unwrap()).2.is_empty());
}

#[tokio::test]
async fn a_session_ended_during_a_wait_is_refused_on_waking() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let session = stage.session(VISITOR).await;
    let visitor = session["access_token"].as_str().unwrap();
    let mut mirror = stage.mirror(Some(visitor));
    mirror.sync(&stage.registry, 1000).await;
    let path = format!("{}?after={}&wait=25", routes::CHANGES, mirror.cursor);
    let waiting = stage.get_and_wait(&path, Some(visitor)).await;
    stage.post(routes::AUTH_REVOKE, json!({"refresh_token": session["refresh_token"]})).await;
    stage.publish(&sam, new_project(&stage.new_id(), "BCH", "Bins")).await;
    assert_eq!(waiting.await.unwrap().code(), Code::SessionRevoked);
}

#[tokio::test]
async fn the_claimant_still_sees_a_narrowed_project() {
    let stage = TestRegistry::sample().await;
    stage.registry.add_domain("elsewhere.example", &"BAL".parse().unwrap()).await.unwrap();
    let (claimer, colleague) = (stage.sign_in("nan@balamory.example").await, stage.sign_in(VISITOR).await);
    let mut mirror = stage.mirror(Some(&claimer));
    mirror.sync(&stage.registry, 1000).await;
    let unclaimed = mirror.records.values().find(|line| {
        let body = line.body.as_ref().unwrap();
        line.kind == "project" && body["council"] == "BAL" && body["unclaimed"] == true
    });
    let record = unclaimed.unwrap().id.clone();
    stage.publish(&claimer, edit(&record, "BAL", 1, json!({}))).await;
    stage.publish(&colleague, edit(&record, "BAL", 2, json!({"visibility": "team"}))).await;
    for token in [&claimer, &colleague] {
        let mut mirror = stage.mirror(Some(token));
        mirror.sync(&stage.registry, 1000).await;
        assert!(mirror.has("project", &record));
    }
}

#[tokio::test]
async fn a_cursor_older_than_the_tombstones_must_resync() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let mut away = stage.mirror(None);
    away.sync(&stage.registry, 1000).await;
    stage.publish(&sam, edit(&record, "BCH", 1, json!({"visibility": "team"}))).await;
    let mut there = stage.mirror(None);
    there.sync(&stage.registry, 1000).await;

    stage.registry.maintain().await.unwrap();
    let path = |cursor: &str| format!("{}?after={cursor}", routes::CHANGES);
    assert_eq!(stage.get(&path(&away.cursor), None).await.status, StatusCode::OK, "it is still kept");
    stage.clock.turn(SignedDuration::from_hours(24 * 181));
    stage.registry.maintain().await.unwrap();
    assert_eq!(stage.get(&path(&away.cursor), None).await.code(), Code::ResyncRequired);
    assert_eq!(stage.get(&path(&there.cursor), None).await.status, StatusCode::OK, "they missed nothing");

    let mut beginner = stage.mirror(None);
    let (first, ..) = beginner.page(&stage.registry, 10).await;
    let second = path(&beginner.cursor);
    assert_eq!(
        stage.get(&second, None).await.code(),
        Code::ResyncRequired,
        "who knows what they read before"
    );
    let second = format!("{second}&began={}", first.newest);
    assert_eq!(stage.get(&second, None).await.status, StatusCode::OK, "nothing left since they began");
}
