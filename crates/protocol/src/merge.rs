//! Merges two changes to the same record. The registry uses it for a submission whose base version is out of date. The
//! laptop uses it to show conflicts, and to rebase a draft on a newer version of its project.

use serde_json::Value;

use crate::fields::{self, Fields, Patch, Shape, shape};
use crate::hashed::HashKey;
use crate::paragraphs;

/// The result of merging two changes to one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The record with both changes; where they conflict, with the other person's value.
    pub fields: Fields,
    /// What both changed to different values, in the order of the fields. If empty, `fields` has every change.
    pub clashes: Vec<Clash>,
}

/// Something that two people changed to different values.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    /// The field's name.
    pub field: String,
    /// The id of the conflicting member, where the field is a set.
    pub member: Option<Value>,
}

impl Clash {
    /// The record's value for this field or member; none where it has none.
    pub fn value<'a>(&self, record: &'a Fields) -> Option<&'a Value> {
        match &self.member {
            Some(key) => fields::member(record, &self.field, key),
            None => record.get(&self.field),
        }
    }

    /// The patch that gives a record this value.
    pub fn patch(&self, value: Option<&Value>) -> Patch {
        let mut patch = Patch::default();
        let field = self.field.clone();
        match (&self.member, value.filter(|value| !value.is_null())) {
            (None, value) => {
                patch.set.insert(field, value.cloned().unwrap_or_default());
            }
            (Some(_), Some(value)) => {
                patch.add.insert(field, vec![value.clone()]);
            }
            (Some(key), None) => {
                patch.remove.insert(field, vec![key.clone()]);
            }
        }
        patch
    }
}

/// Merges a patch, written on `base`, into `theirs`, the record as it is now. Works field by field: a change by one
/// side only is applied, equal values agree, sets take the additions and removals of both, needs and links are matched
/// by id, and long text is merged by paragraph. Where both changed the same thing to different values, neither is
/// chosen.
pub fn merge(base: &Fields, theirs: &Fields, patch: &Patch) -> Merged {
    let mut clean = Patch::default();
    let mut clashes = Vec::new();
    for (field, mine) in &patch.set {
        match merge_value(field, base.get(field), theirs.get(field), mine) {
            Some(value) => {
                clean.set.insert(field.clone(), value);
            }
            None => clashes.push(Clash { field: field.clone(), member: None }),
        }
    }
    let mut sort = |field: &str, members: &[Value], is_added: bool| -> Vec<Value> {
        let (was, now) = (fields::by_key(base, field), fields::by_key(theirs, field));
        let is_clean = |member: &&Value| {
            let key = fields::key(member);
            let (was, now) = (was.get(&HashKey(key)), now.get(&HashKey(key)));
            let clean = now == was || now.copied() == is_added.then_some(*member);
            if !clean {
                clashes.push(Clash { field: field.to_owned(), member: Some(key.clone()) });
            }
            clean
        };
        members.iter().filter(is_clean).cloned().collect()
    };
    for (field, added) in &patch.add {
        clean.add.insert(field.clone(), sort(field, added, true));
    }
    for (field, removed) in &patch.remove {
        clean.remove.insert(field.clone(), sort(field, removed, false));
    }
    clashes.sort_by_key(|clash| fields::PROJECT_FIELDS.iter().position(|(field, _)| *field == clash.field));
    Merged { fields: fields::apply(theirs, &clean), clashes }
}

/// Merges a field that is not a set; none where both changed it and their values conflict.
fn merge_value(field: &str, base: Option<&Value>, theirs: Option<&Value>, mine: &Value) -> Option<Value> {
    if theirs == base || theirs == Some(mine) {
        return Some(mine.clone());
    }
    if base == Some(mine) {
        return theirs.cloned();
    }
    if shape(field) != Some(Shape::Text) {
        return None;
    }
    let text =
        |value: Option<&Value>| Some(value.map_or("", |value| value.as_str().unwrap_or_default()).to_owned());
    let merged = paragraphs::merge(&text(base)?, &text(theirs)?, mine.as_str()?)?;
    Some(Value::String(merged))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// (description, base, theirs, mine, result or the conflicting fields)
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
            (
                "paragraphs of one text",
                json!({"problem": "One.\n\nTwo."}),
                json!({"problem": "One!\n\nTwo."}),
                json!({"problem": "One.\n\nTwo.\n\nThree."}),
                Ok(json!({"problem": "One!\n\nTwo.\n\nThree."})),
            ),
            (
                "the same paragraph",
                json!({"problem": "One.\n\nTwo."}),
                json!({"problem": "One!\n\nTwo."}),
                json!({"problem": "One?\n\nTwo."}),
                Err(vec!["problem"]),
            ),
            (
                "paragraphs of a title are none",
                json!({"title": "One\n\nTwo"}),
                json!({"title": "One!\n\nTwo"}),
                json!({"title": "One\n\nTwo!"}),
                Err(vec!["title"]),
            ),
        ];
        for (what, base, theirs, mine, expected) in cases {
            let object = |value: &Value| value.as_object().unwrap().clone();
            let patch = fields::diff(&object(&base), &object(&mine));
            let merged = merge(&object(&base), &object(&theirs), &patch);
            let clashing: Vec<&str> = merged.clashes.iter().map(|clash| clash.field.as_str()).collect();
            match expected {
                Ok(expected) => assert_eq!((merged.fields, clashing), (object(&expected), vec![]), "{what}"),
                Err(expected) => assert_eq!(clashing, expected, "{what}"),
            }
        }
    }

    #[test]
    fn conflicts_keep_theirs_and_the_rest_is_merged() {
        let object = |value: Value| value.as_object().unwrap().clone();
        let base =
            object(json!({"title": "a", "needs": [{"id": "1", "as_a": "x"}, {"id": "2", "as_a": "x"}]}));
        let theirs =
            object(json!({"title": "b", "needs": [{"id": "1", "as_a": "y"}, {"id": "2", "as_a": "x"}]}));
        let mine =
            object(json!({"title": "c", "needs": [{"id": "1", "as_a": "z"}, {"id": "2", "as_a": "z"}]}));
        let merged = merge(&base, &theirs, &fields::diff(&base, &mine));
        let clash = |field: &str, member| Clash { field: field.to_owned(), member };
        assert_eq!(merged.clashes, [clash("title", None), clash("needs", Some(json!("1")))]);
        let expected = json!({"title": "b", "needs": [{"id": "1", "as_a": "y"}, {"id": "2", "as_a": "z"}]});
        assert_eq!(merged.fields, object(expected));
    }

    #[test]
    fn a_conflict_can_be_settled_with_either_side() {
        let object = |value: Value| value.as_object().unwrap().clone();
        let theirs = object(json!({"title": "b", "needs": [{"id": "1", "as_a": "y"}]}));
        let mine = object(json!({"title": "c", "needs": [{"id": "1", "as_a": "z"}]}));
        let emptied = object(json!({"title": null, "needs": []}));
        let title = Clash { field: "title".to_owned(), member: None };
        let need = Clash { field: "needs".to_owned(), member: Some(json!("1")) };
        assert_eq!(title.value(&mine), Some(&json!("c")));
        assert_eq!(need.value(&mine), Some(&json!({"id": "1", "as_a": "z"})));
        assert_eq!(need.value(&emptied), None);
        let settle = |with: &Fields| {
            let first = fields::apply(&theirs, &title.patch(title.value(with)));
            fields::apply(&first, &need.patch(need.value(with)))
        };
        assert_eq!(settle(&mine), mine);
        assert_eq!(settle(&theirs), theirs);
        assert_eq!(settle(&emptied), emptied);
    }
}
