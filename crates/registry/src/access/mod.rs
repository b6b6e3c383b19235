//! Who makes a request, what they may do and what they may read. Every area uses this module; it uses no area.

pub(crate) mod audit;
pub(crate) mod council;
pub(crate) mod factor;
pub(crate) mod factor_setting;
pub(crate) mod policy;
pub(crate) mod principal;
