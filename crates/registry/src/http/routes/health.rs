//! Is it alive, and does it answer? For what supervises it, and for what spreads requests over several.

use axum::extract::State;

use crate::Registry;
use crate::error::{Error, Result};
use crate::store::counter;

/// It is alive. A database that doesn't answer is not mended by starting the registry again.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// It answers: its database does, and nobody has asked it to end.
pub(crate) async fn readyz(State(registry): State<Registry>) -> Result<&'static str> {
    if *registry.closing().borrow() {
        return Err(Error::Closing);
    }
    counter::read(&mut *registry.store().read().await?).await?;
    Ok("ok\n")
}
