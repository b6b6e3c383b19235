//! JSON as rows: a list of objects, one object per line (NDJSON), or an object that contains one list of objects.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::ImportError;
use super::report::Note;
use super::rows::{Column, Row, Rows};
use super::sheet::line_ends;

/// How deeply nested a list may be.
const DEPTH: usize = 4;

/// Usual names for the list of rows, for an object that could also be a row itself.
const OF_ROWS: [&str; 11] = [
    "projects",
    "portfolio",
    "councils",
    "services",
    "items",
    "results",
    "data",
    "records",
    "rows",
    "entries",
    "value",
];

/// A list of objects, and its path.
type List<'a> = (String, Vec<&'a RawValue>);

/// Reads JSON. `is_row` decides by an object's member names whether it is a row itself or contains rows.
pub(super) fn read(text: &str, is_row: impl Fn(&[&str]) -> bool) -> Result<Rows, ImportError> {
    let mut rows = Rows::default();
    if text.trim_start().starts_with('[') {
        let members: Vec<&RawValue> =
            serde_json::from_str(text).map_err(|error| ImportError::NotJson(error.to_string()))?;
        take_members(&mut rows, text, &members);
        return Ok(rows);
    }
    let Ok(object) = serde_json::from_str::<Pairs<&RawValue>>(text) else {
        read_lines(&mut rows, text);
        return Ok(rows);
    };
    let mut lists = Vec::new();
    find_lists(&object, String::new(), DEPTH, &mut lists);
    let has_rows = |(name, members): &&List<'_>| {
        let last = name.rsplit('.').next().unwrap_or_default().to_lowercase();
        let first =
            members.first().and_then(|member| serde_json::from_str::<Pairs<&RawValue>>(member.get()).ok());
        OF_ROWS.contains(&last.as_str()) && first.is_some_and(|first| is_row(&first.names()))
    };
    let of_rows: Vec<&List<'_>> = lists.iter().filter(has_rows).collect();
    let found = if let [one] = of_rows.as_slice() { vec![*one] } else { lists.iter().collect() };
    if of_rows.is_empty() && is_row(&object.names()) {
        rows.take_object(1 + line_ends(before(text, text.trim_start())), text);
        return Ok(rows);
    }
    match found.as_slice() {
        [(name, members)] => {
            rows.words.push(format!("The rows were taken from the list “{name}”."));
            take_members(&mut rows, text, members);
            Ok(rows)
        }
        [] => Err(ImportError::NoList("there is no list of rows in this JSON".to_owned())),
        several => {
            let names: Vec<&str> = several.iter().map(|(name, _)| name.as_str()).collect();
            Err(ImportError::NoList(format!(
                "this JSON has several lists ({}): import a file with only the one that you mean",
                names.join(", ")
            )))
        }
    }
}

fn read_lines(rows: &mut Rows, text: &str) {
    let mut number = 1;
    for line in text.split_inclusive(['\n', '\r']) {
        if !line.trim().is_empty() {
            rows.take_object(number, line);
        }
        // CRLF counts once, at its second character.
        number += u64::from(line.ends_with('\n') || !text_after(text, line).starts_with('\n'));
    }
}

fn text_after<'a>(text: &'a str, part: &str) -> &'a str {
    let ends = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize) + part.len();
    text.get(ends..).unwrap_or_default()
}

fn before<'a>(text: &'a str, part: &str) -> &'a str {
    // A raw value is a slice of the original text, so its address gives its position.
    let begins = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    text.get(..begins).unwrap_or_default()
}

fn take_members(rows: &mut Rows, text: &str, members: &[&RawValue]) {
    let (mut line, mut counted) = (1, 0);
    for member in members {
        let begins = before(text, member.get()).len();
        line += line_ends(text.get(counted..begins).unwrap_or_default());
        counted = begins;
        rows.take_object(line, member.get());
    }
}

