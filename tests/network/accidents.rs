//! Faults on the way to the registry, and what becomes of people's work.

use std::time::Duration;

use guildhall_client::Client;
use guildhall_client::error::Failure;
use guildhall_client::views::{Activity, Connection, DraftState, Session, Status};
use guildhall_protocol::Visibility;

use crate::rig::{ADDRESS, ALEX, Accident, HOTEL, ROBIN, SAM, Server, TestNetwork, query};

#[tokio::test]
async fn a_lost_answer_doubles_nothing() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    sam.way.next("/api/v1/submissions/", Accident::AnswerLost);
    sam.send(draft).await;
    sam.until_status("offline", |status| status.connection == Connection::Offline).await;
    assert_eq!(sam.client.draft(draft).await.unwrap().tries, 1);

    let sam = sam.restarted().await;
    sam.until_status("still waiting", |status| status.waiting == 1).await;
    sam.sign_in(&town.registry, SAM).await;
    sam.until_state(draft, DraftState::Published).await;
    let robin = town.laptop_of(ROBIN).await;
    robin.until_finds("zebra", 1).await;
    assert_eq!(sam.way.puts(), 2, "sent twice, published once");
}

#[tokio::test]
async fn a_lost_answer_is_known_before_a_draft_is_taken_back() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    sam.way.next("/api/v1/submissions/", Accident::AnswerLost);
    sam.send(draft).await;
    sam.until_status("offline", |status| status.connection == Connection::Offline).await;
    sam.way.go_offline();
    assert_eq!(sam.client.withdraw_draft(draft).await, Err(Failure::NoConnection));
    // Other tries, which are never sent, do not change what is known of the first.
    sam.client.sync_now();
    let says_no = async |client: Client| client.withdraw_draft(draft).await == Err(Failure::NoConnection);
    sam.until("it is not being sent", says_no).await;
    sam.way.go_online();
    sam.client.withdraw_draft(draft).await.unwrap();
    assert_eq!(sam.client.draft(draft).await.unwrap().row.state, DraftState::Published, "it had arrived");
}

#[tokio::test]
async fn an_unsent_draft_is_withdrawn_offline() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    let is_taken_back = async |client: Client| client.withdraw_draft(draft).await.is_ok();
    sam.way.go_offline();
    sam.send(draft).await;
    sam.until_status("offline", |status| status.connection == Connection::Offline).await;
    sam.until("it is taken back", is_taken_back).await;
    assert_eq!(sam.client.draft(draft).await.unwrap().row.state, DraftState::Draft);

    // Nor was it sent if only the request for a token was.
    sam.way.go_online();
    town.time.advance(Duration::from_secs(24 * 60 * 60));
    sam.way.next("/api/v1/auth/token", Accident::AnswerLost);
    sam.way.next("/api/v1/auth/token", Accident::Unreachable);
    sam.send(draft).await;
    sam.until("a token was asked for", async |_| sam.way.to_come() <= 1).await;
    sam.way.go_offline();
    sam.until("it is taken back", is_taken_back).await;
    assert_eq!(sam.client.draft(draft).await.unwrap().row.state, DraftState::Draft);
    assert_eq!(sam.way.puts(), 0);
}

#[tokio::test]
async fn a_down_registry_leaves_nothing_to_withdraw() {
    let town = TestNetwork::new().await;
    let server = Server::start(&town);
    let sam = town.laptop_over_http("over http", &server.address).await;
    sam.sign_in(&town.registry, SAM).await;
    sam.up_to_date().await;
    let (draft, other) = (sam.write("Zebra crossings").await, sam.write("Zebra finches").await);
    sam.send(other).await;
    sam.until_state(other, DraftState::Published).await;
    sam.client.stop_sync();
    sam.until_status("stopped", |status| matches!(status.activity, Activity::Stopped { .. })).await;
    server.stop();
    sam.send(draft).await;
    sam.until_status("offline", |status| status.connection == Connection::Offline).await;
    sam.client.withdraw_draft(draft).await.unwrap();
    assert_eq!(sam.client.draft(draft).await.unwrap().row.state, DraftState::Draft);
}

