//! Web addresses in a cell: one or several, perhaps with labels.

use guildhall_protocol::validate::LIMITS;
use serde_json::Value;

use super::MOST_LINKS;
use super::reading::{Reading, too_many};
use crate::load::import::cells::{Part, Patch, is_blank_word, one_line};
use crate::load::import::choices;
use crate::load::import::project_row::Address;

impl Reading<'_> {
    /// The addresses of one field. `count` is the number of links that the project has so far.
    pub(super) fn addresses(&mut self, field: &str, count: &mut usize) -> Patch<Vec<Address>> {
        let Some(value) = self.cells.value(field) else { return Patch::Keep };
        let mut found: Vec<Address> = Vec::new();
        let mut is_empty = true;
        let members = match value {
            Value::Array(members) => members,
            one => vec![one],
        };
        for member in members {
            let (text, label) = match &member {
                Value::Null => continue,
                Value::Object(object) => match Part::Url.of(object) {
                    Some(url) => {
                        self.cells.say(
                            field,
                            member.to_string(),
                            format!("Of this object “{url}” was taken"),
                        );
                        (url, Part::Name.of(object).unwrap_or_default())
                    }
                    None => {
                        is_empty = false;
                        self.cells.leave_out(field, member.to_string(), "It is an object without a url");
                        continue;
                    }
                },
                Value::String(text) => (text.clone(), String::new()),
                other => (other.to_string(), String::new()),
            };
            let is_html = text.contains("</a>") || text.contains("</A>");
            let Some(text) = self.cells.clean(field, &text, is_html) else {
                is_empty = false;
                continue;
            };
            for part in parts_of(&text) {
                let (url, own_label) = address_and_label(&part);
                if is_blank_word(&url) {
                    continue;
                }
                is_empty = false;
                let label = if own_label.is_empty() { label.clone() } else { own_label };
                self.add_address(field, &part, &url, &label, &mut found, count);
            }
        }
        match (found.is_empty(), is_empty) {
            (false, _) => Patch::Set(found),
            (true, true) => self.cells.empty(),
            (true, false) => Patch::Keep,
        }
    }

    fn add_address(
        &mut self,
        field: &str,
        part: &str,
        url: &str,
        label: &str,
        found: &mut Vec<Address>,
        count: &mut usize,
    ) {
        match choices::web_address(url) {
            Err(reason) => self.cells.leave_out(field, part, reason),
            Ok(read) if read.value.chars().count() > LIMITS.url as usize => {
                self.cells.leave_out(field, part, format!("It has more than {} characters", LIMITS.url));
            }
            Ok(_) if *count == MOST_LINKS => self.cells.leave_out(field, part, too_many(LIMITS.links)),
            Ok(read) => {
                if let Some(word) = read.word {
                    self.cells.say(field, part, word);
                }
                *count += 1;
                let label = one_line(label).chars().take(LIMITS.short_text as usize).collect();
                found.push(Address { url: read.value, label });
            }
        }
    }
}

/// Splits a text into addresses: each begins on a new line or with a scheme or `www.`. An address may contain spaces.
fn parts_of(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut begins_new = true;
        for word in line.split_whitespace() {
            let lower = word.to_ascii_lowercase();
            let is_address = ["http://", "https://", "www."].iter().any(|start| lower.starts_with(start));
            let word = word.trim_end_matches([',', ';']);
            match parts.last_mut() {
                Some(last) if !(begins_new || is_address && begins_address(last)) => {
                    last.push(' ');
                    last.push_str(word);
                }
                _ if word.is_empty() => {}
                _ => parts.push(word.to_owned()),
            }
            begins_new = false;
        }
    }
    let separate = |part: String| -> Vec<String> {
        let is_several = part.contains(",http") || part.contains(";http");
        let separators: &[char] = if is_several { &[',', ';'] } else { &['\n'] };
        part.split(separators).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    parts.into_iter().flat_map(separate).collect()
}

fn begins_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["http://", "https://", "www."].iter().any(|start| lower.starts_with(start))
}

/// Splits `Bins (https://leeds.example)` or `[Bins](https://leeds.example)` into address and label.
fn address_and_label(text: &str) -> (String, String) {
    let within = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    match within {
        Some((label, url)) if begins_address(url) && !begins_address(label) => {
            let label = label.trim().trim_start_matches('[').trim_end_matches(']');
            (url.to_owned(), label.to_owned())
        }
        _ => (text.to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_one_cell_are_told_apart() {
        for (text, expected) in [
            ("https://a.example", &["https://a.example"][..]),
            ("https://a.example/Shared Documents/x.docx", &["https://a.example/Shared Documents/x.docx"]),
            ("https://a.example, https://b.example", &["https://a.example", "https://b.example"]),
            ("https://a.example;https://b.example", &["https://a.example", "https://b.example"]),
            ("https://a.example\nwww.b.example", &["https://a.example", "www.b.example"]),
            ("Bins (https://a.example)", &["Bins (https://a.example)"]),
        ] {
            assert_eq!(parts_of(text), expected, "{text}");
        }
        assert_eq!(
            address_and_label("[Bins](https://a.example)"),
            ("https://a.example".into(), "Bins".into())
        );
        assert_eq!(
            address_and_label("https://a.example/b_(c)"),
            ("https://a.example/b_(c)".into(), String::new())
        );
    }
}
