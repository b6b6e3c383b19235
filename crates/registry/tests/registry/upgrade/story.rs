//! A registry with rows in every table, made by the current code: the content of a fixture.

use guildhall_protocol::{CouncilPeople, Me, Verdict, routes, sign_in::challenge};
use guildhall_registry::Setting;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::second_factor;
use crate::test_registry::{TestRegistry, edit, new_project};

/// A lead, whose session the upgrade tests continue.
pub(super) const ANN: &str = "ann@council-one.example";
/// A lead of another council.
const BEN: &str = "ben@council-two.example";
/// Sends submissions that are reviewed.
const CAT: &str = "cat@council-one.example";
/// The first person at a council.
const DAN: &str = "dan@council-three.example";
/// Erased at their own request.
const EVE: &str = "eve@council-two.example";
/// A coordinator.
pub(super) const PAT: &str = "pat@hub.example";
/// Has asked to act for a council.
const GUS: &str = "gus@shared-service.example";

const ONE: &str = "GEN001";
const TWO: &str = "GEN002";
const THREE: &str = "GEN003";

/// Ann's refresh token and last cursor.
pub(super) struct Told {
    pub(super) refresh_token: String,
    pub(super) cursor: String,
}

/// Fills the registry.
pub(super) async fn tell(stage: &TestRegistry) -> Told {
    begin(stage).await;
    let (_, ann) = signed_in(stage, ANN, "Ann's laptop").await;
    let (_, ben) = signed_in(stage, BEN, "Ben's laptop").await;
    let (_, cat) = signed_in(stage, CAT, "").await;
    signed_in(stage, DAN, "Dan's laptop").await;
    publish(stage, &ann, &ben).await;
    check(stage, &ann, &cat).await;
    people(stage, &ann).await;
    erase(stage, &ben).await;
    // More than a working week later: reviewers are reminded.
    stage.clock.turn(SignedDuration::from_hours(8 * 24));
    stage.registry.maintain().await.unwrap();
    coordinate(stage).await;
    provider(stage).await;
    let (refresh_token, ann) = signed_in(stage, ANN, "Ann's new laptop").await;
    let mut mirror = stage.mirror(Some(&ann));
    mirror.sync(&stage.registry, 1000).await;
    Told { refresh_token, cursor: mirror.cursor }
}

/// The refresh and access token.
async fn signed_in(stage: &TestRegistry, email: &str, device: &str) -> (String, String) {
    let code = stage.registry.issue_code(email).await.unwrap();
    let body = json!({"email": email, "code": code, "device": device});
    let tokens: Value = stage.post(routes::AUTH_EMAIL_VERIFY, body).await.json();
    let token = |name: &str| tokens[name].as_str().unwrap().to_owned();
    (token("refresh_token"), token("access_token"))
}

async fn done(stage: &TestRegistry, method: Method, path: &str, token: Option<&str>, body: Value) {
    let answer = stage.ask(method, path, token, body.to_string()).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text);
}

async fn begin(stage: &TestRegistry) {
    let registry = &stage.registry;
    registry.generate(6, 8).await.unwrap();
    for setting in Setting::ALL {
        // Set last, so that leads by then get their time.
        let value = match setting {
            Setting::SecondFactor | Setting::SecondFactorDays => continue,
            Setting::Contact => "help@guildhall.example".to_owned(),
            Setting::Address => "https://guildhall.example".to_owned(),
            Setting::SearchEngines => "no".to_owned(),
            _ => format!("The {} of a fixture", setting.as_str()),
        };
        registry.set(setting, &value).await.unwrap();
    }
    for (domain, council) in
        [("council-one.example", ONE), ("council-two.example", TWO), ("council-three.example", THREE)]
    {
        registry.add_domain(domain, &council.parse().unwrap()).await.unwrap();
    }
    for (email, council) in [(ANN, ONE), (BEN, TWO)] {
        registry.add_lead(email, &council.parse().unwrap()).await.unwrap();
    }
    registry.set_coordinator(PAT, true).await.unwrap();
}

fn all_fields() -> Value {
    json!({"title": "Missed bins — “what’s next?”", "summary": "One place\nto say so", "why": "Calls cost £4",
        "problem": "People ring us", "phase": "beta", "phase_dates": {"alpha": {"started": "2025-01-06", "ended": "2025-06-30"},
        "beta": {"started": "2025-07-01"}}, "learned": "It's the map", "approach": "buy", "product": "Binboard",
        "supplier": "Tidy Ltd", "contract_ends": "2027-03-31", "collaboration": "looking_for_partners",
        "budget_band": "from10k_to50k", "contact": {"mailbox": "team@council-one.example", "name": "The bins team"},
        "lang": "cy", "licence": "MIT", "reuse": "Copy it", "visibility": "public",
        "wanted": [{"kind": "research", "what": "Interviews", "by": "2026-06-01"}]})
}

