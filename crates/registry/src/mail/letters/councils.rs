//! About a council: who can act for it, who leads it, and which councils replace it.

use askama::Template;
use guildhall_protocol::Role;
use jiff::civil::Date;

use super::Content;
use crate::words::letters as words;

/// A role that someone is offered.
#[derive(Template)]
#[template(path = "letters/invitation.txt")]
pub(crate) struct Invitation<'a> {
    pub(crate) council: &'a str,
    pub(crate) role: Role,
    pub(crate) by: &'a str,
    /// Where the registry is reached; empty where that is not known.
    pub(crate) address: &'a str,
}

impl Invitation<'_> {
    fn role_in_words(&self) -> &'static str {
        match self.role {
            Role::Lead => words::invitation::lead(),
            Role::Editor | Role::Contributor => words::invitation::editor(),
        }
    }

    fn what_they_can(&self) -> &'static str {
        match self.role {
            Role::Lead => words::invitation::lead_can(),
            Role::Editor | Role::Contributor => words::invitation::editor_can(),
        }
    }
}

impl Content for Invitation<'_> {
    fn subject(&self) -> String {
        words::invitation::subject(self.council, self.role_in_words())
    }
}

/// Someone asks to act for a council: to those who decide.
#[derive(Template)]
#[template(path = "letters/asks_to_act.txt")]
pub(crate) struct AsksToAct<'a> {
    pub(crate) council: &'a str,
    pub(crate) by: &'a str,
    /// Why their address is the council's, in their own words.
    pub(crate) evidence: &'a str,
}

impl Content for AsksToAct<'_> {
    fn subject(&self) -> String {
        words::asks_to_act::subject(self.council)
    }
}

/// The answer to someone who asked to act for a council.
#[derive(Template)]
#[template(path = "letters/council_answer.txt")]
pub(crate) struct CouncilAnswer<'a> {
    pub(crate) council: &'a str,
    pub(crate) let_in: bool,
}

impl Content for CouncilAnswer<'_> {
    fn subject(&self) -> String {
        match self.let_in {
            true => words::council_answer::subject_let_in(self.council),
            false => words::council_answer::subject_not_let_in(self.council),
        }
    }
}

/// Leads of other councils vouch for a lead of this one: to its people, any of whom can object.
#[derive(Template)]
#[template(path = "letters/vouched.txt")]
pub(crate) struct Vouched<'a> {
    pub(crate) council: &'a str,
    pub(crate) lead: &'a str,
}

impl Content for Vouched<'_> {
    fn subject(&self) -> String {
        words::vouched::subject(self.council, self.lead)
    }
}

/// Which councils replace this one, and from which day: to the leads of all of them.
#[derive(Template)]
#[template(path = "letters/successors.txt")]
pub(crate) struct Successors<'a> {
    pub(crate) by: &'a str,
    pub(crate) council: &'a str,
    /// Their names; none where what was said before is taken back.
    pub(crate) successors: &'a [String],
    pub(crate) from: Date,
    /// The council's web page; empty where the registry's address is not known.
    pub(crate) address: &'a str,
}

impl Successors<'_> {
    fn names(&self) -> String {
        self.successors.join(words::successors::and())
    }

    fn day(&self) -> String {
        crate::words::day(self.from)
    }
}

impl Content for Successors<'_> {
    fn subject(&self) -> String {
        match self.successors {
            [] => words::successors::subject_taken_back(self.council),
            _ => words::successors::subject_named(self.council, self.day(), self.names()),
        }
    }
}
