//! Who acts for a council, and how they come to.

use guildhall_protocol::{Code, CouncilPeople, Device, Me, Role, routes};
use guildhall_registry::Reach;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::reviews::{KIM, PAT};
use crate::test_registry::{ALEX, SAM, TestRegistry, VISITOR};

async fn me(stage: &TestRegistry, token: &str) -> Me {
    stage.get("/api/v1/me", Some(token)).await.json()
}

async fn role(stage: &TestRegistry, token: &str) -> Option<Role> {
    me(stage, token).await.councils.first().map(|membership| membership.role)
}

async fn people(stage: &TestRegistry, token: &str) -> CouncilPeople {
    stage.get("/api/v1/councils/BCH/people", Some(token)).await.json()
}

async fn send(stage: &TestRegistry, method: Method, path: &str, token: &str, body: Value) -> StatusCode {
    stage.ask(method, path, Some(token), body.to_string()).await.status
}

#[tokio::test]
async fn the_first_person_leads_unconfirmed() {
    let stage = TestRegistry::sample().await;
    let below = Reach { below: true, anyway: false };
    let council = "WOS".parse().unwrap();
    assert!(stage.registry.add_domain_reaching("walmington.example", &council, below).await.unwrap());
    let first = stage.sign_in("first@mail.walmington.example").await;
    assert_eq!(role(&stage, &first).await, Some(Role::Lead), "below a known domain, at a dot");
    let second = stage.sign_in("second@walmington.example").await;
    assert_eq!(role(&stage, &second).await, Some(Role::Contributor));
    let stranger = stage.sign_in("someone@notwalmington.example").await;
    assert_eq!(role(&stage, &stranger).await, None);

    let pat = stage.sign_in(PAT).await;
    let queue: Value = stage.get("/api/v1/coordination", Some(&pat)).await.json();
    assert_eq!(queue["interim"][0]["email"], "first@mail.walmington.example");
    let person = stage.person(&first).await;
    let path = format!("/api/v1/councils/WOS/people/{person}");
    let lead = json!({"role": "lead"});
    assert_eq!(send(&stage, Method::PUT, &path, &first, lead.clone()).await, StatusCode::FORBIDDEN);
    assert_eq!(send(&stage, Method::PUT, &path, &pat, lead).await, StatusCode::NO_CONTENT);
    let queue: Value = stage.get("/api/v1/coordination", Some(&pat)).await.json();
    assert_eq!(queue["interim"], json!([]));
}

#[tokio::test]
async fn a_domain_covers_subdomains_only_if_set() {
    let stage = TestRegistry::sample().await;
    stage.registry.add_domain("walmington.example", &"WOS".parse().unwrap()).await.unwrap();
    let below = stage.sign_in("first@mail.walmington.example").await;
    assert_eq!(role(&stage, &below).await, None);
    let exact = stage.sign_in("first@walmington.example").await;
    assert_eq!(role(&stage, &exact).await, Some(Role::Lead));
}

#[tokio::test]
async fn the_longest_domain_counts() {
    let stage = TestRegistry::sample().await;
    stage.registry.add_domain("shared.example", &"BCH".parse().unwrap()).await.unwrap();
    stage.registry.add_domain("shared.example", &"CAS".parse().unwrap()).await.unwrap();
    let below = Reach { below: true, anyway: false };
    let council = "LLA".parse().unwrap();
    assert!(stage.registry.add_domain_reaching("one.shared.example", &council, below).await.unwrap());
    let codes = |me: Me| me.councils.iter().map(|at| at.council.to_string()).collect::<Vec<_>>().join(" ");
    let both = stage.sign_in("a@shared.example").await;
    assert_eq!(codes(me(&stage, &both).await), "BCH CAS");
    let one = stage.sign_in("b@x.one.shared.example").await;
    assert_eq!(codes(me(&stage, &one).await), "LLA");
    // Adding or removing a domain also affects people who are already known.
    stage.registry.add_domain("x.one.shared.example", &"BCH".parse().unwrap()).await.unwrap();
    assert_eq!(codes(me(&stage, &one).await), "BCH");
    stage.registry.remove_domain("x.one.shared.example", &"BCH".parse().unwrap()).await.unwrap();
    assert_eq!(codes(me(&stage, &one).await), "LLA");
}

