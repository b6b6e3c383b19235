//! Records that are not open to everyone, on a laptop without contact: it may be lost, or its clock may be wrong.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use guildhall_client::error::Failure;
use guildhall_client::views::{Connection, Private};
use guildhall_protocol::{ProjectId, SubmissionId, Visibility};
use uuid::Uuid;

use crate::rig::{Accident, KIM, Laptop, SAM, TestNetwork};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const HIDDEN: Private = Private::Hidden { days: 30 };
const REMOVED: Private = Private::Removed { days: 30 };

/// Records on Sam's laptop that are not open to everyone, and a draft with a need similar to theirs.
struct Secrets {
    project: ProjectId,
    review: SubmissionId,
    draft: Uuid,
    /// How many projects anyone can see, and how many Sam can.
    open: u32,
    all: u32,
}

async fn sam_with_secrets(town: &TestNetwork) -> (Laptop, Secrets) {
    let (sam, kim) = (town.laptop_of(SAM).await, town.laptop_of(KIM).await);
    let anyone = town.laptop("anyone").await;
    anyone.up_to_date().await;
    let open = anyone.finds("").await;
    let shared = sam.write("Zebra crossings").await;
    sam.edit(shared, |form| form.visibility = Some(Visibility::Councils)).await;
    sam.send(shared).await;
    sam.until_finds("zebra", 1).await;
    let sent = kim.write("Beach huts").await;
    kim.send(sent).await;
    sam.until_status("something waits", |status| status.inbox == 1).await;
    let review = sam.client.inbox().await.unwrap().waiting[0].id;
    let (project, draft) = (sam.first("zebra").await, sam.write("Zebra crossings elsewhere").await);
    let all = sam.finds("").await;
    assert!(all > open);
    (sam, Secrets { project, review, draft, open, all })
}

impl Secrets {
    /// Checks that every view shows them, or that none does.
    async fn are_shown(&self, sam: &Laptop, shown: bool) {
        let client = &sam.client;
        let or_not_found = |so: bool| if so { None } else { Some(Failure::NotFound) };
        assert_eq!(sam.finds("zebra").await, u32::from(shown));
        assert_eq!(sam.finds("").await, if shown { self.all } else { self.open });
        let page = client.project(self.project).await;
        assert_eq!(page.err(), or_not_found(shown));
        let council = client.council("BCH".parse().unwrap()).await.unwrap();
        assert_eq!(council.projects.iter().any(|row| row.id == self.project), shown);
        let need = client.draft(self.draft).await.unwrap().form.needs[0].id;
        let matches = client.matches(self.draft, need).await.unwrap();
        assert_eq!(matches.iter().any(|like| like.id == self.project), shown);
        assert_eq!(client.review(self.review).await.err(), or_not_found(shown));
        assert_eq!(client.inbox().await.unwrap().waiting.len(), usize::from(shown));
        assert_eq!(client.status().await.inbox, u32::from(shown));
        let counted = client.facets(crate::rig::query("zebra")).await.unwrap();
        assert_eq!(counted.phases.len(), usize::from(shown));
    }
}

/// Cuts the connection, and waits until the laptop knows.
async fn go_offline(laptop: &Laptop) {
    laptop.way.go_offline();
    laptop.client.sync_now();
    laptop.until_status("offline", |status| status.connection == Connection::Offline).await;
}

async fn until(laptop: &Laptop, private: Private) {
    laptop.until_status(&format!("{private:?}"), |status| status.private == private).await;
}

#[tokio::test]
async fn restricted_records_are_removed_after_a_month() {
    let town = TestNetwork::new().await;
    let (sam, secrets) = sam_with_secrets(&town).await;
    go_offline(&sam).await;
    // The app stays open, so that only the passing of time can be the cause.
    sam.time.advance(29 * DAY);
    sam.client.sync_now();
    secrets.are_shown(&sam, true).await;
    sam.time.advance(2 * DAY);
    sam.client.sync_now();
    until(&sam, REMOVED).await;
    secrets.are_shown(&sam, false).await;

    sam.way.go_online();
    sam.client.sync_now();
    until(&sam, Private::Shown).await;
    secrets.are_shown(&sam, true).await;
}

#[tokio::test]
async fn a_clock_that_is_wrong_hides_and_a_contact_shows_again() {
    let town = TestNetwork::new().await;
    let (sam, secrets) = sam_with_secrets(&town).await;
    sam.up_to_date().await;
    let read = sam.way.readings_from_zero();
    go_offline(&sam).await;
    sam.time.set_ahead(35 * DAY);
    sam.client.sync_now();
    until(&sam, HIDDEN).await;
    secrets.are_shown(&sam, false).await;
    // The clock is set right, but the time without contact is still not known, so the warning stays.
    sam.time.set_ahead(Duration::ZERO);
    sam.time.advance(DAY / 2);
    sam.client.sync_now();
    until(&sam, HIDDEN).await;
    secrets.are_shown(&sam, false).await;

    sam.way.go_online();
    sam.client.sync_now();
    until(&sam, Private::Shown).await;
    secrets.are_shown(&sam, true).await;
    assert_eq!(sam.way.readings_from_zero(), read, "nothing had to be read again");
}

