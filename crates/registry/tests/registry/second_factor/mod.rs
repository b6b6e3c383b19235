//! The second factor: setting one up, being asked for it, and single use of its codes. `roles` has the suspension of
//! roles without one, `resets` what happens when it is lost.

mod resets;
mod roles;

use guildhall_protocol::second_factor::{RecoveryCodes, SecondFactor};
use guildhall_protocol::{AuditPage, Code, CouncilPeople, Me, routes};
use guildhall_registry::{Config, History, Setting};
use http::{Method, StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use totp_rs::{Builder, Secret};

use crate::reviews::{KIM, PAT};
use crate::test_registry::{ALEX, Answer, SAM, TestRegistry, VISITOR, new_project};

const ROBIN: &str = "robin.digital@barchester.example";
const STEP: SignedDuration = SignedDuration::from_secs(30);

/// Someone's authenticator app.
pub(crate) struct App {
    secret: String,
    pub(crate) recovery: Vec<String>,
}

impl App {
    /// The current code.
    fn code(&self, stage: &TestRegistry) -> String {
        let totp = Builder::new()
            .with_secret(Secret::try_from_base32(&self.secret).unwrap())
            .with_account_name("anyone")
            .build()
            .unwrap();
        totp.generate(stage.now().as_second().cast_unsigned()).to_string()
    }

    /// An unused code: the next time step's.
    fn next_code(&self, stage: &TestRegistry) -> String {
        stage.clock.turn(STEP);
        self.code(stage)
    }

    /// Signs in and returns an access token.
    pub(crate) async fn sign_in(&self, stage: &TestRegistry, email: &str) -> String {
        token(&sign_in(stage, email, Some(&self.next_code(stage))).await)
    }

    /// A code that is wrong for this time step and the steps beside it.
    fn wrong_code(&self, stage: &TestRegistry) -> String {
        let totp = Builder::new()
            .with_secret(Secret::try_from_base32(&self.secret).unwrap())
            .with_account_name("anyone")
            .build()
            .unwrap();
        let now = stage.now().as_second().cast_unsigned();
        let right: Vec<String> =
            [now - 30, now, now + 30].iter().map(|at| totp.generate(*at).to_string()).collect();
        (0..).map(|n| format!("{n:06}")).find(|code| !right.contains(code)).unwrap()
    }
}

async fn post(stage: &TestRegistry, path: &str, token: &str, body: &Value) -> Answer {
    stage.ask(Method::POST, path, Some(token), body.to_string()).await
}

async fn begin(stage: &TestRegistry, token: &str) -> String {
    let begun = post(stage, routes::SECOND_FACTOR, token, &json!(null)).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    begun.json::<Value>()["secret"].as_str().unwrap().to_owned()
}

async fn confirm(stage: &TestRegistry, token: &str, code: &str) -> Answer {
    stage.ask(Method::PUT, routes::SECOND_FACTOR, Some(token), json!({"code": code}).to_string()).await
}

/// Sets up a second factor.
pub(crate) async fn enrol(stage: &TestRegistry, token: &str) -> App {
    let mut app = App { secret: begin(stage, token).await, recovery: Vec::new() };
    let confirmed = confirm(stage, token, &app.code(stage)).await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text);
    app.recovery = confirmed.json::<RecoveryCodes>().codes;
    app
}

async fn give(stage: &TestRegistry, token: &str, code: &str) -> Answer {
    post(stage, routes::SECOND_FACTOR_VERIFY, token, &json!({"code": code})).await
}

async fn state(stage: &TestRegistry, token: &str) -> SecondFactor {
    stage.get(routes::SECOND_FACTOR, Some(token)).await.json()
}

/// Signs in with a right code by email and, if given, a code of the second factor.
async fn sign_in(stage: &TestRegistry, email: &str, factor: Option<&str>) -> Answer {
    let code = stage.registry.issue_code(email).await.unwrap();
    sign_in_with(stage, email, &code, factor).await
}

async fn sign_in_with(stage: &TestRegistry, email: &str, code: &str, factor: Option<&str>) -> Answer {
    let body = json!({"email": email, "code": code, "second_factor": factor});
    stage.post(routes::AUTH_EMAIL_VERIFY, body).await
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json::<Value>()["access_token"].as_str().unwrap().to_owned()
}

