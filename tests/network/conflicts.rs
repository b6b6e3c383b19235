//! Two people change the same project, and neither loses a word.

use guildhall_client::error::Failure;
use guildhall_client::views::{Attention, Choice, Chosen, DraftState, Settled, Then, Whose};
use guildhall_protocol::ProjectId;
use uuid::Uuid;

use crate::rig::{Laptop, ROBIN, SAM, TestNetwork};

/// A project that Sam published, on the laptops of Sam and Robin.
async fn shared(town: &TestNetwork) -> (Laptop, Laptop, ProjectId) {
    let (sam, robin) = (town.laptop_of(SAM).await, town.laptop_of(ROBIN).await);
    let draft = sam.write("Zebra crossings").await;
    sam.edit(draft, |form| form.problem = "One.\n\nTwo.".into()).await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    robin.until_finds("zebra", 1).await;
    let project = robin.first("zebra").await;
    (sam, robin, project)
}

/// Sam publishes a change while Robin, offline, writes another.
async fn both_change(
    (sam, robin, project): (&Laptop, &Laptop, ProjectId),
    sams: impl FnOnce(&mut guildhall_client::views::DraftForm),
    robins: impl FnOnce(&mut guildhall_client::views::DraftForm),
) -> Uuid {
    robin.client.work_offline(true).await.unwrap();
    let draft = robin.client.edit_project(project).await.unwrap();
    robin.edit(draft, robins).await;
    robin.send(draft).await;
    let theirs = sam.client.edit_project(project).await.unwrap();
    sam.edit(theirs, sams).await;
    sam.send(theirs).await;
    sam.until_state(theirs, DraftState::Published).await;
    robin.client.work_offline(false).await.unwrap();
    draft
}

fn choose(field: &str, choice: Choice) -> Vec<Chosen> {
    vec![Chosen { field: field.into(), member: None, choice }]
}

#[tokio::test]
async fn paragraphs_of_both_are_published_and_who_came_second_is_told() {
    let town = TestNetwork::new().await;
    let (sam, robin, project) = shared(&town).await;
    let draft = both_change(
        (&sam, &robin, project),
        |form| form.problem = "One!\n\nTwo.".into(),
        |form| form.problem = "One.\n\nTwo.\n\nThree.".into(),
    )
    .await;
    robin.until_state(draft, DraftState::Published).await;
    let merged = robin.client.draft(draft).await.unwrap().merged_with.unwrap();
    assert_eq!((merged.fields, merged.by.as_str()), (vec!["problem".to_owned()], SAM));
    let text = sam_reads(&sam, project, "Three").await;
    assert!(text.contains("One!") && text.contains("Two."), "{text}");
}

async fn sam_reads(sam: &Laptop, project: ProjectId, until: &str) -> String {
    sam.until("the change has come", |client| async move {
        client.project(project).await.is_ok_and(|read| read.project.problem.contains(until))
    })
    .await;
    sam.client.project(project).await.unwrap().project.problem
}

#[tokio::test]
async fn a_conflict_is_decided_piece_by_piece() {
    let town = TestNetwork::new().await;
    let (sam, robin, project) = shared(&town).await;
    let draft = both_change(
        (&sam, &robin, project),
        |form| {
            form.title = "Zebra crossings, by Sam".into();
            form.summary = "Sam's words".into();
        },
        |form| {
            form.title = "Zebra crossings, by Robin".into();
            form.summary = "Robin's words".into();
            form.why = "Only Robin".into();
        },
    )
    .await;
    robin.until_state(draft, DraftState::NeedsAttention).await;
    let conflict = robin.client.conflict(draft).await.unwrap();
    assert_eq!(
        conflict.clashes.iter().map(|clash| clash.field.as_str()).collect::<Vec<_>>(),
        ["title", "summary"]
    );
    assert_eq!(
        (conflict.theirs_by.as_str(), conflict.others, conflict.can_undo),
        (SAM, vec!["why".to_owned()], false)
    );

    robin.client.choose(draft, choose("title", Choice::Theirs)).await.unwrap();
    assert_eq!(robin.client.settle(draft, Then::Send).await, Err(Failure::NotAllChosen));
    for typed in ["\"Both\"", "\"Both words\""] {
        let anew = Choice::Anew { value: typed.into() };
        robin.client.choose(draft, choose("summary", anew)).await.unwrap();
    }

    let robin = robin.restarted().await;
    robin.sign_in(&town.registry, ROBIN).await;
    let undone = robin.client.undo_choice(draft).await.unwrap();
    assert_eq!(undone.clashes[0].choice, Some(Choice::Theirs), "one step, however long it was typed");
    assert_eq!(undone.clashes[1].choice, None);
    let anew = Choice::Anew { value: "\"Both words\"".into() };
    robin.client.choose(draft, choose("summary", anew)).await.unwrap();
    assert_eq!(robin.client.settle(draft, Then::Send).await, Ok(Settled::Queued));
    robin.until_state(draft, DraftState::Published).await;
    let read = robin.client.project(project).await.unwrap().project;
    assert_eq!(read.title, "Zebra crossings, by Sam");

    let kept = robin.client.unused_texts().await.unwrap();
    let texts: Vec<_> = kept.iter().map(|text| (text.value.as_str(), text.whose)).collect();
    assert_eq!(
        texts,
        [
            ("\"Sam's words\"", Whose::Theirs),
            ("\"Robin's words\"", Whose::Mine),
            ("\"Zebra crossings, by Robin\"", Whose::Mine)
        ]
    );
    let back = robin.client.restore_unused_text(kept[2].id).await.unwrap();
    assert_eq!(robin.client.draft(back).await.unwrap().form.title, "Zebra crossings, by Robin");
    let kept = robin.client.unused_texts().await.unwrap();
    assert_eq!(kept[0].value, "\"Zebra crossings, by Sam\"", "what it replaced is kept in its place");
}

