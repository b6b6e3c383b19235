//! Changes to a record as data: what was set, added and removed. Records are JSON objects here, not structs, so
//! that a field which this version does not know passes through untouched.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::text;

/// A record's fields.
pub type Fields = Map<String, Value>;

/// How a field of a project changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Replaced as a whole.
    Whole,
    /// A long text: replaced as a whole, and merged by paragraph.
    Text,
    /// A set of plain values.
    Values,
    /// A set of objects that have an `id`.
    ById,
}

/// The fields of a project that people write, and how each changes. The registry alone writes the others.
pub const PROJECT_FIELDS: &[(&str, Shape)] = &[
    ("title", Shape::Whole),
    ("summary", Shape::Text),
    ("why", Shape::Text),
    ("problem", Shape::Text),
    ("needs", Shape::ById),
    ("services", Shape::Values),
    ("phase", Shape::Whole),
    ("phase_dates", Shape::Whole),
    ("learned", Shape::Text),
    ("approach", Shape::Whole),
    ("product", Shape::Whole),
    ("supplier", Shape::Whole),
    ("contract_ends", Shape::Whole),
    ("collaboration", Shape::Whole),
    ("wanted", Shape::Whole),
    ("budget_band", Shape::Whole),
    ("contact", Shape::Whole),
    ("lang", Shape::Whole),
    ("links", Shape::ById),
    ("tags", Shape::Values),
    ("licence", Shape::Whole),
    ("reuse", Shape::Text),
    ("visibility", Shape::Whole),
];

/// How a field changes; none for one that people don't write.
pub fn shape(field: &str) -> Option<Shape> {
    PROJECT_FIELDS.iter().find(|(name, _)| *name == field).map(|(_, shape)| *shape)
}

/// What changed in a record: whole fields set, and members of sets added and removed. To add a need or link with
/// a known id replaces it; to remove one takes its id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Patch {
    /// Fields with their new values.
    #[serde(default)]
    pub set: Fields,
    /// Members added to sets.
    #[serde(default)]
    pub add: BTreeMap<String, Vec<Value>>,
    /// Members removed from sets.
    #[serde(default)]
    pub remove: BTreeMap<String, Vec<Value>>,
}

/// A patch that doesn't fit the fields of a project.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the field {field} can't be changed in this way")]
pub struct BadPatch {
    /// The field.
    pub field: String,
}

impl Patch {
    /// Nothing changes.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.add.is_empty() && self.remove.is_empty()
    }

    /// The names of the fields that it changes.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.set.keys().chain(self.add.keys()).chain(self.remove.keys()).map(String::as_str)
    }

    /// Takes what nobody can see out of what is set and added ([`crate::text::clean`]), and names where: JSON Pointers
    /// into the record. What is removed is named as it is stored.
    pub fn clean(&mut self) -> Vec<String> {
        let mut cleaned = Vec::new();
        for (field, value) in &mut self.set {
            text::clean_json(value, &format!("/{field}"), &mut cleaned);
        }
        for (field, members) in &mut self.add {
            for member in members {
                text::clean_json(member, &format!("/{field}"), &mut cleaned);
            }
        }
        cleaned.dedup();
        cleaned
    }

    /// Every field is one that people write, and is changed in its own way.
    ///
    /// # Errors
    /// Names the first field that is not.
    pub fn check(&self) -> Result<(), BadPatch> {
        let bad = |field: &str| Err(BadPatch { field: field.to_owned() });
        for field in self.set.keys() {
            if !matches!(shape(field), Some(Shape::Whole | Shape::Text)) {
                return bad(field);
            }
        }
        for (field, members) in &self.add {
            let fits = match shape(field) {
                Some(Shape::Values) => true,
                Some(Shape::ById) => members.iter().all(|member| id_of(member).is_some()),
                _ => false,
            };
            if !fits {
                return bad(field);
            }
        }
        for field in self.remove.keys() {
            if !matches!(shape(field), Some(Shape::Values | Shape::ById)) {
                return bad(field);
            }
        }
        Ok(())
    }
}

/// What turns `base` into `mine`, over the fields that people write.
pub fn diff(base: &Fields, mine: &Fields) -> Patch {
    let mut patch = Patch::default();
    for (field, shape) in PROJECT_FIELDS {
        let (was, is) = (base.get(*field), mine.get(*field));
        if was == is {
            continue;
        }
        match shape {
            Shape::Whole | Shape::Text => {
                if let Some(is) = is {
                    patch.set.insert((*field).to_owned(), is.clone());
                }
            }
            Shape::Values | Shape::ById => {
                let (was, is) = (members(was), members(is));
                let added: Vec<Value> = is.iter().filter(|member| !was.contains(member)).cloned().collect();
                let removed: Vec<Value> = was
                    .iter()
                    .filter(|member| !is.iter().any(|kept| key(kept) == key(member)))
                    .map(|member| key(member).clone())
                    .collect();
                if !added.is_empty() {
                    patch.add.insert((*field).to_owned(), added);
                }
                if !removed.is_empty() {
                    patch.remove.insert((*field).to_owned(), removed);
                }
            }
        }
    }
    patch
}

