//! Someone erases their account, and every laptop forgets them.

use guildhall_client::Client;
use guildhall_client::error::Failure;
use guildhall_client::views::DraftState;
use guildhall_protocol::ProjectId;

use crate::rig::{ROBIN, SAM, TestNetwork};

/// A made-up name that the test searches for.
const NAME: &str = "Sam Quillfeather";

async fn has_no_contact(client: Client, project: ProjectId) -> bool {
    client.project(project).await.is_ok_and(|shown| shown.project.contact.mailbox.is_empty())
}

#[tokio::test]
async fn an_erased_person_leaves_every_laptop() {
    let town = TestNetwork::new().await;
    let (sam, robin) = (town.laptop_of(SAM).await, town.laptop_of(ROBIN).await);
    let draft = sam.write("Zebra crossing requests").await;
    sam.edit(draft, |form| {
        form.contact_mailbox = SAM.into();
        form.contact_name = NAME.into();
    })
    .await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    robin.until_finds("zebra", 1).await;
    let project = robin.first("zebra").await;
    let begun = robin.client.edit_project(project).await.unwrap();
    robin.edit(begun, |form| form.title = "Zebra crossings".into()).await;
    assert!(robin.keeps(NAME).await && sam.keeps(NAME).await);

    sam.way.go_offline();
    assert_eq!(sam.client.erase_me(vec![NAME.into()]).await, Err(Failure::NoConnection));
    assert!(sam.client.account().await.is_some(), "nothing is removed that the registry still has");
    sam.way.go_online();
    sam.client.erase_me(vec![NAME.into()]).await.unwrap();
    assert_eq!(sam.client.account().await, None);
    for what in [SAM, NAME] {
        assert!(!sam.keeps(what).await, "{what} is on the laptop of who left");
    }

    robin.until("the project has no contact", |client| has_no_contact(client, project)).await;
    robin
        .until("the draft has none either", |client| async move {
            client.draft(begun).await.unwrap().form.contact_mailbox.is_empty()
        })
        .await;
    for what in [SAM, NAME] {
        robin.until_no_file_contains(what).await;
    }
    // Robin's words are unchanged, and can be sent with another contact.
    let form = robin.client.draft(begun).await.unwrap().form;
    assert_eq!(form.title, "Zebra crossings");
    robin.edit(begun, |form| form.contact_mailbox = "digital@barchester.example".into()).await;
    robin.send(begun).await;
    robin.until_state(begun, DraftState::Published).await;
}

#[tokio::test]
async fn exports_need_a_connection() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let folder = tempfile::tempdir().unwrap();
    let (mine, councils) = (folder.path().join("mine.json"), folder.path().join("council.json"));
    let council = "BCH".parse().unwrap();
    sam.way.go_offline();
    assert_eq!(sam.client.export_my_data(mine.clone()).await, Err(Failure::NoConnection));
    assert!(!mine.exists());
    sam.way.go_online();
    sam.client.export_my_data(mine.clone()).await.unwrap();
    sam.client.export_council_data(&council, councils.clone()).await.unwrap();
    for (file, table) in [(mine, "people"), (councils, "memberships")] {
        let data: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        assert!(!data[table].as_array().unwrap().is_empty(), "{data}");
    }
    let other =
        sam.client.export_council_data(&"CAS".parse().unwrap(), folder.path().join("other.json")).await;
    assert_eq!(other, Err(Failure::NotFound));
    let nowhere = folder.path().join("none").join("mine.json");
    assert_eq!(sam.client.export_my_data(nowhere).await, Err(Failure::CantWrite));
}
