//! Exporting and erasing the data about a person or a council.

use guildhall_protocol::{Project, routes};
use guildhall_registry::History;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::reviews::KIM;
use crate::test_registry::{ALEX, Answer, Mirror, SAM, TestRegistry, edit, new_project};

const ROBIN: &str = "robin.digital@barchester.example";
/// A fictional name that the tests search for.
const NAME: &str = "Sam Quillfeather";
const LAPTOP: &str = "Quillfeather's laptop";
const TEAM: &str = "team@barchester.example";

fn contact(mailbox: &str, name: &str) -> Value {
    json!({"contact": {"mailbox": mailbox, "name": name}})
}

/// Signs in on a laptop with this name.
async fn sign_in_on(stage: &TestRegistry, email: &str, device: &str) -> String {
    let code = stage.registry.issue_code(email).await.unwrap();
    let body = json!({"email": email, "code": code, "device": device});
    let tokens: Value = stage.post(routes::AUTH_EMAIL_VERIFY, body).await.json();
    tokens["access_token"].as_str().unwrap().to_owned()
}

async fn erase(stage: &TestRegistry, token: &str, names: &[&str]) -> Answer {
    stage.ask(Method::DELETE, routes::ME, Some(token), json!({"names": names}).to_string()).await
}

fn project(mirror: &Mirror, id: &str) -> Project {
    let line = &mirror.records[&("project".to_owned(), id.to_owned())];
    serde_json::from_value(Value::Object(line.body.clone().unwrap())).unwrap()
}

struct Trail {
    sam: String,
    robin: String,
    person: String,
    /// A project with Sam as its contact.
    own: String,
    /// A project with a team as its contact, under Sam's name.
    team: String,
    /// Another council's project, whose contact has the same name.
    other: String,
}

/// Puts Sam's name and address wherever someone can put them.
async fn leave_trail(stage: &TestRegistry) -> Trail {
    let sam = sign_in_on(stage, SAM, LAPTOP).await;
    let (robin, kim) = (stage.sign_in(ROBIN).await, stage.sign_in(KIM).await);
    let alex = stage.sign_in(ALEX).await;
    let [own, team, other, waits] = [(); 4].map(|()| stage.new_id());
    stage.publish(&sam, new_project(&own, "BCH", "Bins")).await;
    stage.publish(&sam, edit(&own, "BCH", 1, contact(SAM, NAME))).await;
    stage.publish(&sam, edit(&own, "BCH", 2, json!({"reuse": "Weekly"}))).await;
    stage.publish(&robin, new_project(&team, "BCH", "Parks")).await;
    stage.publish(&robin, edit(&team, "BCH", 1, contact(TEAM, NAME))).await;
    stage.publish(&alex, new_project(&other, "CAS", "Trees")).await;
    stage.publish(&alex, edit(&other, "CAS", 1, contact("trees@casterbridge.example", NAME))).await;
    // Robin's change is merged with Sam's, and the answer names Sam.
    stage.publish(&sam, edit(&team, "BCH", 2, json!({"reuse": "Ask away"}))).await;
    let merged = stage.publish(&robin, edit(&team, "BCH", 2, json!({"problem": "They are full"}))).await;
    assert_eq!(merged.merged_with.unwrap().by, SAM);
    // Kim's submission waits with Sam as its contact; Sam answers another review; someone invites Sam.
    let mut body = new_project(&waits, "BCH", "Allotments");
    body["set"]["contact"] = contact(SAM, NAME)["contact"].clone();
    stage.publish(&kim, body).await;
    let returned = stage.new_id();
    let submission = stage.new_id();
    stage.put(&submission, &kim, &new_project(&returned, "BCH", "Ponds")).await;
    let answer = json!({"kind": "review", "record": submission, "council": "BCH", "base_version": 1,
                        "set": {"state": "changes_requested", "reason": "Say where"}});
    stage.publish(&sam, answer).await;
    stage.invite(&alex, "CAS", SAM, "editor").await;
    let person = stage.person(&sam).await;
    Trail { sam, robin, person, own, team, other }
}

fn says(stored: &[u8], what: &str) -> bool {
    let what = what.to_lowercase().into_bytes();
    stored.to_ascii_lowercase().windows(what.len()).any(|window| window == what)
}

