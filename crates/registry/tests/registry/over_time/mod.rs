//! How roles change: by being first, lapsing, leaving, inviting, vouching and merging. Each test covers a fault that
//! once gave somebody access they must not have.

mod vouching;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{
    AuditPage, Code, Coordination, Me, Role, Seat, State, UnconfirmedLead, Verdict, routes,
};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::reviews::{KIM, PAT};
use crate::test_registry::{ALEX, Answer, SAM, TestRegistry, VISITOR, edit, new_project};

const FIRST: &str = "first@walmington.example";
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Someone at a council that nobody has acted for, signed in as its first person.
async fn walmington(stage: &TestRegistry) -> String {
    stage.registry.add_domain("walmington.example", &"WOS".parse().unwrap()).await.unwrap();
    stage.sign_in(FIRST).await
}

async fn ask(
    stage: &TestRegistry,
    method: Method,
    path: &str,
    parameters: &[&str],
    token: &str,
    body: Value,
) -> Answer {
    stage.ask(method, &routes::with(path, parameters), Some(token), body.to_string()).await
}

async fn me(stage: &TestRegistry, token: &str) -> Me {
    stage.get(routes::ME, Some(token)).await.json()
}

/// Their role at each council, with a `?` if unconfirmed.
async fn councils(stage: &TestRegistry, token: &str) -> Vec<String> {
    let marked = |at: guildhall_protocol::Membership| {
        format!("{} {}{}", at.council, at.role.as_str(), if at.unconfirmed { "?" } else { "" })
    };
    me(stage, token).await.councils.into_iter().map(marked).collect()
}

async fn for_the_team(stage: &TestRegistry, token: &str, council: &str) -> String {
    let id = stage.new_id();
    let mut body = new_project(&id, council, "A restructure");
    body["set"]["visibility"] = json!("team");
    stage.publish(token, body).await;
    id
}

async fn can_read(stage: &TestRegistry, token: &str, project: &str) -> bool {
    let mut mirror = stage.mirror(Some(token));
    mirror.sync(&stage.registry, 1000).await;
    let read = ask(stage, Method::GET, routes::PROJECT, &[project], token, json!(null)).await;
    assert_eq!(mirror.has("project", project), read.status == StatusCode::OK, "{}", read.text);
    read.status == StatusCode::OK
}

async fn pass(stage: &TestRegistry, days: i32) {
    stage.clock.turn(DAY * days);
    stage.registry.maintain().await.unwrap();
}

#[tokio::test]
async fn a_lapse_suspends_a_seat_and_removal_ends_it() {
    let stage = TestRegistry::sample().await;
    let (sam, kim) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await);
    stage.invite(&sam, "BCH", KIM, "editor").await;
    stage.accept_invitations(&kim).await;
    stage.check(&sam, "BCH", "none").await;
    let project = for_the_team(&stage, &kim, "BCH").await;
    assert!(can_read(&stage, &kim, &project).await);

    pass(&stage, 91).await;
    let refused = stage.get(routes::ME, Some(&kim)).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "a lapse ends the session");
    let kim = stage.sign_in(KIM).await;
    assert!(can_read(&stage, &kim, &project).await, "proving the address again restores the seat");

    let sam = stage.sign_in(SAM).await;
    let person = stage.person(&kim).await;
    let seats: Vec<Seat> =
        ask(&stage, Method::GET, routes::SEATS, &[&project], &sam, json!(null)).await.json();
    assert_eq!(seats.iter().map(|seat| seat.email.as_str()).collect::<Vec<_>>(), [KIM]);
    let removed =
        ask(&stage, Method::DELETE, routes::COUNCIL_PERSON, &["BCH", &person], &sam, json!(null)).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert!(!can_read(&stage, &kim, &project).await);
    // Coming back by an invitation does not restore the seat.
    stage.invite(&sam, "BCH", KIM, "editor").await;
    stage.accept_invitations(&kim).await;
    assert!(!can_read(&stage, &kim, &project).await);
}

