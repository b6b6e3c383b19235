//! Councils that merge or are split: who acts for whom from which day, and who owns the projects.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{
    Code, Coordination, CouncilPeople, MAX_TAKEN_OVER, Me, Predecessor, State, TakenOver, Verdict, routes,
};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::reviews::{KIM, PAT};
use crate::test_registry::{ALEX, Answer, SAM, TestRegistry, edit, new_project};

/// Barchester, which becomes part of Casterbridge.
const OLD: &str = "BCH";
const NEW: &str = "CAS";

async fn name(stage: &TestRegistry, token: &str, code: &str, body: Value) -> Answer {
    let path = routes::with(routes::SUCCESSORS, &[code]);
    stage.ask(Method::PUT, &path, Some(token), body.to_string()).await
}

fn merger() -> Value {
    json!({"from": "2026-04-01", "successors": [{"council": NEW}]})
}

async fn take_over(stage: &TestRegistry, token: &str, projects: &[&str], team_only: bool) -> Answer {
    let body = json!({"from": OLD, "projects": projects, "team_only": team_only});
    stage.ask(Method::POST, &routes::with(routes::TAKE_OVER, &[NEW]), Some(token), body.to_string()).await
}

async fn councils(stage: &TestRegistry, email: &str) -> Vec<String> {
    let token = stage.sign_in(email).await;
    let me: Me = stage.get(routes::ME, Some(&token)).await.json();
    me.councils.iter().map(|at| format!("{} {}", at.council, at.role.as_str())).collect()
}

async fn predecessors(stage: &TestRegistry, token: &str) -> Vec<Predecessor> {
    let path = routes::with(routes::PEOPLE, &[NEW]);
    stage.get(&path, Some(token)).await.json::<CouncilPeople>().predecessors
}

