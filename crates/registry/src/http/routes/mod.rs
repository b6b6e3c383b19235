//! One resource a file. A handler takes what it needs from a request by extractors, calls one function of an area, and
//! returns its result.

pub(crate) mod auth;
pub(crate) mod changes;
pub(crate) mod coordination;
pub(crate) mod councils;
pub(crate) mod health;
pub(crate) mod me;
pub(crate) mod openid;
pub(crate) mod people;
pub(crate) mod projects;
pub(crate) mod registry;
pub(crate) mod second_factor;
pub(crate) mod services;
pub(crate) mod submissions;
