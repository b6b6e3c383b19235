//! What the registry says of itself to anyone who asks.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::RegistryFacts;

use crate::Registry;
use crate::error::Result;

pub(crate) async fn facts(State(registry): State<Registry>) -> Result<Json<RegistryFacts>> {
    registry.facts().await.map(Json)
}