#[tokio::test]
async fn a_lead_takes_a_seat_back() {
    let stage = TestRegistry::sample().await;
    let (sam, kim, alex) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await, stage.sign_in(ALEX).await);
    stage.invite(&sam, "BCH", KIM, "editor").await;
    stage.accept_invitations(&kim).await;
    stage.check(&sam, "BCH", "none").await;
    let project = for_the_team(&stage, &kim, "BCH").await;
    let person = stage.person(&kim).await;
    for (who, answer) in [(&alex, 404), (&sam, 204), (&sam, 404)] {
        let taken = ask(&stage, Method::DELETE, routes::SEAT, &[&project, &person], who, json!(null)).await;
        assert_eq!(taken.status.as_u16(), answer, "{}", taken.text);
    }
    assert!(!can_read(&stage, &kim, &project).await);
}

#[tokio::test]
async fn an_unconfirmed_lead_does_not_confirm_themselves() {
    let stage = TestRegistry::sample().await;
    let first = walmington(&stage).await;
    assert_eq!(councils(&stage, &first).await, ["WOS lead?"]);
    let (person, second) = (stage.person(&first).await, "second@elsewhere.example");
    for (path, parameters, body) in [
        (routes::INVITATIONS, &["WOS"][..], json!({"email": FIRST, "role": "editor"})),
        (routes::INVITATIONS, &["WOS"], json!({"email": FIRST, "role": "lead"})),
        (routes::INVITATIONS, &["WOS"], json!({"email": second, "role": "lead"})),
    ] {
        assert_eq!(ask(&stage, Method::POST, path, parameters, &first, body).await.code(), Code::NotAllowed);
    }
    let lead = json!({"role": "lead"});
    let confirmed = ask(&stage, Method::PUT, routes::COUNCIL_PERSON, &["WOS", &person], &first, lead).await;
    assert_eq!(confirmed.code(), Code::NotAllowed);

    // Nor can a coordinator confirm themselves.
    stage.registry.set_coordinator(FIRST, true).await.unwrap();
    let lead = json!({"role": "lead"});
    let confirmed = ask(&stage, Method::PUT, routes::COUNCIL_PERSON, &["WOS", &person], &first, lead).await;
    assert_eq!(confirmed.code(), Code::NotAllowed);
    stage.registry.set_coordinator(FIRST, false).await.unwrap();

    // An editor may be invited, and accepting gives no more than that role.
    stage.invite(&first, "WOS", second, "editor").await;
    let editor = stage.sign_in(second).await;
    stage.accept_invitations(&editor).await;
    assert_eq!(councils(&stage, &editor).await, ["WOS editor"]);
    // A coordinator's invitation as an editor does not change a lead.
    let pat = stage.sign_in(PAT).await;
    stage.invite(&pat, "WOS", FIRST, "editor").await;
    stage.accept_invitations(&first).await;
    assert_eq!(councils(&stage, &first).await, ["WOS lead?"]);
    stage.invite(&pat, "WOS", FIRST, "lead").await;
    stage.accept_invitations(&first).await;
    assert_eq!(councils(&stage, &first).await, ["WOS lead"]);
}

#[tokio::test]
async fn an_unconfirmed_lead_can_not_do_what_can_not_be_undone() {
    let stage = TestRegistry::sample().await;
    let first = walmington(&stage).await;
    let colleague = stage.sign_in("colleague@walmington.example").await;
    let person = stage.person(&colleague).await;
    let project = stage.new_id();
    stage.publish(&first, new_project(&project, "WOS", "Sandbags")).await;
    for (method, path, parameters, body) in [
        (Method::DELETE, routes::COUNCIL_PERSON, vec!["WOS", &person], json!(null)),
        (Method::PUT, routes::COUNCIL_PERSON, vec!["WOS", &person], json!({"role": "editor"})),
        (Method::DELETE, routes::PROJECT, vec![&project], json!({"reason": "It is mine"})),
    ] {
        let refused = ask(&stage, method.clone(), path, &parameters, &first, body).await;
        assert_eq!(refused.code(), Code::NotAllowed, "{method} {path}");
    }
    for (method, path) in [(Method::GET, routes::COUNCIL_DATA), (Method::POST, routes::TAKE_OVER)] {
        let body = json!({"from": "BCH", "projects": [], "team_only": true});
        let refused = ask(&stage, method.clone(), path, &["WOS"], &first, body).await;
        assert_eq!(refused.code(), Code::NotFound, "{method} {path}");
    }
    // Others' work is shown to more people only after someone else has looked at it.
    let theirs = stage.new_id();
    let mut body = new_project(&theirs, "WOS", "A parade");
    body["set"]["visibility"] = json!("councils");
    let sent: Verdict = stage.put(&stage.new_id(), &colleague, &body).await.json();
    assert_eq!(sent.state, State::InReview);
    let mut mirror = stage.mirror(Some(&first));
    mirror.sync(&stage.registry, 1000).await;
    let waits = mirror.ids(Kind::Review.as_str()).pop().unwrap();
    let answer = json!({"kind": "review", "record": waits, "council": "WOS", "base_version": 1,
                        "set": {"state": "published", "reason": ""}});
    stage.publish(&first, answer).await;
    let widen = edit(&theirs, "WOS", 1, json!({"visibility": "public"}));
    let sent: Verdict = stage.put(&stage.new_id(), &first, &widen).await.json();
    assert_eq!(sent.state, State::InReview);
}

