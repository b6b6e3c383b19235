//! What can be done with a published project besides changing it: reporting and deleting it, and the seats of its team.

pub(crate) mod moderation;
pub(crate) mod team;
