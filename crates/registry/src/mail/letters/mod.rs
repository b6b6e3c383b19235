//! Every letter that the registry sends. Each is a type with what has to be known to write it; its text is a template in
//! `templates/letters`, with the words of `words/en.json`.

mod closing;
mod councils;
mod projects;
mod sign_in;

#[cfg(test)]
mod frozen;

use std::fmt::Display;

pub(crate) use closing::Closing;
pub(crate) use councils::{AsksToAct, CouncilAnswer, Invitation, Successors, Vouched};
pub(crate) use projects::{ProjectRead, ProjectRemoved, Reminder, Reports, Waiting};
pub(crate) use sign_in::{
    AddressChanged, ResetAsked, ResetCalledOff, SecondFactorReset, SecondFactorSetUp, SecondFactorTurnedOff,
    SignInCode,
};

/// What a letter says: `Display` gives its text.
pub(crate) trait Content: Display {
    fn subject(&self) -> String;
}

/// A letter as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
}

impl Letter {
    pub(crate) fn new(to: &str, content: &impl Content) -> Self {
        Self { to: to.to_owned(), subject: content.subject(), text: format!("{content}\n") }
    }

    /// The letter as it is sent: it says which registry it is from, and whom to ask.
    #[must_use]
    pub(crate) fn closed(&self, closing: &Closing) -> Self {
        Self { text: format!("{}\n{closing}\n", self.text), ..self.clone() }
    }

    /// The same letter to each of those addresses.
    pub(crate) fn to_each<A: AsRef<str>>(
        to: impl IntoIterator<Item = A>,
        content: &impl Content,
    ) -> Vec<Self> {
        to.into_iter().map(|to| Self::new(to.as_ref(), content)).collect()
    }
}
