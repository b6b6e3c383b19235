//! Submissions: publishing, repeating, merging and refusing.

use crate::test_registry::{ALEX, SAM, TestRegistry, VISITOR, edit, new_project};
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{Code, Problem, State, Verdict, routes};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

#[tokio::test]
async fn a_new_project_is_published_at_once_and_found_by_all() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    let verdict = stage.publish(&sam, new_project(&record, "BCH", "Missed collections app")).await;
    assert_eq!((verdict.state, verdict.version), (State::Published, 1));
    assert_eq!(verdict.record["created_at"], "2026-03-02T09:00:00Z");
    assert_eq!(verdict.record["confirmed_at"], "2026-03-02T09:00:00Z");
    assert_eq!(verdict.record["unclaimed"], false);
    let me: Value = stage.get(routes::ME, Some(&sam)).await.json();
    assert_eq!(verdict.record["owner"], me["person"]);

    let shown: Value = stage.get(&format!("/api/v1/projects/{record}"), None).await.json();
    assert_eq!(shown["body"], Value::Object(verdict.record));
    let mut anyone = stage.mirror(None);
    anyone.sync(&stage.registry, 1000).await;
    assert_eq!(anyone.title(&record), "Missed collections app");
}

#[tokio::test]
async fn a_repeat_gets_the_same_verdict_with_the_record_as_it_is_now() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let (id, record) = (stage.new_id(), stage.new_id());
    let body = new_project(&record, "BCH", "Bins");
    let first: Verdict = stage.put(&id, &sam, &body).await.json();
    let again: Verdict = stage.put(&id, &sam, &body).await.json();
    assert_eq!(first, again, "published once");

    stage.publish(&sam, edit(&record, "BCH", 1, json!({"title": "Bins, again"}))).await;
    let later: Verdict = stage.put(&id, &sam, &body).await.json();
    assert_eq!((later.state, later.version), (State::Published, 2));
    assert_eq!(later.record["title"], "Bins, again");
    let asked: Verdict = stage.get(&format!("/api/v1/submissions/{id}"), Some(&sam)).await.json();
    assert_eq!(asked, later);

    let other = stage.put(&id, &sam, &new_project(&record, "BCH", "Something else")).await;
    assert_eq!(other.code(), Code::IdempotencyMismatch);
}

#[tokio::test]
async fn a_submission_id_is_one_persons_own() {
    let stage = TestRegistry::sample().await;
    let (sam, alex) = (stage.sign_in(SAM).await, stage.sign_in(ALEX).await);
    let id = stage.new_id();
    let first = stage.put(&id, &sam, &new_project(&stage.new_id(), "BCH", "Sam's")).await;
    let second = stage.put(&id, &alex, &new_project(&stage.new_id(), "CAS", "Alex's")).await;
    assert_eq!((first.status, second.code()), (StatusCode::OK, Code::IdempotencyMismatch));
    let visitor = stage.sign_in(VISITOR).await;
    let path = format!("/api/v1/submissions/{id}");
    assert_eq!(stage.get(&path, Some(&visitor)).await.code(), Code::NotFound);
    assert_eq!(stage.get(&path, Some(&alex)).await.code(), Code::NotFound);
    assert_eq!(stage.get(&path, Some(&sam)).await.json::<Verdict>().record["title"], "Sam's");
}

#[tokio::test]
async fn two_people_changing_different_fields_are_merged() {
    let stage = TestRegistry::sample().await;
    stage.registry.add_domain("elsewhere.example", &"BCH".parse().unwrap()).await.unwrap();
    let (sam, colleague) = (stage.sign_in(SAM).await, stage.sign_in(VISITOR).await);
    stage.check(&sam, "BCH", "none").await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    stage.publish(&colleague, edit(&record, "BCH", 1, json!({"summary": "Theirs"}))).await;

    let body = json!({"kind": "project", "record": record, "council": "BCH", "base_version": 1,
        "set": {"title": "Mine"}, "add": {"tags": ["waste"]}});
    let merged = stage.publish(&sam, body).await;
    assert_eq!(merged.version, 3);
    assert_eq!(merged.record["title"], "Mine");
    assert_eq!(merged.record["summary"], "Theirs");
    assert_eq!(merged.record["tags"], json!(["waste"]));
    let with = merged.merged_with.expect("its author is told");
    assert_eq!(
        (with.fields, with.by.as_str(), with.at),
        (vec!["summary".to_owned()], VISITOR, Some(stage.now()))
    );
}

