//! What can be done with a published project besides changing it: reading its history, reporting and
//! deleting it, and the seats of its team.

mod history;
pub(crate) mod moderation;
pub(crate) mod team;
