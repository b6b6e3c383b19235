//! What the window may ask for: one file an area. A command unpacks, calls the desk and hands back its answer;
//! whatever is decided is decided in the desk.

pub(crate) mod account;
pub(crate) mod catalogue;
pub(crate) mod conflict;
pub(crate) mod drafts;
pub(crate) mod frame;
pub(crate) mod inbox;
pub(crate) mod people;
