//! What the registry says of itself to anyone who asks.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::RegistryFacts;

use crate::Registry;
use crate::error::Outcome;

pub(crate) async fn facts(State(registry): State<Registry>) -> Outcome<Json<RegistryFacts>> {
    registry.facts().await.map(Json)
}
