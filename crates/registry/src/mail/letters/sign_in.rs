//! About signing in. Each change of how someone signs in sends a letter, so that nobody can make one unseen.

use askama::Template;
use jiff::Timestamp;

use super::Content;
use crate::words::letters as words;

/// The code with which someone signs in.
#[derive(Template)]
#[template(path = "letters/sign_in_code.txt")]
pub(crate) struct SignInCode<'a> {
    pub(crate) code: &'a str,
}

impl Content for SignInCode<'_> {
    fn subject(&self) -> String {
        words::sign_in_code::subject().to_owned()
    }
}

/// To the old address of an account that has a new one.
#[derive(Template)]
#[template(path = "letters/address_changed.txt")]
pub(crate) struct AddressChanged<'a> {
    pub(crate) before: &'a str,
    pub(crate) now: &'a str,
    pub(crate) provider: &'a str,
}

impl Content for AddressChanged<'_> {
    fn subject(&self) -> String {
        words::address_changed::subject().to_owned()
    }
}

/// To the person who set up a second factor.
#[derive(Template)]
#[template(path = "letters/second_factor_set_up.txt")]
pub(crate) struct SecondFactorSetUp;

impl Content for SecondFactorSetUp {
    fn subject(&self) -> String {
        words::second_factor_set_up::subject().to_owned()
    }
}

/// To the person who turned their second factor off.
#[derive(Template)]
#[template(path = "letters/second_factor_turned_off.txt")]
pub(crate) struct SecondFactorTurnedOff;

impl Content for SecondFactorTurnedOff {
    fn subject(&self) -> String {
        words::second_factor_turned_off::subject().to_owned()
    }
}

/// A lead has asked for a reset: to the person, and to all leads of the council.
#[derive(Template)]
#[template(path = "letters/second_factor_reset_asked.txt")]
pub(crate) struct ResetAsked<'a> {
    pub(crate) whose: &'a str,
    pub(crate) by: &'a str,
    pub(crate) council: &'a str,
    /// When it takes effect.
    pub(crate) at: Timestamp,
}

impl ResetAsked<'_> {
    fn when(&self) -> String {
        crate::words::moment(self.at)
    }
}

impl Content for ResetAsked<'_> {
    fn subject(&self) -> String {
        words::second_factor_reset_asked::subject(self.whose)
    }
}

/// The reset was called off: to the same people.
#[derive(Template)]
#[template(path = "letters/second_factor_reset_called_off.txt")]
pub(crate) struct ResetCalledOff<'a> {
    pub(crate) whose: &'a str,
    pub(crate) by: &'a str,
}

impl Content for ResetCalledOff<'_> {
    fn subject(&self) -> String {
        words::second_factor_reset_called_off::subject(self.whose)
    }
}

/// A second factor was reset: to the person, and to the leads of their councils.
#[derive(Template)]
#[template(path = "letters/second_factor_reset.txt")]
pub(crate) struct SecondFactorReset<'a> {
    pub(crate) whose: &'a str,
    /// `None` for the operator of the registry.
    pub(crate) by: Option<&'a str>,
}

impl SecondFactorReset<'_> {
    fn who(&self) -> &str {
        self.by.unwrap_or(words::second_factor_reset::operator())
    }
}

impl Content for SecondFactorReset<'_> {
    fn subject(&self) -> String {
        words::second_factor_reset::subject(self.whose)
    }
}