/// The lists of objects within an object, each with its path.
fn find_lists<'a>(object: &Pairs<&'a RawValue>, within: String, depth: usize, lists: &mut Vec<List<'a>>) {
    for (name, raw) in &object.0 {
        let name = if within.is_empty() { name.clone() } else { format!("{within}.{name}") };
        if raw.get().starts_with('[') {
            let members: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
            if !members.is_empty() && members.iter().all(|member| member.get().starts_with('{')) {
                lists.push((name, members));
            }
        } else if depth > 0
            && let Ok(inner) = serde_json::from_str::<Pairs<&RawValue>>(raw.get())
        {
            find_lists(&inner, name, depth - 1, lists);
        }
    }
}

/// An object's members in order, including repeated names.
struct Pairs<T>(Vec<(String, T)>);

impl<T> Pairs<T> {
    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Pairs<T>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        from.deserialize_map(Members(std::marker::PhantomData))
    }
}

impl Rows {
    fn take_object(&mut self, line: u64, json: &str) {
        let pairs: Pairs<Value> = match serde_json::from_str(json.trim()) {
            Ok(pairs) => pairs,
            Err(_) => {
                let reason = "It is not a whole JSON object".to_owned();
                let (column, value) = (String::new(), json.trim().chars().take(200).collect());
                return self.left_out.push(Note { line, column, value, reason });
            }
        };
        let mut values: Vec<Option<Value>> = vec![None; self.columns.len()];
        for (name, value) in pairs.0 {
            let at = self.column_at(&name);
            values.resize(values.len().max(at + 1), None);
            let Some(cell) = values.get_mut(at) else { continue };
            let says_nothing = |value: &Value| value.is_null() || value.as_str().is_some_and(str::is_empty);
            match cell {
                Some(first) if !says_nothing(first) && !says_nothing(&value) && *first != value => {
                    let reason = "The name stands twice in this object: the first value was taken".to_owned();
                    self.cells.push(Note { line, column: name, value: value.to_string(), reason });
                }
                Some(first) if !says_nothing(first) => {}
                _ => *cell = Some(value),
            }
        }
        self.rows.push(Row::new(line, values));
    }

    fn column_at(&mut self, name: &str) -> usize {
        if let Some(at) = self.by_name.get(name) {
            return *at;
        }
        let at = self.columns.len();
        self.columns.push(Column::named(name));
        self.by_name.insert(name.to_owned(), at);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_whatever_is_around_them() {
        let is_row = |names: &[&str]| names.contains(&"title") || names.contains(&"name");
        for (json, lines) in [
            ("[\n {\"title\": \"One\",\n  \"tags\": []},\n {\"title\": \"Two\"}\n]", &[2, 4][..]),
            ("{\"title\": \"One\"}\r\n\r\n{\"title\": \"Two\"}\r\n", &[1, 3]),
            ("{\"title\": \"One\"}\r{\"title\": \"Two\"}", &[1, 2]),
            ("{\n\"title\": \"One\", \"repository\": [{\"name\": \"b\"}]}", &[1]),
            ("{\"name\": \"Portfolio\",\n\"projects\": [\n{\"title\": \"One\"}]}", &[3]),
            ("{\"data\": {\"all\": [{\"title\": \"One\"}], \"count\": 1}}", &[1]),
        ] {
            let rows = read(json, is_row).unwrap();
            assert_eq!(rows.rows.iter().map(|row| row.line).collect::<Vec<_>>(), lines, "{json}");
        }
        for json in ["{\"a\": [{}], \"b\": [{}]}", "{\"a\": 1}", "[{]", "[1, "] {
            assert!(read(json, is_row).is_err(), "{json}");
        }
        let rows = read("{\"title\": \"One\"}\n[1]\n{\n", is_row).unwrap();
        assert_eq!(rows.left_out.iter().map(|note| note.line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn conflicting_duplicate_members_are_reported() {
        for (json, value, told) in [
            ("[{\"a\": \"\", \"a\": \"x\"}]", "x", 0),
            ("[{\"a\": \"x\", \"a\": null}]", "x", 0),
            ("[{\"a\": \"x\", \"a\": \"y\"}]", "x", 1),
        ] {
            let rows = read(json, |_| false).unwrap();
            assert_eq!(rows.rows[0].cell(0).and_then(Value::as_str), Some(value));
            assert_eq!(rows.cells.len(), told, "{json}");
        }
    }
}
