//! Keeping the mirror and the outbox in step with the registry: [`push`] sends what is queued, [`pull`] applies changes
//! page by page, and [`retention`] deletes what must not stay. Each function does one step on a profile and returns what
//! happened; when and how often is decided by the sync loop above. May use the store and the remote API.

#[cfg(test)]
mod decoding;
#[cfg(test)]
mod laws;
pub(crate) mod outgoing;
mod page;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod retention;

#[cfg(test)]
pub(crate) use page::{Cut, read_page};
