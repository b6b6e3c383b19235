//! Reviews between two laptops, either of which may be offline.

use guildhall_client::Event;
use guildhall_client::error::Failure;
use guildhall_client::views::{AnswerRefused, Attention, Connection, DraftState, Then};
use guildhall_protocol::{ReviewPolicy, Role, State, SubmissionId};

use crate::rig::{Accident, HOTEL, Laptop, ROBIN, SAM, TOO_LONG, TestNetwork};

const KIM: &str = "kim.digital@barchester.example";

/// The review that waits for that person, once there is one.
async fn waiting(laptop: &Laptop) -> SubmissionId {
    laptop.until_status("something waits", |status| status.inbox == 1).await;
    laptop.client.inbox().await.unwrap().waiting[0].id
}

#[tokio::test]
async fn a_review_answered_offline_is_published_online() {
    let town = TestNetwork::new().await;
    let (sam, kim) = (town.laptop_of(SAM).await, town.laptop_of(KIM).await);
    let draft = kim.write("Zebra crossing requests").await;
    kim.send(draft).await;
    kim.until_state(draft, DraftState::InReview).await;
    let id = waiting(&sam).await;

    sam.way.go_offline();
    let review = sam.client.review(id).await.unwrap();
    assert_eq!((review.row.author.as_str(), review.row.new, review.base_changed), (KIM, true, false));
    let title = review.changes.iter().find(|change| change.field == "title").unwrap();
    assert_eq!((title.before.as_str(), title.after.as_str()), ("null", "\"Zebra crossing requests\""));
    // All of a new project is shown, also answers that are as in an empty form, but no field left empty.
    let shown: Vec<_> = review.changes.iter().map(|change| change.field.as_str()).collect();
    assert!(
        shown.contains(&"phase") && shown.contains(&"visibility") && !shown.contains(&"supplier"),
        "{shown:?}"
    );
    let seen = review.changes.iter().find(|change| change.field == "visibility").unwrap();
    assert_eq!(seen.after, serde_json::to_string(&review.visibility).unwrap());
    sam.client.answer_review(id, State::Published, String::new()).await.unwrap();
    assert_eq!(sam.client.answer_review(id, State::Declined, "No".into()).await, Err(Failure::NotFound));
    let sam = sam.restarted().await;
    sam.until_status("the answer waits", |status| status.waiting == 1 && status.inbox == 0).await;
    assert_eq!(kim.client.draft(draft).await.unwrap().row.state, DraftState::InReview);

    sam.way.go_online();
    sam.sign_in(&town.registry, SAM).await;
    kim.until_state(draft, DraftState::Published).await;
    kim.until_finds("zebra", 1).await;
    sam.until_finds("zebra", 1).await;
    sam.until_status("nothing waits", |status| status.waiting == 0 && status.inbox == 0).await;
}

#[tokio::test]
async fn a_lost_answer_to_an_answer_doubles_nothing() {
    let town = TestNetwork::new().await;
    let (sam, kim) = (town.laptop_of(SAM).await, town.laptop_of(KIM).await);
    let draft = kim.write("Zebra crossing requests").await;
    kim.send(draft).await;
    let id = waiting(&sam).await;
    // A decision that was never sent can be withdrawn, and made again.
    sam.way.go_offline();
    sam.client.answer_review(id, State::Declined, "No".into()).await.unwrap();
    sam.until_status("offline", |status| status.connection == Connection::Offline).await;
    sam.until("it is taken back", async |client| client.withdraw_answer(id).await.is_ok()).await;
    sam.way.go_online();
    sam.way.next("/api/v1/submissions", Accident::AnswerLost);
    sam.way.next("/api/v1/submissions", Accident::Stuck);
    sam.client.answer_review(id, State::Published, String::new()).await.unwrap();
    kim.until_state(draft, DraftState::Published).await;
    assert_eq!(sam.client.withdraw_answer(id).await, Err(Failure::BeingSent));
    sam.client.sync_now();
    sam.until("it is sent again", async |_| sam.way.to_come() == 0).await;
    sam.way.release();
    sam.until_status("nothing waits", |status| status.waiting == 0).await;
    assert!(sam.client.inbox().await.unwrap().answered.is_empty(), "the repeat got the same verdict");
}