async fn publish(stage: &TestRegistry, ann: &str, ben: &str) {
    let [bins, trees, ours, wrong] = [(); 4].map(|()| stage.new_id());
    let mut body = new_project(&bins, ONE, "Bins");
    body["set"] = all_fields();
    body["add"] = json!({"tags": ["waste", "maps"], "services": [524],
        "needs": [{"id": stage.new_id(), "as_a": "resident", "i_need": "say that my bin was missed",
                   "so_that": "it is fetched", "evidence": "400 calls a week"}],
        "links": [{"id": stage.new_id(), "kind": "repository", "url": "https://code.example/bins", "label": "Code"}]});
    let sent = stage.publish(ann, body.clone()).await;
    assert_eq!(sent.version, 1);
    stage.publish(ann, edit(&bins, ONE, 1, json!({"learned": "It is the map, and the street"}))).await;
    // Merged, refused as a conflict, and refused as invalid.
    let merged = stage.publish(ann, edit(&bins, ONE, 1, json!({"summary": "One place to say so"}))).await;
    assert!(merged.merged_with.is_some());
    for set in [json!({"learned": "Nothing"}), json!({"title": ""})] {
        let answer = stage.put(&stage.new_id(), ann, &edit(&bins, ONE, 1, set)).await;
        assert!(answer.status.is_client_error(), "{}", answer.text);
    }
    stage.publish(ben, new_project(&trees, TWO, "Trees")).await;
    stage.publish(ben, edit(&trees, TWO, 1, json!({"visibility": "members"}))).await;
    // Narrowed to the team, which leaves a tombstone.
    stage.publish(ann, new_project(&ours, ONE, "A restructure")).await;
    stage.publish(ann, edit(&ours, ONE, 1, json!({"visibility": "team"}))).await;
    // Reported, and permanently deleted.
    stage.publish(ann, new_project(&wrong, ONE, "It names someone")).await;
    let purge = json!({"reason": "It names someone"});
    done(stage, Method::DELETE, &routes::with(routes::PROJECT, &[&wrong]), Some(ann), purge).await;
    let reports = routes::with(routes::REPORTS, &[&bins]);
    done(stage, Method::POST, &reports, None, json!({"why": "duplicate", "text": "It is in twice"})).await;
    stage.clock.turn(SignedDuration::from_secs(1));
    done(stage, Method::POST, &reports, Some(ben), json!({"why": "problem", "text": "The link is dead"}))
        .await;
    let people: CouncilPeople = stage.get(&routes::with(routes::PEOPLE, &[ONE]), Some(ann)).await.json();
    let report = people.reports[0].id.to_string();
    done(stage, Method::DELETE, &routes::with(routes::REPORT, &[&report]), Some(ann), Value::Null).await;
}

/// Cat's submissions: published, sent back, declined, withdrawn and waiting.
async fn check(stage: &TestRegistry, ann: &str, cat: &str) {
    for (title, state) in [
        ("Allotments", "published"),
        ("Ponds", "changes_requested"),
        ("Parks", "declined"),
        ("Paths", "withdrawn"),
        ("Piers", ""),
    ] {
        let id = stage.new_id();
        let sent = stage.put(&id, cat, &new_project(&stage.new_id(), ONE, title)).await;
        assert_eq!(sent.json::<Verdict>().state.as_str(), "in_review");
        match state {
            "" => {}
            "withdrawn" => {
                let path = format!("/api/v1/submissions/{id}/withdraw");
                done(stage, Method::POST, &path, Some(cat), Value::Null).await;
            }
            state => {
                let answer = json!({"kind": "review", "record": id, "council": ONE, "base_version": 1,
                                    "set": {"state": state, "reason": format!("It is {state}")}});
                stage.publish(ann, answer).await;
            }
        }
    }
}