#[tokio::test]
async fn nobody_leads_by_signing_in_where_someone_else_has_led() {
    let stage = TestRegistry::sample().await;
    // Casterbridge's only lead has lapsed. The next person to sign in does not become a lead.
    pass(&stage, 91).await;
    let next = stage.sign_in("next@casterbridge.example").await;
    assert_eq!(councils(&stage, &next).await, ["CAS contributor"]);
    // A new coordinator still has time to set up a second factor.
    let email = "new@coordination.example";
    stage.registry.set_coordinator(email, true).await.unwrap();
    let coordinator = stage.sign_in(email).await;
    let queue: Coordination = stage.get(routes::COORDINATION, Some(&coordinator)).await.json();
    assert!(
        queue.without_lead.iter().any(|council| council.council.as_str() == "CAS"),
        "coordinators stand in"
    );
    let alex = stage.sign_in(ALEX).await;
    assert_eq!(councils(&stage, &alex).await, ["CAS lead"], "who leads it leads it again");
}

#[tokio::test]
async fn a_succession_by_date_makes_nobody_a_lead() {
    let stage = TestRegistry::sample().await;
    let (sam, kim, pat) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await, stage.sign_in(PAT).await);
    let merger = json!({"from": "2026-03-01", "successors": [{"council": "WOS", "area": ""}]});
    let named = ask(&stage, Method::PUT, routes::SUCCESSORS, &["BCH"], &pat, merger).await;
    assert_eq!(named.status, StatusCode::NO_CONTENT, "{}", named.text);
    assert_eq!(councils(&stage, &sam).await, ["BCH lead", "WOS contributor"]);
    assert_eq!(councils(&stage, &kim).await, ["BCH contributor", "WOS contributor"]);
    let kim = stage.sign_in(KIM).await;
    assert_eq!(councils(&stage, &kim).await, ["BCH contributor", "WOS contributor"]);
}

#[tokio::test]
async fn a_known_submission_id_gives_no_power_over_it() {
    let stage = TestRegistry::sample().await;
    let (sam, kim, alex) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await, stage.sign_in(ALEX).await);
    let (id, project) = (stage.new_id(), stage.new_id());
    let sent: Verdict = stage.put(&id, &kim, &new_project(&project, "BCH", "Allotments")).await.json();
    assert_eq!(sent.state, State::InReview);
    ask(&stage, Method::POST, routes::SUBMISSION_WITHDRAW, &[&id], &alex, json!(null)).await;
    let theirs = stage.put(&id, &alex, &new_project(&stage.new_id(), "CAS", "Other")).await;
    assert_eq!(theirs.code(), Code::IdempotencyMismatch);
    let mut mirror = stage.mirror(Some(&sam));
    mirror.sync(&stage.registry, 1000).await;
    assert!(mirror.has(Kind::Review.as_str(), &id), "it waits as before");
    // Withdrawing an unknown id in advance does not stop another person from sending it.
    let late = stage.new_id();
    ask(&stage, Method::POST, routes::SUBMISSION_WITHDRAW, &[&late], &alex, json!(null)).await;
    let sent: Verdict = stage.put(&late, &kim, &new_project(&stage.new_id(), "BCH", "Late")).await.json();
    assert_eq!(sent.state, State::InReview);
}

async fn acts(stage: &TestRegistry, token: &str, council: &str) -> Vec<String> {
    let path = format!("{}?council={council}", routes::AUDIT);
    let page: AuditPage = stage.get(&path, Some(token)).await.json();
    page.entries.into_iter().map(|entry| entry.action.clone()).collect()
}

