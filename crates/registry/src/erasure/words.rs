//! Taking someone out of stored JSON: their address wherever it is all that a field says, and their name in contacts.

use serde_json::Value;

use crate::secrets;

/// What someone is known by.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    /// Their address, in lower case.
    pub(super) email: &'a str,
    /// What is stored of their names.
    pub(super) hashes: &'a [String],
}

/// What is stored of a name.
pub(super) fn hash_of_name(name: &str) -> String {
    secrets::hash(name.trim().to_lowercase().as_bytes())
}

impl Names<'_> {
    /// Takes them out. True where something changed.
    pub(super) fn leave(&self, json: &mut Value) -> bool {
        match json {
            Value::String(text) => self.is_address(text) && empty(text),
            Value::Array(items) => items.iter_mut().fold(false, |changed, item| self.leave(item) | changed),
            Value::Object(fields) => {
                let mut changed = false;
                if let Some(Value::Object(contact)) = fields.get_mut("contact") {
                    let says = |name| contact.get(name).and_then(Value::as_str).unwrap_or_default();
                    let is_them = self.is_address(says("mailbox"));
                    if is_them || self.is_name(says("name")) {
                        changed |= contact.get_mut("name").is_some_and(empty_value);
                    }
                }
                fields.values_mut().fold(changed, |changed, value| self.leave(value) | changed)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    fn is_address(&self, text: &str) -> bool {
        let text = text.trim();
        text.strip_prefix("mailto:").unwrap_or(text).eq_ignore_ascii_case(self.email)
    }

    fn is_name(&self, text: &str) -> bool {
        !self.hashes.is_empty() && !text.trim().is_empty() && self.hashes.contains(&hash_of_name(text))
    }
}

fn empty(text: &mut String) -> bool {
    !std::mem::take(text).is_empty()
}

fn empty_value(value: &mut Value) -> bool {
    match value {
        Value::String(text) => empty(text),
        _ => false,
    }
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
    fn a_name_goes_from_contacts_only() {
        let project = json!({"wanted": "Sam H", "contact": {"mailbox": "digital@barchester.example", "name": " sam h"}});
        let after = left(SAM, &["Sam H"], project).unwrap();
        let kept =
            json!({"wanted": "Sam H", "contact": {"mailbox": "digital@barchester.example", "name": ""}});
        assert_eq!(after, kept);
        assert_eq!(left(SAM, &[""], json!({"contact": {"mailbox": "", "name": ""}})), None);
    }

    #[test]
    fn an_address_goes_wherever_it_is_all_that_is_said_and_text_stays() {
        let stored = json!({"by": SAM, "patch": {"set": {"contact": {"mailbox": SAM, "name": "S"}}},
            "links": [{"url": format!("mailto:{SAM}")}], "problem": format!("Ask {SAM} about it"), "n": 1});
        let after = left(SAM, &[], stored).unwrap();
        assert_eq!(after["by"], "");
        assert_eq!(after["patch"]["set"]["contact"], json!({"mailbox": "", "name": ""}));
        assert_eq!(after["links"][0]["url"], "");
        assert_eq!(after["problem"], format!("Ask {SAM} about it"));
    }
}