#[tokio::test]
async fn a_repeat_tells_again_what_it_was_merged_with() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    stage.publish(&sam, edit(&record, "BCH", 1, json!({"problem": "One.\n\nTwo!"}))).await;
    let (id, mine) = (stage.new_id(), edit(&record, "BCH", 1, json!({"summary": "Mine"})));
    let first: Verdict = stage.put(&id, &sam, &mine).await.json();
    assert!(first.merged_with.is_some());
    assert_eq!(stage.put(&id, &sam, &mine).await.json::<Verdict>(), first);
    let alone = stage.publish(&sam, edit(&record, "BCH", 3, json!({"summary": "Again"}))).await;
    assert_eq!(alone.merged_with, None);
}

#[tokio::test]
async fn a_base_of_another_history_is_a_conflict() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    let first = stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let mut mine = edit(&record, "BCH", 1, json!({"summary": "Mine"}));
    mine["base"] = json!("0123456789abcdef");
    let refused = stage.put(&stage.new_id(), &sam, &mine).await;
    assert_eq!(refused.problem().conflict.unwrap().fields, ["summary"]);
    mine["base"] = json!(guildhall_protocol::fields::fingerprint(&first.record));
    assert_eq!(stage.publish(&sam, mine).await.version, 2);
}

#[tokio::test]
async fn what_is_too_long_only_together_is_a_conflict() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    let text = |more: &str| format!("First.\n\n{}", more.repeat(5_000));
    let mut new = new_project(&record, "BCH", "Bins");
    new["set"]["problem"] = json!("First.");
    stage.publish(&sam, new).await;
    stage.publish(&sam, edit(&record, "BCH", 1, json!({"problem": text("a")}))).await;
    let refused =
        stage.put(&stage.new_id(), &sam, &edit(&record, "BCH", 1, json!({"problem": text("b")}))).await;
    assert_eq!(refused.problem().conflict.unwrap().fields, ["problem"]);
}

#[tokio::test]
async fn the_same_field_changed_twice_is_a_conflict_and_stays_one() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    stage.publish(&sam, edit(&record, "BCH", 1, json!({"title": "Theirs"}))).await;

    let (id, body) = (stage.new_id(), edit(&record, "BCH", 1, json!({"title": "Mine", "summary": "s"})));
    let refused = stage.put(&id, &sam, &body).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let problem = refused.problem();
    assert_eq!(problem.code, Code::VersionConflict);
    let conflict = problem.conflict.unwrap();
    assert_eq!((conflict.version, conflict.fields), (2, vec!["title".to_owned()]));
    assert_eq!((&conflict.record["title"], conflict.by.as_str()), (&json!("Theirs"), SAM));

    stage.publish(&sam, edit(&record, "BCH", 2, json!({"title": "Theirs again"}))).await;
    let again = stage.put(&id, &sam, &body).await.problem().conflict.unwrap();
    assert_eq!((again.version, &again.record["title"]), (3, &json!("Theirs again")));
    assert_eq!(again.fields, ["title"]);
}

#[tokio::test]
async fn a_base_that_was_never_here_is_a_conflict_and_not_a_loss() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let refused = stage.put(&stage.new_id(), &sam, &edit(&record, "BCH", 9, json!({"title": "x"}))).await;
    let conflict = refused.problem().conflict.unwrap();
    assert_eq!((conflict.version, conflict.fields), (1, vec!["title".to_owned()]));
}

#[tokio::test]
async fn a_new_record_sent_twice_under_two_ids_merges_or_conflicts() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let same = stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    assert_eq!((same.version, &same.record["title"]), (2, &json!("Bins")));
    let other = stage.put(&stage.new_id(), &sam, &new_project(&record, "BCH", "Boxes")).await;
    assert_eq!(other.problem().conflict.unwrap().fields, ["title"]);
}

