//! A lost second factor is reset by someone else, and everyone concerned hears of it.

use super::*;

/// Sam and Robin lead Barchester, each with a second factor. Sam has lost theirs.
async fn lost() -> (TestRegistry, String, App, String) {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let robin = stage.sign_in(ROBIN).await;
    let path = routes::with(routes::COUNCIL_PERSON, &["BCH", &stage.person(&robin).await]);
    let answer = stage.ask(Method::PUT, &path, Some(&sam), json!({"role": "lead"}).to_string()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    enrol(&stage, &sam).await;
    let robins = enrol(&stage, &robin).await;
    let path = routes::with(routes::FACTOR_RESET, &["BCH", &stage.person(&sam).await]);
    (stage, robin, robins, path)
}

fn mails_to(stage: &TestRegistry, what: &str) -> Vec<String> {
    let to = |mail: &String| mail.lines().next().unwrap().trim_start_matches("To: ").to_owned();
    let mut to: Vec<String> = stage.mails().iter().filter(|mail| mail.contains(what)).map(to).collect();
    to.sort();
    to
}

#[tokio::test]
async fn a_lead_resets_it_after_a_day_in_which_all_leads_know() {
    let (stage, robin, robins, path) = lost().await;
    assert_eq!(post(&stage, &path, &robin, &json!(null)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(mails_to(&stage, "will be reset"), [ROBIN, SAM]);
    let people = routes::with(routes::PEOPLE, &["BCH"]);
    let people: CouncilPeople = stage.get(&people, Some(&robin)).await.json();
    let sams = people.people.iter().find(|person| person.email == SAM).unwrap();
    assert!(sams.second_factor && sams.factor_reset_at == Some(stage.now() + days(1)));
    // Asking again changes nothing.
    stage.clock.turn(SignedDuration::from_mins(10));
    assert_eq!(post(&stage, &path, &robin, &json!(null)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sign_in(&stage, SAM, None).await.code(), Code::SecondFactorRequired, "not yet");
    stage.clock.turn(days(1) - SignedDuration::from_mins(11));
    assert_eq!(sign_in(&stage, SAM, None).await.code(), Code::SecondFactorRequired, "a minute before");
    stage.clock.turn(SignedDuration::from_mins(1));
    let sam = stage.sign_in(SAM).await;
    assert_eq!(state(&stage, &sam).await.since, None);
    stage.registry.maintain().await.unwrap();
    let robin = robins.sign_in(&stage, ROBIN).await;
    let log = format!("{}?council=BCH", routes::AUDIT);
    let log: AuditPage = stage.get(&log, Some(&robin)).await.json();
    assert!(log.entries.iter().any(|entry| entry.action == "ask_factor_reset" && entry.by == ROBIN));
    enrol(&stage, &sam).await;
    assert_eq!(sign_in(&stage, SAM, None).await.code(), Code::SecondFactorRequired);
}

#[tokio::test]
async fn a_reset_can_be_called_off_by_a_lead_and_by_its_person() {
    let (stage, robin, robins, path) = lost().await;
    let sam = stage.get(routes::ME, Some(&robin)).await;
    assert_eq!(sam.status, StatusCode::OK);
    post(&stage, &path, &robin, &json!(null)).await;
    let off = stage.ask(Method::DELETE, &path, Some(&robin), "null").await;
    assert_eq!(off.status, StatusCode::NO_CONTENT, "{}", off.text);
    assert_eq!(mails_to(&stage, "stopped the reset"), [ROBIN, SAM]);
    stage.clock.turn(days(2));
    stage.registry.maintain().await.unwrap();
    assert_eq!(sign_in(&stage, SAM, None).await.code(), Code::SecondFactorRequired);
    // Robin cannot cancel a reset that nobody requested, but can cancel one that is set.
    let robin = robins.sign_in(&stage, ROBIN).await;
    let none = stage.ask(Method::DELETE, routes::MY_FACTOR_RESET, Some(&robin), "null").await;
    assert_eq!(none.code(), Code::NotFound);
    let at = (stage.now() + days(1)).as_millisecond();
    sqlx::query("UPDATE second_factors SET reset_at = $1")
        .bind(at)
        .execute(&stage.database().await)
        .await
        .unwrap();
    assert!(state(&stage, &robin).await.reset_at.is_some());
    let off = stage.ask(Method::DELETE, routes::MY_FACTOR_RESET, Some(&robin), "null").await;
    assert_eq!(off.status, StatusCode::NO_CONTENT, "{}", off.text);
    assert_eq!(state(&stage, &robin).await.reset_at, None);
}

#[tokio::test]
async fn unauthorised_resets_are_refused() {
    let (stage, robin, _, path) = lost().await;
    let (alex, kim, visitor) =
        (stage.sign_in(ALEX).await, stage.sign_in(KIM).await, stage.sign_in(VISITOR).await);
    for other in [&alex, &kim, &visitor] {
        assert_eq!(post(&stage, &path, other, &json!(null)).await.code(), Code::NotFound);
        assert_eq!(stage.ask(Method::DELETE, &path, Some(other), "null").await.code(), Code::NotFound);
    }
    // A lead without a second factor, and an unconfirmed lead.
    let database = stage.database().await;
    let robins = stage.person(&robin).await;
    for (undo, redo) in [
        (
            format!(
                "UPDATE second_factors SET secret = '-' || secret, reset_at = 1 WHERE person = '{robins}'"
            ),
            format!(
                "UPDATE second_factors SET secret = SUBSTR(secret, 2), reset_at = 0 WHERE person = '{robins}'"
            ),
        ),
        (
            format!("UPDATE memberships SET confirmed_by = '' WHERE person = '{robins}'"),
            format!("UPDATE memberships SET confirmed_by = 'operator' WHERE person = '{robins}'"),
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(undo)).execute(&database).await.unwrap();
        assert_eq!(post(&stage, &path, &robin, &json!(null)).await.code(), Code::NotAllowed);
        sqlx::query(sqlx::AssertSqlSafe(redo)).execute(&database).await.unwrap();
    }
    // Leads may not reset a coordinator's second factor.
    stage.registry.set_coordinator(SAM, true).await.unwrap();
    assert_eq!(post(&stage, &path, &robin, &json!(null)).await.code(), Code::NotAllowed);
    stage.registry.set_coordinator(SAM, false).await.unwrap();
    stage.clock.turn(SignedDuration::from_hours(12));
    assert_eq!(post(&stage, &path, &robin, &json!(null)).await.code(), Code::SignInRequired);
}

#[tokio::test]
async fn a_coordinator_and_the_operator_reset_it_at_once() {
    let (stage, _, _, path) = lost().await;
    stage.registry.set_coordinator(PAT, true).await.unwrap();
    let pat = stage.sign_in(PAT).await;
    // A coordinator without a second factor cannot reset anyone else's, even before their own due date.
    assert_eq!(post(&stage, &path, &pat, &json!(null)).await.code(), Code::NotAllowed);
    enrol(&stage, &pat).await;
    assert_eq!(post(&stage, &path, &pat, &json!(null)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(mails_to(&stage, "is enough to sign in as them"), [ROBIN, SAM]);
    stage.sign_in(SAM).await;
    assert_eq!(post(&stage, &path, &pat, &json!(null)).await.code(), Code::NotFound, "there is none now");

    assert!(stage.registry.reset_second_factor_of(ROBIN).await.unwrap());
    assert!(!stage.registry.reset_second_factor_of(ROBIN).await.unwrap());
    assert!(stage.registry.reset_second_factor_of("nobody@elsewhere.example").await.is_err());
    stage.sign_in(ROBIN).await;
    let log: AuditPage = stage.get(routes::AUDIT, Some(&pat)).await.json();
    let mut resets: Vec<&str> = log
        .entries
        .iter()
        .filter(|entry| entry.action == "reset_second_factor")
        .map(|entry| entry.by.as_str())
        .collect();
    resets.sort_unstable();
    assert_eq!(resets, ["", PAT]);
}
