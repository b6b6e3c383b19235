//! Everything that one version sends and another one reads, as it stands on the wire: an example of each, with every field
//! filled in, read by this version. A changed example is a decision that somebody sees: the other end may be older, and so
//! may what is stored. `INSTA_UPDATE=always cargo test -p guildhall-protocol --test frozen` writes them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod answers;
mod feed;
mod problems;
mod records;
mod submissions;

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What this version makes of the example is what the file says, and this version reads the file.
fn frozen<T: Serialize + DeserializeOwned>(name: &str, example: &T) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!(name, example);
    });
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/snapshots/{name}.snap"));
    let text = std::fs::read_to_string(file).unwrap();
    // After two lines of three hyphens comes what was sent.
    let sent = text.splitn(3, "---\n").nth(2).unwrap();
    let read: T = serde_json::from_str(sent).unwrap_or_else(|error| panic!("{name} can't be read: {error}"));
    assert_eq!(serde_json::to_value(read).unwrap(), serde_json::to_value(example).unwrap(), "{name}");
}

/// The same for an example in which nothing is empty: no field can be forgotten in it.
fn frozen_in_full<T: Serialize + DeserializeOwned>(name: &str, example: &T) {
    let value = serde_json::to_value(example).unwrap();
    if let Some(field) = an_empty_field(&value) {
        panic!("{name}: {field} is empty");
    }
    frozen(name, example);
}

/// The JSON Pointer of something that says nothing.
fn an_empty_field(value: &Value) -> Option<String> {
    let below = |name: &str, value| an_empty_field(value).map(|field| format!("/{name}{field}"));
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            fields.iter().find_map(|(name, value)| below(name, value))
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().find_map(|(at, value)| below(&at.to_string(), value))
        }
        Value::String(text) if !text.is_empty() => None,
        Value::Bool(true) => None,
        Value::Number(number) if number.as_f64() != Some(0.0) => None,
        _ => Some(String::new()),
    }
}

/// A UUID that is told apart by its number.
fn uuid(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | number)
}

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn code(text: &str) -> guildhall_protocol::CouncilCode {
    text.parse().unwrap()
}