async fn me(stage: &TestRegistry, token: &str) -> Me {
    stage.get(routes::ME, Some(token)).await.json()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

#[tokio::test]
async fn a_sign_in_asks_for_it_and_the_emailed_code_waits() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    assert_eq!(state(&stage, &sam).await.since, None);
    let app = enrol(&stage, &sam).await;
    assert_eq!(state(&stage, &sam).await.since, Some(stage.now()));
    assert_eq!(me(&stage, &sam).await.email, SAM, "the session goes on");
    assert!(stage.mails().last().unwrap().contains("A second step was set up"));

    let code = stage.registry.issue_code(SAM).await.unwrap();
    assert_eq!(sign_in_with(&stage, SAM, &code, None).await.code(), Code::SecondFactorRequired);
    let wrong = app.wrong_code(&stage);
    assert_eq!(sign_in_with(&stage, SAM, &code, Some(&wrong)).await.code(), Code::SecondFactorRequired);
    let right = app.next_code(&stage);
    assert_eq!(sign_in_with(&stage, SAM, "ZZZZZZZZ", Some(&right)).await.code(), Code::CodeRefused);
    let session = token(&sign_in_with(&stage, SAM, &code, Some(&right)).await);
    assert_eq!(me(&stage, &session).await.email, SAM);
    let again = app.next_code(&stage);
    assert_eq!(
        sign_in_with(&stage, SAM, &code, Some(&again)).await.code(),
        Code::CodeRefused,
        "the code by email is used now"
    );
    // Others are not asked for one.
    stage.sign_in(ROBIN).await;
}

#[tokio::test]
async fn a_used_code_and_older_ones_are_refused() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let app = enrol(&stage, &sam).await;
    let first = app.code(&stage);
    assert_eq!(give(&stage, &sam, &first).await.code(), Code::CodeRefused, "it was the one that confirmed");
    let second = app.next_code(&stage);
    assert_eq!(give(&stage, &sam, &second).await.status, StatusCode::NO_CONTENT);
    assert_eq!(give(&stage, &sam, &second).await.code(), Code::CodeRefused, "used");
    assert_eq!(
        sign_in(&stage, SAM, Some(&second)).await.code(),
        Code::SecondFactorRequired,
        "used, there too"
    );
    // A code may be one step late, but never older than the last accepted one.
    let third = app.next_code(&stage);
    let fourth = app.next_code(&stage);
    assert_eq!(give(&stage, &sam, &fourth).await.status, StatusCode::NO_CONTENT);
    assert_eq!(give(&stage, &sam, &third).await.code(), Code::CodeRefused);
    // The last accepted step is still known after a restart.
    let stage = stage.reopen().await;
    assert_eq!(give(&stage, &sam, &fourth).await.code(), Code::CodeRefused);
    let fifth = app.next_code(&stage);
    stage.clock.turn(STEP);
    assert_eq!(give(&stage, &sam, &fifth).await.status, StatusCode::NO_CONTENT, "a step late");
    let sixth = app.next_code(&stage);
    stage.clock.turn(STEP * 2);
    assert_eq!(give(&stage, &sam, &sixth).await.code(), Code::CodeRefused, "two steps late");
}

