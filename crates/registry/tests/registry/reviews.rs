//! Submissions that are reviewed before they are published.

use guildhall_protocol::{AuditPage, Code, Review, ReviewOutcome, State, Verdict};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::second_factor;
use crate::test_registry::{ALEX, Answer, SAM, TestRegistry, edit, new_project};

pub(crate) const KIM: &str = "kim.digital@barchester.example";
pub(crate) const PAT: &str = "pat.hub@network.example";

/// The open reviews on a person's laptop.
async fn waiting(stage: &TestRegistry, token: &str) -> Vec<(String, u32, Review)> {
    let mut mirror = stage.mirror(Some(token));
    mirror.sync(&stage.registry, 1000).await;
    let reviews = mirror.records.values().filter(|line| line.kind == "review");
    reviews
        .map(|line| {
            let review = serde_json::from_value(Value::Object(line.body.clone().unwrap())).unwrap();
            (line.id.clone(), line.version, review)
        })
        .collect()
}

/// What a person was told about their submissions.
async fn told(stage: &TestRegistry, token: &str) -> Vec<ReviewOutcome> {
    let mut mirror = stage.mirror(Some(token));
    mirror.sync(&stage.registry, 1000).await;
    let told = mirror.records.values().filter(|line| line.kind == "submission");
    told.map(|line| serde_json::from_value(Value::Object(line.body.clone().unwrap())).unwrap()).collect()
}

async fn decide(
    stage: &TestRegistry,
    token: &str,
    (id, version): (&str, u32),
    state: &str,
    reason: &str,
) -> Answer {
    let body = json!({"kind": "review", "record": id, "council": "BCH", "base_version": version,
                      "set": {"state": state, "reason": reason}});
    stage.put(&stage.new_id(), token, &body).await
}

async fn send(stage: &TestRegistry, token: &str, body: &Value) -> (String, Verdict) {
    let id = stage.new_id();
    let answer = stage.put(&id, token, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    (id, answer.json())
}

#[tokio::test]
async fn an_editors_first_project_alone_waits_for_a_lead() {
    let stage = TestRegistry::sample().await;
    let (sam, kim, alex) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await, stage.sign_in(ALEX).await);
    stage.invite(&sam, "BCH", KIM, "editor").await;
    stage.accept_invitations(&kim).await;
    let record = stage.new_id();
    let body = new_project(&record, "BCH", "Allotments");
    let (id, verdict) = send(&stage, &kim, &body).await;
    assert_eq!((verdict.state, verdict.version), (State::InReview, 0));
    let again: Verdict = stage.put(&id, &kim, &body).await.json();
    assert_eq!(again.state, State::InReview, "a repeat gets the same verdict");
    let path = format!("/api/v1/projects/{record}");
    assert_eq!(stage.get(&path, Some(&sam)).await.code(), Code::NotFound);
    assert!(waiting(&stage, &alex).await.is_empty(), "another council's lead sees nothing of it");
    assert!(waiting(&stage, &kim).await.is_empty());

    let [(waits, version, review)] = &waiting(&stage, &sam).await[..] else { panic!("one waits") };
    assert_eq!((waits, review.email.as_str(), review.base_version), (&id, KIM, 0));
    assert_eq!(review.patch.set["title"], "Allotments");
    let answer = decide(&stage, &sam, (waits, *version), "published", "").await;
    let published: Verdict = answer.json();
    assert_eq!((published.state, published.version), (State::Published, 1));
    assert_eq!(published.record["owner"], json!(stage.person(&kim).await), "its author keeps it");
    assert_eq!(stage.get(&path, Some(&alex)).await.status, StatusCode::OK);
    assert!(waiting(&stage, &sam).await.is_empty());
    let [told] = &told(&stage, &kim).await[..] else { panic!("its author is told") };
    assert_eq!(
        (told.state, told.by.as_str(), told.project.as_str()),
        (State::Published, SAM, record.as_str())
    );

    let (_, next) = send(&stage, &kim, &new_project(&stage.new_id(), "BCH", "Beach huts")).await;
    assert_eq!(next.state, State::Published);
    // An editor may show their own work to more people, but not retire it. Only leads may show others' work to more
    // people.
    let narrow = edit(&record, "BCH", 1, json!({"visibility": "councils"}));
    assert_eq!(send(&stage, &kim, &narrow).await.1.state, State::Published);
    let widen = edit(&record, "BCH", 2, json!({"visibility": "public"}));
    assert_eq!(send(&stage, &kim, &widen).await.1.state, State::Published);
    let retire = edit(&record, "BCH", 3, json!({"phase": "retired"}));
    assert_eq!(send(&stage, &kim, &retire).await.1.state, State::InReview);
    let theirs = stage.new_id();
    let mut body = new_project(&theirs, "BCH", "Sam's");
    body["set"]["visibility"] = json!("councils");
    stage.publish(&sam, body).await;
    let widen = edit(&theirs, "BCH", 1, json!({"visibility": "public"}));
    assert_eq!(send(&stage, &kim, &widen).await.1.state, State::InReview);
}