#[tokio::test]
async fn a_reviews_reason_reaches_the_author_who_resends() {
    let town = TestNetwork::new().await;
    let (sam, kim) = (town.laptop_of(SAM).await, town.laptop_of(KIM).await);
    let draft = kim.write("Zebra crossing requests").await;
    kim.send(draft).await;
    let id = waiting(&sam).await;
    let without = sam.client.answer_review(id, State::ChangesRequested, " ".into()).await;
    assert_eq!(without, Err(Failure::ReasonNeeded));
    sam.client.answer_review(id, State::ChangesRequested, "Say where".into()).await.unwrap();
    kim.until_state(draft, DraftState::NeedsAttention).await;
    let attention = kim.client.draft(draft).await.unwrap().row.attention;
    let why = Attention::ChangesRequested { by: SAM.into(), reason: "Say where".into() };
    assert_eq!(attention, Some(why));

    kim.client.withdraw_draft(draft).await.unwrap();
    kim.edit(draft, |form| form.title = "Zebra crossings on School Lane".into()).await;
    kim.send(draft).await;
    kim.until_state(draft, DraftState::InReview).await;
    let id = waiting(&sam).await;
    sam.client.answer_review(id, State::Declined, "It is done already".into()).await.unwrap();
    kim.until_state(draft, DraftState::Declined).await;
    let why = Attention::Declined { by: SAM.into(), reason: "It is done already".into() };
    assert_eq!(kim.client.draft(draft).await.unwrap().row.attention, Some(why));
    kim.client.withdraw_draft(draft).await.unwrap();
    assert_eq!(kim.client.draft(draft).await.unwrap().form.title, "Zebra crossings on School Lane");
}

#[tokio::test]
async fn a_failed_withdrawal_is_not_reported_as_done() {
    let town = TestNetwork::new().await;
    let kim = town.laptop_of(KIM).await;
    let draft = kim.write("Zebra crossing requests").await;
    kim.send(draft).await;
    kim.until_state(draft, DraftState::InReview).await;
    kim.way.next("/withdraw", Accident::NotFound);
    assert_eq!(kim.client.withdraw_draft(draft).await, Err(Failure::NotFound));
    assert_eq!(kim.client.draft(draft).await.unwrap().row.state, DraftState::InReview);
    kim.client.withdraw_draft(draft).await.unwrap();
    assert_eq!(kim.client.draft(draft).await.unwrap().row.state, DraftState::Draft);
}

#[tokio::test]
async fn a_repeat_is_answered_with_the_decision() {
    let attention = |reason: String, state| match state {
        State::Declined => Attention::Declined { by: String::new(), reason },
        _ => Attention::ChangesRequested { by: String::new(), reason },
    };
    for (state, becomes) in
        [(State::ChangesRequested, DraftState::NeedsAttention), (State::Declined, DraftState::Declined)]
    {
        let town = TestNetwork::new().await;
        let (sam, kim) = (town.laptop_of(SAM).await, town.laptop_of(KIM).await);
        let draft = kim.write("Zebra crossing requests").await;
        kim.way.next("/api/v1/submissions/", Accident::AnswerLost);
        // Nothing is repeated before Sam has decided, even if the laptop tries.
        kim.way.next("/api/v1/submissions/", Accident::Unreachable);
        kim.send(draft).await;
        let id = waiting(&sam).await;
        sam.client.answer_review(id, state, "Say where".into()).await.unwrap();
        sam.until_status("it is decided", |status| status.waiting == 0).await;
        kim.until("Kim is told", async |client| {
            client.sync_now();
            client.draft(draft).await.unwrap().row.state == becomes
        })
        .await;
        let told = kim.client.draft(draft).await.unwrap().row.attention;
        assert_eq!(told, Some(attention("Say where".into(), state)));
    }
}

