//! Confirming a project, its history, and the pages that are made of the catalogue on a laptop.

use guildhall_client::error::Failure;
use guildhall_client::views::{Attention, DraftState, ProjectPage};
use guildhall_protocol::{HistoryKind, ProjectId};
use std::time::Duration;

use crate::rig::{ALEX, KIM, Laptop, ROBIN, SAM, TestNetwork};

/// A project that Sam published, on Sam's laptop.
async fn published(town: &TestNetwork) -> (Laptop, ProjectId) {
    let sam = town.laptop_of(SAM).await;
    let draft = sam.write("Zebra crossings").await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    let project = sam.first("zebra").await;
    (sam, project)
}

async fn page(laptop: &Laptop, project: ProjectId) -> ProjectPage {
    laptop.client.project(project).await.unwrap()
}

#[tokio::test]
async fn a_confirmation_made_offline_is_sent_later() {
    let town = TestNetwork::new().await;
    let (sam, project) = published(&town).await;
    let before = page(&sam, project).await;
    assert!(before.confirmation.allowed && !before.confirmation.due);
    sam.client.work_offline(true).await.unwrap();
    sam.time.set_ahead(Duration::from_secs(91 * 24 * 60 * 60));
    assert!(page(&sam, project).await.confirmation.due, "91 days later");
    sam.time.set_ahead(Duration::ZERO);
    town.time.advance(Duration::from_secs(60 * 60));

    sam.client.confirm_project(project).await.unwrap();
    sam.client.confirm_project(project).await.unwrap();
    let waiting = page(&sam, project).await;
    assert_eq!(waiting.confirmation.state, Some(DraftState::Queued), "pressed twice, it waits once");
    assert_eq!(waiting.draft, None, "there is no edit to continue");
    assert_eq!(waiting.project.confirmed_at, before.project.confirmed_at, "it is not said before it is so");

    sam.client.work_offline(false).await.unwrap();
    sam.until("it is confirmed", |client| async move {
        client.project(project).await.is_ok_and(|page| page.confirmation.draft.is_none())
    })
    .await;
    let after = page(&sam, project).await;
    assert!(after.project.confirmed_at > before.project.confirmed_at);
    assert_eq!(after.project.changed_at, before.project.changed_at);
    assert_eq!(after.confirmation.draft, None);
}

#[tokio::test]
async fn who_confirmed_an_older_text_is_asked_to_look_again() {
    let town = TestNetwork::new().await;
    let (sam, project) = published(&town).await;
    let robin = town.laptop_of(ROBIN).await;
    robin.until_finds("zebra", 1).await;
    sam.client.work_offline(true).await.unwrap();
    sam.client.confirm_project(project).await.unwrap();
    let draft = page(&sam, project).await.confirmation.draft.unwrap();
    let edit = robin.client.edit_project(project).await.unwrap();
    robin.edit(edit, |form| form.summary = "Other words".into()).await;
    robin.send(edit).await;
    robin.until_state(edit, DraftState::Published).await;

    sam.client.work_offline(false).await.unwrap();
    sam.until_state(draft, DraftState::NeedsAttention).await;
    let attention = sam.client.draft(draft).await.unwrap().row.attention;
    assert_eq!(attention, Some(Attention::ChangedSince { by: ROBIN.to_owned() }));
    sam.until("the change is seen", |client| async move {
        client.project(project).await.is_ok_and(|page| page.project.summary == "Other words")
    })
    .await;
    sam.client.confirm_project(project).await.unwrap();
    sam.until_state(draft, DraftState::Published).await;
}

#[tokio::test]
async fn a_confirmation_waits_for_no_edit_of_ones_own() {
    let town = TestNetwork::new().await;
    let (sam, project) = published(&town).await;
    sam.client.work_offline(true).await.unwrap();
    let draft = sam.client.edit_project(project).await.unwrap();
    sam.edit(draft, |form| form.summary = "Not sent yet".into()).await;
    assert!(!page(&sam, project).await.confirmation.allowed);
    assert_eq!(sam.client.confirm_project(project).await, Err(Failure::BeingSent));
    assert_eq!(sam.client.draft(draft).await.unwrap().form.summary, "Not sent yet");
}

#[tokio::test]
async fn others_cannot_confirm_and_see_no_names_in_the_history() {
    let town = TestNetwork::new().await;
    let (sam, project) = published(&town).await;
    town.time.advance(Duration::from_secs(60));
    sam.client.confirm_project(project).await.unwrap();
    sam.until("it is confirmed", |client| async move {
        client.project_history(project).await.is_ok_and(|history| history.len() == 2)
    })
    .await;
    let history = sam.client.project_history(project).await.unwrap();
    let told: Vec<_> = history.iter().map(|entry| (entry.kind, entry.by.as_str())).collect();
    assert_eq!(told, [(HistoryKind::Confirmed, SAM), (HistoryKind::Published, SAM)]);

    let alex = town.laptop_of(ALEX).await;
    alex.until_finds("zebra", 1).await;
    assert!(!page(&alex, project).await.confirmation.allowed);
    assert_eq!(alex.client.confirm_project(project).await, Err(Failure::NotAllowed));
    let history = alex.client.project_history(project).await.unwrap();
    assert!(history.iter().all(|entry| entry.by.is_empty() && !entry.council_name.is_empty()));

    let kim = town.laptop_of(KIM).await;
    kim.until_finds("zebra", 1).await;
    assert!(!page(&kim, project).await.confirmation.allowed, "a contributor, of another's work");
    kim.client.work_offline(true).await.unwrap();
    assert_eq!(kim.client.project_history(project).await, Err(Failure::NoConnection));
}

#[tokio::test]
async fn councils_services_and_needs_have_pages() {
    let town = TestNetwork::new().await;
    let (sam, project) = published(&town).await;
    let parts = sam.client.parts().await.unwrap();
    let needs = sam.client.needs(String::new(), 0, 200).await.unwrap();
    assert_eq!(needs.total, parts.needs);
    assert!(!needs.rows.is_empty());
    let row = &needs.rows[0];
    let found = sam.client.needs(row.i_need.clone(), 0, 200).await.unwrap();
    assert!(found.rows.iter().any(|found| found.id == row.id) && found.total < needs.total);
    assert_eq!(sam.client.needs("100%_!".into(), 0, 50).await.unwrap().total, 0, "signs are not wildcards");

    let services = sam.client.services_in_use().await.unwrap();
    assert_eq!(u32::try_from(services.len()).unwrap(), parts.services);
    let service = sam.client.service_page(services[0].service.id).await.unwrap();
    assert_eq!(u32::try_from(service.projects.len()).unwrap(), services[0].projects);
    let products = sam.client.products().await.unwrap();
    assert_eq!(u32::try_from(products.len()).unwrap(), parts.products);

    let code = page(&sam, project).await.project.council;
    let council = sam.client.council_profile(code).await.unwrap();
    assert!(council.projects.iter().any(|row| row.id == project));
    assert_eq!(sam.client.council_profile("ZZZ".parse().unwrap()).await.unwrap_err(), Failure::NotFound);
}
