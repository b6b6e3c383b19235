//! Unconfirmed leads: leads elsewhere vouch for them, and their own people object.

use super::*;

async fn unconfirmed(stage: &TestRegistry, token: &str) -> Vec<UnconfirmedLead> {
    stage.get(routes::UNCONFIRMED_LEADS, Some(token)).await.json()
}

#[tokio::test]
async fn two_leads_vouch_and_after_three_days_it_counts() {
    let stage = TestRegistry::sample().await;
    let first = walmington(&stage).await;
    let (person, colleague) =
        (stage.person(&first).await, stage.sign_in("colleague@walmington.example").await);
    let sam = stage.sign_in(SAM).await;
    let vouch = async |token: &str| {
        ask(&stage, Method::POST, routes::VOUCH, &["WOS", &person], token, json!(null)).await
    };
    assert_eq!(vouch(&first).await.code(), Code::NotFound);
    assert_eq!(vouch(&colleague).await.code(), Code::NotFound);
    assert_eq!(unconfirmed(&stage, &sam).await[0].email, FIRST);
    for _ in 0..2 {
        assert_eq!(vouch(&sam).await.status, StatusCode::NO_CONTENT, "a second time is no second voice");
    }
    pass(&stage, 4).await;
    let first = stage.sign_in(FIRST).await;
    assert_eq!(councils(&stage, &first).await, ["WOS lead?"]);
    let before = stage.mails().len();
    let alex = stage.sign_in(ALEX).await;
    assert_eq!(vouch(&alex).await.status, StatusCode::NO_CONTENT);
    let letters = stage.mails().split_off(before);
    assert_eq!(letters.iter().filter(|letter| letter.contains("have vouched for")).count(), 2, "{letters:?}");
    pass(&stage, 2).await;
    let first = stage.sign_in(FIRST).await;
    assert_eq!(councils(&stage, &first).await, ["WOS lead?"]);
    pass(&stage, 1).await;
    assert_eq!(councils(&stage, &stage.sign_in(FIRST).await).await, ["WOS lead"]);
    // A lead confirmed by vouching cannot vouch for others.
    let other = stage.sign_in("first@tilling.example").await;
    assert_eq!(councils(&stage, &other).await, ["TIL lead?"]);
    let (other, first) = (stage.person(&other).await, stage.sign_in(FIRST).await);
    let refused = ask(&stage, Method::POST, routes::VOUCH, &["TIL", &other], &first, json!(null)).await;
    assert_eq!(refused.code(), Code::NotFound);
}

#[tokio::test]
async fn an_objection_leaves_it_to_a_coordinator() {
    let stage = TestRegistry::sample().await;
    let first = walmington(&stage).await;
    let (person, colleague) =
        (stage.person(&first).await, stage.sign_in("colleague@walmington.example").await);
    let (sam, alex) = (stage.sign_in(SAM).await, stage.sign_in(ALEX).await);
    for token in [&sam, &alex] {
        ask(&stage, Method::POST, routes::VOUCH, &["WOS", &person], token, json!(null)).await;
    }
    assert!(unconfirmed(&stage, &colleague).await[0].may_object);
    let objected =
        ask(&stage, Method::POST, routes::OBJECTION, &["WOS", &person], &colleague, json!(null)).await;
    assert_eq!(objected.status, StatusCode::NO_CONTENT);
    pass(&stage, 4).await;
    let (sam, first) = (stage.sign_in(SAM).await, stage.sign_in(FIRST).await);
    assert_eq!(councils(&stage, &first).await, ["WOS lead?"]);
    let again = ask(&stage, Method::POST, routes::VOUCH, &["WOS", &person], &sam, json!(null)).await;
    assert_eq!(again.code(), Code::NotAllowed);
}

#[tokio::test]
async fn what_a_turned_away_lead_published_is_checked() {
    let stage = TestRegistry::sample().await;
    let (first, pat) = (walmington(&stage).await, stage.sign_in(PAT).await);
    let (person, project) = (stage.person(&first).await, stage.new_id());
    stage.publish(&first, new_project(&project, "WOS", "Not ours")).await;
    stage.invite(&first, "WOS", VISITOR, "editor").await;
    let turned_away =
        ask(&stage, Method::DELETE, routes::COUNCIL_PERSON, &["WOS", &person], &pat, json!(null)).await;
    assert_eq!(turned_away.status, StatusCode::NO_CONTENT);
    let visitor = stage.sign_in(VISITOR).await;
    assert!(me(&stage, &visitor).await.invitations.is_empty());
    assert!(!can_read(&stage, &visitor, &project).await);
    let mut mirror = stage.mirror(Some(&pat));
    mirror.sync(&stage.registry, 1000).await;
    let waits = mirror.ids(Kind::Review.as_str()).pop().expect("a coordinator looks at it");
    let answer = json!({"kind": "review", "record": waits, "council": "WOS", "base_version": 1,
                        "set": {"state": "published", "reason": ""}});
    stage.publish(&pat, answer).await;
    assert!(can_read(&stage, &visitor, &project).await);
    let next = stage.sign_in("next@walmington.example").await;
    assert_eq!(
        me(&stage, &next).await.councils[0].role,
        Role::Contributor,
        "and nobody follows by signing in"
    );
}