#[tokio::test]
async fn five_wrong_codes_and_the_right_one_has_to_wait() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let app = enrol(&stage, &sam).await;
    for nth in 0..5 {
        let wrong = app.wrong_code(&stage);
        // Wrong codes count alike at a sign-in and in a session.
        match nth % 2 {
            0 => assert_eq!(give(&stage, &sam, &wrong).await.code(), Code::CodeRefused),
            _ => assert_eq!(sign_in(&stage, SAM, Some(&wrong)).await.code(), Code::SecondFactorRequired),
        }
    }
    let stage = stage.reopen().await;
    let refused = give(&stage, &sam, &app.next_code(&stage)).await;
    assert_eq!(refused.code(), Code::RateLimited);
    assert_eq!(refused.headers[header::RETRY_AFTER], "870");
    assert_eq!(sign_in(&stage, SAM, Some(&app.code(&stage))).await.code(), Code::RateLimited);
    let recovery = app.recovery[0].clone();
    assert_eq!(give(&stage, &sam, &recovery).await.code(), Code::RateLimited);
    // Without a right code by email, nobody can lock a person out.
    assert_eq!(sign_in_with(&stage, SAM, "ZZZZZZZZ", Some("000000")).await.code(), Code::CodeRefused);
    stage.clock.turn(SignedDuration::from_mins(15));
    let sam = app.sign_in(&stage, SAM).await;
    // A right code resets the count.
    for _ in 0..4 {
        assert_eq!(give(&stage, &sam, &app.wrong_code(&stage)).await.code(), Code::CodeRefused);
    }
    assert_eq!(give(&stage, &sam, &app.next_code(&stage)).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_recovery_code_is_good_once_instead() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let app = enrol(&stage, &sam).await;
    assert_eq!(app.recovery.len(), 10);
    let typed = app.recovery[3].to_lowercase().replace('-', " ");
    let session = token(&sign_in(&stage, SAM, Some(&typed)).await);
    assert_eq!(state(&stage, &session).await.recovery_codes, 9);
    assert_eq!(sign_in(&stage, SAM, Some(&typed)).await.code(), Code::SecondFactorRequired, "used");
    let log: AuditPage = stage.get(routes::AUDIT, Some(&session)).await.json();
    assert!(log.entries.iter().any(|entry| entry.action == "use_recovery_code"));
    // Another person's code does not count.
    let robin = stage.sign_in(ROBIN).await;
    let robins = enrol(&stage, &robin).await;
    assert_eq!(give(&stage, &session, &robins.recovery[0]).await.code(), Code::CodeRefused);
    // New codes replace all earlier ones.
    let new = post(&stage, routes::RECOVERY_CODES, &session, &json!(null)).await;
    let new: RecoveryCodes = new.json();
    assert_eq!(give(&stage, &session, &app.recovery[0]).await.code(), Code::CodeRefused);
    assert_eq!(give(&stage, &session, &new.codes[0]).await.status, StatusCode::NO_CONTENT);
    assert_eq!(state(&stage, &session).await.recovery_codes, 9);
}

/// These had 16 characters and are still on people's paper.
#[tokio::test]
async fn a_recovery_code_of_an_earlier_version_is_still_good() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let app = enrol(&stage, &sam).await;
    assert!(app.recovery.iter().all(|code| code.len() == 29), "six times four letters: {:?}", app.recovery);
    let person = stage.person(&sam).await;
    let hash: String = Sha256::digest(format!("{person}/ABCDEFGH23456789"))
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    sqlx::query("INSERT INTO recovery_codes (person, hash, used_at) VALUES ($1, $2, 0)")
        .bind(&person)
        .bind(&hash)
        .execute(&stage.database().await)
        .await
        .unwrap();
    token(&sign_in(&stage, SAM, Some("abcd-efgh-2345-6789")).await);
    assert_eq!(sign_in(&stage, SAM, Some("abcd-efgh-2345-6789")).await.code(), Code::SecondFactorRequired);
}