#[tokio::test]
async fn a_token_that_is_refused_early_is_exchanged() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    sam.way.next("/api/v1/submissions/", Accident::TokenRefused);
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    assert_eq!(sam.way.puts(), 2);

    // The refused request did reach the registry, although the repeat did not.
    let draft = sam.write("Zebra finches").await;
    for accident in [Accident::TokenRefused, Accident::Unreachable, Accident::Unreachable] {
        sam.way.next("/api/v1/submissions/", accident);
    }
    sam.send(draft).await;
    sam.until_status("offline", |status| status.connection == Connection::Offline).await;
    sam.way.go_offline();
    sam.until("it must be asked back", async |client| {
        client.withdraw_draft(draft).await == Err(Failure::NoConnection)
    })
    .await;
}

#[tokio::test]
async fn sending_shows_its_progress() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    sam.client.work_offline(true).await.unwrap();
    let drafts = [sam.write("Zebra crossings").await, sam.write("Zebra finches").await];
    for draft in drafts {
        sam.send(draft).await;
        sam.way.next("/api/v1/submissions/", Accident::Stuck);
    }
    sam.client.work_offline(false).await.unwrap();
    for nth in [1, 2] {
        let sending = Activity::Sending { nth, of: 2 };
        sam.until_status("it says which", |status| status.activity == sending).await;
        sam.way.release();
    }
    sam.until_state(drafts[1], DraftState::Published).await;
}

#[tokio::test]
async fn sending_and_taking_back_exclude_each_other() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    sam.way.next("/api/v1/submissions/", Accident::Stuck);
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Sending).await;
    assert_eq!(sam.client.withdraw_draft(draft).await, Err(Failure::BeingSent));
    sam.way.release();
    sam.until_state(draft, DraftState::Published).await;

    let draft = sam.write("Yellow lines").await;
    sam.way.next("/api/v1/submissions/", Accident::AnswerLost);
    sam.send(draft).await;
    sam.until_status("offline", |status| status.connection == Connection::Offline).await;
    sam.way.next("/api/v1/submissions/", Accident::Stuck);
    let taken_back = tokio::spawn({
        let client = sam.client.clone();
        async move { client.withdraw_draft(draft).await }
    });
    sam.until("the registry is being asked to give it back", async |_| sam.way.to_come() == 0).await;
    sam.client.sync_now();
    sam.until_status("online", |status| status.connection == Connection::Connected).await;
    assert_eq!(sam.way.puts(), 2, "nothing was sent meanwhile");
    sam.way.release();
    taken_back.await.unwrap().unwrap();
    assert_eq!(sam.client.draft(draft).await.unwrap().row.state, DraftState::Published, "it had arrived");
}

#[tokio::test]
async fn a_first_sync_that_is_cut_off_goes_on_where_it_was() {
    let town = TestNetwork::new().await;
    let laptop = town.laptop("cut").await;
    laptop.client.work_offline(true).await.unwrap();
    for bytes in [10, 5_000, 20_000, 60_000] {
        laptop.way.next("/api/v1/changes", Accident::CutAfter(bytes));
    }
    laptop.client.work_offline(false).await.unwrap();
    for to_come in (0..4).rev() {
        let way = &laptop.way;
        laptop.until("it was cut off", |_| async move { way.to_come() <= to_come }).await;
        laptop.client.sync_now();
    }
    laptop.up_to_date().await;
    let whole = town.laptop("whole").await;
    whole.up_to_date().await;
    assert_eq!(laptop.finds("").await, whole.finds("").await);
}