#[tokio::test]
async fn hidden_records_are_removed_after_a_day() {
    let town = TestNetwork::new().await;
    let (sam, secrets) = sam_with_secrets(&town).await;
    sam.client.work_offline(true).await.unwrap();
    sam.time.set_ahead(35 * DAY);
    let hours = |private| {
        let (time, hours) = (sam.time.clone(), AtomicU32::new(0));
        let sam = &sam;
        async move {
            sam.until(&format!("{private:?}"), |client| {
                time.advance(DAY / 24);
                hours.fetch_add(1, Ordering::SeqCst);
                async move { client.status().await.private == private }
            })
            .await;
            hours.into_inner()
        }
    };
    hours(HIDDEN).await;
    assert!(hours(REMOVED).await >= 24);
    secrets.are_shown(&sam, false).await;
    sam.client.work_offline(false).await.unwrap();
    until(&sam, Private::Shown).await;
    secrets.are_shown(&sam, true).await;
}

#[tokio::test]
async fn a_laptop_off_for_long_hides_first_then_removes() {
    let town = TestNetwork::new().await;
    let (sam, secrets) = sam_with_secrets(&town).await;
    sam.up_to_date().await;
    let read = sam.way.readings_from_zero();
    go_offline(&sam).await;
    let sam = sam.closed_for(40 * DAY).await;
    until(&sam, HIDDEN).await;
    secrets.are_shown(&sam, false).await;
    // Opening the app with a connection restores everything at once.
    sam.way.go_online();
    sam.sign_in(&town.registry, SAM).await;
    until(&sam, Private::Shown).await;
    secrets.are_shown(&sam, true).await;
    assert_eq!(sam.way.readings_from_zero(), read, "nothing had to be read again");

    go_offline(&sam).await;
    let sam = sam.closed_for(40 * DAY).await;
    until(&sam, HIDDEN).await;
    let sam = sam.restarted().await;
    until(&sam, REMOVED).await;
    secrets.are_shown(&sam, false).await;
    sam.way.go_online();
    sam.sign_in(&town.registry, SAM).await;
    until(&sam, Private::Shown).await;
    secrets.are_shown(&sam, true).await;
    assert!(sam.way.readings_from_zero() > read);
}

#[tokio::test]
async fn records_removed_while_hidden_stay_removed() {
    let town = TestNetwork::new().await;
    let (sam, secrets) = sam_with_secrets(&town).await;
    go_offline(&sam).await;
    let sam = sam.closed_for(40 * DAY).await;
    until(&sam, HIDDEN).await;
    let another = town.laptop("another").await;
    another.sign_in(&town.registry, SAM).await;
    another.until_status("something waits", |status| status.inbox == 1).await;
    another
        .client
        .answer_review(secrets.review, guildhall_protocol::State::Declined, "No".into())
        .await
        .unwrap();
    another.until_status("it is answered", |status| status.inbox == 0 && status.waiting == 0).await;
    another.up_to_date().await;
    sam.way.go_online();
    sam.sign_in(&town.registry, SAM).await;
    until(&sam, Private::Shown).await;
    assert_eq!(sam.client.review(secrets.review).await.err(), Some(Failure::NotFound));
    assert_eq!(sam.finds("zebra").await, 1);
}

#[tokio::test]
async fn a_reading_that_was_cut_off_is_contact_too() {
    let town = TestNetwork::new().await;
    let (sam, _) = sam_with_secrets(&town).await;
    go_offline(&sam).await;
    sam.time.advance(31 * DAY);
    sam.client.sync_now();
    until(&sam, REMOVED).await;
    let before = sam.way.readings_from_zero();
    sam.way.next("/api/v1/changes", Accident::CutShort(10));
    sam.way.go_online();
    sam.client.sync_now();
    sam.until_finds("zebra", 1).await;
    sam.until_status("it was cut off", |status| status.connection == Connection::Offline).await;
    // Restarting checks the contact again, and removes nothing of what arrived.
    let sam = sam.restarted().await;
    sam.until_status("it is open", |status| status.sign_in_needed).await;
    assert_eq!(sam.finds("zebra").await, 1);
    sam.sign_in(&town.registry, SAM).await;
    until(&sam, Private::Shown).await;
    assert_eq!(sam.finds("zebra").await, 1);
    assert_eq!(sam.way.readings_from_zero() - before, 1, "it goes on where it was cut off");
}
