//! People's everyday work, with no faults except a lost connection.

use std::time::Duration;

use guildhall_client::error::Failure;
use guildhall_client::views::{Attention, Connection, DraftState, Query};
use guildhall_protocol::{Phase, Visibility};

use crate::rig::{ROBIN, SAM, TestNetwork};

#[tokio::test]
async fn a_project_written_on_one_laptop_appears_on_another() {
    let town = TestNetwork::new().await;
    let (sam, robin) = (town.laptop_of(SAM).await, town.laptop_of(ROBIN).await);
    let draft = sam.write("Zebra crossing requests").await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    robin.until_finds("zebra", 1).await;
    sam.until_finds("zebra", 1).await;
}

#[tokio::test]
async fn offline_drafts_are_sent_on_reconnect() {
    let town = TestNetwork::new().await;
    let (sam, robin) = (town.laptop_of(SAM).await, town.laptop_of(ROBIN).await);
    sam.way.go_offline();
    sam.client.sync_now();
    sam.until_status("offline", |status| status.connection == Connection::Offline).await;
    assert!(sam.finds("").await > 40, "the catalogue is still there");

    let (first, second) = (sam.write("Zebra crossings").await, sam.write("Zebra finches").await);
    sam.send(first).await;
    sam.send(second).await;
    let sam = sam.restarted().await;
    sam.until_status("two wait", |status| status.waiting == 2).await;
    assert_eq!(robin.finds("zebra").await, 0);

    sam.way.go_online();
    sam.sign_in(&town.registry, SAM).await;
    sam.until_state(first, DraftState::Published).await;
    sam.until_state(second, DraftState::Published).await;
    robin.until_finds("zebra", 2).await;
    assert_eq!(sam.way.puts(), 2, "each once");
}

#[tokio::test]
async fn anyone_reads_what_is_public_without_signing_in() {
    let town = TestNetwork::new().await;
    let reader = town.laptop("reader").await;
    reader.up_to_date().await;
    assert!(reader.finds("").await > 40);
    assert_eq!(reader.client.drafts().await.unwrap_err(), Failure::SignInNeeded);
    assert_eq!(reader.client.new_draft().await, Err(Failure::SignInNeeded));

    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    sam.edit(draft, |form| form.visibility = Some(Visibility::Councils)).await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    let robin = town.laptop_of(ROBIN).await;
    robin.until_finds("zebra", 1).await;
    reader.client.sync_now();
    reader.up_to_date().await;
    assert_eq!(reader.finds("zebra").await, 0, "councils only");
}

#[tokio::test]
async fn narrowing_removes_a_project_from_readers() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    let reader = town.laptop("reader").await;
    reader.until_finds("zebra", 1).await;

    let project = sam.first("zebra").await;
    let change = sam.client.edit_project(project).await.unwrap();
    sam.edit(change, |form| form.visibility = Some(Visibility::Councils)).await;
    sam.send(change).await;
    sam.until_state(change, DraftState::Published).await;
    reader.until_finds("zebra", 0).await;
    assert_eq!(reader.client.project(project).await.unwrap_err(), Failure::NotFound);
    reader.up_to_date().await;
}

#[tokio::test]
async fn two_changes_to_different_fields_both_stand() {
    let town = TestNetwork::new().await;
    let (sam, robin) = (town.laptop_of(SAM).await, town.laptop_of(ROBIN).await);
    let draft = sam.write("Zebra crossings").await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    robin.until_finds("zebra", 1).await;
    let project = sam.first("zebra").await;

    robin.way.go_offline();
    let robins = robin.client.edit_project(project).await.unwrap();
    robin.edit(robins, |form| form.summary = "Where people want to cross".into()).await;
    robin.send(robins).await;
    let sams = sam.client.edit_project(project).await.unwrap();
    sam.edit(sams, |form| form.title = "Zebra and toucan crossings".into()).await;
    sam.send(sams).await;
    sam.until_state(sams, DraftState::Published).await;

    robin.way.go_online();
    robin.client.sync_now();
    robin.until_state(robins, DraftState::Published).await;
    for laptop in [&sam, &robin] {
        laptop.until_finds("toucan people cross", 1).await;
        assert_eq!(laptop.title_of(project).await, "Zebra and toucan crossings");
    }
}

