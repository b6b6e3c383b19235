//! Roles for which a second factor is required are suspended without one.

use super::*;

/// People who are leads when it becomes required get thirty days; people who become leads later get none. After that
/// the role is suspended.
#[tokio::test]
async fn a_leads_role_is_suspended_from_the_due_date() {
    let stage = TestRegistry::sample().await;
    let (sam, kim) = (stage.session(SAM).await, stage.sign_in(KIM).await);
    let mut sams = sam["access_token"].as_str().unwrap().to_owned();
    // Robin's project, so that Sam can read it only as a lead.
    let robin = stage.sign_in(ROBIN).await;
    let path = routes::with(routes::COUNCIL_PERSON, &["BCH", &stage.person(&robin).await]);
    stage.ask(Method::PUT, &path, Some(&sams), json!({"role": "lead"}).to_string()).await;
    let team = stage.new_id();
    let mut body = new_project(&team, "BCH", "For the team");
    body["set"]["visibility"] = json!("team");
    stage.publish(&robin, body).await;
    let mut mirror = stage.mirror(Some(&sams));
    mirror.sync(&stage.registry, 1000).await;
    assert!(stage.registry.set(Setting::SecondFactor, "some").await.is_err());
    stage.registry.set(Setting::SecondFactor, "leads").await.unwrap();
    let due = me(&stage, &sams).await.factor_due.unwrap();
    assert_eq!((due.by, due.rests), (Some(stage.now() + days(30)), false));
    assert_eq!(me(&stage, &kim).await.factor_due, None, "it is asked of leads");
    // Setting it again gives nobody more time.
    stage.clock.turn(days(30) - SignedDuration::from_mins(1));
    stage.registry.set(Setting::SecondFactor, "leads").await.unwrap();
    let refresh = async |session: &Value| -> Value {
        let answer = stage.post(routes::AUTH_TOKEN, json!({"refresh_token": session["refresh_token"]})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    };
    let session = refresh(&sam).await;
    sams = session["access_token"].as_str().unwrap().to_owned();
    let people = routes::with(routes::PEOPLE, &["BCH"]);
    assert_eq!(stage.get(&people, Some(&sams)).await.status, StatusCode::OK, "a minute before");
    mirror = stage.mirror(Some(&sams));
    mirror.sync(&stage.registry, 1000).await;

    stage.clock.turn(SignedDuration::from_mins(1));
    assert_eq!(stage.get(&people, Some(&sams)).await.code(), Code::NotFound);
    let resting = me(&stage, &sams).await;
    assert!(resting.factor_due.unwrap().rests);
    assert_eq!(resting.councils[0].role.as_str(), "contributor", "what the address gives stays");
    assert!(!resting.councils[0].decides);
    // What only leads may read leaves their laptop, and comes back later.
    let on = format!("{}?after={}", routes::CHANGES, mirror.cursor);
    assert_eq!(stage.get(&on, Some(&sams)).await.code(), Code::ResyncRequired);
    let mut anew = stage.mirror(Some(&sams));
    anew.sync(&stage.registry, 1000).await;
    assert!(mirror.has("project", &team) && !anew.has("project", &team));
    let sent = stage.new_id();
    let verdict = stage.put(&sent, &sams, &new_project(&stage.new_id(), "BCH", "Parks")).await;
    assert_eq!(verdict.json::<Value>()["state"], "in_review", "{}", verdict.text);

    enrol(&stage, &sams).await;
    let back = me(&stage, &sams).await;
    assert_eq!((back.factor_due, back.councils[0].role.as_str()), (None, "lead"));
    assert_eq!(stage.get(&people, Some(&sams)).await.status, StatusCode::OK);
    anew.cursor = String::new();
    anew.last_seq = 0;
    anew.sync(&stage.registry, 1000).await;
    assert!(anew.has("project", &team));
    // It cannot be turned off while it is required.
    let off = stage.ask(Method::DELETE, routes::SECOND_FACTOR, Some(&sams), "null").await;
    assert_eq!(off.code(), Code::NotAllowed);
    // A new lead needs one immediately.
    let kim = stage.person(&stage.sign_in(KIM).await).await;
    let path = routes::with(routes::COUNCIL_PERSON, &["BCH", &kim]);
    let answer = stage.ask(Method::PUT, &path, Some(&sams), json!({"role": "lead"}).to_string()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    let kim = stage.sign_in(KIM).await;
    assert!(me(&stage, &kim).await.factor_due.unwrap().rests);
    assert_eq!(stage.get(&people, Some(&kim)).await.code(), Code::NotFound);
}

#[tokio::test]
async fn the_operator_can_set_zero_days() {
    let stage = TestRegistry::sample().await;
    let (sam, pat) = (stage.sign_in(SAM).await, stage.sign_in(PAT).await);
    stage.registry.set_coordinator(PAT, true).await.unwrap();
    assert!(me(&stage, &pat).await.coordinator);
    for wrong in ["-1", "366", "soon"] {
        assert!(stage.registry.set(Setting::SecondFactorDays, wrong).await.is_err(), "{wrong}");
    }
    stage.registry.set(Setting::SecondFactorDays, "0").await.unwrap();
    stage.registry.set(Setting::SecondFactor, "editors").await.unwrap();
    let (sam, pat) = (me(&stage, &sam).await, me(&stage, &pat).await);
    assert!(sam.factor_due.unwrap().rests && pat.factor_due.unwrap().rests && !pat.coordinator);
    stage.registry.set(Setting::SecondFactor, "nobody").await.unwrap();
    let sam = stage.sign_in(SAM).await;
    assert_eq!(me(&stage, &sam).await.factor_due, None);
}

/// Coordinators always need one: thirty days after they were made a coordinator, or after the update that introduced
/// this, whichever is later.
#[tokio::test]
async fn a_coordinator_is_suspended_after_thirty_days() {
    let stage = TestRegistry::sample().await;
    stage.registry.set_coordinator(PAT, true).await.unwrap();
    let pat = stage.sign_in(PAT).await;
    let due = me(&stage, &pat).await.factor_due.unwrap();
    assert_eq!((due.by, due.rests), (Some(stage.now() + days(30)), false));
    // The state that an earlier version left.
    sqlx::query("DELETE FROM second_factor_due").execute(&stage.database().await).await.unwrap();
    stage.clock.turn(days(20));
    let stage = stage.reopen().await;
    let pat = stage.sign_in(PAT).await;
    assert_eq!(me(&stage, &pat).await.factor_due.unwrap().by, Some(stage.now() + days(30)));
    let stage = stage.reopen().await;
    stage.clock.turn(days(30));
    let pat = stage.sign_in(PAT).await;
    assert!(!me(&stage, &pat).await.coordinator);
    assert_eq!(stage.get(routes::COORDINATION, Some(&pat)).await.code(), Code::NotFound);
    enrol(&stage, &pat).await;
    assert!(me(&stage, &pat).await.coordinator);
    assert_eq!(stage.get(routes::COORDINATION, Some(&pat)).await.status, StatusCode::OK);
}
