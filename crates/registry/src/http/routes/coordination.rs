//! What waits for the coordinators, and who did what.

use axum::Json;
use axum::extract::{Query, State};
use guildhall_protocol::{AuditPage, Coordination};
use serde::Deserialize;

use super::{Bearer, read_id};
use crate::Registry;
use crate::error::Result;

pub(crate) async fn coordination(
    State(registry): State<Registry>,
    bearer: Bearer,
) -> Result<Json<Coordination>> {
    let actor = bearer.signed_in(&registry).await?;
    registry.coordination(&actor).await.map(Json)
}

/// `?council=CODE&before=ID`, each optional.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    council: Option<String>,
    before: Option<String>,
}

pub(crate) async fn audit(
    State(registry): State<Registry>,
    bearer: Bearer,
    Query(parameters): Query<Parameters>,
) -> Result<Json<AuditPage>> {
    let actor = bearer.signed_in(&registry).await?;
    let council = parameters.council.as_deref().map(read_id).transpose()?;
    let before = parameters.before.as_deref().map(read_id).transpose()?;
    registry.audit(&actor, council, before).await.map(Json)
}
