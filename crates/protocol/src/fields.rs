//! Changes to a record as data: fields set, and members of sets added and removed. Records are JSON objects here rather
//! than structs, so that fields which this version does not know pass through untouched.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::hashed::HashKey;
use crate::text;
use crate::validate::LIMITS;

/// A record's fields.
pub type Fields = Map<String, Value>;

/// How a field of a project is changed and merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Replaced as a whole.
    Whole,
    /// A long text: replaced as a whole, but merged by paragraph.
    Text,
    /// A set of plain values.
    Values,
    /// A set of objects that have an `id`.
    ById,
}

/// The fields of a project that people write, with their shapes. Only the registry writes the others.
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

/// The shape of a field; none if people do not write it.
pub fn shape(field: &str) -> Option<Shape> {
    PROJECT_FIELDS.iter().find(|(name, _)| *name == field).map(|(_, shape)| *shape)
}

/// A change to a record: fields set, and members of sets added and removed. Adding a need or link with a known id
/// replaces it; removing one takes its id.
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

/// The most members of a list or object in a patch: five times a project's longest list, so that an older project with
/// more can still be shortened. [`crate::validate`] has the limit for each list.
pub const PATCH_MEMBERS: usize = 5 * LIMITS.needs as usize;
/// The most bytes of one text in a patch: a project's longest text, in the widest characters.
pub const PATCH_TEXT: usize = 4 * LIMITS.long_text as usize;
/// The most bytes of the id of a need or link, or of a field's name.
pub const PATCH_KEY: usize = 100;

/// A patch that does not fit the fields of a project.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the field {field} cannot be changed in this way")]
pub struct BadPatch {
    /// The field.
    pub field: String,
}

/// A patch that is larger than any change to a record needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer} has too much in it: the most is {most}")]
pub struct OversizedPatch {
    /// Where: a JSON Pointer (RFC 6901) into the record; empty for the whole patch.
    pub pointer: String,
    /// The limit: members of a list, or bytes of a text.
    pub most: usize,
}

impl Patch {
    /// Whether the patch changes nothing.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.add.is_empty() && self.remove.is_empty()
    }

    /// The names of the changed fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.set.keys().chain(self.add.keys()).chain(self.remove.keys()).map(String::as_str)
    }

    /// Removes invisible characters from the values that are set and added ([`crate::text::clean`]), and returns JSON
    /// Pointers to them in the record. Removed members are left as they are, to match what is stored.
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

    /// Checks that no list, text or name is longer than a change to a record needs. Takes linear time, so that it can
    /// run before anything else is done with a stranger's patch.
    ///
    /// # Errors
    /// Names the first place that is too large.
    pub fn check_size(&self) -> Result<(), OversizedPatch> {
        let lists = [&self.add, &self.remove];
        let counts = [self.set.len(), self.add.len(), self.remove.len()];
        for count in counts {
            check_count("", count, PATCH_MEMBERS)?;
        }
        for name in self.fields() {
            check_count("", name.len(), PATCH_KEY)?;
        }
        for (field, value) in &self.set {
            check_value(&format!("/{field}"), value)?;
        }
        for (field, members) in lists.into_iter().flatten() {
            let pointer = format!("/{field}");
            check_count(&pointer, members.len(), PATCH_MEMBERS)?;
            for member in members {
                check_value(&pointer, member)?;
                check_count(&pointer, id_of(member).and_then(Value::as_str).map_or(0, str::len), PATCH_KEY)?;
            }
        }
        Ok(())
    }

    /// Checks that people may write every field, and that each is changed as its shape requires.
    ///
    /// # Errors
    /// Names the first field that does not fit.
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

fn check_count(pointer: &str, count: usize, most: usize) -> Result<(), OversizedPatch> {
    if count > most { Err(OversizedPatch { pointer: pointer.to_owned(), most }) } else { Ok(()) }
}