#[tokio::test]
async fn a_stopped_first_sync_resumes_when_asked_for() {
    let town = TestNetwork::new().await;
    let accidents =
        vec![("/api/v1/changes", Accident::CutAfter(20_000)), ("/api/v1/changes", Accident::Stuck)];
    let laptop = town.laptop_that_meets("stopped", accidents).await;
    laptop.until_status("offline", |status| status.connection == Connection::Offline).await;
    laptop.client.sync_now();
    laptop.until("the rest is being asked for", async |_| laptop.way.to_come() == 0).await;
    laptop.client.stop_sync();
    laptop.until_status("stopped", |status| matches!(status.activity, Activity::Stopped { .. })).await;
    let some = laptop.finds("").await;
    laptop.way.release();
    town.time.advance(Duration::from_secs(3600));
    laptop.client.stop_sync();
    assert!(matches!(laptop.client.status().await.activity, Activity::Stopped { .. }), "it stays so");

    let laptop = laptop.restarted().await;
    laptop.up_to_date().await;
    let whole = town.laptop("whole").await;
    whole.up_to_date().await;
    let all = whole.finds("").await;
    assert!(0 < some && some < all, "{some} of {all} were there");
    assert_eq!(laptop.finds("").await, all);
    assert_eq!(laptop.way.readings_from_zero(), 1);
}

#[tokio::test]
async fn sending_restarts_stopped_sync() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    sam.client.stop_sync();
    sam.until_status("stopped", |status| matches!(status.activity, Activity::Stopped { .. })).await;
    let draft = sam.write("Zebra crossings").await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    sam.until_status("idle", |status| status.activity == Activity::Idle).await;
}

#[tokio::test]
async fn a_captive_portal_harms_nothing() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let before = sam.finds("").await;
    sam.way.next("/api/v1/changes", HOTEL);
    sam.client.sync_now();
    sam.until_status("not the registry", |status| status.last_error == Some(Failure::NotARegistry)).await;
    assert_eq!(sam.finds("").await, before);
    sam.client.sync_now();
    sam.until_status("well again", |status| {
        status.last_error.is_none() && status.connection == Connection::Connected
    })
    .await;

    sam.way.next("/api/v1/registry", HOTEL);
    assert_eq!(sam.client.look_up_registry(ADDRESS).await, Err(Failure::NotARegistry));
}

#[tokio::test]
async fn an_ended_session_keeps_all_and_sends_it_later() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    // Longer than any session lasts without use.
    sam.way.go_offline();
    let draft = sam.write("Zebra crossings").await;
    sam.send(draft).await;
    town.time.advance(Duration::from_secs(60 * 60 * 24 * 400));
    sam.way.go_online();
    sam.client.sync_now();
    sam.until_status("sign in", |status| status.sign_in_needed).await;
    assert_eq!(sam.client.account().await.unwrap().session, Session::Ended);
    assert_eq!(sam.client.status().await.waiting, 1);
    assert!(sam.finds("").await > 40, "reading goes on");

    sam.sign_in(&town.registry, SAM).await;
    sam.until_state(draft, DraftState::Published).await;
}

#[tokio::test]
async fn another_registry_replaces_the_catalogue_and_no_draft() {
    let mut town = TestNetwork::new().await;
    let reader = town.laptop("reader").await;
    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    reader.until_finds("zebra", 1).await;
    let unsent = sam.write("Zebra finches").await;

    town.replace_registry().await;
    reader.client.sync_now();
    reader.until_finds("zebra", 0).await;
    reader.up_to_date().await;
    assert!(reader.finds("").await > 40);
    assert_eq!(sam.client.draft(unsent).await.unwrap().form.title, "Zebra finches");
}

#[tokio::test]
async fn a_code_is_good_once_and_not_for_ever() {
    let town = TestNetwork::new().await;
    let laptop = town.laptop("codes").await;
    let refused = |result: Result<_, _>| assert_eq!(result.err(), Some(Failure::CodeRefused));
    refused(laptop.client.verify_sign_in(SAM, "XXXXXXXX").await);
    refused(laptop.client.verify_sign_in(SAM, "short").await);
    assert_eq!(laptop.client.start_sign_in("not an address").await, Err(Failure::NotAnEmail));

    let code = town.registry.issue_code(SAM).await.unwrap();
    let typed = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
    laptop.client.verify_sign_in(SAM, &typed).await.unwrap();
    refused(laptop.client.verify_sign_in(SAM, &code).await);

    let old = town.registry.issue_code(SAM).await.unwrap();
    town.time.advance(Duration::from_secs(60 * 60));
    refused(laptop.client.verify_sign_in(SAM, &old).await);
}