#[tokio::test]
async fn a_broken_rule_is_refused_with_its_pointer() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    let mut body = new_project(&record, "BCH", &"x".repeat(121));
    body["set"]["phase"] = json!("someday");
    let id = stage.new_id();
    let problem = stage.put(&id, &sam, &body).await.problem();
    assert_eq!(problem.code, Code::ValidationFailed);
    assert_eq!(problem.errors[0].pointer, "/phase");
    assert_eq!(problem.errors[0].code, FieldCode::NotAllowed);
    body["set"]["phase"] = json!("alpha");
    let problem = stage.put(&stage.new_id(), &sam, &body).await.problem();
    assert_eq!(problem.errors[0].pointer, "/title");
    assert_eq!(problem.errors[0].code, FieldCode::TooLong);
    let before = stage.put(&id, &sam, &body).await;
    assert_eq!(before.code(), Code::IdempotencyMismatch, "an edited resend takes a new id");

    for (change, pointer) in [
        (json!({"kind": "council"}), "/kind"),
        (json!({"record": "not-a-uuid"}), "/record"),
        (json!({"record": record.to_uppercase()}), "/record"),
        (json!({"set": {"owner": null}}), "/owner"),
        (json!({"set": {"tags": ["a"]}}), "/tags"),
        (json!({"add": {"needs": [{"i_need": "x"}]}}), "/needs"),
        (
            json!({"add": {"links": [{"id": stage.new_id(), "kind": "other", "url": "javascript:alert(1)"}]}}),
            "/links/0/url",
        ),
        (json!({"add": {"services": ["waste"]}}), "/services"),
    ] {
        let mut body = new_project(&record, "BCH", "Bins");
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let problem = stage.put(&stage.new_id(), &sam, &body).await.problem();
        assert_eq!(problem.code, Code::ValidationFailed, "{change}");
        assert!(
            problem.errors.iter().any(|error| error.pointer == pointer),
            "{change}: {:?}",
            problem.errors
        );
    }
    let unreadable = stage.ask(Method::PUT, &format!("/api/v1/submissions/{id}"), Some(&sam), "{").await;
    assert_eq!(unreadable.code(), Code::ValidationFailed);
    assert_eq!(stage.get(&format!("/api/v1/projects/{record}"), None).await.code(), Code::NotFound);
}

#[tokio::test]
async fn only_its_council_changes_a_project() {
    let stage = TestRegistry::sample().await;
    let (sam, alex) = (stage.sign_in(SAM).await, stage.sign_in(ALEX).await);
    let visitor = stage.sign_in(VISITOR).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;

    let put = async |token: &str, body: Value| stage.put(&stage.new_id(), token, &body).await;
    let nobody = put(&visitor, new_project(&stage.new_id(), "BCH", "x")).await;
    assert_eq!(nobody.code(), Code::NotAllowed);
    let for_another = put(&alex, edit(&record, "BCH", 1, json!({"title": "x"}))).await;
    assert_eq!(for_another.code(), Code::NotAllowed);
    let as_their_own = put(&alex, edit(&record, "CAS", 1, json!({"title": "x"}))).await;
    assert_eq!(as_their_own.code(), Code::NotAllowed);

    stage.publish(&sam, edit(&record, "BCH", 1, json!({"visibility": "team"}))).await;
    let unseen = put(&alex, edit(&record, "CAS", 2, json!({"title": "x"}))).await;
    assert_eq!(unseen.code(), Code::NotFound);
    let never_there = put(&sam, edit(&stage.new_id(), "BCH", 3, json!({"title": "x"}))).await;
    assert_eq!(never_there.code(), Code::NotFound);
    let unsigned =
        stage.ask(Method::PUT, &format!("/api/v1/submissions/{}", stage.new_id()), None, "{}").await;
    assert_eq!(unsigned.code(), Code::SignInRequired);
}