async fn council_of(stage: &TestRegistry, token: &str, project: &str) -> String {
    let path = routes::with(routes::PROJECT, &[project]);
    stage.get(&path, Some(token)).await.json::<Value>()["body"]["council"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_merger_takes_people_and_projects_along_and_forgets_nothing() {
    let stage = TestRegistry::sample().await;
    let (sam, alex, kim, pat) = (
        stage.sign_in(SAM).await,
        stage.sign_in(ALEX).await,
        stage.sign_in(KIM).await,
        stage.sign_in(PAT).await,
    );
    let (open, ours) = (stage.new_id(), stage.new_id());
    stage.publish(&sam, new_project(&open, OLD, "Allotments")).await;
    let mut body = new_project(&ours, OLD, "A restructure");
    body["set"]["visibility"] = json!("team");
    stage.publish(&sam, body).await;
    let waits = stage.new_id();
    let sent = stage.put(&waits, &kim, &edit(&open, OLD, 1, json!({"reuse": "Ask us"}))).await;
    assert_eq!(sent.json::<Verdict>().state, State::InReview);

    let letters = stage.mails().len();
    assert_eq!(name(&stage, &pat, OLD, merger()).await.status, StatusCode::NO_CONTENT);
    let letters = stage.mails().split_off(letters);
    assert!(
        letters.len() == 2 && letters.iter().all(|letter| letter.contains("will replace")),
        "{letters:?}"
    );
    let queue: Coordination = stage.get(routes::COORDINATION, Some(&pat)).await.json();
    assert_eq!(queue.successions[0].council.as_str(), OLD);
    assert_eq!(queue.successions[0].successors[0].name, "Casterbridge District Council");

    // Until that day nothing changes.
    assert_eq!(councils(&stage, SAM).await, ["BCH lead"]);
    assert_eq!(predecessors(&stage, &alex).await, []);
    assert_eq!(take_over(&stage, &alex, &[&open], false).await.code(), Code::NotAllowed);

    stage.clock.turn(SignedDuration::from_hours(30 * 24));
    stage.registry.maintain().await.unwrap();
    assert_eq!(councils(&stage, SAM).await, ["BCH lead", "CAS contributor"]);
    let (sam, alex, kim) = (stage.sign_in(SAM).await, stage.sign_in(ALEX).await, stage.sign_in(KIM).await);
    let mut laptop = stage.mirror(Some(&alex));
    laptop.sync(&stage.registry, 1000).await;
    let offered = predecessors(&stage, &alex).await;
    assert!(offered[0].alone && offered[0].projects.iter().any(|project| project.title == "Allotments"));
    assert!(
        offered[0].projects.iter().all(|project| project.title != "A restructure"),
        "as little as may be read"
    );

    // Nobody else can take them over, and no other projects can be taken over.
    assert_eq!(take_over(&stage, &sam, &[&open], true).await.status, StatusCode::NOT_FOUND);
    let id = stage.new_id();
    let too_many = take_over(&stage, &alex, &vec![&*id; MAX_TAKEN_OVER + 1], false).await;
    assert_eq!(too_many.status, StatusCode::UNPROCESSABLE_ENTITY, "each holds the writer up");
    let taken: TakenOver = take_over(&stage, &alex, &[&id, &ours], false).await.json();
    assert_eq!(taken.projects, 0, "what can't be seen is not chosen by its id");
    let taken: TakenOver = take_over(&stage, &alex, &[&open], true).await.json();
    assert!(taken.projects >= 2);
    let again: TakenOver = take_over(&stage, &alex, &[&open], true).await.json();
    assert_eq!(again.projects, 0);
    assert_eq!(council_of(&stage, &alex, &open).await, NEW);
    assert_eq!(council_of(&stage, &alex, &ours).await, NEW, "its leads see what only a team can see");
    // Sam still keeps both projects and is in their teams.
    assert_eq!(council_of(&stage, &sam, &ours).await, NEW);
    let mut anew = stage.mirror(Some(&alex));
    anew.sync(&stage.registry, 7).await;
    assert!(anew.has("project", &ours) && anew.has(Kind::Review.as_str(), &waits));

    // Reviews wait for the new council, and edits written before the move still find their project.
    let body = json!({"kind": "review", "record": waits, "council": NEW, "base_version": 2,
                      "set": {"state": "published", "reason": ""}});
    let answer: Verdict = stage.put(&stage.new_id(), &alex, &body).await.json();
    assert_eq!(
        (answer.state, &answer.record["reuse"], &answer.record["council"]),
        (State::Published, &json!("Ask us"), &json!(NEW))
    );
    let late = edit(&open, OLD, 1, json!({"learned": "Ask early"}));
    let late: Verdict = stage.put(&stage.new_id(), &sam, &late).await.json();
    assert_eq!(late.state, State::InReview, "Sam is a contributor there");
    let mut laptop = stage.mirror(Some(&kim));
    laptop.sync(&stage.registry, 1000).await;

    // The history stays with the project, and its earlier versions name the old council.
    let path = routes::with(routes::COUNCIL_DATA, &[NEW]);
    let held: Value = stage.get(&path, Some(&alex)).await.json();
    let versions = held["history"].as_array().unwrap().iter().filter(|row| row["id"] == open.as_str());
    let councils_then: Vec<&Value> = versions.map(|row| &row["body"]["council"]).collect();
    assert_eq!(councils_then, [OLD, NEW]);
    let path = format!("{}?council={OLD}", routes::AUDIT);
    let acts = stage.get(&path, Some(&sam)).await;
    assert!(acts.text.contains("take_over") && acts.text.contains("name_successors"), "{}", acts.text);

    // A year of grace.
    stage.clock.turn(SignedDuration::from_hours(364 * 24));
    stage.registry.maintain().await.unwrap();
    assert_eq!(councils(&stage, SAM).await.len(), 2);
    stage.clock.turn(SignedDuration::from_hours(24));
    stage.registry.maintain().await.unwrap();
    assert_eq!(councils(&stage, SAM).await, <[&str; 0]>::default());
    assert_eq!(stage.registry.examine().await.unwrap(), []);
}

#[tokio::test]
async fn a_split_is_named_with_its_areas_and_can_be_taken_back() {
    let stage = TestRegistry::sample().await;
    let pat = stage.sign_in(PAT).await;
    let split = json!({"from": "2026-03-01", "successors": [
        {"council": NEW, "area": " North of the river "}, {"council": "HOL", "area": "South"}]});
    assert_eq!(name(&stage, &pat, OLD, split.clone()).await.status, StatusCode::NO_CONTENT);
    // The day has passed, so it counts immediately.
    let of_sam = councils(&stage, SAM).await;
    assert!(of_sam.contains(&"CAS contributor".to_owned()) && of_sam.len() == 3, "{of_sam:?}");
    let alex = stage.sign_in(ALEX).await;
    let offered = predecessors(&stage, &alex).await;
    assert_eq!((offered[0].area.as_str(), offered[0].alone), ("North of the river", false));
    let path = routes::with(routes::PEOPLE, &[NEW]);
    let domains = stage.get(&path, Some(&alex)).await.json::<CouncilPeople>().domains;
    let shared = domains.iter().find(|domain| domain.domain == "barchester.example").unwrap();
    assert_eq!(
        shared.until.unwrap().to_string(),
        "2027-03-02T09:00:00Z",
        "a year from now, and not from then"
    );

    // An import that does not know about the split leaves it in place.
    stage.registry.sample().await.unwrap();
    assert_eq!(predecessors(&stage, &alex).await.len(), 1);

    let nobody = json!({"from": "2026-04-01", "successors": []});
    assert_eq!(name(&stage, &pat, OLD, nobody).await.status, StatusCode::NO_CONTENT);
    assert_eq!(councils(&stage, SAM).await, ["BCH lead"]);
    assert_eq!(predecessors(&stage, &alex).await, []);
}

#[tokio::test]
async fn successors_that_can_not_be_are_refused() {
    let stage = TestRegistry::sample().await;
    let (pat, sam) = (stage.sign_in(PAT).await, stage.sign_in(SAM).await);
    assert_eq!(name(&stage, &sam, OLD, merger()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(name(&stage, &pat, "NONE", merger()).await.status, StatusCode::NOT_FOUND);
    let with = |successors: Value| json!({"from": "2026-04-01", "successors": successors});
    for (bad, says) in [
        (with(json!([{"council": OLD}])), "not the council itself"),
        (with(json!([{"council": NEW}, {"council": NEW}])), "each council once"),
        (with(json!([{"council": "NONE"}])), "no council with the code NONE"),
        (with(json!([{"council": NEW, "area": "x".repeat(201)}])), "The name of an area is too long"),
    ] {
        let answer = name(&stage, &pat, OLD, bad.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(answer.text.contains(says), "{}", answer.text);
    }
    assert_eq!(name(&stage, &pat, OLD, merger()).await.status, StatusCode::NO_CONTENT);
    let round = json!({"from": "2027-04-01", "successors": [{"council": OLD}]});
    let answer = name(&stage, &pat, NEW, round).await;
    assert!(answer.text.contains("already replaces"), "{}", answer.text);
}
