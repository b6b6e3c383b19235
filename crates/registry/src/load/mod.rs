//! Filling a registry from the command line: imports of councils' own files, the fictional sample, and generated projects
//! for measuring.

pub(crate) mod bulk;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod sample;
