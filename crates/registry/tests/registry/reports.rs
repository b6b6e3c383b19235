//! Reports of what is wrong with a project, and deleting one permanently.

use guildhall_protocol::{Code, Coordination, CouncilPeople, ReportReason, State, routes};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::reviews::{KIM, PAT};
use crate::test_registry::{ALEX, Answer, SAM, TestRegistry, edit, new_project};

async fn report(stage: &TestRegistry, token: Option<&str>, project: &str, text: &str) -> Answer {
    let path = routes::with(routes::REPORTS, &[project]);
    stage.ask(Method::POST, &path, token, json!({"why": "duplicate", "text": text}).to_string()).await
}

async fn purge(stage: &TestRegistry, token: &str, project: &str, reason: &str) -> Answer {
    let path = routes::with(routes::PROJECT, &[project]);
    stage.ask(Method::DELETE, &path, Some(token), json!({"reason": reason}).to_string()).await
}

#[tokio::test]
async fn anyone_reports_a_project_and_its_leads_close_it() {
    let stage = TestRegistry::sample().await;
    let (sam, alex, pat) = (stage.sign_in(SAM).await, stage.sign_in(ALEX).await, stage.sign_in(PAT).await);
    let project = stage.new_id();
    stage.publish(&sam, new_project(&project, "BCH", "Bins")).await;
    assert_eq!(report(&stage, None, &project, " ").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(report(&stage, None, &project, "It is in twice").await.status, StatusCode::NO_CONTENT);
    stage.clock.turn(SignedDuration::from_secs(1));
    assert_eq!(
        report(&stage, Some(&alex), &project, "Ours is the same").await.status,
        StatusCode::NO_CONTENT
    );
    assert!(stage.mails().iter().any(|mail| mail.starts_with(&format!(
        "To: {SAM}\nSubject: Someone reported a problem with a project of Barchester"
    ))));

    let of_council = routes::with(routes::PEOPLE, &["BCH"]);
    let people: CouncilPeople = stage.get(&of_council, Some(&sam)).await.json();
    let told: Vec<_> = people
        .reports
        .iter()
        .map(|told| (told.title.as_str(), told.by.as_str(), told.text.as_str()))
        .collect();
    assert_eq!(told, [("Bins", "", "It is in twice"), ("Bins", ALEX, "Ours is the same")]);
    assert!(people.reports.iter().all(|told| told.why == ReportReason::Duplicate));
    let queue: Coordination = stage.get(routes::COORDINATION, Some(&pat)).await.json();
    assert_eq!(queue.reports, people.reports);

    let one = routes::with(routes::REPORT, &[&people.reports[0].id.to_string()]);
    assert_eq!(stage.ask(Method::DELETE, &one, Some(&alex), "").await.code(), Code::NotFound);
    assert_eq!(stage.ask(Method::DELETE, &one, Some(&sam), "").await.status, StatusCode::NO_CONTENT);
    let queue: Coordination = stage.get(routes::COORDINATION, Some(&pat)).await.json();
    assert_eq!(queue.reports.len(), 1);
}

#[tokio::test]
async fn a_purged_project_is_gone_with_its_history_for_good() {
    const WORDS: &str = "quillfeathers and zebras";
    let stage = TestRegistry::sample().await;
    let (sam, kim, pat) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await, stage.sign_in(PAT).await);
    let project = stage.new_id();
    let (first, body) = (stage.new_id(), new_project(&project, "BCH", WORDS));
    assert_eq!(stage.put(&first, &sam, &body).await.status, StatusCode::OK);
    stage.publish(&sam, edit(&project, "BCH", 1, json!({"problem": WORDS}))).await;
    let waits = stage.publish(&kim, edit(&project, "BCH", 2, json!({"reuse": WORDS}))).await;
    assert_eq!(waits.state, State::InReview);
    report(&stage, None, &project, WORDS).await;
    let mut mirror = stage.mirror(Some(&sam));
    mirror.sync(&stage.registry, 1000).await;

    assert_eq!(purge(&stage, &kim, &project, "It names someone").await.code(), Code::NotAllowed);
    assert_eq!(purge(&stage, &pat, &project, " ").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(purge(&stage, &pat, &project, "It names someone").await.status, StatusCode::NO_CONTENT);
    mirror.sync(&stage.registry, 1000).await;
    assert!(!mirror.has("project", &project) && mirror.count("review") == 0);
    let stored = stage.everything_stored().await;
    assert!(!stored.windows(WORDS.len()).any(|window| window == WORDS.as_bytes()));
    assert_eq!(stage.registry.examine().await.unwrap(), []);
    let removed = format!("To: {SAM}\nSubject: “");
    assert!(stage.mails().iter().any(|mail| mail.starts_with(&removed) && mail.contains("It names someone")));
    let mut told = stage.mirror(Some(&kim));
    told.sync(&stage.registry, 1000).await;
    assert_eq!(told.count("submission"), 1, "what waited was answered");

    // Nothing brings it back: no repeat, no edit, and no new submission with its id.
    stage.put(&first, &sam, &body).await;
    assert_eq!(stage.put(&stage.new_id(), &sam, &body).await.code(), Code::NotAllowed);
    let change = edit(&project, "BCH", 2, json!({"title": "Again"}));
    assert_eq!(stage.put(&stage.new_id(), &sam, &change).await.code(), Code::NotFound);
    assert_eq!(
        stage.get(&routes::with(routes::PROJECT, &[&project]), Some(&sam)).await.code(),
        Code::NotFound
    );
}

#[tokio::test]
async fn a_coordinator_reads_team_projects_with_a_reason() {
    let stage = TestRegistry::sample().await;
    let (sam, pat) = (stage.sign_in(SAM).await, stage.sign_in(PAT).await);
    let id = stage.new_id();
    let mut body = new_project(&id, "BCH", "A restructure");
    body["set"]["visibility"] = json!("team");
    stage.publish(&sam, body).await;
    let path = routes::with(routes::PROJECT, &[&id]);
    assert_eq!(stage.get(&path, Some(&pat)).await.status, StatusCode::NOT_FOUND);
    let path = routes::with(routes::PROJECT_READ, &[&id]);
    let read = async |token, reason: &str| {
        stage.ask(Method::POST, &path, Some(token), json!({"reason": reason}).to_string()).await
    };
    assert_eq!(read(&pat, " ").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let letters = stage.mails().len();
    let reason = "Somebody says that it names a resident";
    let shown = read(&pat, reason).await;
    assert_eq!(shown.json::<Value>()["body"]["title"], "A restructure", "{}", shown.text);
    let letters = stage.mails().split_off(letters);
    assert!(letters.iter().any(|letter| letter.starts_with(&format!("To: {SAM}"))), "{letters:?}");
    assert!(letters.iter().all(|letter| letter.contains(reason) && letter.contains(PAT)), "{letters:?}");
    let acts = stage.get(&format!("{}?council=BCH", routes::AUDIT), Some(&sam)).await;
    assert!(acts.text.contains("read_team") && acts.text.contains(reason), "{}", acts.text);

    // Its leads may read it without an entry in the log.
    let letters = stage.mails().len();
    assert_eq!(read(&sam, "").await.status, StatusCode::OK);
    assert_eq!(stage.mails().len(), letters);
    // It was read once: no laptop receives it.
    let mut mirror = stage.mirror(Some(&pat));
    mirror.sync(&stage.registry, 1000).await;
    assert!(!mirror.has("project", &id));
}

#[tokio::test]
async fn many_reports_make_few_emails() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let project = stage.new_id();
    stage.publish(&sam, new_project(&project, "BCH", "Bins")).await;
    let letters = |subject: &str| {
        let subject = format!("To: {SAM}\nSubject: {subject}\n");
        stage.mails().iter().filter(|mail| mail.starts_with(&subject)).count()
    };
    for n in 0..30 {
        assert_eq!(report(&stage, None, &project, &format!("{n}")).await.status, StatusCode::NO_CONTENT);
        stage.clock.turn(SignedDuration::from_mins(1));
    }
    assert_eq!(
        letters("Someone reported a problem with a project of Barchester City Council"),
        1,
        "the first one, at once"
    );
    stage.registry.send_report_letters().await.unwrap();
    assert_eq!(letters("29 reported problems with projects of Barchester City Council"), 0, "not yet");
    stage.clock.turn(SignedDuration::from_mins(30));
    stage.registry.send_report_letters().await.unwrap();
    stage.registry.send_report_letters().await.unwrap();
    assert_eq!(
        letters("29 reported problems with projects of Barchester City Council"),
        1,
        "the others together"
    );
    stage.clock.turn(SignedDuration::from_hours(1));
    stage.registry.send_report_letters().await.unwrap();
    let to_sam = stage.mails().iter().filter(|mail| mail.starts_with(&format!("To: {SAM}\n"))).count();
    assert_eq!(to_sam, 2, "and nothing where there is nothing new");
}
