//! Rebuilds the crate when the embedded migrations change, which Cargo does not notice by itself, and makes a function of
//! each sentence in the catalogue of words: one that is missing, unused or lacks a value fails the build.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

use serde_json::{Map, Value};

const CATALOGUE: &str = "../../words/en.json";

/// What the registry says. Its sentences can refer to `screens`, the names of the window's screens.
const SECTIONS: [&str; 3] = ["choices", "letters", "pages"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed={CATALOGUE}");
    let catalogue: Value = serde_json::from_str(&fs::read_to_string(CATALOGUE)?)?;
    let mut code = String::new();
    for section in SECTIONS {
        let Some(entries) = catalogue[section].as_object() else {
            return Err(format!("{CATALOGUE} has no {section}").into());
        };
        code += &module(section, entries, &catalogue)?;
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("words.rs"), code)?;
    Ok(())
}

fn module(name: &str, entries: &Map<String, Value>, catalogue: &Value) -> Result<String, String> {
    let mut code = format!("pub(crate) mod {name} {{\n");
    for (key, value) in entries {
        code += &match value {
            Value::Object(entries) => module(key, entries, catalogue)?,
            Value::String(sentence) => function(key, sentence, catalogue)?,
            _ => return Err(format!("{key} in {CATALOGUE} is neither a sentence nor a list of them")),
        };
    }
    Ok(code + "}\n")
}

/// The parameters are the sentence's placeholders in the order of the alphabet, so that another word order changes nothing.
/// Rust writes placeholders in the same way: the sentence is the format string.
fn function(key: &str, sentence: &str, catalogue: &Value) -> Result<String, String> {
    let (mut format, mut rest) = (String::new(), sentence);
    let mut placeholders = BTreeSet::new();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| format!("{key} has a {{ without its }}"))?;
        rest = after;
        format += before;
        match name.split_once('.') {
            Some((section, entry)) => {
                let text = catalogue[section][entry].as_str();
                format += text.ok_or_else(|| format!("{key} refers to {name}, which is not there"))?;
            }
            None => {
                format += &format!("{{{name}}}");
                placeholders.insert(name);
            }
        }
    }
    format += rest;
    let parameters: String =
        placeholders.iter().map(|name| format!("{name}: impl std::fmt::Display, ")).collect();
    let (gives, body) = match placeholders.is_empty() {
        true => ("&'static str", format!("{format:?}")),
        false => ("String", format!("format!({format:?})")),
    };
    Ok(format!("/// {sentence}\npub(crate) fn {key}({parameters}) -> {gives} {{ {body} }}\n"))
}