#[tokio::test]
async fn a_councils_log_holds_what_its_own_people_did() {
    let stage = TestRegistry::sample().await;
    let (sam, visitor) = (stage.sign_in(SAM).await, stage.sign_in(VISITOR).await);
    let before = acts(&stage, &sam, "BCH").await;
    let id = stage.new_id();
    let refused = stage.put(&id, &visitor, &new_project(&stage.new_id(), "BCH", "Spam")).await;
    assert_eq!(refused.code(), Code::NotAllowed);
    for _ in 0..3 {
        ask(&stage, Method::POST, routes::SUBMISSION_WITHDRAW, &[&id], &visitor, json!(null)).await;
        let body = json!({"council": "BCH", "evidence": "We work there"});
        ask(&stage, Method::POST, routes::ASK_FOR_COUNCIL, &[], &visitor, body).await;
    }
    assert_eq!(acts(&stage, &sam, "BCH").await, before);
    // A lead's export is logged.
    let data = ask(&stage, Method::GET, routes::COUNCIL_DATA, &["BCH"], &sam, json!(null)).await;
    assert_eq!(data.status, StatusCode::OK);
    assert!(acts(&stage, &sam, "BCH").await.iter().any(|action| action == "export_council"));
}

#[tokio::test]
async fn an_invitation_ends_after_14_days_and_with_who_made_it() {
    let stage = TestRegistry::sample().await;
    let (sam, visitor) = (stage.sign_in(SAM).await, stage.sign_in(VISITOR).await);
    stage.invite(&sam, "BCH", VISITOR, "editor").await;
    assert_eq!(me(&stage, &visitor).await.invitations.len(), 1);
    let id = me(&stage, &visitor).await.invitations[0].id.to_string();
    stage.clock.turn(DAY * 14);
    let (sam, visitor) = (stage.sign_in(SAM).await, stage.sign_in(VISITOR).await);
    assert!(me(&stage, &visitor).await.invitations.is_empty());
    let accept = json!({"accept": true});
    let accepted =
        ask(&stage, Method::POST, routes::INVITATION_ANSWER, &[&id], &visitor, accept.clone()).await;
    assert_eq!(accepted.code(), Code::NotFound);

    // Kim becomes a lead, invites someone and is demoted: the invitation ends with the role.
    let kim = stage.sign_in(KIM).await;
    let person = stage.person(&kim).await;
    for (role, invites) in [("lead", true), ("editor", false), ("lead", false)] {
        let body = json!({"role": role});
        let set = ask(&stage, Method::PUT, routes::COUNCIL_PERSON, &["BCH", &person], &sam, body).await;
        assert_eq!(set.status, StatusCode::NO_CONTENT);
        if invites {
            stage.invite(&kim, "BCH", VISITOR, "lead").await;
        } else {
            assert!(me(&stage, &visitor).await.invitations.is_empty(), "{role}");
        }
    }
}

