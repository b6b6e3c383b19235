//! Signing in: codes that are right, wrong, expired and used; token rotation; and how sessions end.

use crate::test_registry::{Answer, SAM, TestRegistry, VISITOR};
use guildhall_protocol::{Code, Me, routes};
use http::{StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};

async fn start(stage: &TestRegistry, email: &str) -> Answer {
    stage.post(routes::AUTH_EMAIL_START, json!({ "email": email })).await
}

async fn verify(stage: &TestRegistry, email: &str, code: &str) -> Answer {
    stage.post(routes::AUTH_EMAIL_VERIFY, json!({"email": email, "code": code})).await
}

/// Verifies a code with its start, as current apps do.
async fn verify_start(stage: &TestRegistry, start: &Value, email: &str, code: &str) -> Answer {
    let body = json!({"email": email, "code": code, "start": start});
    stage.post(routes::AUTH_EMAIL_VERIFY, body).await
}

/// Starts a sign-in from this network address.
async fn start_from(stage: &TestRegistry, from: &str, email: &str) -> Answer {
    let mut request = http::Request::post(routes::AUTH_EMAIL_START);
    let from = axum::extract::ConnectInfo(std::net::SocketAddr::new(from.parse().unwrap(), 1));
    request.extensions_mut().unwrap().insert(from);
    let request = request.body(json!({ "email": email }).to_string().into()).unwrap();
    crate::test_registry::send(&stage.registry, request).await
}

fn mails_to(stage: &TestRegistry, email: &str) -> usize {
    stage.mails().iter().filter(|mail| mail.starts_with(&format!("To: {email}\n"))).count()
}

async fn refresh(stage: &TestRegistry, session: &Value) -> Answer {
    stage.post(routes::AUTH_TOKEN, json!({"refresh_token": session["refresh_token"]})).await
}

async fn use_access(stage: &TestRegistry, session: &Value) -> Answer {
    stage.get(routes::ME, session["access_token"].as_str()).await
}

