//! What is held about a person or a council: handed out to them, and removed.

pub(crate) mod erasure;
pub(crate) mod export;