#[tokio::test]
async fn a_lead_invites_someone_from_anywhere_and_removes_them_again() {
    let stage = TestRegistry::sample().await;
    let (sam, visitor) = (stage.sign_in(SAM).await, stage.sign_in(VISITOR).await);
    stage.invite(&sam, "BCH", &VISITOR.to_uppercase(), "editor").await;
    assert!(stage.mails()[0].contains(&format!("To: {VISITOR}\n")), "{:?}", stage.mails());
    let invited = me(&stage, &visitor).await.invitations;
    assert_eq!(
        (invited[0].council_name.as_str(), invited[0].invited_by.as_str()),
        ("Barchester City Council", SAM)
    );
    let path = format!("/api/v1/invitations/{}/answer", invited[0].id);
    let yes = json!({"accept": true});
    assert_eq!(send(&stage, Method::POST, &path, &sam, yes.clone()).await, StatusCode::NOT_FOUND);
    assert_eq!(send(&stage, Method::POST, &path, &visitor, yes).await, StatusCode::NO_CONTENT);
    assert_eq!(role(&stage, &visitor).await, Some(Role::Editor));

    let person = stage.person(&visitor).await;
    let mut laptop = stage.mirror(Some(&visitor));
    laptop.sync(&stage.registry, 1000).await;
    let path = format!("/api/v1/councils/BCH/people/{person}");
    assert_eq!(send(&stage, Method::DELETE, &path, &sam, json!(null)).await, StatusCode::NO_CONTENT);
    assert_eq!(role(&stage, &visitor).await, None);
    let read = stage.get(&format!("/api/v1/changes?after={}", laptop.cursor), Some(&visitor)).await;
    assert_eq!(read.code(), Code::ResyncRequired, "what may no longer be seen leaves the laptop");
}

#[tokio::test]
async fn who_was_removed_does_not_come_back_by_signing_in() {
    let stage = TestRegistry::sample().await;
    let (sam, kim) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await);
    let path = format!("/api/v1/councils/BCH/people/{}", stage.person(&kim).await);
    assert_eq!(send(&stage, Method::DELETE, &path, &sam, json!(null)).await, StatusCode::NO_CONTENT);
    let kim = stage.sign_in(KIM).await;
    assert_eq!(role(&stage, &kim).await, None);
    stage.invite(&sam, "BCH", KIM, "editor").await;
    stage.accept_invitations(&kim).await;
    assert_eq!(role(&stage, &kim).await, Some(Role::Editor));
}

#[tokio::test]
async fn a_councils_last_lead_stays() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let robin = stage.sign_in("robin.digital@barchester.example").await;
    let path = |person: &str| format!("/api/v1/councils/BCH/people/{person}");
    let (sams, robins) = (path(&stage.person(&sam).await), path(&stage.person(&robin).await));
    let editor = json!({"role": "editor"});
    assert_eq!(send(&stage, Method::PUT, &robins, &sam, editor.clone()).await, StatusCode::NO_CONTENT);
    for (method, body) in [(Method::PUT, editor), (Method::DELETE, json!(null))] {
        let answer = stage.ask(method, &sams, Some(&sam), body.to_string()).await;
        assert_eq!(answer.code(), Code::LastLead);
    }
    let leave = send(&stage, Method::DELETE, &robins, &robin, json!(null)).await;
    assert_eq!(leave, StatusCode::NO_CONTENT, "anyone else leaves when they like");
}

#[tokio::test]
async fn memberships_lapse_without_confirmation() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    stage.clock.turn(SignedDuration::from_hours(100 * 24));
    stage.session("robin.digital@barchester.example").await;
    stage.clock.turn(SignedDuration::from_hours(90 * 24));
    stage.registry.maintain().await.unwrap();
    let robin = stage.sign_in("robin.digital@barchester.example").await;
    let sams = people(&stage, &robin).await.people.into_iter().find(|person| person.email == SAM).unwrap();
    assert!(sams.lapsed && sams.role == Role::Lead, "{sams:?}");
    // Submissions on Sam's laptop wait until Sam has signed in again.
    assert_eq!(stage.get("/api/v1/me", Some(&sam)).await.code(), Code::SessionRevoked);
    let sam = stage.sign_in(SAM).await;
    assert_eq!(role(&stage, &sam).await, Some(Role::Lead));
}

#[tokio::test]
async fn an_unknown_domain_asks_and_a_coordinator_or_a_lead_answers() {
    let stage = TestRegistry::sample().await;
    let (sam, pat, visitor) =
        (stage.sign_in(SAM).await, stage.sign_in(PAT).await, stage.sign_in(VISITOR).await);
    let ask = json!({"council": "BCH", "evidence": "We run their website"});
    let path = "/api/v1/me/councils";
    let empty = json!({"council": "BCH", "evidence": " "});
    assert_eq!(send(&stage, Method::POST, path, &visitor, empty).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send(&stage, Method::POST, path, &visitor, ask.clone()).await, StatusCode::NO_CONTENT);
    assert_eq!(me(&stage, &visitor).await.asked.len(), 1);
    let queue: Value = stage.get("/api/v1/coordination", Some(&pat)).await.json();
    let asked = &queue["domains"][0];
    assert_eq!((&asked["domain"], &asked["added_by"]), (&json!("elsewhere.example"), &json!(VISITOR)));

    let path_of = "/api/v1/councils/BCH/domains/elsewhere.example";
    let all = json!({"answer": "domain"});
    assert_eq!(send(&stage, Method::PUT, path_of, &sam, all.clone()).await, StatusCode::FORBIDDEN);
    let person = json!({"answer": "person"});
    assert_eq!(send(&stage, Method::PUT, path_of, &sam, person).await, StatusCode::NO_CONTENT);
    assert_eq!(role(&stage, &visitor).await, Some(Role::Contributor));
    let other = stage.sign_in("other@elsewhere.example").await;
    assert_eq!(role(&stage, &other).await, None, "only who asked was let in");
    assert_eq!(send(&stage, Method::POST, path, &other, ask).await, StatusCode::NO_CONTENT);
    assert_eq!(send(&stage, Method::PUT, path_of, &pat, all).await, StatusCode::NO_CONTENT);
    assert_eq!(role(&stage, &other).await, Some(Role::Contributor));
    assert!(
        stage
            .mails()
            .iter()
            .filter(|mail| mail.contains("You can now act for") && mail.contains("because you asked to"))
            .count()
            == 2
    );
    let audit = stage.get("/api/v1/audit", Some(&pat)).await.text;
    assert!(audit.contains("\"action\":\"add_domain\"") && audit.contains(PAT), "{audit}");
}

