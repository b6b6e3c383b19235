//! Councils and the people who act for them: how people join and leave, what leads and coordinators do about it, and
//! what happens when councils merge.

pub(crate) mod coordination;
mod domain_name;
pub(crate) mod domains;
pub(crate) mod membership;
pub(crate) mod people;
pub(crate) mod requests;
pub(crate) mod successions;
pub(crate) mod vouching;