#[tokio::test]
async fn a_refusal_stands_against_a_late_copy() {
    let stage = TestRegistry::sample().await;
    let visitor = stage.sign_in(VISITOR).await;
    let (id, body) = (stage.new_id(), new_project(&stage.new_id(), "BCH", "Bins"));
    assert_eq!(stage.put(&id, &visitor, &body).await.code(), Code::NotAllowed);
    let asked = stage.get(&format!("/api/v1/submissions/{id}"), Some(&visitor)).await;
    assert_eq!(asked.code(), Code::NotAllowed);
    stage.registry.add_domain("elsewhere.example", &"BCH".parse().unwrap()).await.unwrap();
    stage.publish(&visitor, body.clone()).await;
    assert_eq!(
        stage.put(&id, &visitor, &body).await.code(),
        Code::NotAllowed,
        "its author knows, and sent another"
    );
}

#[tokio::test]
async fn an_edit_by_its_own_council_claims_and_confirms() {
    let stage = TestRegistry::empty().await;
    stage.registry.sample().await.unwrap();
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    stage.clock.turn(SignedDuration::from_hours(24 * 100));
    let sam = stage.sign_in(SAM).await;
    let confirmed = stage.publish(&sam, edit(&record, "BCH", 1, json!({}))).await;
    assert_eq!(confirmed.version, 2);
    assert_eq!(confirmed.record["confirmed_at"], "2026-06-10T09:00:00Z");
    assert_eq!(confirmed.record["created_at"], "2026-03-02T09:00:00Z");
}

#[tokio::test]
async fn published_stays_and_refused_can_be_withdrawn() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let withdraw = async |id: &str| {
        stage.ask(Method::POST, &format!("/api/v1/submissions/{id}/withdraw"), Some(&sam), "").await
    };
    let (id, record) = (stage.new_id(), stage.new_id());
    stage.put(&id, &sam, &new_project(&record, "BCH", "Bins")).await;
    assert_eq!(withdraw(&id).await.code(), Code::NotAllowed);

    let (id, body) = (stage.new_id(), edit(&record, "BCH", 1, json!({"title": ""})));
    assert_eq!(stage.put(&id, &sam, &body).await.code(), Code::ValidationFailed);
    assert_eq!(withdraw(&id).await.json::<Verdict>().state, State::Withdrawn);
    assert_eq!(stage.put(&id, &sam, &body).await.json::<Verdict>().state, State::Withdrawn);
}

#[tokio::test]
async fn a_submission_withdrawn_in_advance_is_refused() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let (id, record) = (stage.new_id(), stage.new_id());
    let path = format!("/api/v1/submissions/{id}/withdraw");
    let withdrawn = stage.ask(Method::POST, &path, Some(&sam), "").await;
    assert_eq!(withdrawn.json::<Verdict>().state, State::Withdrawn);
    let late = stage.put(&id, &sam, &new_project(&record, "BCH", "Bins")).await;
    assert_eq!(late.json::<Verdict>().state, State::Withdrawn);
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
}

#[tokio::test]
async fn a_verdict_survives_losing_access_to_the_record() {
    let stage = TestRegistry::sample().await;
    stage.registry.add_domain("elsewhere.example", &"BCH".parse().unwrap()).await.unwrap();
    let (sam, colleague) = (stage.sign_in(SAM).await, stage.sign_in(VISITOR).await);
    stage.check(&sam, "BCH", "none").await;
    let (id, record) = (stage.new_id(), stage.new_id());
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let body = edit(&record, "BCH", 1, json!({"title": "By a colleague"}));
    stage.put(&id, &colleague, &body).await;
    stage.publish(&sam, edit(&record, "BCH", 2, json!({"visibility": "team", "summary": "secret"}))).await;
    let again: Verdict = stage.put(&id, &colleague, &body).await.json();
    assert_eq!((again.state, again.version), (State::Published, 2));
    assert_eq!(again.record["title"], "By a colleague");
    assert_eq!(again.record["summary"], "");
}