#[tokio::test]
async fn a_second_change_to_one_field_loses_nothing() {
    let town = TestNetwork::new().await;
    let (sam, robin) = (town.laptop_of(SAM).await, town.laptop_of(ROBIN).await);
    let draft = sam.write("Zebra crossings").await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    robin.until_finds("zebra", 1).await;
    let project = sam.first("zebra").await;

    robin.way.go_offline();
    let robins = robin.client.edit_project(project).await.unwrap();
    robin
        .edit(robins, |form| {
            form.title = "Zebra crossings, by Robin".into();
            form.phase = Phase::Alpha;
        })
        .await;
    robin.send(robins).await;
    let sams = sam.client.edit_project(project).await.unwrap();
    sam.edit(sams, |form| {
        form.title = "Zebra crossings, by Sam".into();
        form.summary = "Kept".into();
    })
    .await;
    sam.send(sams).await;
    sam.until_state(sams, DraftState::Published).await;

    robin.way.go_online();
    robin.client.sync_now();
    robin.until_state(robins, DraftState::NeedsAttention).await;
    let clashing = robin.client.draft(robins).await.unwrap();
    assert_eq!(clashing.row.attention, Some(Attention::Conflict));
    let clashes = robin.client.conflict(robins).await.unwrap().clashes;
    assert_eq!(clashes.len(), 1);
    assert_eq!(clashes[0].field, "title");
    assert_eq!(clashes[0].before, "\"Zebra crossings\"");
    assert_eq!(clashes[0].mine, "\"Zebra crossings, by Robin\"");
    assert_eq!(clashes[0].theirs, "\"Zebra crossings, by Sam\"");

    robin.client.withdraw_draft(robins).await.unwrap();
    let form = robin.client.draft(robins).await.unwrap().form;
    assert_eq!(
        (form.title.as_str(), form.summary.as_str(), form.phase),
        ("Zebra crossings, by Robin", "Kept", Phase::Alpha)
    );
    robin.edit(robins, |form| form.title = "Zebra crossings, by both".into()).await;
    robin.send(robins).await;
    robin.until_state(robins, DraftState::Published).await;
    sam.until_finds("zebra both", 1).await;
}

#[tokio::test]
async fn a_waiting_draft_taken_back_holds_up_no_other() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    sam.client.work_offline(true).await.unwrap();
    let (first, second) = (sam.write("Zebra crossings").await, sam.write("Zebra finches").await);
    sam.send(first).await;
    sam.send(second).await;
    let refused = sam.client.save_draft(first, sam.client.draft(first).await.unwrap().form).await;
    assert_eq!(refused.unwrap_err(), Failure::BeingSent);
    assert_eq!(sam.client.remove_draft(first).await, Err(Failure::BeingSent));
    sam.client.withdraw_draft(first).await.unwrap();
    sam.client.work_offline(false).await.unwrap();
    sam.until_state(second, DraftState::Published).await;
    assert_eq!(sam.client.draft(first).await.unwrap().row.state, DraftState::Draft);
    assert_eq!(sam.way.puts(), 1);
}

#[tokio::test]
async fn signing_out_leaves_the_drafts_and_takes_the_catalogue() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let shared = sam.write("Zebra finches").await;
    sam.edit(shared, |form| form.visibility = Some(Visibility::Councils)).await;
    sam.send(shared).await;
    sam.until_state(shared, DraftState::Published).await;
    sam.client.work_offline(true).await.unwrap();
    let draft = sam.write("Zebra crossings").await;
    sam.send(draft).await;
    let stays = sam.client.sign_out_summary().await.unwrap();
    assert_eq!((stays.drafts, stays.waiting), (1, 1));
    assert_eq!(sam.finds("zebra").await, 1);
    sam.client.sign_out().await.unwrap();
    assert_eq!(sam.finds("zebra").await, 0, "what only councils may see has left the laptop");
    assert_eq!(sam.client.drafts().await.unwrap_err(), Failure::SignInNeeded);

    sam.client.work_offline(false).await.unwrap();
    sam.sign_in(&town.registry, ROBIN).await;
    assert_eq!(sam.client.drafts().await.unwrap().len(), 0, "another person's");
    sam.client.sign_out().await.unwrap();
    sam.sign_in(&town.registry, SAM).await;
    sam.until_state(draft, DraftState::Published).await;
}