/// The code in the last email.
fn mailed_code(stage: &TestRegistry) -> String {
    let mail = stage.mails().pop().unwrap();
    mail.split("Your Guildhall code is ").nth(1).unwrap().lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_mailed_code_signs_in_however_it_is_typed() {
    let stage = TestRegistry::sample().await;
    assert_eq!(start(&stage, "Sam.Digital@Barchester.example ").await.status, StatusCode::OK);
    let code = mailed_code(&stage);
    let typed = format!(" {}-{} ", &code[..4].to_lowercase(), &code[4..]);
    let answer = verify(&stage, SAM, &typed).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let session: Value = answer.json();
    assert_eq!(session["expires_in"], 900);
    let me: Me = use_access(&stage, &session).await.json();
    assert_eq!(me.email, SAM);
    assert_eq!(me.councils[0].council.as_str(), "BCH");
    assert_eq!(me.councils[0].name, "Barchester City Council");
}

#[tokio::test]
async fn a_member_from_elsewhere_is_at_no_council() {
    let stage = TestRegistry::sample().await;
    let session = stage.session(VISITOR).await;
    assert_eq!(use_access(&stage, &session).await.json::<Me>().councils, []);
}

#[tokio::test]
async fn a_code_is_good_once_for_ten_minutes_and_one_address() {
    let stage = TestRegistry::sample().await;
    let code = stage.registry.issue_code(SAM).await.unwrap();
    assert_eq!(verify(&stage, VISITOR, &code).await.code(), Code::CodeRefused);
    assert_eq!(verify(&stage, SAM, &code).await.status, StatusCode::OK);
    assert_eq!(verify(&stage, SAM, &code).await.code(), Code::CodeRefused, "used");

    let code = stage.registry.issue_code(SAM).await.unwrap();
    stage.clock.turn(SignedDuration::from_mins(10));
    assert_eq!(verify(&stage, SAM, &code).await.code(), Code::CodeRefused, "old");

    let replaced = stage.registry.issue_code(SAM).await.unwrap();
    let newer = stage.registry.issue_code(SAM).await.unwrap();
    assert_eq!(verify(&stage, SAM, &replaced).await.code(), Code::CodeRefused, "replaced");
    assert_eq!(verify(&stage, SAM, &newer).await.status, StatusCode::OK);
}

#[tokio::test]
async fn five_wrong_codes_use_up_the_right_one() {
    let stage = TestRegistry::sample().await;
    for (wrong, status) in [(4, StatusCode::OK), (5, StatusCode::FORBIDDEN)] {
        let started: Value = start(&stage, SAM).await.json();
        for _ in 0..wrong {
            let refused = verify_start(&stage, &started["start"], SAM, "ZZZZZZZZ").await;
            assert_eq!(refused.code(), Code::CodeRefused);
        }
        let code = mailed_code(&stage);
        assert_eq!(verify_start(&stage, &started["start"], SAM, &code).await.status, status, "{wrong}");
    }
}

#[tokio::test]
async fn wrong_tries_of_others_lock_nobody_out() {
    let stage = TestRegistry::sample().await;
    let mine: Value = start(&stage, SAM).await.json();
    let code = mailed_code(&stage);
    let theirs: Value = start_from(&stage, "192.0.2.1", SAM).await.json();
    assert_ne!(mine["start"], theirs["start"]);
    for _ in 0..20 {
        let refused = verify_start(&stage, &theirs["start"], SAM, "ZZZZZZZZ").await;
        assert_eq!(refused.code(), Code::CodeRefused);
        assert_eq!(verify(&stage, SAM, "ZZZZZZZZ").await.code(), Code::CodeRefused, "nor without a start");
    }
    let refused = verify_start(&stage, &theirs["start"], SAM, &code).await;
    assert_eq!(refused.code(), Code::CodeRefused, "a code is good for its own start");
    let refused = verify_start(&stage, &mine["start"], VISITOR, &code).await;
    assert_eq!(refused.code(), Code::CodeRefused, "and its own address");
    assert_eq!(verify_start(&stage, &mine["start"], SAM, &code).await.status, StatusCode::OK);
    assert_eq!(verify_start(&stage, &mine["start"], SAM, &code).await.code(), Code::CodeRefused, "once");
    assert_eq!(verify(&stage, SAM, &code).await.code(), Code::CodeRefused, "in every way");
}

#[tokio::test]
async fn an_older_app_and_an_issued_code_get_in() {
    let stage = TestRegistry::sample().await;
    let first: Value = start(&stage, SAM).await.json();
    let code = mailed_code(&stage);
    start(&stage, SAM).await;
    assert_eq!(verify(&stage, SAM, &code).await.status, StatusCode::OK, "a later one replaces none");
    let issued = stage.registry.issue_code(SAM).await.unwrap();
    assert_eq!(verify_start(&stage, &first["start"], SAM, &issued).await.status, StatusCode::OK);
}

#[tokio::test]
async fn email_limits_do_not_lock_out_known_people() {
    let stage = TestRegistry::sample().await;
    stage.sign_in(SAM).await;
    // From one network only a few emails are sent, whatever follows the plus.
    for n in 0..20 {
        start_from(&stage, "192.0.2.1", &SAM.replace('@', &format!("+{n}@"))).await;
        start_from(&stage, &format!("2001:db8:1:1::{n}"), SAM).await;
    }
    assert_eq!((mails_to(&stage, SAM), stage.mails().len()), (5, 8), "labels count as Sam's");
    assert_eq!(start(&stage, SAM).await.status, StatusCode::OK);
    assert_eq!(mails_to(&stage, SAM), 6, "Sam is at another network");
    // To one domain, from any network: people who have signed in before are not held back.
    for n in 0..150 {
        let email = format!("made.up{n}@barchester.example");
        assert_eq!(start_from(&stage, &format!("198.51.100.{n}"), &email).await.status, StatusCode::OK);
    }
    let made_up = stage.mails().iter().filter(|mail| mail.starts_with("To: made.up")).count();
    assert_eq!(made_up, 97, "a hundred with those to Sam's mailbox");
    start(&stage, SAM).await;
    assert_eq!(mails_to(&stage, SAM), 7);
    // To everybody: half of the budget is reserved for people who have signed in before.
    for n in 0..600 {
        let from = format!("203.0.{}.{}", n / 200, n % 200);
        start_from(&stage, &from, &format!("someone@made{n}.example")).await;
    }
    let to_strangers = stage.mails().len() - mails_to(&stage, SAM);
    assert_eq!(to_strangers, 500);
    assert_eq!(start(&stage, SAM).await.status, StatusCode::OK);
    assert_eq!(mails_to(&stage, SAM), 8);
    stage.clock.turn(SignedDuration::from_hours(1));
    start(&stage, "someone@elsewhere.example").await;
    assert_eq!(mails_to(&stage, "someone@elsewhere.example"), 1, "an hour later it is another hour");
}

#[tokio::test]
async fn an_address_is_sent_a_few_codes_and_then_asked_to_wait() {
    let stage = TestRegistry::sample().await;
    for _ in 0..5 {
        assert_eq!(start(&stage, SAM).await.status, StatusCode::OK);
    }
    stage.clock.turn(SignedDuration::from_mins(2));
    let refused = start(&stage, SAM).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.code(), Code::RateLimited);
    assert_eq!(refused.headers[header::RETRY_AFTER], "61");
    assert_eq!(stage.mails().len(), 5);
    assert_eq!(start(&stage, VISITOR).await.status, StatusCode::OK, "others are not held up");
    stage.clock.turn(SignedDuration::from_mins(1));
    assert_eq!(start(&stage, SAM).await.status, StatusCode::OK);
    assert_eq!(start(&stage, "no address").await.problem().errors[0].pointer, "/email");
}