/// Actions that do the most harm in the wrong hands need a recent code after twelve hours. Sending a draft never does.
#[tokio::test]
async fn sensitive_actions_need_a_recent_code() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let robin = stage.sign_in(ROBIN).await;
    let robin = stage.person(&robin).await;
    let project = stage.new_id();
    stage.publish(&sam, new_project(&project, "BCH", "Bins")).await;
    let app = enrol(&stage, &sam).await;
    let recovery = app.recovery[0].clone();
    let session = async || {
        let answer = sign_in(&stage, SAM, Some(&app.next_code(&stage))).await;
        answer.json::<Value>()
    };
    let tokens = session().await;
    let refreshed = async || {
        let answer = stage.post(routes::AUTH_TOKEN, json!({"refresh_token": tokens["refresh_token"]})).await;
        token(&answer)
    };
    let person = routes::with(routes::COUNCIL_PERSON, &["BCH", &robin]);
    let asked = [
        (Method::DELETE, routes::with(routes::PROJECT, &[&project]), json!({"reason": " "}), 422),
        (Method::GET, routes::MY_DATA.to_owned(), json!(null), 200),
        (Method::GET, routes::with(routes::COUNCIL_DATA, &["BCH"]), json!(null), 200),
        (Method::PUT, person.clone(), json!({"role": "editor"}), 204),
        (Method::DELETE, person, json!(null), 204),
        (
            Method::POST,
            routes::with(routes::INVITATIONS, &["BCH"]),
            json!({"email": ROBIN, "role": "editor"}),
            204,
        ),
        (
            Method::PUT,
            routes::with(routes::DOMAIN, &["BCH", "new.elsewhere.example"]),
            json!({"answer": "domain"}),
            403,
        ),
        (
            Method::PUT,
            routes::with(routes::SUCCESSORS, &["BCH"]),
            json!({"from": "2026-04-01", "successors": []}),
            404,
        ),
        (Method::POST, routes::RECOVERY_CODES.to_owned(), json!(null), 200),
        (Method::POST, routes::SECOND_FACTOR.to_owned(), json!(null), 200),
        (Method::DELETE, routes::ME.to_owned(), json!(7), 422),
    ];
    stage.clock.turn(SignedDuration::from_hours(12) - SignedDuration::from_secs(1));
    let fresh = refreshed().await;
    assert!(!state(&stage, &fresh).await.asked);
    assert_eq!(stage.get(routes::MY_DATA, Some(&fresh)).await.status, StatusCode::OK);
    stage.clock.turn(SignedDuration::from_secs(1));
    assert!(state(&stage, &fresh).await.asked);
    for (method, path, body, _) in &asked {
        let answer = stage.ask(method.clone(), path, Some(&fresh), body.to_string()).await;
        assert_eq!(answer.code(), Code::SecondFactorRequired, "{method} {path}");
    }
    let refused = stage.ask(Method::DELETE, routes::SECOND_FACTOR, Some(&fresh), "null").await;
    assert_eq!(refused.code(), Code::SecondFactorRequired, "and turning it off");
    // Reading and sending from the outbox continue.
    assert_eq!(stage.get(routes::CHANGES, Some(&fresh)).await.status, StatusCode::OK);
    stage.publish(&fresh, new_project(&stage.new_id(), "BCH", "Parks")).await;
    assert_eq!(give(&stage, &fresh, &recovery).await.status, StatusCode::NO_CONTENT);
    for (method, path, body, right) in &asked {
        let answer = stage.ask(method.clone(), path, Some(&fresh), body.to_string()).await;
        assert_eq!(answer.status.as_u16(), *right, "{method} {path}: {}", answer.text);
    }
}

#[tokio::test]
async fn each_session_passes_the_factor_itself() {
    let stage = TestRegistry::sample().await;
    let (before, sam) = (stage.sign_in(SAM).await, stage.sign_in(SAM).await);
    enrol(&stage, &sam).await;
    assert_eq!(stage.get(routes::MY_DATA, Some(&sam)).await.status, StatusCode::OK, "given in this one");
    let refused = stage.get(routes::MY_DATA, Some(&before)).await;
    assert_eq!(refused.code(), Code::SecondFactorRequired);
    // Whoever took over a mailbox and a session cannot replace the second factor or turn it off.
    let begun = post(&stage, routes::SECOND_FACTOR, &before, &json!(null)).await;
    assert_eq!(begun.code(), Code::SecondFactorRequired);
    let off = stage.ask(Method::DELETE, routes::SECOND_FACTOR, Some(&before), "null").await;
    assert_eq!(off.code(), Code::SecondFactorRequired);
}

#[tokio::test]
async fn a_new_one_takes_the_place_of_the_old_once_confirmed() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let old = enrol(&stage, &sam).await;
    let mut new = App { secret: begin(&stage, &sam).await, recovery: Vec::new() };
    assert_ne!(new.secret, old.secret);
    assert_eq!(confirm(&stage, &sam, &new.wrong_code(&stage)).await.code(), Code::CodeRefused);
    assert_eq!(give(&stage, &sam, &old.next_code(&stage)).await.status, StatusCode::NO_CONTENT, "still");
    let confirmed = confirm(&stage, &sam, &new.next_code(&stage)).await;
    new.recovery = confirmed.json::<RecoveryCodes>().codes;
    assert_eq!(give(&stage, &sam, &old.next_code(&stage)).await.code(), Code::CodeRefused);
    assert_eq!(give(&stage, &sam, &old.recovery[0]).await.code(), Code::CodeRefused);
    assert_eq!(give(&stage, &sam, &new.next_code(&stage)).await.status, StatusCode::NO_CONTENT);
    // A secret that was not confirmed in time no longer works.
    let late = App { secret: begin(&stage, &sam).await, recovery: Vec::new() };
    stage.clock.turn(SignedDuration::from_hours(1));
    let sam = new.sign_in(&stage, SAM).await;
    assert_eq!(confirm(&stage, &sam, &late.next_code(&stage)).await.code(), Code::CodeRefused);
    // Once it is turned off, nobody is asked.
    let off = stage.ask(Method::DELETE, routes::SECOND_FACTOR, Some(&sam), "null").await;
    assert_eq!(off.status, StatusCode::NO_CONTENT, "{}", off.text);
    stage.sign_in(SAM).await;
    assert!(stage.mails().last().unwrap().contains("was turned off"));
}