#[tokio::test]
async fn an_erasure_leaves_no_trace_of_the_person() {
    let stage = TestRegistry::sample().await;
    let trail = leave_trail(&stage).await;
    let mut before = stage.mirror(Some(&trail.robin));
    before.sync(&stage.registry, 1000).await;
    for what in [SAM, NAME, LAPTOP] {
        assert!(says(&stage.everything_stored().await, what), "{what}");
    }

    let too_many = vec!["Sam"; 11];
    assert_eq!(erase(&stage, &trail.sam, &too_many).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(erase(&stage, &trail.sam, &[NAME]).await.status, StatusCode::NO_CONTENT);
    assert_eq!(stage.get(routes::ME, Some(&trail.sam)).await.status, StatusCode::UNAUTHORIZED);

    // Laptops keep reading, and the digest is right.
    before.sync(&stage.registry, 1000).await;
    let own = project(&before, &trail.own);
    assert_eq!(
        (own.contact.mailbox.as_str(), own.contact.name.as_str(), own.title.as_str()),
        ("", "", "Bins")
    );
    let team = project(&before, &trail.team);
    assert_eq!((team.contact.mailbox.as_str(), team.contact.name.as_str()), (TEAM, ""));
    assert_eq!(project(&before, &trail.other).contact.name, NAME, "who may not write there has no say there");
    assert_eq!(stage.registry.examine().await.unwrap(), []);

    let stored = stage.everything_stored().await;
    for what in [SAM, LAPTOP] {
        assert!(!says(&stored, what), "{what} is still stored");
    }
    // The log of what they did remains, under an id that belongs to nobody.
    assert!(says(&stored, &trail.person));
    // Only the other council's contact still has that name.
    let alex = stage.sign_in(ALEX).await;
    let other = edit(&trail.other, "CAS", 2, contact("trees@casterbridge.example", ""));
    stage.publish(&alex, other).await;
    let history = stage.database().await;
    let named: Vec<String> = sqlx::query_scalar("SELECT id FROM history WHERE body LIKE '%Quillfeather%'")
        .fetch_all(&history)
        .await
        .unwrap();
    assert_eq!(named, [trail.other], "the version that named someone else");

    // Someone new, with the same address.
    let again = stage.sign_in(SAM).await;
    assert_ne!(stage.person(&again).await, trail.person);
}

#[tokio::test]
async fn restoring_an_older_backup_repeats_erasures() {
    let stage = TestRegistry::sample().await;
    let trail = leave_trail(&stage).await;
    let [first, second] = ["first", "second"].map(|name| stage.folder.path().join("backups").join(name));
    std::fs::create_dir(first.parent().unwrap()).unwrap();
    stage.registry.back_up(&first).await.unwrap();
    erase(&stage, &trail.sam, &[NAME]).await;
    // Writes the erasure list beside both backups.
    stage.registry.back_up(&second).await.unwrap();
    assert!(says(&std::fs::read(&first).unwrap(), SAM), "a backup is left as it is");

    let restored = TestRegistry::restored(&first, History::New).await;
    assert!(!says(&restored.everything_stored().await, SAM));
    assert_eq!(restored.get(routes::ME, Some(&trail.sam)).await.status, StatusCode::UNAUTHORIZED);
    let mut mirror = restored.mirror(Some(&trail.robin));
    mirror.sync(&restored.registry, 1000).await;
    assert_eq!(project(&mirror, &trail.team).contact.name, "");
    assert_eq!(restored.registry.examine().await.unwrap(), []);
}

#[tokio::test]
async fn an_export_has_all_of_one_person_and_no_other() {
    let stage = TestRegistry::sample().await;
    let trail = leave_trail(&stage).await;
    let answer = stage.get(routes::MY_DATA, Some(&trail.sam)).await;
    let data: Value = answer.json();
    assert_eq!(data["people"][0]["email"], SAM);
    assert_eq!(data["memberships"][0]["council"], "BCH");
    assert_eq!(data["invitations"][0]["council"], "CAS");
    assert_eq!(data["sessions"][0]["device"], LAPTOP);
    let rows = |table: &str| data[table].as_array().unwrap().len();
    assert_eq!(rows("submissions"), 5);
    assert!(rows("audit") >= 5, "{}", data["audit"]);
    let named = data["records_with_your_address"].as_array().unwrap();
    assert!(named.contains(&json!({"kind": "project", "id": trail.own})), "{named:?}");
    for other in [ROBIN, KIM, ALEX, "gha_", "ghr_", "hash"] {
        assert!(!answer.text.contains(other), "{other}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_lead_gets_all_that_is_held_on_the_council() {
    let stage = TestRegistry::sample().await;
    let trail = leave_trail(&stage).await;
    let of = |council: &str| routes::with(routes::COUNCIL_DATA, &[council]);
    let data: Value = stage.get(&of("BCH"), Some(&trail.robin)).await.json();
    let ids = |table: &str, kind: &str| -> Vec<String> {
        let rows = data[table].as_array().unwrap().iter().filter(|row| row["kind"] == kind);
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let projects = ids("records", "project");
    assert!(projects.contains(&trail.own) && projects.contains(&trail.team));
    assert!(!projects.contains(&trail.other));
    assert_eq!(ids("records", "council"), ["BCH"]);
    assert_eq!(ids("records", "review").len(), 1, "what waits for an answer");
    assert!(ids("history", "project").contains(&trail.own));
    let people = data["people"].as_array().unwrap();
    assert!(people.iter().any(|person| person["email"] == SAM));
    assert_eq!(stage.get(&of("CAS"), Some(&trail.robin)).await.status, StatusCode::NOT_FOUND);
}