fn check_value(pointer: &str, value: &Value) -> Result<(), OversizedPatch> {
    match value {
        Value::String(text) => check_count(pointer, text.len(), PATCH_TEXT),
        Value::Array(members) => {
            check_count(pointer, members.len(), PATCH_MEMBERS)?;
            members.iter().try_for_each(|member| check_value(pointer, member))
        }
        Value::Object(fields) => {
            check_count(pointer, fields.len(), PATCH_MEMBERS)?;
            fields.iter().try_for_each(|(name, value)| {
                check_count(pointer, name.len(), PATCH_KEY)?;
                check_value(pointer, value)
            })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// The patch that turns `base` into `mine`, over the fields that people write.
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
                let stood: HashSet<HashKey> = was.iter().map(HashKey).collect();
                let kept: HashSet<HashKey> = is.iter().map(key).map(HashKey).collect();
                let is_new = |member: &&Value| !stood.contains(&HashKey(member));
                let added: Vec<Value> = is.iter().filter(is_new).cloned().collect();
                let is_gone = |key: &&Value| !kept.contains(&HashKey(key));
                let removed: Vec<Value> = was.iter().map(key).filter(is_gone).cloned().collect();
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
        let removed: HashSet<HashKey> = removed.iter().map(HashKey).collect();
        let is_kept = |member: &&Value| !removed.contains(&HashKey(key(member)));
        let kept = members(result.get(field)).iter().filter(is_kept).cloned().collect();
        result.insert(field.clone(), Value::Array(kept));
    }
    for (field, added) in &patch.add {
        let mut all: Vec<&Value> = members(result.get(field)).iter().collect();
        let mut places: HashMap<HashKey, usize> = HashMap::new();
        for (place, member) in all.iter().enumerate() {
            places.entry(HashKey(key(member))).or_insert(place);
        }
        for member in added {
            match places.entry(HashKey(key(member))) {
                Entry::Occupied(at) => all[*at.get()] = member,
                Entry::Vacant(at) => {
                    at.insert(all.len());
                    all.push(member);
                }
            }
        }
        let all = all.into_iter().cloned().collect();
        result.insert(field.clone(), Value::Array(all));
    }
    result
}

/// Identifies the text that people wrote in a record: the first 16 hexadecimal digits of SHA-256 over
/// [`PROJECT_FIELDS`], as JSON with sorted names. Where histories have diverged, as after a backup is restored, records
/// with the same version have different fingerprints.
pub fn fingerprint(record: &Fields) -> String {
    let written: BTreeMap<&str, Value> =
        PROJECT_FIELDS.iter().filter_map(|(field, _)| Some((*field, sorted(record.get(*field)?)))).collect();
    // Serialising strings and JSON values cannot fail.
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

/// The members of a set; empty if the field is absent.
pub(crate) fn members(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The member of a set with that key: its id, or the member itself.
pub fn member<'a>(record: &'a Fields, field: &str, with: &Value) -> Option<&'a Value> {
    members(record.get(field)).iter().find(|member| key(member) == with)
}

/// The members of a set by key; of two with the same key, the first.
pub(crate) fn by_key<'a>(record: &'a Fields, field: &str) -> HashMap<HashKey<'a>, &'a Value> {
    let mut by_key = HashMap::new();
    for member in members(record.get(field)) {
        by_key.entry(HashKey(key(member))).or_insert(member);
    }
    by_key
}

/// The key of a set's member: its id, or the member itself.
pub(crate) fn key(member: &Value) -> &Value {
    #[cfg(test)]
    crate::hashed::visits::count();
    id_of(member).unwrap_or(member)
}