#[tokio::test]
async fn a_lost_laptop_is_signed_out_from_another_one() {
    let stage = TestRegistry::sample().await;
    let on = |device: &'static str| {
        let stage = &stage;
        async move {
            let code = stage.registry.issue_code(SAM).await.unwrap();
            let body = json!({"email": SAM, "code": code, "device": device});
            let tokens: Value = stage.post("/api/v1/auth/email/verify", body).await.json();
            tokens
        }
    };
    let (lost, here) = (on("On the train").await, on("At\u{7} my desk").await);
    let access = |tokens: &Value| tokens["access_token"].as_str().unwrap().to_owned();
    let devices: Vec<Device> = stage.get("/api/v1/me/devices", Some(&access(&here))).await.json();
    assert_eq!(devices.len(), 2);
    let named: Vec<(&str, bool)> = devices.iter().map(|d| (d.name.as_str(), d.this)).collect();
    assert!(named.contains(&("On the train", false)) && named.contains(&("At my desk", true)), "{named:?}");
    let train = devices.iter().find(|device| !device.this).unwrap();
    let path = format!("/api/v1/me/devices/{}", train.id);
    let other = stage.sign_in(VISITOR).await;
    assert_eq!(send(&stage, Method::DELETE, &path, &other, json!(null)).await, StatusCode::NOT_FOUND);
    assert_eq!(
        send(&stage, Method::DELETE, &path, &access(&here), json!(null)).await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(stage.get("/api/v1/changes", Some(&access(&lost))).await.code(), Code::DeviceRevoked);
    let refresh = json!({"refresh_token": lost["refresh_token"]});
    assert_eq!(stage.post("/api/v1/auth/token", refresh).await.code(), Code::DeviceRevoked);
    assert_eq!(stage.get("/api/v1/me", Some(&access(&here))).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_lead_sees_the_teams_of_their_council() {
    let stage = TestRegistry::sample().await;
    let (sam, kim) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await);
    stage.check(&sam, "BCH", "none").await;
    let record = stage.new_id();
    let mut body = crate::test_registry::new_project(&record, "BCH", "Quiet");
    body["set"]["visibility"] = json!("team");
    stage.publish(&kim, body).await;
    let robin = stage.sign_in("robin.digital@barchester.example").await;
    let mut laptop = stage.mirror(Some(&robin));
    laptop.sync(&stage.registry, 1000).await;
    assert!(laptop.has("project", &record));
    // A person who no longer leads can no longer see it.
    let path = format!("/api/v1/councils/BCH/people/{}", stage.person(&robin).await);
    let editor = json!({"role": "editor"});
    assert_eq!(send(&stage, Method::PUT, &path, &sam, editor).await, StatusCode::NO_CONTENT);
    let project = format!("/api/v1/projects/{record}");
    assert_eq!(stage.get(&project, Some(&robin)).await.code(), Code::NotFound);
    let read = stage.get(&format!("/api/v1/changes?after={}", laptop.cursor), Some(&robin)).await;
    assert_eq!(read.code(), Code::ResyncRequired);
}

#[tokio::test]
async fn a_council_invites_only_so_many() {
    let stage = TestRegistry::sample().await;
    let (sam, alex) = (stage.sign_in(SAM).await, stage.sign_in(ALEX).await);
    let invite = async |token: &str, council: &str, n: u32| {
        let body = json!({"email": format!("new{n}@barchester.example"), "role": "editor"});
        let path = routes::with(routes::INVITATIONS, &[council]);
        send(&stage, Method::POST, &path, token, body).await
    };
    for n in 0..100 {
        assert_eq!(invite(&alex, "BCH", n).await, StatusCode::NOT_FOUND, "what is refused doesn't count");
        assert_eq!(invite(&sam, "BCH", n).await, StatusCode::NO_CONTENT);
    }
    stage.invite(&alex, "CAS", "new@casterbridge.example", "editor").await;
    assert_eq!(invite(&sam, "BCH", 100).await, StatusCode::TOO_MANY_REQUESTS);
    stage.clock.turn(SignedDuration::from_mins(2));
    assert_eq!(invite(&sam, "BCH", 101).await, StatusCode::NO_CONTENT);
}
