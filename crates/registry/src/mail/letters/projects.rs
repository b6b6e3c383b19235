//! About projects, to those who look after them.

use askama::Template;

use super::Content;
use crate::words::letters as words;

/// A coordinator has read a project that only its team can see: to the leads of its council.
#[derive(Template)]
#[template(path = "letters/project_read.txt")]
pub(crate) struct ProjectRead<'a> {
    pub(crate) title: &'a str,
    pub(crate) by: &'a str,
    pub(crate) reason: &'a str,
}

impl Content for ProjectRead<'_> {
    fn subject(&self) -> String {
        words::project_read::subject().to_owned()
    }
}

/// A coordinator has removed a project: to the leads of its council.
#[derive(Template)]
#[template(path = "letters/project_removed.txt")]
pub(crate) struct ProjectRemoved<'a> {
    pub(crate) title: &'a str,
    pub(crate) reason: &'a str,
}

impl Content for ProjectRemoved<'_> {
    fn subject(&self) -> String {
        words::project_removed::subject().to_owned()
    }
}

/// Someone has reported projects of a council.
#[derive(Template)]
#[template(path = "letters/reports.txt")]
pub(crate) struct Reports<'a> {
    pub(crate) count: usize,
    /// The project's title, if there is only one report.
    pub(crate) title: &'a str,
}

impl Content for Reports<'_> {
    fn subject(&self) -> String {
        match self.count {
            1 => words::reports::subject_one().to_owned(),
            count => words::reports::subject_several(count),
        }
    }
}

/// Projects have waited for someone to check them.
#[derive(Template)]
#[template(path = "letters/reminder.txt")]
pub(crate) struct Reminder {
    pub(crate) waiting: usize,
}

impl Content for Reminder {
    fn subject(&self) -> String {
        match self.waiting {
            1 => words::reminder::subject_one().to_owned(),
            _ => words::reminder::subject_several().to_owned(),
        }
    }
}