fn id_of(member: &Value) -> Option<&Value> {
    member.get("id").filter(|id| id.is_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::hashed::visits;

    fn fields(value: Value) -> Fields {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_diff_applied_to_its_base_gives_mine_again() {
        let base = fields(
            json!({"title": "Bins", "tags": ["a", "b"], "needs": [{"id": "n1", "as_a": "x"}], "owner": "p"}),
        );
        let mine = fields(
            json!({"title": "Bins!", "tags": ["b", "c"], "needs": [{"id": "n1", "as_a": "y"}, {"id": "n2"}], "owner": "p"}),
        );
        let patch = diff(&base, &mine);
        assert_eq!(patch.remove["tags"], vec![json!("a")]);
        assert!(!patch.remove.contains_key("needs"), "a changed need is replaced, not removed");
        assert_eq!(apply(&base, &patch), mine);
        assert!(diff(&base, &base).is_empty());
    }

    #[test]
    fn registry_fields_cannot_be_set() {
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
    fn a_patch_with_more_than_any_change_needs_is_refused() {
        let patch = |value: Value| serde_json::from_value::<Patch>(value).unwrap().check_size();
        let tags = |count: usize| (0..count).map(|tag| json!(tag.to_string())).collect::<Vec<_>>();
        let text = |bytes: usize| "x".repeat(bytes);
        for (right, wrong, pointer) in [
            (
                json!({"add": {"tags": tags(PATCH_MEMBERS)}}),
                json!({"add": {"tags": tags(PATCH_MEMBERS + 1)}}),
                "/tags",
            ),
            (
                json!({"remove": {"services": tags(PATCH_MEMBERS)}}),
                json!({"remove": {"services": tags(PATCH_MEMBERS + 1)}}),
                "/services",
            ),
            (
                json!({"set": {"wanted": tags(PATCH_MEMBERS)}}),
                json!({"set": {"wanted": tags(PATCH_MEMBERS + 1)}}),
                "/wanted",
            ),
            (
                json!({"set": {"why": text(PATCH_TEXT)}}),
                json!({"set": {"why": text(PATCH_TEXT + 1)}}),
                "/why",
            ),
            (
                json!({"add": {"needs": [{"id": text(PATCH_KEY)}]}}),
                json!({"add": {"needs": [{"id": text(PATCH_KEY + 1)}]}}),
                "/needs",
            ),
            (
                json!({"set": {"phase_dates": {"beta": {text(PATCH_KEY): null}}}}),
                json!({"set": {"phase_dates": {"beta": {text(PATCH_KEY + 1): null}}}}),
                "/phase_dates",
            ),
            (json!({"set": {text(PATCH_KEY): 1}}), json!({"set": {text(PATCH_KEY + 1): 1}}), ""),
        ] {
            assert_eq!(patch(right), Ok(()), "{pointer}");
            assert_eq!(patch(wrong).map_err(|oversized| oversized.pointer), Err(pointer.to_owned()));
        }
    }

    #[test]
    fn twice_the_members_take_about_twice_the_visits() {
        let needs = |ids: std::ops::Range<usize>, word: &str| {
            let needs: Vec<Value> = ids.map(|id| json!({"id": id.to_string(), "as_a": word})).collect();
            fields(json!({"needs": needs, "tags": needs.iter().map(|need| &need["id"]).collect::<Vec<_>>()}))
        };
        // Some members are unchanged, some changed, some added and some removed.
        let base = |n: usize| needs(0..2 * n, "x");
        let mine = |n: usize| needs(n..3 * n, "y");
        for (what, visits) in [
            ("diff", &(|n| visits::of(|| diff(&base(n), &mine(n)))) as &dyn Fn(usize) -> usize),
            ("apply", &|n| {
                let patch = diff(&base(n), &mine(n));
                visits::of(|| apply(&base(n), &patch))
            }),
            ("merge", &|n| {
                let patch = diff(&base(n), &mine(n));
                visits::of(|| crate::merge::merge(&base(n), &needs(n / 2..2 * n, "z"), &patch))
            }),
        ] {
            let (once, twice) = (visits(500), visits(1000));
            assert!(once > 0 && twice * 10 <= once * 22, "{what}: {once} visits became {twice}");
        }
    }

    #[test]
    fn a_patch_names_the_fields_of_all_its_changes() {
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
    fn a_fingerprint_ignores_order_and_registry_fields() {
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
