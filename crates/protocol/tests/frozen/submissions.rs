//! Submissions and their verdicts.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Patch;
use guildhall_protocol::{MergedWith, State, Submission, Verdict};
use serde_json::json;

use crate::records::{fields, patch};
use crate::{at, code, frozen, frozen_in_full, uuid};

fn submission(kind: Kind, base_version: u32, base: Option<&str>, patch: Patch) -> Submission {
    let base = base.map(str::to_owned);
    Submission { kind, record: uuid(4).to_string(), council: code("BCH"), base_version, base, patch }
}

#[test]
fn a_new_project() {
    let mut set = fields();
    set.retain(|field, _| field != "needs");
    let add = [("needs".to_owned(), vec![fields()["needs"][0].clone()])].into();
    frozen("submission_new", &submission(Kind::Project, 0, None, Patch { set, add, ..Patch::default() }));
}

#[test]
fn a_change() {
    frozen_in_full("submission_change", &submission(Kind::Project, 6, Some("4f8efe1a9459ff46"), patch()));
}

#[test]
fn review_decision() {
    let set = json!({"state": "changes_requested", "reason": "Say who needs it"});
    let patch = Patch { set: set.as_object().unwrap().clone(), ..Patch::default() };
    frozen("submission_decision", &submission(Kind::Review, 1, None, patch));
}

#[test]
fn a_verdict() {
    let verdict = Verdict {
        state: State::Published,
        version: 8,
        seq: 421,
        record: fields(),
        merged_with: Some(MergedWith {
            fields: vec!["summary".into()],
            by: "robin@barchester.example".into(),
            at: Some(at("2026-03-02T09:00:00Z")),
        }),
        reason: "Thank you".into(),
        cleaned: vec!["/title".into()],
    };
    frozen_in_full("verdict", &verdict);
    let waits = Verdict {
        state: State::InReview,
        version: 0,
        seq: 0,
        record: serde_json::Map::new(),
        merged_with: None,
        reason: String::new(),
        cleaned: Vec::new(),
    };
    frozen("verdict_in_review", &waits);
}
