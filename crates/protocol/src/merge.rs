//! Bringing together two changes to the same record. The registry uses it for a submission that was written on
//! an older version; the laptop for a draft whose project has changed since.

use serde_json::Value;

use crate::fields::{self, Fields, Patch, members};

/// Merges a patch, written on `base`, into `theirs`, what the record is by now. Where both changed the same
/// thing to different values nothing is chosen.
///
/// # Errors
/// The names of the fields that both changed, each once, in the order of the patch.
pub fn merge(base: &Fields, theirs: &Fields, patch: &Patch) -> Result<Fields, Vec<String>> {
    let mut clashing: Vec<String> = Vec::new();
    for (field, mine) in &patch.set {
        let now = theirs.get(field);
        if now != base.get(field) && now != Some(mine) {
            clashing.push(field.clone());
        }
    }
    for (field, added) in &patch.add {
        if added.iter().any(|member| clashes(base, theirs, field, member, Some(member))) {
            clashing.push(field.clone());
        }
    }
    for (field, removed) in &patch.remove {
        let clash = removed.iter().any(|member| clashes(base, theirs, field, member, None));
        if clash && !clashing.contains(field) {
            clashing.push(field.clone());
        }
    }
    if clashing.is_empty() { Ok(fields::apply(theirs, patch)) } else { Err(clashing) }
}

/// Did they change the member of the set that I put in (`mine`) or took out (none), in another way than I did?
/// A value that is its own key can't: adding twice agrees, and so does removing twice.
fn clashes(base: &Fields, theirs: &Fields, field: &str, member: &Value, mine: Option<&Value>) -> bool {
    let find = |record: &Fields| -> Option<Value> {
        members(record.get(field)).iter().find(|present| fields::key(present) == fields::key(member)).cloned()
    };
    let (was, now) = (find(base), find(theirs));
    now != was && now.as_ref() != mine
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// (what, base, theirs, mine, result or the clashing fields)
    #[test]
    fn cases() {
        let cases = [
            (
                "different fields",
                json!({"title": "a", "summary": "s"}),
                json!({"title": "b", "summary": "s"}),
                json!({"title": "a", "summary": "t"}),
                Ok(json!({"title": "b", "summary": "t"})),
            ),
            (
                "the same value",
                json!({"title": "a"}),
                json!({"title": "b"}),
                json!({"title": "b"}),
                Ok(json!({"title": "b"})),
            ),
            (
                "the same field",
                json!({"title": "a"}),
                json!({"title": "b"}),
                json!({"title": "c"}),
                Err(vec!["title"]),
            ),
            (
                "two phases",
                json!({"phase": "alpha"}),
                json!({"phase": "beta"}),
                json!({"phase": "stopped"}),
                Err(vec!["phase"]),
            ),
            (
                "tags from both",
                json!({"tags": ["a"]}),
                json!({"tags": ["a", "b"]}),
                json!({"tags": ["c"]}),
                Ok(json!({"tags": ["b", "c"]})),
            ),
            (
                "both removed a tag",
                json!({"tags": ["a", "b"]}),
                json!({"tags": ["b"]}),
                json!({"tags": ["b"]}),
                Ok(json!({"tags": ["b"]})),
            ),
            (
                "different needs",
                json!({"needs": [{"id": "1", "as_a": "x"}]}),
                json!({"needs": [{"id": "1", "as_a": "x"}, {"id": "2"}]}),
                json!({"needs": [{"id": "1", "as_a": "y"}]}),
                Ok(json!({"needs": [{"id": "1", "as_a": "y"}, {"id": "2"}]})),
            ),
            (
                "the same need",
                json!({"needs": [{"id": "1", "as_a": "x"}]}),
                json!({"needs": [{"id": "1", "as_a": "y"}]}),
                json!({"needs": [{"id": "1", "as_a": "z"}]}),
                Err(vec!["needs"]),
            ),
            (
                "removed here, changed there",
                json!({"needs": [{"id": "1", "as_a": "x"}]}),
                json!({"needs": [{"id": "1", "as_a": "y"}]}),
                json!({"needs": []}),
                Err(vec!["needs"]),
            ),
            (
                "changed here, removed there",
                json!({"needs": [{"id": "1", "as_a": "x"}]}),
                json!({"needs": []}),
                json!({"needs": [{"id": "1", "as_a": "y"}]}),
                Err(vec!["needs"]),
            ),
        ];
        for (what, base, theirs, mine, expected) in cases {
            let object = |value: &Value| value.as_object().unwrap().clone();
            let patch = fields::diff(&object(&base), &object(&mine));
            let merged = merge(&object(&base), &object(&theirs), &patch);
            let expected = expected
                .map(|value: Value| object(&value))
                .map_err(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(merged, expected, "{what}");
        }
    }
}
