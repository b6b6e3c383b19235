//! How a council's people work together: who acts for it, reviews before publishing, and reports.

mod people;
mod reports;
mod reviews;
