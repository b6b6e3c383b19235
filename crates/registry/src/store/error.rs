//! What can go wrong in the store. It knows no HTTP and no refusals: those are the areas' above.

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A row can't be understood.
    #[error("a stored row can't be read: {0}")]
    Damaged(String),
    /// The store is being closed, and takes no more.
    #[error("the store is closing")]
    Closed,
}

/// What the store's functions return.
pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}