#[tokio::test]
async fn finding_counts_and_narrows() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let all = sam.finds("").await;
    let facets = sam.client.facets(Query::default()).await.unwrap();
    assert_eq!(facets.phases.iter().map(|count| count.count).sum::<u32>(), all);
    assert_eq!(facets.nations.iter().map(|count| count.count).sum::<u32>(), all);
    assert!(facets.councils.iter().any(|count| count.label == "Barchester City Council"));

    let beta = Query { phases: vec![Phase::Beta], ..Query::default() };
    let found = sam.client.find(beta.clone(), 0, 200).await.unwrap();
    assert!(found.projects > 0 && found.projects < all);
    assert!(found.rows.iter().all(|row| row.phase == Phase::Beta));
    let narrowed = sam.client.facets(beta).await.unwrap();
    assert_eq!(
        narrowed.phases.iter().map(|count| count.count).sum::<u32>(),
        all,
        "a facet ignores its own choice"
    );
    assert_eq!(narrowed.nations.iter().map(|count| count.count).sum::<u32>(), found.projects);

    let found = sam.client.find(crate::rig::query("missed bin coll"), 0, 10).await.unwrap();
    assert!(
        found.rows[0].title.iter().chain(&found.rows[0].context).any(|span| span.mark),
        "{:?}",
        found.rows[0]
    );
}

#[tokio::test]
async fn others_with_the_same_need_are_found_while_writing() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let draft = sam.client.new_draft().await.unwrap();
    let need = guildhall_protocol::NeedId(sam.client.new_id());
    sam.edit(draft, |form| {
        form.needs = vec![guildhall_client::views::NeedForm {
            id: need,
            as_a: "resident in a shared block".into(),
            i_need: "report a missed bin collection".into(),
            so_that: "it is emptied".into(),
            evidence: String::new(),
        }];
    })
    .await;
    let matches = sam.client.matches(draft, need).await.unwrap();
    assert!(!matches.is_empty());
    assert!(matches[0].about.len() >= 2, "{matches:?}");
}

#[tokio::test]
async fn losing_a_council_keeps_own_text_as_drafts() {
    let town = TestNetwork::new().await;
    let (sam, robin) = (town.laptop_of(SAM).await, town.laptop_of(ROBIN).await);
    for (laptop, title) in [(&robin, "Zebra crossings"), (&sam, "Zebra finches")] {
        let draft = laptop.write(title).await;
        laptop.edit(draft, |form| form.visibility = Some(Visibility::Councils)).await;
        laptop.send(draft).await;
        laptop.until_state(draft, DraftState::Published).await;
    }
    // On a laptop that only has what the registry sent.
    let other = town.laptop("other").await;
    other.sign_in(&town.registry, ROBIN).await;
    other.until_finds("zebra", 2).await;
    assert!(other.client.drafts().await.unwrap().is_empty());

    let person = other.client.account().await.unwrap().person;
    sam.client.remove_access(&"BCH".parse().unwrap(), person).await.unwrap();
    other.client.sync_now();
    other.until_finds("zebra", 0).await;
    other.until_status("there is a draft", |status| status.drafts == 1).await;
    let drafts = other.client.drafts().await.unwrap();
    assert_eq!((drafts[0].title.as_str(), drafts[0].state), ("Zebra crossings", DraftState::Draft));
    let other = other.restarted().await;
    other.sign_in(&town.registry, ROBIN).await;
    other.up_to_date().await;
    assert_eq!(other.client.drafts().await.unwrap().len(), 1, "once");
}

#[tokio::test]
async fn a_request_reaches_a_lead_who_does_nothing() {
    let town = TestNetwork::new().await;
    let (sam, jo) = (town.laptop_of(SAM).await, town.laptop_of("jo@shared-services.example").await);
    sam.up_to_date().await;
    jo.client.ask_for_council("BCH".parse().unwrap(), "We run its website".into()).await.unwrap();
    town.time.advance(Duration::from_mins(6));
    sam.until_status("the request is counted", |status| status.inbox == 1).await;
    assert_eq!(sam.client.inbox().await.unwrap().requests[0].evidence, "We run its website");
}
