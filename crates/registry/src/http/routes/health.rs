//! Whether the registry is running and can answer: for what supervises it, and for what spreads requests over several.

use axum::extract::State;

use crate::Registry;
use crate::error::{Error, Result};

/// It is running. If only its database does not answer, starting the registry again would not help.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// It can answer: its database does, and nobody has asked it to stop.
pub(crate) async fn readyz(State(registry): State<Registry>) -> Result<&'static str> {
    if *registry.closing().borrow() {
        return Err(Error::Closing);
    }
    registry.last_change().await?;
    Ok("ok\n")
}
