//! A project's contact, from cells that combine addresses and names in any way.

use guildhall_protocol::text::split_contact;
use guildhall_protocol::validate::LIMITS;
use serde_json::Value;

use super::reading::Reading;
use crate::load::import::cells::{Cells, Part, Patch, is_blank_word};

impl Reading<'_> {
    /// The contact's mailbox and name.
    pub(super) fn contact(&mut self) -> (Patch<String>, Patch<String>) {
        let (mut addresses, mut names, is_there) = self.contact_cell("contact", true);
        let (more, own_names, has_name) = self.contact_cell("contact_name", false);
        for address in more {
            if !addresses.iter().any(|known| known.eq_ignore_ascii_case(&address)) {
                addresses.push(address);
            }
        }
        if !own_names.is_empty() {
            names = own_names;
        }
        for other in addresses.iter().skip(1) {
            let reason = "A contact has one address, so this one was left out";
            self.cells.leave_out("contact", other.as_str(), reason);
        }
        let empty = |cells: &Cells<'_>, is_there: bool| if is_there { cells.empty() } else { Patch::Keep };
        let mailbox = match addresses.into_iter().next() {
            Some(address) => self.cells.at_most("contact", Patch::Set(address), LIMITS.email),
            None if names.is_empty() => empty(&self.cells, is_there),
            None => Patch::Keep,
        };
        let name = match names.join(", ") {
            name if !name.is_empty() => self.cells.at_most("contact", Patch::Set(name), LIMITS.short_text),
            _ if mailbox.value().is_some() => Patch::Keep,
            _ => empty(&self.cells, is_there || has_name),
        };
        (mailbox, name)
    }

    /// The addresses and names in a cell, and whether the row has the cell and it could be read.
    fn contact_cell(&mut self, field: &str, is_contact: bool) -> (Vec<String>, Vec<String>, bool) {
        let Some(value) = self.cells.value(field) else { return (Vec::new(), Vec::new(), false) };
        let (mut addresses, mut names) = (Vec::new(), Vec::new());
        let mut is_read = true;
        let members = match value {
            Value::Array(members) => members,
            one => vec![one],
        };
        for member in members {
            let text = match &member {
                Value::Null => continue,
                Value::Object(object) => {
                    let (name, email) = (Part::Name.of(object), Part::Email.of(object));
                    if name.is_none() && email.is_none() {
                        is_read = false;
                        let reason = "It is an object without a name or an email";
                        self.cells.leave_out(field, member.to_string(), reason);
                        continue;
                    }
                    self.cells.say(field, member.to_string(), "Its name and email were taken");
                    [name, email.map(|email| format!("<{email}>"))]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join(" ")
                }
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            // `Sam <sam@leeds.example>` is not HTML.
            let Some(text) = self.cells.clean(field, &text, !text.contains('@') || text.contains("</"))
            else {
                is_read = false;
                continue;
            };
            let split = split_contact(&text);
            addresses.extend(split.addresses);
            if split.name.contains('@') {
                is_read = false;
                self.cells.leave_out(field, split.name, "It is not an email address, like team@example.org");
            } else if !split.name.is_empty() && !is_blank_word(&split.name) {
                names.push(split.name);
            }
        }
        (
            addresses,
            if is_contact && names.len() > 1 { names.into_iter().take(1).collect() } else { names },
            is_read,
        )
    }
}
