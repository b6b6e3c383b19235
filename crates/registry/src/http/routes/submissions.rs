//! The one way up: a submission is put under an id made on the laptop, as often as it takes to get an answer.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use guildhall_protocol::Verdict;

use super::{Bearer, read_id, read_submission};
use crate::error::Result;
use crate::{Registry, secrets};

pub(crate) async fn send(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Verdict>> {
    let actor = bearer.signed_in(&registry).await?;
    let submission = read_submission(&body)?;
    registry.submit(&actor.principal, read_id(&id)?, secrets::hash(&body), submission).await.map(Json)
}

pub(crate) async fn state(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
) -> Result<Json<Verdict>> {
    let actor = bearer.signed_in(&registry).await?;
    registry.submission(&actor, read_id(&id)?).await.map(Json)
}

pub(crate) async fn withdraw(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
) -> Result<Json<Verdict>> {
    let actor = bearer.signed_in(&registry).await?;
    registry.withdraw(&actor.principal, read_id(&id)?).await.map(Json)
}
