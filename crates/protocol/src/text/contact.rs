//! A contact as people write it in one cell or box: `Sam Smith <sam@barchester.example>`, an address with a name before
//! or after it, or several addresses.

use crate::validate::is_email;

/// The parts of a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    /// The email addresses as written, in order, without repeats.
    pub addresses: Vec<String>,
    /// The text without the addresses: a name, a team or a telephone number.
    pub name: String,
}

/// Splits a contact into its email addresses and its name.
pub fn split_contact(text: &str) -> Contacts {
    let mut contacts = Contacts::default();
    let mut rest = String::new();
    for piece in text.split_inclusive(is_between) {
        let word = piece.trim_end_matches(is_between);
        let address = word.strip_prefix("mailto:").unwrap_or(word);
        let address = address.split('?').next().unwrap_or(address).trim_matches(['.', '\'', '`', '*']);
        if is_email(address) {
            let known = contacts.addresses.iter().any(|known| known.eq_ignore_ascii_case(address));
            if !known {
                contacts.addresses.push(address.to_owned());
            }
            rest.push_str(&piece[word.len()..]);
        } else {
            rest.push_str(piece);
        }
    }
    // A `mailto:` that is still there preceded an address in brackets.
    let rest = if contacts.addresses.is_empty() { rest } else { rest.replace("mailto:", "") };
    contacts.name = without_empty_brackets(&rest);
    contacts
}

fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | ',' | ';' | '|' | '"' | '/' | '\\')
}

/// Removes the brackets and separators that stood around addresses.
fn without_empty_brackets(text: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    loop {
        let before = text.len();
        for empty in ["<>", "()", "[]", "{}", "\"\"", "< >", "( )", "[ ]"] {
            text = text.replace(empty, "");
        }
        if text.len() == before {
            break;
        }
    }
    let separators =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '-' | '–' | '—' | ':' | '/' | '<' | '>');
    let trimmed = text.trim_matches(separators);
    let within = |open, close| trimmed.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    within('"', '"').or_else(|| within('(', ')')).unwrap_or(trimmed).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_taken_apart() {
        for (text, addresses, name) in [
            ("sam@leeds.example", &["sam@leeds.example"][..], ""),
            ("Sam Smith <sam@leeds.example>", &["sam@leeds.example"], "Sam Smith"),
            ("\"Smith, Sam\" <sam@leeds.example>", &["sam@leeds.example"], "Smith, Sam"),
            ("sam@leeds.example; web@leeds.example", &["sam@leeds.example", "web@leeds.example"], ""),
            ("sam@leeds.example / Sam", &["sam@leeds.example"], "Sam"),
            ("Sam Smith - sam@leeds.example", &["sam@leeds.example"], "Sam Smith"),
            ("Anne Smith-Jones – sam@leeds.example", &["sam@leeds.example"], "Anne Smith-Jones"),
            ("sam@leeds.example (Sam Smith)", &["sam@leeds.example"], "Sam Smith"),
            ("Sam (sam@leeds.example)", &["sam@leeds.example"], "Sam"),
            ("mailto:sam@leeds.example?subject=Bins", &["sam@leeds.example"], ""),
            ("Sam [mailto:sam@leeds.example]", &["sam@leeds.example"], "Sam"),
            ("Sam, sam@leeds.example, SAM@LEEDS.EXAMPLE", &["sam@leeds.example"], "Sam"),
            ("Digital team", &[], "Digital team"),
            ("01234 567890", &[], "01234 567890"),
            ("sam@leeds", &[], "sam@leeds"),
            ("", &[], ""),
        ] {
            let told = split_contact(text);
            assert_eq!(
                (&told.addresses[..], told.name.as_str()),
                (&addresses.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>()[..], name),
                "{text:?}"
            );
        }
    }
}
