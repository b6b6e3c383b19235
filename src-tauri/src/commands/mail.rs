//! A link that opens the email program with a message begun (RFC 6068).

use guildhall_protocol::validate::is_email;

/// The link, or `None` if that is no email address. Other people wrote both, so everything is escaped that could add a
/// recipient or a header.
pub(super) fn link(to: &str, subject: &str) -> Option<String> {
    is_email(to).then(|| format!("mailto:{}?subject={}", escaped(to), escaped(subject)))
}

fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::link;

    #[test]
    fn a_link_has_one_recipient_and_a_subject() {
        let found = link("bins@barchester.example", "Missed bins & “more”").unwrap();
        assert_eq!(
            found,
            "mailto:bins@barchester.example?subject=Missed%20bins%20%26%20%E2%80%9Cmore%E2%80%9D"
        );
        assert_eq!(link("not an address", "Bins"), None);
        let sly = link("a@b.example?cc=c@d.example", "Bins");
        assert!(sly.is_none_or(|link| link.matches('?').count() == 1), "no header can be added");
    }
}
