//! About projects, to those who look after them.

use askama::Template;
use jiff::Timestamp;

use super::Content;
use crate::words::letters as words;

/// A coordinator has read a project that only its team can see: to the leads of its council.
#[derive(Template)]
#[template(path = "letters/project_read.txt")]
pub(crate) struct ProjectRead<'a> {
    pub(crate) council: &'a str,
    pub(crate) title: &'a str,
    pub(crate) by: &'a str,
    pub(crate) reason: &'a str,
}

impl Content for ProjectRead<'_> {
    fn subject(&self) -> String {
        words::project_read::subject(self.council)
    }
}

/// A coordinator has removed a project: to the leads of its council.
#[derive(Template)]
#[template(path = "letters/project_removed.txt")]
pub(crate) struct ProjectRemoved<'a> {
    pub(crate) council: &'a str,
    pub(crate) title: &'a str,
    pub(crate) by: &'a str,
    pub(crate) reason: &'a str,
}

impl Content for ProjectRemoved<'_> {
    fn subject(&self) -> String {
        words::project_removed::subject(self.title)
    }
}

/// Someone has reported projects of a council.
#[derive(Template)]
#[template(path = "letters/reports.txt")]
pub(crate) struct Reports<'a> {
    pub(crate) council: &'a str,
    pub(crate) count: usize,
    /// The project's title, if there is only one report.
    pub(crate) title: &'a str,
    /// What the one report says.
    pub(crate) text: &'a str,
    /// The web page of the one project; empty where it has none.
    pub(crate) address: &'a str,
}

impl Content for Reports<'_> {
    fn subject(&self) -> String {
        match self.count {
            1 => words::reports::subject_one(self.council),
            count => words::reports::subject_several(self.council, count),
        }
    }
}

/// A project that has waited for a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) title: String,
    /// Its author's address.
    pub(crate) by: String,
    pub(crate) council: String,
    pub(crate) sent_at: Timestamp,
}

/// Projects have waited for someone to review them.
#[derive(Template)]
#[template(path = "letters/reminder.txt")]
pub(crate) struct Reminder<'a> {
    pub(crate) waiting: &'a [Waiting],
}

impl Content for Reminder<'_> {
    fn subject(&self) -> String {
        match self.waiting.len() {
            1 => words::reminder::subject_one().to_owned(),
            count => words::reminder::subject_several(count),
        }
    }
}
