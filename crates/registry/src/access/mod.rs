//! Who is asking, what they may do and what they may read. Every area asks here; nothing here knows an area.

pub(crate) mod audit;
pub(crate) mod council;
pub(crate) mod factor;
pub(crate) mod factor_setting;
pub(crate) mod policy;
pub(crate) mod principal;