#[tokio::test]
async fn another_protocol_version_is_refused() {
    let town = TestNetwork::new().await;
    let laptop = town.laptop("version").await;
    let newer = r#"{"protocol":99,"name":"","operator":"","place":"","privacy_notice":"","terms":""}"#;
    laptop.way.next("/api/v1/registry", Accident::Answer(newer));
    let refused = laptop.client.look_up_registry("https://newer.example").await;
    assert_eq!(refused, Err(Failure::OtherVersion { theirs: 99, ours: 1 }));
    assert_eq!(laptop.client.start().await.registry.unwrap().address, ADDRESS);
}

#[tokio::test]
async fn damaged_files_are_reread_or_rescued() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    let sam = sam.damaged("mirror.db").await;
    sam.sign_in(&town.registry, SAM).await;
    sam.until("the mirror is read anew", |client| async move {
        client.sync_now();
        client.find(query(""), 0, 0).await.is_ok_and(|found| found.projects > 50)
    })
    .await;
    assert_eq!(sam.client.start().await.rescued, None, "nothing that a person made was damaged");
    assert_eq!(sam.client.draft(draft).await.unwrap().form.title, "Zebra crossings");

    let sam = sam.damaged("work.db").await;
    let rescued = sam.client.start().await.rescued.unwrap();
    assert!(std::fs::exists(rescued.file).unwrap(), "renamed aside, never deleted");
    sam.sign_in(&town.registry, SAM).await;
    let new = sam.write("Written after it").await;
    sam.send(new).await;
    sam.until_state(new, DraftState::Published).await;
}

#[tokio::test]
async fn one_bad_answer_holds_up_one_draft() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    sam.client.work_offline(true).await.unwrap();
    let (first, second) = (sam.write("Zebra crossings").await, sam.write("Zebra finches").await);
    for draft in [first, second] {
        sam.send(draft).await;
    }
    // A filter on the way rejects the first draft.
    sam.way.next("/api/v1/submissions/", HOTEL);
    sam.client.work_offline(false).await.unwrap();
    sam.until_state(second, DraftState::Published).await;
    sam.until_status("the first still waits", |status| status.waiting == 1 && status.last_error.is_some())
        .await;
    sam.client.sync_now();
    sam.until_state(first, DraftState::Published).await;
}

#[tokio::test]
async fn access_changed_twice_while_away_leaves_what_is_seen() {
    let town = TestNetwork::new().await;
    let (sam, alex) = (town.laptop_of(SAM).await, town.laptop_of(ALEX).await);
    let draft = sam.write("Zebra crossings").await;
    sam.edit(draft, |form| form.visibility = Some(Visibility::Councils)).await;
    sam.send(draft).await;
    alex.until_finds("zebra", 1).await;

    let casterbridge = "CAS".parse().unwrap();
    alex.client.work_offline(true).await.unwrap();
    for _ in 0..2 {
        assert!(town.registry.remove_domain("casterbridge.example", &casterbridge).await.unwrap());
        assert!(town.registry.add_domain("casterbridge.example", &casterbridge).await.unwrap());
    }
    assert!(town.registry.remove_domain("casterbridge.example", &casterbridge).await.unwrap());
    assert_eq!(alex.finds("zebra").await, 1, "what is here stays in use until the registry is heard");
    alex.client.work_offline(false).await.unwrap();
    alex.until_finds("zebra", 0).await;
    assert!(alex.finds("").await > 10, "and what all may see is still here");
    town.registry.add_domain("casterbridge.example", &casterbridge).await.unwrap();
    alex.client.sync_now();
    alex.until_finds("zebra", 1).await;
}

