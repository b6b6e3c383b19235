//! What can be done with a published project besides changing it: reports, removal, and the seats of its team.

pub(crate) mod moderation;
pub(crate) mod team;
