//! Laws that hold for every merge.

use std::collections::BTreeSet;

use guildhall_protocol::fields::{Fields, diff};
use guildhall_protocol::merge::{Merged, merge};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Few values and few paragraphs, so that changes often conflict.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-e]", 0..5).prop_map(|paragraphs| paragraphs.join("\n\n"))
}

fn needs() -> impl Strategy<Value = Value> {
    prop::collection::btree_map(0..4_u8, "[a-c]", 0..4).prop_map(|needs| {
        needs.into_iter().map(|(id, as_a)| json!({"id": id.to_string(), "as_a": as_a})).collect()
    })
}

fn tags() -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set("[a-d]", 0..4)
}

prop_compose! {
    fn record()(title in "[a-c]", problem in text(), phase in "[a-b]", tags in tags(), needs in needs()) -> Fields {
        let fields = [
            ("title", json!(title)), ("problem", json!(problem)), ("phase", json!(phase)),
            ("tags", json!(tags)), ("needs", needs),
        ];
        fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
    }
}

/// Ignores order: sets have none, and paragraphs that both inserted at one place are in the order of the merge.
fn unordered(record: &Fields) -> Vec<(String, BTreeSet<String>)> {
    let parts = |value: &Value| match value {
        Value::Array(members) => members.iter().map(ToString::to_string).collect(),
        Value::String(text) => text.split("\n\n").map(str::to_owned).collect(),
        other => BTreeSet::from([other.to_string()]),
    };
    record.iter().map(|(field, value)| (field.clone(), parts(value))).collect()
}

fn clashing(merged: &Merged) -> Vec<(String, String)> {
    let mut clashing: Vec<_> =
        merged.clashes.iter().map(|clash| (clash.field.clone(), format!("{:?}", clash.member))).collect();
    clashing.sort();
    clashing
}

/// The values in `new` that `base` did not have.
fn news(base: &Fields, new: &Fields) -> Vec<(String, BTreeSet<String>)> {
    let before = unordered(base);
    unordered(new)
        .into_iter()
        .zip(before)
        .map(|((field, now), (_, was))| (field, now.difference(&was).cloned().collect()))
        .collect()
}

fn holds(record: &Fields, news: &[(String, BTreeSet<String>)]) -> bool {
    let all = unordered(record);
    news.iter().all(|(field, news)| all.iter().any(|(other, parts)| other == field && news.is_subset(parts)))
}

proptest! {
    #[test]
    fn an_unchanged_side_takes_the_other(base in record(), other in record()) {
        let mine_alone = merge(&base, &base, &diff(&base, &other));
        prop_assert_eq!(unordered(&mine_alone.fields), unordered(&other));
        prop_assert!(mine_alone.clashes.is_empty());
        let theirs_alone = merge(&base, &other, &diff(&base, &base));
        prop_assert_eq!(&theirs_alone.fields, &other);
        prop_assert!(theirs_alone.clashes.is_empty());
    }

    #[test]
    fn the_same_change_agrees(base in record(), other in record()) {
        let merged = merge(&base, &other, &diff(&base, &other));
        prop_assert_eq!(unordered(&merged.fields), unordered(&other));
        prop_assert!(merged.clashes.is_empty());
    }

    #[test]
    fn merging_is_symmetric(base in record(), one in record(), two in record()) {
        let (a, b) = (merge(&base, &one, &diff(&base, &two)), merge(&base, &two, &diff(&base, &one)));
        prop_assert_eq!(clashing(&a), clashing(&b));
        if a.clashes.is_empty() {
            prop_assert_eq!(unordered(&a.fields), unordered(&b.fields));
        }
    }

    #[test]
    fn nothing_that_either_wrote_is_lost_without_a_clash(base in record(), one in record(), two in record()) {
        let merged = merge(&base, &one, &diff(&base, &two));
        prop_assert!(holds(&merged.fields, &news(&base, &one)) || !merged.clashes.is_empty());
        prop_assert!(holds(&merged.fields, &news(&base, &two)) || !merged.clashes.is_empty());
    }

    /// A repeat after a lost answer: the merge is applied to its own result.
    #[test]
    fn merging_again_changes_nothing(base in record(), theirs in record(), mine in record()) {
        let once = merge(&base, &theirs, &diff(&base, &mine));
        let again = merge(&theirs, &once.fields, &diff(&theirs, &once.fields));
        prop_assert_eq!(again, Merged { fields: once.fields, clashes: Vec::new() });
    }
}