/// The refresh token of a new session.
async fn begun(stage: &TestRegistry, email: &str) -> String {
    stage.session(email).await["refresh_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn coordinators_lapse_and_sessions_end() {
    let stage = TestRegistry::sample().await;
    let mut newest = begun(&stage, PAT).await;
    for _ in 0..6 {
        pass(&stage, 30).await;
        newest = stage.refreshed(&newest).await.unwrap();
    }
    pass(&stage, 4).await;
    assert_eq!(
        stage.refreshed(&newest).await,
        Err(Code::SessionRevoked),
        "six months, and no address proved"
    );

    // Without a council no proof is needed, but the session still ends after a year.
    let mut newest = begun(&stage, VISITOR).await;
    for _ in 0..12 {
        stage.clock.turn(DAY * 30);
        newest = stage.refreshed(&newest).await.unwrap();
    }
    stage.clock.turn(DAY * 6);
    assert_eq!(stage.refreshed(&newest).await, Err(Code::SessionRevoked));
}

#[tokio::test]
async fn public_email_domains_cannot_belong_to_a_council() {
    let stage = TestRegistry::sample().await;
    let pat = stage.sign_in(PAT).await;
    for shared in ["gov.uk", "gmail.com", "mail.yahoo.co.uk"] {
        let council = "WOS".parse().unwrap();
        assert!(stage.registry.add_domain(shared, &council).await.is_err(), "{shared}");
        let add = json!({"answer": "domain"});
        let refused = ask(&stage, Method::PUT, routes::DOMAIN, &["WOS", shared], &pat, add).await;
        assert_eq!(refused.code(), Code::ValidationFailed, "{shared}");
    }
}

async fn requests(stage: &TestRegistry, token: &str) -> Vec<String> {
    let mut waiting: Vec<String> =
        me(stage, token).await.requests.into_iter().map(|request| request.email).collect();
    waiting.sort();
    waiting
}

#[tokio::test]
async fn each_person_asks_for_themselves() {
    let stage = TestRegistry::sample().await;
    let (one, two) = ("one@elsewhere.example", "two@elsewhere.example");
    let before = stage.mails().len();
    for email in [one, two] {
        let token = stage.sign_in(email).await;
        let body = json!({"council": "BCH", "evidence": "We run their website"});
        let asked = ask(&stage, Method::POST, routes::ASK_FOR_COUNCIL, &[], &token, body).await;
        assert_eq!(asked.status, StatusCode::NO_CONTENT);
    }
    let letters = stage.mails().split_off(before);
    let to_sam = |letter: &&String| {
        letter.starts_with(&format!("To: {SAM}")) && letter.contains("has asked to act for")
    };
    let told = letters.iter().filter(to_sam).count();
    assert_eq!(told, 2, "their lead hears of each: {letters:?}");
    let sam = stage.sign_in(SAM).await;
    assert_eq!(requests(&stage, &sam).await, [one, two], "and their inbox has each");
    assert!(
        requests(&stage, &stage.sign_in(ALEX).await).await.is_empty(),
        "they are no business of another's"
    );
    let second = stage.person(&stage.sign_in(two).await).await;
    let only = json!({"answer": "person", "person": second});
    let path = ["BCH", "elsewhere.example"];
    assert_eq!(
        ask(&stage, Method::PUT, routes::DOMAIN, &path, &sam, only).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(councils(&stage, &stage.sign_in(two).await).await, ["BCH contributor"]);
    assert!(councils(&stage, &stage.sign_in(one).await).await.is_empty());
    assert_eq!(requests(&stage, &sam).await, [one]);
    let pat = stage.sign_in(PAT).await;
    let queue: Coordination = stage.get(routes::COORDINATION, Some(&pat)).await.json();
    assert_eq!(queue.domains.iter().map(|asked| asked.added_by.as_str()).collect::<Vec<_>>(), [one]);
    assert_eq!(queue.domains[0].lets_in, 2);
}

/// The public feed without the last sequence number.
async fn in_public(stage: &TestRegistry) -> Vec<Value> {
    let page = stage.get(routes::CHANGES, None).await.text;
    let mut lines: Vec<Value> = page.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (first, last) = (0, lines.len() - 1);
    assert!(lines[first].as_object_mut().unwrap().remove("newest").is_some());
    assert!(lines[last].as_object_mut().unwrap().remove("cursor").is_some());
    lines
}

#[tokio::test]
async fn hidden_changes_show_only_a_new_sequence_number() {
    let stage = TestRegistry::sample().await;
    let (sam, kim) = (stage.sign_in(SAM).await, stage.sign_in(KIM).await);
    let public = stage.new_id();
    stage.publish(&sam, new_project(&public, "BCH", "Bins")).await;
    let before = in_public(&stage).await;

    let report = json!({"why": "problem", "text": "It names someone"});
    ask(&stage, Method::POST, routes::REPORTS, &[&public], &kim, report).await;
    let invitation = json!({"email": "new@barchester.example", "role": "editor"});
    ask(&stage, Method::POST, routes::INVITATIONS, &["BCH"], &sam, invitation).await;
    let visitor = stage.sign_in(VISITOR).await;
    let body = json!({"council": "BCH", "evidence": "We run their website"});
    ask(&stage, Method::POST, routes::ASK_FOR_COUNCIL, &[], &visitor, body).await;
    let waits = stage.publish(&kim, edit(&public, "BCH", 1, json!({"title": "Bin days"}))).await;
    assert_eq!(waits.state, State::InReview);
    let hidden = for_the_team(&stage, &sam, "BCH").await;
    stage.publish(&sam, edit(&hidden, "BCH", 1, json!({"title": "Another restructure"}))).await;

    assert_eq!(in_public(&stage).await, before);
}
