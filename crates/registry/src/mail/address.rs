//! Email addresses as people type them.

use guildhall_protocol::validate::{FieldCode, LIMITS, is_email};

use crate::error::{Error, Result};

/// An address as it is stored.
///
/// # Errors
/// When it is no email address.
pub(crate) fn read_email(typed: &str) -> Result<String> {
    let email = typed.trim().to_lowercase();
    if is_email(&email) && email.chars().count() <= LIMITS.email as usize {
        Ok(email)
    } else {
        Err(Error::invalid("/email", FieldCode::NotAnEmail, "Enter an email address, like name@example.org"))
    }
}
