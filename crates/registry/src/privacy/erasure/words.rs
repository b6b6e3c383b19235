//! Removing a person from stored JSON: their address in any field that consists of nothing else, and their name in
//! contacts.

use guildhall_protocol::text::split_contact;
use serde_json::{Map, Value};

use crate::secrets;

/// The address and names of a person.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    /// In lower case.
    pub(super) email: &'a str,
    /// Hashes of their names.
    pub(super) hashes: &'a [String],
}

/// Names are stored only as hashes, ignoring case.
pub(super) fn hash_of_name(name: &str) -> String {
    secrets::hash(name.trim().to_lowercase().as_bytes())
}

impl Names<'_> {
    /// Removes the person. Returns true if something changed.
    pub(super) fn leave(&self, json: &mut Value) -> bool {
        match json {
            Value::String(text) => self.is_address(text) && empty(text),
            Value::Array(items) => items.iter_mut().fold(false, |changed, item| self.leave(item) | changed),
            Value::Object(fields) => {
                let mut changed = false;
                if let Some(Value::Object(contact)) = fields.get_mut("contact") {
                    changed |= self.leave_contact(contact);
                }
                fields.values_mut().fold(changed, |changed, value| self.leave(value) | changed)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// A contact can hold several addresses and names. The person's are removed, other people's stay.
    fn leave_contact(&self, contact: &mut Map<String, Value>) -> bool {
        let says = |field| contact.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (mailbox, name) = (says("mailbox"), says("name"));
        let (in_mailbox, in_name) = (split_contact(&mailbox), split_contact(&name));
        let addresses = || in_mailbox.addresses.iter().chain(&in_name.addresses);
        let is_them = addresses().any(|address| self.is_address(address));
        let others: Vec<&str> = in_mailbox
            .addresses
            .iter()
            .map(String::as_str)
            .filter(|address| !self.is_address(address))
            .collect();
        // A name next to their address is theirs. So is the contact's name, if the contact has no other address.
        let is_named = parts(&in_mailbox.name).any(|part| self.is_name(part));
        let mailbox_left = if is_them || is_named { others.join("; ") } else { mailbox };
        let is_only_them =
            is_them && others.is_empty() && addresses().all(|address| self.is_address(address));
        let name_left =
            if is_only_them || self.is_name(&name) { String::new() } else { self.leave_parts(name) };
        let mut changed = false;
        for (field, left) in [("mailbox", mailbox_left), ("name", name_left)] {
            if let Some(Value::String(text)) = contact.get_mut(field)
                && *text != left
            {
                (*text, changed) = (left, true);
            }
        }
        changed
    }

    /// Removes the person's parts from a name such as `Sam Smith - Digital team (01234 567890)`.
    fn leave_parts(&self, text: String) -> String {
        let is_theirs = |part: &str| {
            self.is_name(part) || split_contact(part).addresses.iter().any(|address| self.is_address(address))
        };
        if !parts(&text).any(is_theirs) {
            return text;
        }
        parts(&text).filter(|part| !is_theirs(part)).collect::<Vec<_>>().join(", ")
    }

    fn is_address(&self, text: &str) -> bool {
        let text = text.trim();
        text.strip_prefix("mailto:").unwrap_or(text).eq_ignore_ascii_case(self.email)
    }

    fn is_name(&self, text: &str) -> bool {
        !self.hashes.is_empty() && !text.trim().is_empty() && self.hashes.contains(&hash_of_name(text))
    }
}

/// The parts of a contact's name. A hyphen inside a name does not separate (Smith-Jones).
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let marks = text.split([',', ';', '/', '|', '(', ')', '<', '>', '&']);
    let dashes = marks.flat_map(|part| part.split(" - ")).flat_map(|part| part.split(" – "));
    let words = dashes.flat_map(|part| part.split(" — ")).flat_map(|part| part.split(" and "));
    words.map(str::trim).filter(|part| !part.is_empty())
}

fn empty(text: &mut String) -> bool {
    !std::mem::take(text).is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn left(email: &str, names: &[&str], mut from: Value) -> Option<Value> {
        let hashes: Vec<String> = names.iter().map(|name| hash_of_name(name)).collect();
        Names { email, hashes: &hashes }.leave(&mut from).then_some(from)
    }

    const SAM: &str = "sam@barchester.example";

    #[test]
    fn a_contact_goes_with_its_name_and_a_team_stays() {
        let project =
            json!({"title": "Bins", "contact": {"mailbox": "Sam@barchester.example ", "name": "Sam H"}});
        let after = left(SAM, &[], project).unwrap();
        assert_eq!(after, json!({"title": "Bins", "contact": {"mailbox": "", "name": ""}}));
        let team = json!({"contact": {"mailbox": "digital@barchester.example", "name": "Digital team"}});
        assert_eq!(left(SAM, &["Sam H"], team), None);
    }

    #[test]
    fn every_contact_is_looked_into() {
        for (mailbox, name, mailbox_left, name_left) in [
            ("Sam Smith <sam@barchester.example>", "", "", ""),
            ("sam@barchester.example; web@barchester.example", "", "web@barchester.example", ""),
            ("Sam Smith - SAM@barchester.example", "Sam Smith", "", ""),
            ("", "Sam <sam@barchester.example>", "", ""),
            (
                "web@barchester.example",
                "Sam Smith-Jones - Digital team",
                "web@barchester.example",
                "Digital team",
            ),
            ("Sam Smith-Jones <web@barchester.example>", "", "web@barchester.example", ""),
            ("web@barchester.example", "Alex, sam@barchester.example", "web@barchester.example", "Alex"),
        ] {
            let contact = json!({"contact": {"mailbox": mailbox, "name": name}});
            let after = left(SAM, &["Sam Smith-Jones"], contact).unwrap();
            assert_eq!(
                after,
                json!({"contact": {"mailbox": mailbox_left, "name": name_left}}),
                "{mailbox} {name}"
            );
        }
        let others =
            json!({"contact": {"mailbox": "Alex <alex@barchester.example>", "name": "Alex - Digital"}});
        assert_eq!(left(SAM, &["Sam Smith-Jones"], others), None);
    }

    #[test]
    fn a_name_goes_from_contacts_only() {
        let project = json!({"wanted": "Sam H", "contact": {"mailbox": "digital@barchester.example", "name": " sam h"}});
        let after = left(SAM, &["Sam H"], project).unwrap();
        let kept =
            json!({"wanted": "Sam H", "contact": {"mailbox": "digital@barchester.example", "name": ""}});
        assert_eq!(after, kept);
        assert_eq!(left(SAM, &[""], json!({"contact": {"mailbox": "", "name": ""}})), None);
    }

    #[test]
    fn an_address_is_erased_where_it_stands_alone() {
        let stored = json!({"by": SAM, "patch": {"set": {"contact": {"mailbox": SAM, "name": "S"}}},
            "links": [{"url": format!("mailto:{SAM}")}], "problem": format!("Ask {SAM} about it"), "n": 1});
        let after = left(SAM, &[], stored).unwrap();
        assert_eq!(after["by"], "");
        assert_eq!(after["patch"]["set"]["contact"], json!({"mailbox": "", "name": ""}));
        assert_eq!(after["links"][0]["url"], "");
        assert_eq!(after["problem"], format!("Ask {SAM} about it"));
    }
}
