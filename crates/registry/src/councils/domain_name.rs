//! The name of an email domain: reading it as people type it, and refusing one at which anyone can have an address.

use guildhall_protocol::Code;

use crate::error::{Error, Result};

/// The domains of mail providers at which anyone can have an address.
const MAIL_PROVIDERS: &str = include_str!("mail_providers.txt");

/// Refuses a domain at which anyone can have an address, as it would let everyone in.
pub(super) fn refuse_shared(domain: &str) -> Result<()> {
    let is_suffix =
        psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.as_bytes().len() == domain.len());
    let is_provider = |known: &str| domain == known || domain.ends_with(&format!(".{known}"));
    let providers = MAIL_PROVIDERS.lines().filter(|line| !line.starts_with('#'));
    let why = if is_suffix {
        "others register names below it"
    } else if providers.into_iter().any(is_provider) {
        "it belongs to a mail provider"
    } else {
        return Ok(());
    };
    let title = format!("Anyone can have an address at {domain}, as {why}: approve single people instead");
    Err(Error::refused(Code::ValidationFailed, title))
}

/// Reads a domain as people type it.
pub(super) fn read_domain(typed: &str) -> Result<String> {
    let domain = typed.trim().trim_start_matches('@').to_ascii_lowercase();
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if domain.contains('.') && domain.len() <= 253 && domain.split('.').all(label) {
        Ok(domain)
    } else {
        Err(Error::refused(
            Code::ValidationFailed,
            format!("“{}” is not an email domain, such as barchester.example", typed.trim()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_read_as_people_type_it_and_nothing_else_is_taken() {
        assert_eq!(read_domain(" @Barchester.Example ").unwrap(), "barchester.example");
        for bad in ["", "barchester", "a b.example", "x..y", "a%.example", "sam@barchester.example"] {
            assert!(read_domain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_domain_at_which_anyone_can_have_an_address_is_refused() {
        for shared in
            ["gov.uk", "co.uk", "uk", "gmail.com", "mail.yahoo.co.uk", "github.io", "btinternet.com"]
        {
            assert!(refuse_shared(shared).is_err(), "{shared}");
        }
        for own in ["barchester.example", "barchester.gov.uk", "mail.barchester.gov.uk", "ymail.gov.uk"] {
            assert!(refuse_shared(own).is_ok(), "{own}");
        }
    }
}