#[tokio::test]
async fn an_outcome_waits_while_its_project_is_edited() {
    let town = TestNetwork::new().await;
    let (sam, kim) = (town.laptop_of(SAM).await, town.laptop_of(KIM).await);
    let project = kim.first("Moving home").await;
    let first = kim.client.edit_project(project).await.unwrap();
    kim.edit(first, |form| form.title = "Moving home, says Kim".into()).await;
    kim.send(first).await;
    kim.until_state(first, DraftState::InReview).await;
    let id = waiting(&sam).await;
    let second = kim.client.edit_project(project).await.unwrap();
    sam.client.answer_review(id, State::ChangesRequested, "Say where".into()).await.unwrap();
    sam.until_status("it is decided", |status| status.waiting == 0).await;
    // Twice, so that Kim's laptop has processed everything before.
    for title in ["Pelican crossings", "Toucan crossings"] {
        let other = sam.write(title).await;
        sam.send(other).await;
        kim.until_finds(title, 1).await;
    }
    assert_eq!(kim.client.draft(first).await.unwrap().row.state, DraftState::InReview);

    let mut events = kim.client.events();
    kim.client.remove_draft(second).await.unwrap();
    while events.try_recv().is_ok() {}
    kim.client.sync_now();
    kim.until_state(first, DraftState::NeedsAttention).await;
    let is_told = async { while events.recv().await != Ok(Event::DraftsChanged) {} };
    tokio::time::timeout(TOO_LONG, is_told).await.expect("the window is told");
}

#[tokio::test]
async fn a_decision_waits_behind_a_captive_portal() {
    let town = TestNetwork::new().await;
    let (sam, kim) = (town.laptop_of(SAM).await, town.laptop_of(KIM).await);
    let draft = kim.write("Zebra crossing requests").await;
    kim.send(draft).await;
    let id = waiting(&sam).await;
    sam.way.next("/api/v1/submissions", HOTEL);
    sam.client.answer_review(id, State::Published, String::new()).await.unwrap();
    sam.until_status("it is told", |status| status.last_error == Some(Failure::NotARegistry)).await;
    assert_eq!(sam.client.status().await.waiting, 1);
    sam.client.sync_now();
    kim.until_state(draft, DraftState::Published).await;
}

#[tokio::test]
async fn a_second_answer_to_a_review_is_told_so() {
    let town = TestNetwork::new().await;
    let (sam, robin) = (town.laptop_of(SAM).await, town.laptop_of(ROBIN).await);
    let kim = town.laptop_of(KIM).await;
    let draft = kim.write("Zebra crossing requests").await;
    kim.send(draft).await;
    let (id, robins) = (waiting(&sam).await, waiting(&robin).await);
    robin.way.go_offline();
    robin.client.answer_review(robins, State::Declined, "Not now".into()).await.unwrap();
    sam.client.answer_review(id, State::Published, String::new()).await.unwrap();
    kim.until_state(draft, DraftState::Published).await;
    robin.way.go_online();
    robin.client.sync_now();
    robin.until_status("told so", |status| status.waiting == 0 && status.inbox == 1).await;
    let answered = robin.client.inbox().await.unwrap().answered;
    assert_eq!(answered[0].refused, Some(AnswerRefused::Answered));
    robin.client.withdraw_answer(robins).await.unwrap();
    assert!(robin.client.inbox().await.unwrap().answered.is_empty());

    let second = kim.write("Zebra finches").await;
    kim.send(second).await;
    kim.until_state(second, DraftState::InReview).await;
    waiting(&sam).await;
    kim.client.withdraw_draft(second).await.unwrap();
    kim.until_state(second, DraftState::Draft).await;
    sam.until_status("nothing waits", |status| status.inbox == 0).await;
}