#[tokio::test]
async fn a_reason_reaches_the_author_and_an_answer_is_given_once() {
    let stage = TestRegistry::sample().await;
    let (sam, kim) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await);
    let (id, _) = send(&stage, &kim, &new_project(&stage.new_id(), "BCH", "Allotments")).await;
    let without = decide(&stage, &sam, (&id, 1), "changes_requested", " ").await;
    assert_eq!(without.problem().errors[0].pointer, "/set/reason");
    let own = decide(&stage, &kim, (&id, 1), "published", "").await;
    assert_eq!(own.code(), Code::NotFound, "who may not decide does not see what waits");

    let back = decide(&stage, &sam, (&id, 1), "changes_requested", "Say who needs it").await;
    assert_eq!(back.json::<Verdict>().state, State::ChangesRequested);
    let late = decide(&stage, &sam, (&id, 1), "published", "").await;
    assert_eq!(late.code(), Code::NotFound, "it was answered already");
    let verdict: Verdict = stage.get(&format!("/api/v1/submissions/{id}"), Some(&kim)).await.json();
    assert_eq!((verdict.state, verdict.reason.as_str()), (State::ChangesRequested, "Say who needs it"));
    assert_eq!(told(&stage, &kim).await[0].reason, "Say who needs it");
    let audit = stage.get("/api/v1/audit?council=BCH", Some(&sam)).await.text;
    assert!(audit.contains("\"action\":\"return\"") && audit.contains("Say who needs it"), "{audit}");
    let log: AuditPage = serde_json::from_str(&audit).unwrap();
    let sent = log.entries.iter().find(|entry| entry.action == "ask_for_review").unwrap();
    assert!(sent.fields.is_empty(), "a new project changes no fields");
}

#[tokio::test]
async fn a_conflict_goes_back_to_its_author_with_theirs() {
    let stage = TestRegistry::sample().await;
    let (sam, kim) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await);
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let (id, _) = send(&stage, &kim, &edit(&record, "BCH", 1, json!({"title": "Kim's"}))).await;
    stage.publish(&sam, edit(&record, "BCH", 1, json!({"title": "Sam's"}))).await;
    let answer = decide(&stage, &sam, (&id, 1), "published", "").await;
    assert_eq!(answer.json::<Verdict>().state, State::ChangesRequested);
    let conflict = told(&stage, &kim).await.pop().unwrap().conflict.unwrap();
    assert_eq!((conflict.version, conflict.fields), (2, vec!["title".to_owned()]));
    assert_eq!(conflict.record["title"], "Sam's");
}

