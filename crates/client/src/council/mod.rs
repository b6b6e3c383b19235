//! What a council's people do together: who acts for it, what is checked before it is published, and reports.

mod people;
mod reports;
mod reviews;