/// Not in the database's files, a backup or an export.
#[tokio::test]
async fn a_secret_and_its_codes_are_in_no_file_and_no_export() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let app = enrol(&stage, &sam).await;
    let waiting = begin(&stage, &sam).await;
    let backup = stage.folder.path().join("backup");
    stage.registry.back_up(&backup).await.unwrap();
    let handed_out = stage.get(routes::MY_DATA, Some(&sam)).await.text;
    let of_council = stage.get(&routes::with(routes::COUNCIL_DATA, &["BCH"]), Some(&sam)).await.text;
    assert!(handed_out.contains("confirmed_at"), "that there is one is told: {handed_out}");
    let sealed: (String, String) = sqlx::query_as("SELECT secret, pending FROM second_factors")
        .fetch_one(&stage.database().await)
        .await
        .unwrap();
    for sealed in [&sealed.0, &sealed.1] {
        assert!(sealed.len() > 100 && !handed_out.contains(sealed) && !of_council.contains(sealed));
    }
    let mut stored = stage.everything_stored().await;
    stored.extend(std::fs::read(&backup).unwrap());
    let has = |what: &[u8]| stored.windows(what.len()).any(|window| window == what);
    assert!(has(SAM.as_bytes()), "it would be found");
    for secret in [&app.secret, &waiting] {
        let secret = Secret::try_from_base32(secret).unwrap();
        let hex: String = secret.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        for form in [secret.as_bytes(), secret.to_base32().as_bytes(), hex.as_bytes()] {
            assert!(!has(form));
        }
        assert!(!handed_out.contains(&secret.to_base32()) && !handed_out.contains(&hex));
    }
    for code in &app.recovery {
        let plain = code.replace('-', "");
        assert!(!has(code.as_bytes()) && !has(plain.as_bytes()));
        assert!(!handed_out.contains(code.as_str()) && !handed_out.contains(&plain));
    }
}

/// A backup contains the secrets sealed. Checking codes needs the key, which is never stored with a backup.
#[tokio::test]
async fn a_restored_registry_needs_the_key_for_codes_only() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let app = enrol(&stage, &sam).await;
    let backup = stage.folder.path().join("backup");
    stage.registry.back_up(&backup).await.unwrap();
    let key = stage.folder.path().join("second-factor.key");

    let without = TestRegistry::restored(&backup, History::New).await;
    without.clock.turn(STEP);
    let refused = sign_in(&without, SAM, Some(&app.code(&without))).await;
    assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(refused.code(), Code::Internal, "it says nothing of why");
    token(&sign_in(&without, SAM, Some(&app.recovery[0])).await);
    assert!(without.registry.reset_second_factor_of(SAM).await.unwrap());
    without.sign_in(SAM).await;

    let with = TestRegistry::restored(&backup, History::Same).await;
    std::fs::copy(&key, with.folder.path().join("second-factor.key")).unwrap();
    with.clock.turn(STEP);
    token(&sign_in(&with, SAM, Some(&app.code(&with))).await);
    // The key may also be elsewhere.
    let config = Config { factor_key_file: Some(key), ..with.config() };
    with.registry.close().await;
    let elsewhere = guildhall_registry::open(config, with.env().clone()).await.unwrap();
    assert_eq!(elsewhere.examine().await.unwrap(), []);
    elsewhere.close().await;
}

#[tokio::test]
async fn who_is_erased_leaves_no_second_factor() {
    let stage = TestRegistry::sample().await;
    stage.sign_in(ROBIN).await;
    let sam = stage.sign_in(SAM).await;
    enrol(&stage, &sam).await;
    let person = stage.person(&sam).await;
    stage.registry.set(Setting::SecondFactor, "everyone").await.unwrap();
    let answer = stage.ask(Method::DELETE, routes::ME, Some(&sam), json!({"names": []}).to_string()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    let database = stage.database().await;
    for table in ["second_factors", "recovery_codes", "second_factor_due"] {
        let statement = format!("SELECT COUNT(*) FROM {table} WHERE person = $1");
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).bind(person.as_str());
        let rows: i64 = rows.fetch_one(&database).await.unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    let given: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM session_factors").fetch_one(&database).await.unwrap();
    assert_eq!(given, 0);
}