#[tokio::test]
async fn a_review_overtaken_by_a_change_goes_back() {
    let town = TestNetwork::new().await;
    let (sam, kim) = (town.laptop_of(SAM).await, town.laptop_of(KIM).await);
    let project = kim.first("Moving home").await;
    let draft = kim.client.edit_project(project).await.unwrap();
    kim.edit(draft, |form| form.title = "Moving home, says Kim".into()).await;
    kim.send(draft).await;
    let id = waiting(&sam).await;
    let mine = sam.client.edit_project(project).await.unwrap();
    sam.edit(mine, |form| form.title = "Moving home, says Sam".into()).await;
    sam.send(mine).await;
    sam.until_state(mine, DraftState::Published).await;
    sam.until("it moved on", async |client| client.review(id).await.unwrap().base_changed).await;
    sam.client.answer_review(id, State::Published, String::new()).await.unwrap();
    kim.until_state(draft, DraftState::NeedsAttention).await;
    let conflict = kim.client.conflict(draft).await.unwrap();
    assert_eq!((conflict.theirs_by.as_str(), conflict.clashes.len()), (SAM, 1));
    kim.client.settle(draft, Then::Write).await.unwrap_err();
    sam.until_status("told so", |status| status.inbox == 1).await;
    let answered = sam.client.inbox().await.unwrap().answered;
    assert_eq!(answered[0].refused, Some(AnswerRefused::Changed));
}

#[tokio::test]
async fn a_changed_role_reaches_the_laptop() {
    let town = TestNetwork::new().await;
    let (sam, kim) = (town.laptop_of(SAM).await, town.laptop_of(KIM).await);
    let bch = "BCH".parse().unwrap();
    let mut settings = sam.client.council_people(&bch).await.unwrap().settings;
    assert_eq!(settings.review, ReviewPolicy::First);
    settings.review = ReviewPolicy::None;
    sam.client.set_council_settings(&bch, settings).await.unwrap();
    let draft = sam.write("Zebra crossings").await;
    sam.edit(draft, |form| form.visibility = Some(guildhall_protocol::Visibility::Councils)).await;
    sam.send(draft).await;
    kim.until_finds("zebra", 1).await;

    let people = sam.client.council_people(&bch).await.unwrap().people;
    let kims = people.iter().find(|person| person.email == KIM).unwrap().person;
    sam.client.set_role(&bch, kims, Role::Lead).await.unwrap();
    kim.until("Kim leads", async |client| {
        client.account().await.is_some_and(|me| me.councils.iter().any(|at| at.role == Role::Lead))
    })
    .await;
    sam.client.remove_access(&bch, kims).await.unwrap();
    kim.until("Kim acts for nobody", async |client| {
        client.account().await.is_some_and(|me| me.councils.is_empty() && me.acting_for.is_none())
    })
    .await;
    kim.until_finds("zebra", 0).await;
    assert_eq!(kim.client.new_draft().await, Err(Failure::NotAllowed));
    kim.way.go_offline();
    assert_eq!(kim.client.council_people(&bch).await, Err(Failure::NoConnection));
}

#[tokio::test]
async fn a_signed_out_laptop_keeps_drafts_only() {
    let town = TestNetwork::new().await;
    let (lost, here) = (town.laptop("lost").await, town.laptop("here").await);
    lost.sign_in(&town.registry, SAM).await;
    lost.up_to_date().await;
    let draft = lost.write("Only here").await;
    here.sign_in(&town.registry, SAM).await;
    let devices = here.client.devices().await.unwrap();
    let other = devices.iter().find(|device| !device.this).unwrap();
    here.client.sign_out_device(other.id).await.unwrap();
    lost.client.sync_now();
    lost.until("nobody is signed in", async |client| client.account().await.is_none()).await;
    assert_eq!(lost.client.start().await.signed_out.as_deref(), Some(SAM));
    lost.sign_in(&town.registry, SAM).await;
    assert_eq!(lost.client.start().await.signed_out, None);
    assert_eq!(lost.client.draft(draft).await.unwrap().form.title, "Only here");
}