#[tokio::test]
async fn rubbish_from_a_registry_keeps_what_came_before() {
    let town = TestNetwork::new().await;
    let rubbish = Accident::Changes(concat!(
        "{\"epoch\":\"evil\",\"access\":0,\"remaining\":1000000000000}\n",
        "{\"seq\":1,\"kind\":\"council\",\"id\":\"XXX\",\"version\":1,\"body\":{\"name\":\"<script>\",\"code\":7}}\n",
        "{\"seq\":2,\"kind\":\"service\",\"id\":\"1\",\"version\":1,\"body\":{\"id\":1,\"name\":\"<script>\"}}\n",
        "{\"seq\":1,\"kind\":\"service\",\"id\":\"2\",\"version\":1,\"body\":{\"id\":2,\"name\":\"b\"}}\n",
    ));
    let laptop = town.laptop_that_meets("new", vec![("/api/v1/changes", rubbish)]).await;
    let told = |status: &Status| {
        status.last_error == Some(Failure::AnswerUnreadable) && status.last_updated.is_none()
    };
    laptop.until_status("it is told", told).await;
    let services = laptop.client.services().await.unwrap();
    assert_eq!(services.iter().map(|service| service.name.as_str()).collect::<Vec<_>>(), ["<script>"]);
    // The real registry answers again: records that are not its own are removed.
    laptop.client.sync_now();
    laptop.up_to_date().await;
    assert!(laptop.client.services().await.unwrap().iter().all(|service| service.name != "<script>"));
}

#[tokio::test]
async fn unreadable_drafts_wait_and_others_go_on() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    sam.client.work_offline(true).await.unwrap();
    let (newer, other) = (sam.write("Zebra crossings").await, sam.write("Zebra finches").await);
    for draft in [newer, other] {
        sam.send(draft).await;
    }
    let change = |path: &str, to: &str| {
        format!("UPDATE drafts SET form = json_set(form, '$.{path}', {to}) WHERE id = '{newer}'")
    };
    let sam = sam.work_changed(&change("phase", "'pilot'")).await;
    sam.sign_in(&town.registry, SAM).await;
    sam.until_state(other, DraftState::Published).await;
    sam.until_status("nothing else waits", |status| status.waiting == 0 && status.last_error.is_none()).await;
    let listed: Vec<_> = sam.client.drafts().await.unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!(listed, [other]);
    let unreadable = sam.client.unreadable().await.unwrap();
    assert_eq!((unreadable.len(), unreadable[0].title.as_str()), (1, "Zebra crossings"));
    assert_eq!(sam.client.draft(newer).await.err(), Some(Failure::Unreadable));
    assert_eq!(sam.client.remove_draft(newer).await, Err(Failure::Unreadable), "it stays as it is");
    assert_eq!(sam.client.sign_out_summary().await.unwrap().drafts, 1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("drafts.json");
    assert_eq!(sam.client.export_drafts(file.clone()).await, Ok(2));
    let exported: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(exported[1]["unreadable"]["form"]["phase"], "pilot");

    // The app is updated to a version that can read it.
    let sam = sam.work_changed(&change("phase", "'alpha'")).await;
    assert_eq!(sam.client.unreadable().await, Ok(Vec::new()));
    sam.sign_in(&town.registry, SAM).await;
    sam.until_state(newer, DraftState::Published).await;
}

#[tokio::test]
async fn unknown_draft_fields_survive_edits() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    let sql = format!("UPDATE drafts SET form = json_set(form, '$.mood', 'keen') WHERE id = '{draft}'");
    let sam = sam.work_changed(&sql).await;
    sam.sign_in(&town.registry, SAM).await;
    sam.edit(draft, |form| form.title = "Zebra finches".into()).await;
    assert!(sam.keeps(r#""mood":"keen""#).await && sam.keeps(r#""title":"Zebra finches""#).await);
}
