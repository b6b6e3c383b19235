//! One example, with every field filled in, of everything that one version sends and another reads, exactly as on the
//! wire. This version must write and read each of them. Changing an example is a deliberate decision, because the other
//! end, or stored data, may be older. `INSTA_UPDATE=always cargo test -p guildhall-protocol --test frozen` writes them.
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

/// Checks that this version writes the example exactly as in the file, and reads the file.
fn frozen<T: Serialize + DeserializeOwned>(name: &str, example: &T) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!(name, example);
    });
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/snapshots/{name}.snap"));
    let text = std::fs::read_to_string(file).unwrap();
    // The file's content follows two lines of three hyphens.
    let sent = text.splitn(3, "---\n").nth(2).unwrap();
    let read: T = serde_json::from_str(sent).unwrap_or_else(|error| panic!("{name} can't be read: {error}"));
    assert_eq!(serde_json::to_value(read).unwrap(), serde_json::to_value(example).unwrap(), "{name}");
}

/// As [`frozen`], for an example without empty fields, so that no field is forgotten.
fn frozen_in_full<T: Serialize + DeserializeOwned>(name: &str, example: &T) {
    let value = serde_json::to_value(example).unwrap();
    if let Some(field) = an_empty_field(&value) {
        panic!("{name}: {field} is empty");
    }
    frozen(name, example);
}

/// The JSON Pointer of the first empty field.
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

/// A UUID that ends in that number.
fn uuid(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | number)
}

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn code(text: &str) -> guildhall_protocol::CouncilCode {
    text.parse().unwrap()
}
