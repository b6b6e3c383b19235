//! Frozen examples of the stored rows for each state: this version must read what earlier versions stored.

use crate::store::StoreError;
use guildhall_protocol::State;
use guildhall_protocol::{Conflict, validate::FieldCode, validate::FieldError};
use serde_json::{Value, json};

use super::*;
use crate::env::Env;
use crate::store::tables::{self, Columns};
use crate::store::{Database, Store, people};

fn stands() -> [(&'static str, SubmissionState); 6] {
    let at = "2026-03-02T09:00:00Z".parse().unwrap();
    let by = "robin@barchester.example".to_owned();
    let merged_with = MergedWith { fields: vec!["summary".into()], by: by.clone(), at: Some(at) };
    let conflict = Conflict {
        version: 7,
        seq: 412,
        fields: vec!["title".into()],
        by: String::new(),
        record: serde_json::Map::new(),
    };
    let reviewed = ReviewOutcome {
        state: State::ChangesRequested,
        reason: "Say who needs it".into(),
        by,
        at,
        project: "0190aaaa-0000-7000-8000-000000000004".into(),
        conflict: None,
    };
    let mut refused = Problem::new(Code::VersionConflict, "Someone else changed the same fields");
    refused.errors = vec![FieldError::new("/title", FieldCode::TooLong, "The reason is too long")];
    refused.conflict = Some(Box::new(conflict));
    let body = json!({"kind": "project", "record": "r", "council": "BCH", "base_version": 0,
                      "set": {"title": "Bins"}, "add": {}, "remove": {}});
    [
        ("published", SubmissionState::Published { version: 8, merged_with: Some(merged_with) }),
        ("refused", SubmissionState::Refused(Box::new(refused))),
        ("withdrawn", SubmissionState::Withdrawn),
        ("in_review", SubmissionState::InReview { body: body.to_string() }),
        ("changes_requested", SubmissionState::Returned(Box::new(reviewed.clone()))),
        (
            "declined",
            SubmissionState::Returned(Box::new(ReviewOutcome { state: State::Declined, ..reviewed })),
        ),
    ]
}

/// The row, with its JSON columns parsed.
fn shown(row: &Columns) -> Value {
    let mut row = row.clone();
    for column in ["problem", "merged_with", "body", "answer"] {
        let text = row[column].as_str().unwrap_or_default();
        if !text.is_empty() {
            row[column] = serde_json::from_str(text).unwrap();
        }
    }
    Value::Object(row)
}

#[tokio::test]
async fn stored_submission_states_stay_readable() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::File(folder.path().join("r.db"), None);
    let store = Store::open(&database, &Env::real()).await.unwrap();
    let person = PersonId(uuid::Uuid::from_u128(1));
    let ids: Vec<SubmissionId> = (10..16).map(|n| SubmissionId(uuid::Uuid::from_u128(n))).collect();
    store
        .write((person, ids.clone()), async |tx, (person, ids)| {
            people::find_or_add(tx, "kim@barchester.example", *person, 1).await?;
            for (id, (name, state)) in ids.iter().zip(stands()) {
                let stored = StoredSubmission {
                    body_hash: "4f8e".repeat(16),
                    kind: "project".into(),
                    record: name.into(),
                    council: "BCH".into(),
                    state,
                };
                super::store(tx, *person, *id, &stored, 1_772_442_000_000).await?;
            }
            Ok::<(), StoreError>(())
        })
        .await
        .unwrap();
    let mut tx = store.read().await.unwrap();
    let mut rows = Vec::new();
    tables::each(&mut tx, "submissions", |row| {
        rows.push(row);
        Ok::<(), crate::store::error::StoreError>(())
    })
    .await
    .unwrap();
    rows.sort_by_key(|row| row["id"].to_string());
    for ((row, id), (name, state)) in rows.iter().zip(ids).zip(stands()) {
        insta::assert_json_snapshot!(format!("stored_{name}"), shown(row));
        let read = find(&mut tx, person, id).await.unwrap().unwrap();
        assert_eq!(format!("{:?}", read.state), format!("{state:?}"));
    }
    assert_eq!(rows.len(), 6);
}