#[tokio::test]
async fn control_characters_are_refused_everywhere() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let mut body = new_project(&stage.new_id(), "BCH", "All\u{1b}[2J well");
    body["add"] = json!({"tags": ["bins\u{85}"], "needs": [{"id": stage.new_id(), "i_need": "pay\u{7}"}]});
    let refused = stage.put(&stage.new_id(), &sam, &body).await;
    assert_eq!(refused.code(), Code::ValidationFailed);
    let told: Vec<(String, FieldCode)> =
        refused.problem().errors.into_iter().map(|error| (error.pointer, error.code)).collect();
    for pointer in ["/title", "/tags/0", "/needs/0/i_need"] {
        assert!(told.contains(&(pointer.to_owned(), FieldCode::ControlCharacter)), "{pointer} of {told:?}");
    }

    let report = json!({"why": "problem", "text": "It\u{9b}2J is wrong"});
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let path = format!("/api/v1/projects/{record}/reports");
    let refused = stage.ask(Method::POST, &path, Some(&sam), report.to_string()).await;
    assert_eq!(refused.problem().errors[0].pointer, "/text");
}

#[tokio::test]
async fn invisible_characters_are_removed_and_reported() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    let verdict = stage.publish(&sam, new_project(&record, "BCH", "Pay \u{202E}sn\u{202C}iB\u{200B}")).await;
    assert_eq!(
        (verdict.record["title"].as_str(), verdict.cleaned),
        (Some("Pay sniB"), vec!["/title".to_owned()])
    );
    let welsh = "Cŵn a 🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F} 👩\u{200D}💻";
    let verdict = stage.publish(&sam, edit(&record, "BCH", 1, json!({"title": welsh}))).await;
    assert_eq!((verdict.record["title"].as_str(), verdict.cleaned), (Some(welsh), vec![]));
}

/// The rules for a text may have become stricter since it was stored.
#[tokio::test]
async fn stored_text_that_breaks_a_newer_rule_stays_editable() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let record = stage.new_id();
    let mut old = new_project(&record, "BCH", "Bins");
    old["add"] = json!({"tags": ["bins"]});
    stage.publish(&sam, old).await;
    let (long, tag) = ("x".repeat(301), "old\u{1}tag");
    let database = stage.database().await;
    let mut stored =
        stage.get(&format!("/api/v1/projects/{record}"), None).await.json::<Value>()["body"].clone();
    (stored["summary"], stored["tags"]) = (json!(long), json!(["bins", tag]));
    let older = sqlx::query("UPDATE records SET body = $1 WHERE id = $2");
    older.bind(stored.to_string()).bind(&record).execute(&database).await.unwrap();
    database.close().await;

    let verdict = stage.publish(&sam, edit(&record, "BCH", 1, json!({"title": "Bins, again"}))).await;
    assert_eq!((verdict.version, &verdict.record["summary"]), (2, &json!(long)));
    let mut without = edit(&record, "BCH", 2, json!({}));
    without["remove"] = json!({"tags": [tag]});
    assert_eq!(stage.publish(&sam, without).await.record["tags"], json!(["bins"]));
    let longer = edit(&record, "BCH", 3, json!({"summary": format!("{long}y")}));
    assert_eq!(stage.put(&stage.new_id(), &sam, &longer).await.code(), Code::ValidationFailed);
}

#[tokio::test]
async fn oversized_submissions_never_reach_the_writer() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let tags: Vec<String> = (0..20_000).map(|tag| tag.to_string()).collect();
    for (change, pointer) in [
        (json!({"add": {"tags": tags}}), "/tags"),
        (json!({"remove": {"tags": tags}}), "/tags"),
        (json!({"set": {"wanted": tags}}), "/wanted"),
        (json!({"record": "x".repeat(1000)}), "/record"),
        // An answer to a review has the same limits.
        (json!({"kind": "review", "set": {"reason": "x".repeat(100_000)}}), "/reason"),
    ] {
        let mut body = new_project(&stage.new_id(), "BCH", "Bins");
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let id = stage.new_id();
        let answer = stage.put(&id, &sam, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{pointer}");
        let problem: Problem = answer.json();
        assert_eq!((&*problem.errors[0].pointer, problem.errors[0].code), (pointer, FieldCode::TooLong));
        // The writer was not asked: otherwise the submission would have a stored verdict.
        let asked = stage.get(&format!("/api/v1/submissions/{id}"), Some(&sam)).await;
        assert_eq!(asked.code(), Code::NotFound, "{pointer}");
    }
}