/// Invitations in each state, a signed-out laptop, and the council's settings.
async fn people(stage: &TestRegistry, ann: &str) {
    stage.check(ann, ONE, "all").await;
    for (name, accept) in [("fay", Some(true)), ("hal", Some(false)), ("ida", None), ("jon", None)] {
        let email = format!("{name}@contractor.example");
        stage.invite(ann, ONE, &email, "editor").await;
        if let Some(accept) = accept {
            let (_, token) = signed_in(stage, &email, "").await;
            let me: Me = stage.get(routes::ME, Some(&token)).await.json();
            let path = routes::with(routes::INVITATION_ANSWER, &[&me.invitations[0].id.to_string()]);
            done(stage, Method::POST, &path, Some(&token), json!({"accept": accept})).await;
        }
    }
    let people: CouncilPeople = stage.get(&routes::with(routes::PEOPLE, &[ONE]), Some(ann)).await.json();
    let taken_back = people.invitations.iter().find(|open| open.email.starts_with("jon")).unwrap();
    let path = routes::with(routes::INVITATION, &[&taken_back.id.to_string()]);
    done(stage, Method::DELETE, &path, Some(ann), Value::Null).await;

    let (refresh_token, old) = signed_in(stage, ANN, "Ann's old laptop").await;
    let refreshed = stage.post(routes::AUTH_TOKEN, json!({"refresh_token": refresh_token})).await;
    assert!(refreshed.status.is_success() && stage.get(routes::ME, Some(&old)).await.status.is_success());
    let devices: Value = stage.get(routes::DEVICES, Some(ann)).await.json();
    let lost =
        devices.as_array().unwrap().iter().find(|device| device["name"] == "Ann's old laptop").unwrap();
    let path = routes::with(routes::DEVICE, &[lost["id"].as_str().unwrap()]);
    done(stage, Method::DELETE, &path, Some(ann), Value::Null).await;
}

async fn erase(stage: &TestRegistry, ben: &str) {
    let (_, eve) = signed_in(stage, EVE, "Eve's laptop").await;
    stage.check(ben, TWO, "none").await;
    let mut body = new_project(&stage.new_id(), TWO, "Hedges");
    body["set"]["contact"] = json!({"mailbox": EVE, "name": "Eve Quillfeather"});
    stage.publish(&eve, body).await;
    done(stage, Method::DELETE, routes::ME, Some(&eve), json!({"names": ["Eve Quillfeather"]})).await;
}

/// A request for a council, a merger, a reading with a reason, and an unused code.
async fn coordinate(stage: &TestRegistry) {
    let (_, gus) = signed_in(stage, GUS, "").await;
    let ask = json!({"council": THREE, "evidence": "We run their website"});
    done(stage, Method::POST, routes::ASK_FOR_COUNCIL, Some(&gus), ask).await;
    let (_, pat) = signed_in(stage, PAT, "Pat's laptop").await;
    let merger = json!({"from": "2026-03-09", "successors": [{"council": "GEN006", "area": "All of it"}]});
    done(stage, Method::PUT, &routes::with(routes::SUCCESSORS, &["GEN005"]), Some(&pat), merger).await;
    stage.registry.add_lead("kit@council-six.example", &"GEN006".parse().unwrap()).await.unwrap();
    let (_, kit) = signed_in(stage, "kit@council-six.example", "").await;
    let take = json!({"from": "GEN005", "projects": [], "team_only": false});
    done(stage, Method::POST, &routes::with(routes::TAKE_OVER, &["GEN006"]), Some(&kit), take).await;
    stage.registry.issue_code("lea@council-one.example").await.unwrap();
    stage.registry.set(Setting::SecondFactorDays, "60").await.unwrap();
    stage.registry.set(Setting::SecondFactor, "leads").await.unwrap();
    // A second factor in use, with a used recovery code, and a pending one.
    let app = second_factor::enrol(stage, &gus).await;
    let used = json!({"code": app.recovery[0]});
    done(stage, Method::POST, routes::SECOND_FACTOR_VERIFY, Some(&gus), used).await;
    done(stage, Method::POST, routes::SECOND_FACTOR, Some(&gus), Value::Null).await;
    let start = json!({"email": "kit@council-six.example"});
    assert!(stage.post(routes::AUTH_EMAIL_START, start).await.status.is_success());
}

/// What a provider said about Ann, a sign-in under way, and Ben's former address, as the store writes them.
async fn provider(stage: &TestRegistry) {
    let database = stage.database().await;
    let now = stage.now().as_millisecond();
    sqlx::query("INSERT INTO identities (issuer, subject, person, linked_at, declined) SELECT 'https://id.example', 'one:ann', id, $1, $3 FROM people WHERE email = $2")
        .bind(now)
        .bind(ANN)
        .bind("1".repeat(64))
        .execute(&database)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO openid_sign_ins (state, challenge, port, nonce, verifier, browser, code, issuer, subject, email, expires_at)
         VALUES ($1, $2, 54321, 'a nonce', 'a verifier of the registry', $4, '', '', '', '', $3)",
    )
    .bind("0".repeat(64))
    .bind(challenge("a verifier that only this app has, long enough"))
    .bind(now + 600_000)
    .bind("2".repeat(64))
    .execute(&database)
    .await
    .unwrap();
    sqlx::query("INSERT INTO former_addresses (person, email, until) SELECT id, 'ben.before@council-two.example', $1 FROM people WHERE email = $2")
        .bind(now)
        .bind(BEN)
        .execute(&database)
        .await
        .unwrap();
    database.close().await;
}
