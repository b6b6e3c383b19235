//! The store's errors. The store knows nothing of HTTP or of refused requests: the areas above map these errors.

use std::fmt::Display;

use super::engine;

/// Why a store operation failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database returned an error.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A stored row could not be decoded.
    #[error("a stored row cannot be read: {0}")]
    Damaged(String),
    /// The store is closing and accepts no more writes.
    #[error("the store is closing")]
    Closed,
}

impl StoreError {
    /// What cannot be read, and why.
    pub(super) fn damaged(what: &str, why: impl Display) -> Self {
        Self::Damaged(format!("{what}: {why}"))
    }

    /// Is there no room left to store anything?
    pub(crate) fn is_full(&self) -> bool {
        matches!(self, Self::Database(error) if engine::is_full(error))
    }

    /// Is the database busy with something else, so that it is worth trying again?
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self, Self::Database(error) if engine::is_busy(error))
    }
}

/// The result type of the store's functions.
pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}
