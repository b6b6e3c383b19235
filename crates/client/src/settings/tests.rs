use std::path::PathBuf;

use guildhall_protocol::RegistryFacts;
use serde_json::{Value, json};

use super::*;
use crate::store::frozen::{all_frozen, is_as_frozen};

fn file(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// The settings read from a file with this text, and the file after a change has been written.
fn read_and_change(text: &str) -> (PersistedState, Value) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(file(dir.path()), text).unwrap();
    let mut kept = read(dir.path()).unwrap();
    let read = kept.clone();
    kept.welcomed = !kept.welcomed;
    write(dir.path(), &kept).unwrap();
    kept.welcomed = !kept.welcomed;
    write(dir.path(), &kept).unwrap();
    (read, serde_json::from_slice(&std::fs::read(file(dir.path())).unwrap()).unwrap())
}

fn landed(n: usize) -> String {
    let file = format!("{}/landed/settings-{n}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn what_is_written_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(read(dir.path()).unwrap(), PersistedState::default());
    let mut kept = PersistedState::default();
    kept.settings.text_size = 150;
    write(dir.path(), &kept).unwrap();
    assert_eq!(read(dir.path()).unwrap().settings, kept.settings);
    let files: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "nothing is left beside it");
}

#[test]
fn settings_of_every_version_are_read() {
    for n in 1..=3 {
        let (kept, _) = read_and_change(&landed(n));
        let me = kept.me.unwrap();
        assert_eq!(me.email, "septimus.harding@barchester.example");
        assert_eq!((me.councils.len(), me.coordinator), (1, n > 1));
        let registry = kept.registry.unwrap();
        assert_eq!(registry.address, "https://guildhall.barchester.example");
        assert_eq!(registry.facts.name, "The Barset Guildhall");
        assert_eq!((kept.settings.theme, kept.settings.text_size), (Theme::Dark, 150));
        assert_eq!(kept.settings.private_days, if n < 3 { DEFAULT_PRIVATE_DAYS } else { 14 });
        assert_eq!(kept.acting_for, Some("BCH".parse().unwrap()));
        assert!(kept.welcomed && !kept.installation.is_empty());
    }
}

#[test]
fn they_are_written_as_frozen_and_every_frozen_one_is_read() {
    // The current file, with fields that a later version might add.
    let mut text: Value = serde_json::from_str(&landed(3)).unwrap();
    let later = json!({"of": "a later version"});
    for pointer in
        ["", "/settings", "/registry", "/registry/facts", "/me", "/me/councils/0", "/me/invitations/0"]
    {
        let part = text.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        part.insert("new".into(), later.clone());
    }
    text["settings"]["theme"] = json!("sepia");
    text["me"]["councils"][0]["role"] = json!("clerk");
    text["registry"]["facts"]["contact"] = json!("help@barchester.example");
    let (kept, written) = read_and_change(&text.to_string());
    is_as_frozen("settings-2", &written);
    let registry = kept.registry.unwrap();
    assert_eq!(registry.facts.contact.as_deref(), Some("help@barchester.example"));
    for frozen in all_frozen("settings") {
        let (again, written) = read_and_change(&frozen.to_string());
        assert_eq!(written, frozen, "what this version does not know is kept");
        assert_eq!(again.me, kept.me);
        let facts = again.registry.unwrap().facts;
        assert!(facts.contact.is_none() || facts.contact == registry.facts.contact);
        assert_eq!(RegistryFacts { contact: registry.facts.contact.clone(), ..facts }, registry.facts);
        assert_eq!((again.settings.theme, again.settings.text_size), (Theme::System, 150));
    }
}

#[test]
fn access_requests_keep_what_a_later_version_adds() {
    let mut text: Value = serde_json::from_str(&landed(3)).unwrap();
    text["me"]["requests"] = json!([{
        "council": "BCH",
        "council_name": "Barchester City Council",
        "person": "00000000-0000-7000-8000-000000000001",
        "email": "jo@shared-services.example",
        "evidence": "Three councils own us together",
        "asked_at": "2026-11-27T10:00:00Z",
        "new": "of a later version",
    }]);
    let (kept, written) = read_and_change(&text.to_string());
    assert_eq!(kept.me.unwrap().requests[0].email, "jo@shared-services.example");
    assert_eq!(written["me"]["requests"], text["me"]["requests"]);
}

#[test]
fn unknown_fields_of_another_person_are_dropped() {
    let mut text: Value = serde_json::from_str(&landed(3)).unwrap();
    text["me"]["new"] = json!(1);
    text["registry"]["new"] = json!(1);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(file(dir.path()), text.to_string()).unwrap();
    let mut kept = read(dir.path()).unwrap();
    let other = guildhall_protocol::PersonId(uuid::Uuid::nil());
    kept.me = kept.me.map(|me| Me { person: other, ..me });
    kept.registry =
        kept.registry.map(|known| ChosenRegistry { address: "https://other.example".into(), ..known });
    write(dir.path(), &kept).unwrap();
    let written: Value = serde_json::from_slice(&std::fs::read(file(dir.path())).unwrap()).unwrap();
    assert_eq!((&written["me"]["new"], &written["registry"]["new"]), (&Value::Null, &Value::Null));
}

#[test]
fn one_part_that_cant_be_read_takes_no_other_along() {
    let parts = [
        ("/settings", json!(7)),
        ("/settings/text_size", json!("large")),
        ("/settings/services", json!(["bins"])),
        ("/registry/facts", json!([])),
        ("/registry/facts/protocol", json!("two")),
        ("/me/invitations", json!([{"id": "x"}])),
        ("/me/councils", json!("BCH")),
        ("/acting_for", json!(5)),
        ("/welcomed", json!("yes")),
        ("/signed_out", json!(["a"])),
    ];
    for (pointer, value) in parts {
        let mut text: Value = serde_json::from_str(&landed(3)).unwrap();
        *text.pointer_mut(pointer).unwrap() = value;
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(file(dir.path()), text.to_string()).unwrap();
        for _ in 0..2 {
            let kept = read(dir.path()).unwrap();
            assert_eq!(kept.me.unwrap().email, "septimus.harding@barchester.example", "{pointer}");
            assert_eq!(kept.registry.unwrap().address, "https://guildhall.barchester.example", "{pointer}");
            assert!(!kept.installation.is_empty(), "{pointer}");
            assert!(pointer.starts_with("/settings") || kept.settings.text_size == 150, "{pointer}");
        }
        let aside = std::fs::read_to_string(dir.path().join("settings.unreadable.json")).unwrap();
        assert_eq!(aside, text.to_string(), "{pointer}: set aside as it was");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "{pointer}: once");
    }
}

#[test]
fn rubbish_is_set_aside_beside_what_was_before() {
    let dir = tempfile::tempdir().unwrap();
    for (text, aside) in [("{", "settings.unreadable.json"), ("[1", "settings.unreadable-2.json")] {
        std::fs::write(file(dir.path()), text).unwrap();
        assert_eq!(read(dir.path()).unwrap().settings, Settings::default());
        assert_eq!(std::fs::read_to_string(dir.path().join(aside)).unwrap(), text);
    }
}

#[test]
fn an_unreadable_settings_file_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    // A folder cannot be read as a file, not even by root.
    std::fs::create_dir(file(dir.path())).unwrap();
    assert_eq!(read(dir.path()), Err(Failure::FilesBroken));
}
