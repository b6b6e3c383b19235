//! Confirming a project: a submission without a change.

use guildhall_protocol::{Code, State, Verdict};
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::reviews::KIM;
use crate::test_registry::{ALEX, SAM, TestRegistry, edit, new_project};

const EDDIE: &str = "eddie.digital@barchester.example";

fn confirm(record: &str, version: u32) -> Value {
    json!({"kind": "project", "record": record, "council": "BCH", "base_version": version})
}

/// A registry with a project of Barchester that Sam, its lead, has published.
async fn stage() -> (TestRegistry, String, String) {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    (stage, sam, record)
}

#[tokio::test]
async fn confirming_changes_nothing_but_the_date() {
    let (stage, sam, record) = stage().await;
    let before = stage.get(&format!("/api/v1/projects/{record}"), None).await.json::<Value>();
    stage.clock.turn(SignedDuration::from_hours(24 * 100));
    let sam = {
        drop(sam);
        stage.sign_in(SAM).await
    };
    let verdict = stage.publish(&sam, confirm(&record, 1)).await;
    assert_eq!((verdict.state, verdict.version), (State::Published, 2));
    assert_eq!(verdict.record["confirmed_at"], stage.now().to_string());
    let mut after = verdict.record;
    after["confirmed_at"] = before["body"]["confirmed_at"].clone();
    assert_eq!(Value::Object(after), before["body"]);
}

#[tokio::test]
async fn an_import_without_a_need_can_be_claimed_as_it_is() {
    let (stage, sam, record) = stage().await;
    let database = stage.database().await;
    let sql = "SELECT body FROM records WHERE kind = 'project' AND id = $1";
    let body: String = sqlx::query_scalar(sql).bind(&record).fetch_one(&database).await.unwrap();
    let mut body: Value = serde_json::from_str(&body).unwrap();
    body["unclaimed"] = json!(true);
    body["confirmed_at"] = json!(null);
    (body["problem"], body["needs"]) = (json!(""), json!([]));
    body.as_object_mut().unwrap().remove("owner");
    let sql = "UPDATE records SET body = $1 WHERE kind = 'project' AND id = $2";
    sqlx::query(sql).bind(body.to_string()).bind(&record).execute(&database).await.unwrap();
    database.close().await;

    let edited = stage.put(&stage.new_id(), &sam, &edit(&record, "BCH", 1, json!({"summary": "More"}))).await;
    assert_eq!(edited.code(), Code::ValidationFailed, "a change has to say who needs it");
    let claimed = stage.publish(&sam, confirm(&record, 1)).await.record;
    assert_eq!(claimed["unclaimed"], false);
    assert_eq!(claimed["owner"], json!(stage.person(&sam).await));
    assert_eq!(claimed["confirmed_at"], stage.now().to_string());
}

#[tokio::test]
async fn contributors_confirm_their_own_work_only() {
    let (stage, sam, record) = stage().await;
    let (kim, eddie, alex) =
        (stage.sign_in(KIM).await, stage.sign_in(EDDIE).await, stage.sign_in(ALEX).await);
    stage.invite(&sam, "BCH", EDDIE, "editor").await;
    stage.accept_invitations(&eddie).await;
    let refused = stage.put(&stage.new_id(), &kim, &confirm(&record, 1)).await;
    assert_eq!(refused.code(), Code::NotAllowed);
    let refused = stage.put(&stage.new_id(), &alex, &confirm(&record, 1)).await;
    assert_eq!(refused.code(), Code::NotAllowed, "a lead of another council");
    stage.publish(&eddie, confirm(&record, 1)).await;

    let (own, id) = (stage.new_id(), stage.new_id());
    stage.put(&id, &kim, &new_project(&own, "BCH", "Kim's")).await.json::<Verdict>();
    let answer = json!({"kind": "review", "record": id, "council": "BCH", "base_version": 1,
                        "set": {"state": "published", "reason": ""}});
    stage.publish(&sam, answer).await;
    let verdict = stage.publish(&kim, confirm(&own, 1)).await;
    assert_eq!(verdict.state, State::Published, "it needs no review");
}

#[tokio::test]
async fn confirming_what_has_changed_since_is_refused() {
    let (stage, sam, record) = stage().await;
    stage.publish(&sam, edit(&record, "BCH", 1, json!({"summary": "New"}))).await;
    let refused = stage.put(&stage.new_id(), &sam, &confirm(&record, 1)).await;
    let conflict = refused.problem().conflict.expect("it tells what it is now");
    assert_eq!((conflict.version, conflict.fields), (2, vec!["summary".to_owned()]));
    let unknown = stage.put(&stage.new_id(), &sam, &confirm(&record, 9)).await;
    assert_eq!(unknown.code(), Code::VersionConflict);
}

#[tokio::test]
async fn confirming_gets_in_nobodys_way() {
    let (stage, sam, record) = stage().await;
    stage.publish(&sam, confirm(&record, 1)).await;
    let again = stage.publish(&sam, confirm(&record, 1)).await;
    assert_eq!(again.version, 3, "two people may confirm the same text");
    let edited = stage.publish(&sam, edit(&record, "BCH", 1, json!({"summary": "New"}))).await;
    assert_eq!((edited.version, edited.merged_with), (4, None));
}

#[tokio::test]
async fn a_repeat_of_a_confirmation_confirms_once() {
    let (stage, sam, record) = stage().await;
    let id = stage.new_id();
    let first: Verdict = stage.put(&id, &sam, &confirm(&record, 1)).await.json();
    let again: Verdict = stage.put(&id, &sam, &confirm(&record, 1)).await.json();
    assert_eq!((first.version, &again), (2, &first));
}

#[tokio::test]
async fn confirming_does_not_open_the_way_past_the_first_review() {
    let (stage, sam, record) = stage().await;
    let eddie = stage.sign_in(EDDIE).await;
    stage.invite(&sam, "BCH", EDDIE, "editor").await;
    stage.accept_invitations(&eddie).await;
    stage.publish(&eddie, confirm(&record, 1)).await;
    let first = stage.put(&stage.new_id(), &eddie, &new_project(&stage.new_id(), "BCH", "Eddie's")).await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(first.json::<Verdict>().state, State::InReview);
}
