//! Who is asking, what they may do and what they may read. Every area asks here; nothing here knows an area.

pub(crate) mod audit;
pub(crate) mod policy;