#[tokio::test]
async fn a_code_issued_by_another_process_works() {
    let stage = TestRegistry::sample().await;
    let beside = stage.beside().await;
    let code = beside.issue_code(SAM).await.unwrap();
    beside.close().await;
    assert_eq!(verify(&stage, SAM, &code).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_access_token_lasts_a_quarter_of_an_hour() {
    let stage = TestRegistry::sample().await;
    let session = stage.session(SAM).await;
    stage.clock.turn(SignedDuration::from_secs(15 * 60 - 1));
    assert_eq!(use_access(&stage, &session).await.status, StatusCode::OK);
    stage.clock.turn(SignedDuration::from_secs(1));
    let refused = use_access(&stage, &session).await;
    assert_eq!(refused.code(), Code::SignInRequired);
    assert_eq!(refused.headers[header::WWW_AUTHENTICATE], "Bearer");
    for header in ["Bearer nonsense", "Basic c2Ft", "Bearer"] {
        let request = http::Request::get(routes::ME).header(header::AUTHORIZATION, header);
        let answer =
            crate::test_registry::send(&stage.registry, request.body(axum::body::Body::empty()).unwrap())
                .await;
        assert_eq!(answer.code(), Code::SignInRequired, "{header}");
    }
}

#[tokio::test]
async fn each_refresh_gives_the_next_pair_of_tokens() {
    let stage = TestRegistry::sample().await;
    let first = stage.session(SAM).await;
    let second: Value = refresh(&stage, &first).await.json();
    assert_eq!(use_access(&stage, &first).await.status, StatusCode::OK, "a request may be under way");
    assert_eq!(use_access(&stage, &second).await.status, StatusCode::OK);
    stage.clock.turn(SignedDuration::from_hours(24 * 80));
    let third: Value = refresh(&stage, &second).await.json();
    assert_eq!(use_access(&stage, &third).await.status, StatusCode::OK);
    stage.clock.turn(SignedDuration::from_hours(24 * 90));
    assert_eq!(refresh(&stage, &third).await.code(), Code::SignInRequired, "unused for too long");
}

#[tokio::test]
async fn a_lost_answer_costs_nobody_their_session() {
    let stage = TestRegistry::sample().await;
    let first = stage.session(SAM).await;
    let lost: Value = refresh(&stage, &first).await.json();
    stage.clock.turn(SignedDuration::from_hours(24));
    let again: Value = refresh(&stage, &first).await.json();
    assert_ne!(again["refresh_token"], lost["refresh_token"]);
    assert_eq!(use_access(&stage, &again).await.status, StatusCode::OK);

    let other: Value = refresh(&stage, &again).await.json();
    assert_eq!(use_access(&stage, &other).await.status, StatusCode::OK);
    stage.clock.turn(SignedDuration::from_secs(59));
    assert_eq!(refresh(&stage, &again).await.status, StatusCode::OK, "two at once, within a minute");
}

#[tokio::test]
async fn a_request_that_arrived_twice_costs_nobody_their_session() {
    let stage = TestRegistry::sample().await;
    let first = stage.session(SAM).await;
    let came: Value = refresh(&stage, &first).await.json();
    let lost: Value = refresh(&stage, &first).await.json();
    assert_eq!(use_access(&stage, &came).await.status, StatusCode::OK);
    stage.clock.turn(SignedDuration::from_mins(10));
    let next: Value = refresh(&stage, &came).await.json();
    assert_eq!(use_access(&stage, &next).await.status, StatusCode::OK);
    assert_eq!(refresh(&stage, &lost).await.code(), Code::SessionRevoked, "nobody has this one by right");
}

#[tokio::test]
async fn using_a_new_pair_ends_the_grace_of_others() {
    let stage = TestRegistry::sample().await;
    let stolen = stage.session(SAM).await;
    let came: Value = refresh(&stage, &stolen).await.json();
    refresh(&stage, &stolen).await;
    assert_eq!(use_access(&stage, &came).await.status, StatusCode::OK);
    stage.clock.turn(SignedDuration::from_secs(60));
    assert_eq!(refresh(&stage, &stolen).await.code(), Code::SessionRevoked);
}

#[tokio::test]
async fn a_refresh_token_used_again_ends_the_whole_family() {
    let stage = TestRegistry::sample().await;
    let stolen = stage.session(SAM).await;
    let next: Value = refresh(&stage, &stolen).await.json();
    assert_eq!(use_access(&stage, &next).await.status, StatusCode::OK);
    stage.clock.turn(SignedDuration::from_secs(60));
    assert_eq!(refresh(&stage, &stolen).await.code(), Code::SessionRevoked);
    assert_eq!(use_access(&stage, &next).await.code(), Code::SessionRevoked);
    assert_eq!(refresh(&stage, &next).await.code(), Code::SessionRevoked);
    let other = stage.session(SAM).await;
    assert_eq!(use_access(&stage, &other).await.status, StatusCode::OK, "another laptop goes on");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_says_nothing_of_others() {
    let stage = TestRegistry::sample().await;
    let session = stage.session(SAM).await;
    let revoke =
        async |token: &Value| stage.post(routes::AUTH_REVOKE, json!({ "refresh_token": token })).await;
    assert_eq!(revoke(&json!("nobody's")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(use_access(&stage, &session).await.status, StatusCode::OK);
    assert_eq!(revoke(&session["refresh_token"]).await.status, StatusCode::NO_CONTENT);
    assert_eq!(use_access(&stage, &session).await.code(), Code::SessionRevoked);
    assert_eq!(refresh(&stage, &session).await.code(), Code::SessionRevoked);
    assert_eq!(refresh(&stage, &json!({"refresh_token": "x"})).await.code(), Code::SignInRequired);
}

#[tokio::test]
async fn nothing_that_signs_in_is_stored() {
    let stage = TestRegistry::sample().await;
    let code = stage.registry.issue_code(SAM).await.unwrap();
    let session: Value = verify(&stage, SAM, &code).await.json();
    let stored = stage.everything_stored().await;
    let is_stored = |text: &str| stored.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(is_stored(SAM), "what is stored can be searched");
    assert!(!is_stored(&code));
    assert!(!is_stored(session["access_token"].as_str().unwrap()));
    assert!(!is_stored(session["refresh_token"].as_str().unwrap()));
}
