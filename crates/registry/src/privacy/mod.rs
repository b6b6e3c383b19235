//! Data protection: exporting and erasing what is stored about a person or a council.

pub(crate) mod erasure;
pub(crate) mod export;
