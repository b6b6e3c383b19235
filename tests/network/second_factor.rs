//! A second factor on the laptop: set up, required for signing in, and never in the way of the outbox.

use std::time::Duration;

use guildhall_client::error::Failure;
use guildhall_client::views::DraftState;
use totp_rs::{Builder, Secret};

use crate::rig::{Laptop, ROBIN, SAM, TestNetwork};

const HALF_A_DAY: Duration = Duration::from_secs(12 * 60 * 60);

/// Sets up a second factor on that laptop: returns its key and recovery codes.
async fn enrol(town: &TestNetwork, laptop: &Laptop) -> (String, Vec<String>) {
    let new = laptop.client.begin_second_factor().await.unwrap();
    assert!(new.qr.contains("<svg"));
    let key = new.secret.replace(' ', "");
    let codes = laptop.client.confirm_second_factor(&code(town, &key)).await.unwrap();
    (key, codes)
}

fn code(town: &TestNetwork, key: &str) -> String {
    let secret = Secret::try_from_base32(key).unwrap();
    let phone = Builder::new().with_secret(secret).with_account_name("Sam").build().unwrap();
    phone.generate(guildhall_registry::Clock::now(&town.time).as_second().cast_unsigned()).to_string()
}

#[tokio::test]
async fn a_sign_in_waits_for_the_second_factor() {
    let town = TestNetwork::new().await;
    let first = town.laptop_of(SAM).await;
    let (key, recovery) = enrol(&town, &first).await;
    let second = town.laptop("second").await;
    let by_email = town.registry.issue_code(SAM).await.unwrap();
    assert_eq!(second.client.verify_sign_in(SAM, &by_email).await.unwrap_err(), Failure::SecondFactorNeeded);
    assert_eq!(second.client.account().await, None);
    assert_eq!(
        second.client.sign_in_with_second_factor("000000").await.unwrap_err(),
        Failure::SecondFactorNeeded
    );
    town.time.advance(Duration::from_secs(30));
    let account = second.client.sign_in_with_second_factor(&code(&town, &key)).await.unwrap();
    assert_eq!(account.email, SAM);
    // The sign-in is complete, so nothing can continue it.
    assert_eq!(
        second.client.sign_in_with_second_factor(&recovery[0]).await.unwrap_err(),
        Failure::CodeRefused
    );
    for laptop in [&first, &second] {
        for secret in [&key, &recovery[0], &recovery[0].replace('-', "")] {
            assert!(!laptop.keeps(secret).await, "none of it is kept on a laptop");
        }
    }
}

#[tokio::test]
async fn the_outbox_is_sent_while_a_code_is_needed() {
    let town = TestNetwork::new().await;
    let sam = town.laptop_of(SAM).await;
    let (_, recovery) = enrol(&town, &sam).await;
    let robin = town.laptop_of(ROBIN).await;
    let robins = robin.client.account().await.unwrap().person;
    let council = "BCH".parse().unwrap();
    town.time.advance(HALF_A_DAY);
    let removed = sam.client.remove_access(&council, robins).await;
    assert_eq!(removed.unwrap_err(), Failure::SecondFactorNeeded);
    assert_eq!(sam.client.require_second_factor().await.unwrap_err(), Failure::SecondFactorNeeded);
    let draft = sam.write("Zebra crossing requests").await;
    sam.send(draft).await;
    sam.until_state(draft, DraftState::Published).await;
    assert_eq!(
        sam.client.verify_second_factor("AAAA-AAAA-AAAA-AAAA").await.unwrap_err(),
        Failure::CodeRefused
    );
    sam.client.verify_second_factor(&recovery[0]).await.unwrap();
    sam.client.require_second_factor().await.unwrap();
    sam.client.remove_access(&council, robins).await.unwrap();
}
