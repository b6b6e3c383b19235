//! Is it alive? It is where its database answers.

use axum::extract::State;

use crate::Registry;
use crate::failure::Outcome;
use crate::store::counter;

pub(crate) async fn healthz(State(registry): State<Registry>) -> Outcome<&'static str> {
    counter::read(&mut *registry.store().read().await?).await?;
    Ok("ok\n")
}