#[tokio::test]
async fn taking_theirs_throughout_leaves_nothing_to_send() {
    let town = TestNetwork::new().await;
    let (sam, robin, project) = shared(&town).await;
    let draft = both_change(
        (&sam, &robin, project),
        |form| form.title = "Sam's".into(),
        |form| form.title = "Robin's".into(),
    )
    .await;
    robin.until_state(draft, DraftState::NeedsAttention).await;
    robin.client.choose(draft, choose("title", Choice::Theirs)).await.unwrap();
    assert_eq!(robin.client.settle(draft, Then::Send).await, Ok(Settled::NothingLeft));
    assert!(robin.client.drafts().await.unwrap().is_empty());
    assert_eq!(robin.client.unused_texts().await.unwrap()[0].value, "\"Robin's\"");
}

#[tokio::test]
async fn what_a_restored_backup_lost_is_offered_again() {
    let mut town = TestNetwork::new().await;
    let (sam, _robin, project) = shared(&town).await;
    town.back_up();
    let change = sam.client.edit_project(project).await.unwrap();
    sam.edit(change, |form| form.summary = "After the backup".into()).await;
    sam.send(change).await;
    let new = sam.write("Pelican crossings").await;
    sam.send(new).await;
    for draft in [change, new] {
        sam.until_state(draft, DraftState::Published).await;
    }
    sam.client.remove_draft(new).await.unwrap();
    assert!(sam.client.drafts().await.unwrap().iter().all(|row| row.id != new), "off the list");

    town.restore().await;
    sam.client.sync_now();
    for draft in [change, new] {
        sam.until_state(draft, DraftState::NeedsAttention).await;
        let attention = sam.client.draft(draft).await.unwrap().row.attention;
        assert_eq!(attention, Some(Attention::NotThere));
        sam.client.try_again(draft).await.unwrap();
        sam.until_state(draft, DraftState::Published).await;
    }
    sam.until_finds("pelican", 1).await;
    assert_eq!(sam.client.project(project).await.unwrap().project.summary, "After the backup");
}

#[tokio::test]
async fn a_base_from_another_epoch_is_never_merged() {
    let mut town = TestNetwork::new().await;
    let (sam, robin, project) = shared(&town).await;
    town.back_up();
    let before = sam.client.edit_project(project).await.unwrap();
    sam.edit(before, |form| form.summary = "Lost with the backup".into()).await;
    sam.send(before).await;
    sam.until_state(before, DraftState::Published).await;
    robin
        .until("it has come", |client| async move {
            client.project(project).await.is_ok_and(|read| read.project.summary.starts_with("Lost"))
        })
        .await;
    robin.client.work_offline(true).await.unwrap();
    let draft = robin.client.edit_project(project).await.unwrap();
    robin.edit(draft, |form| form.summary = "Robin's, on top of it".into()).await;
    robin.send(draft).await;

    // The same version number, with different content.
    town.restore().await;
    sam.client.sync_now();
    sam.until_state(before, DraftState::NeedsAttention).await;
    let other = sam.client.withdraw_draft(before).await;
    assert_eq!(other, Ok(()));
    sam.edit(before, |form| form.summary = "Sam's, in the new history".into()).await;
    sam.send(before).await;
    sam.until_state(before, DraftState::Published).await;

    robin.client.work_offline(false).await.unwrap();
    robin.until_state(draft, DraftState::NeedsAttention).await;
    let clash = robin.client.conflict(draft).await.unwrap().clashes.remove(0);
    assert_eq!(clash.theirs, "\"Sam's, in the new history\"");
    assert_eq!(clash.mine, "\"Robin's, on top of it\"");
}