/// The record with the patch applied.
pub fn apply(record: &Fields, patch: &Patch) -> Fields {
    let mut result = record.clone();
    for (field, value) in &patch.set {
        result.insert(field.clone(), value.clone());
    }
    for (field, removed) in &patch.remove {
        let kept = members(result.get(field)).iter().filter(|member| !removed.contains(key(member))).cloned();
        let kept = kept.collect();
        result.insert(field.clone(), Value::Array(kept));
    }
    for (field, added) in &patch.add {
        let mut all = members(result.get(field)).to_vec();
        for member in added {
            match all.iter_mut().find(|present| key(present) == key(member)) {
                Some(present) => *present = member.clone(),
                None => all.push(member.clone()),
            }
        }
        result.insert(field.clone(), Value::Array(all));
    }
    result
}

/// Names what people wrote in a record: the first 16 hexadecimal digits of SHA-256 over its fields that people write,
/// as JSON with sorted names. Two records of one version differ in it where their histories parted, as after a
/// restored backup.
pub fn fingerprint(record: &Fields) -> String {
    let written: BTreeMap<&str, Value> =
        PROJECT_FIELDS.iter().filter_map(|(field, _)| Some((*field, sorted(record.get(*field)?)))).collect();
    // Strings and JSON values can always be written.
    let text = serde_json::to_string(&written).unwrap_or_default();
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut members: Vec<_> =
                object.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(members) => Value::Array(members.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// What a field's value holds as a set; nothing where it is absent.
pub(crate) fn members(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The member of a set that has that key: its id, or itself.
pub fn member<'a>(record: &'a Fields, field: &str, with: &Value) -> Option<&'a Value> {
    members(record.get(field)).iter().find(|member| key(member) == with)
}

/// What a member of a set is known by: its id, or itself.
pub(crate) fn key(member: &Value) -> &Value {
    id_of(member).unwrap_or(member)
}

fn id_of(member: &Value) -> Option<&Value> {
    member.get("id").filter(|id| id.is_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_diff_applied_to_its_base_gives_mine_again() {
        let base = fields(
            json!({"title": "Bins", "tags": ["a", "b"], "needs": [{"id": "n1", "as_a": "x"}], "keeper": "p"}),
        );
        let mine = fields(
            json!({"title": "Bins!", "tags": ["b", "c"], "needs": [{"id": "n1", "as_a": "y"}, {"id": "n2"}], "keeper": "p"}),
        );
        let patch = diff(&base, &mine);
        assert_eq!(patch.remove["tags"], vec![json!("a")]);
        assert!(!patch.remove.contains_key("needs"), "a changed need is replaced, not removed");
        assert_eq!(apply(&base, &patch), mine);
        assert!(diff(&base, &base).is_empty());
    }

    #[test]
    fn what_the_registry_writes_is_not_for_people_to_set() {
        let patch = |value: Value| serde_json::from_value::<Patch>(value).unwrap().check();
        assert_eq!(patch(json!({"set": {"title": "Bins"}})), Ok(()));
        assert!(patch(json!({"set": {"confirmed_at": "2026-01-01T00:00:00Z"}})).is_err());
        assert!(patch(json!({"set": {"tags": ["a"]}})).is_err(), "a set is added to and removed from");
        assert!(patch(json!({"add": {"needs": [{"as_a": "nobody"}]}})).is_err(), "a need has an id");
        assert_eq!(patch(json!({"add": {"needs": [{"id": "n1"}], "tags": ["a"]}})), Ok(()));
        assert_eq!(patch(json!({"remove": {"needs": ["n1"], "tags": ["a"]}})), Ok(()));
        assert!(patch(json!({"remove": {"title": ["Bins"]}})).is_err(), "a title is no set");
    }

    #[test]
    fn a_patch_is_empty_only_without_any_change_and_names_the_fields_of_all() {
        for (patch, field) in [
            (json!({"set": {"title": "Bins"}}), "title"),
            (json!({"add": {"tags": ["a"]}}), "tags"),
            (json!({"remove": {"tags": ["a"]}}), "tags"),
        ] {
            let patch: Patch = serde_json::from_value(patch).unwrap();
            assert!(!patch.is_empty());
            assert_eq!(patch.fields().collect::<Vec<_>>(), [field]);
        }
        assert!(Patch::default().is_empty());
    }

    #[test]
    fn a_fingerprint_is_of_what_people_write_in_whatever_order() {
        let one =
            fields(json!({"title": "Bins", "contact": {"mailbox": "a", "name": "b"}, "confirmed_at": 1}));
        let same =
            fields(json!({"confirmed_at": 2, "contact": {"name": "b", "mailbox": "a"}, "title": "Bins"}));
        let other = fields(json!({"title": "Bins!", "contact": {"mailbox": "a", "name": "b"}}));
        assert_eq!(fingerprint(&one), fingerprint(&same));
        assert_ne!(fingerprint(&one), fingerprint(&other));
        assert_eq!(
            fingerprint(&other),
            "4f8efe1a9459ff46",
            "both ends may be of different versions: the value is the protocol"
        );
    }

    #[test]
    fn an_unknown_field_passes_through() {
        let record = fields(json!({"title": "Bins", "from_next_year": {"a": 1}}));
        let patched = apply(&record, &diff(&record, &fields(json!({"title": "Bin"}))));
        assert_eq!(patched["from_next_year"], json!({"a": 1}));
    }
}