#[tokio::test]
async fn its_author_takes_it_back_while_it_waits() {
    let stage = TestRegistry::sample().await;
    let (sam, kim) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await);
    let (id, _) = send(&stage, &kim, &new_project(&stage.new_id(), "BCH", "Allotments")).await;
    let path = format!("/api/v1/submissions/{id}/withdraw");
    let withdrawn: Verdict = stage.ask(Method::POST, &path, Some(&kim), "").await.json();
    assert_eq!(withdrawn.state, State::Withdrawn);
    assert!(waiting(&stage, &sam).await.is_empty());
    assert_eq!(decide(&stage, &sam, (&id, 1), "published", "").await.code(), Code::NotFound);
}

#[tokio::test]
async fn an_overdue_review_goes_to_the_coordinators() {
    let stage = TestRegistry::sample().await;
    let (kim, pat) = (stage.sign_in(KIM).await, stage.sign_in(PAT).await);
    let (id, _) = send(&stage, &kim, &new_project(&stage.new_id(), "BCH", "Allotments")).await;
    assert!(waiting(&stage, &pat).await.is_empty(), "a council with a lead answers for itself");
    stage.registry.maintain().await.unwrap();
    assert!(stage.mails().is_empty());
    stage.clock.turn(SignedDuration::from_hours(7 * 24));
    for _ in 0..2 {
        stage.registry.maintain().await.unwrap();
    }
    let mails = stage.mails();
    assert_eq!(mails.len(), 2, "each lead once: {mails:?}");
    assert!(mails.iter().all(|mail| mail.contains("has been waiting for your review")));

    stage.clock.turn(SignedDuration::from_hours(7 * 24));
    stage.registry.maintain().await.unwrap();
    let pat = stage.sign_in(PAT).await;
    assert_eq!(waiting(&stage, &pat).await.len(), 1);
    let queue: Value = stage.get("/api/v1/coordination", Some(&pat)).await.json();
    assert_eq!(queue["overdue"], 1);
    let mut laptop = stage.mirror(Some(&pat));
    laptop.sync(&stage.registry, 1000).await;
    let answer = decide(&stage, &pat, (&id, 1), "published", "").await;
    assert_eq!(answer.json::<Verdict>().state, State::Published);
    laptop.sync(&stage.registry, 1000).await;
    assert_eq!(laptop.count("review"), 0, "the last one that waited leaves the laptop, too");
    let queue: Value = stage.get("/api/v1/coordination", Some(&pat)).await.json();
    assert_eq!((&queue["overdue"], &queue["week"]["new_projects"]), (&json!(0), &json!(1)));
}

/// Without a lead, coordinators decide. Once there is a lead again, they see nothing of it.
#[tokio::test]
async fn a_council_without_a_lead_is_the_coordinators() {
    let stage = TestRegistry::sample().await;
    let (kim, pat) = (stage.sign_in(KIM).await, stage.sign_in(PAT).await);
    send(&stage, &kim, &new_project(&stage.new_id(), "BCH", "Allotments")).await;
    let mut laptop = stage.mirror(Some(&pat));
    laptop.sync(&stage.registry, 1000).await;
    assert_eq!(laptop.count("review"), 0);
    let app = second_factor::enrol(&stage, &pat).await;
    // Long enough for every membership to lapse (90 days; coordinators 183).
    stage.clock.turn(SignedDuration::from_hours(200 * 24));
    stage.registry.maintain().await.unwrap();
    let pat = app.sign_in(&stage, PAT).await;
    assert_eq!(waiting(&stage, &pat).await.len(), 1);
    let queue: Value = stage.get("/api/v1/coordination", Some(&pat)).await.json();
    let codes: Vec<&Value> =
        queue["without_lead"].as_array().unwrap().iter().map(|c| &c["council"]).collect();
    assert!(codes.contains(&&json!("BCH")), "{queue}");
    // Sam is back, and still a lead.
    let sam = stage.sign_in(SAM).await;
    assert_eq!(waiting(&stage, &sam).await.len(), 1);
}
