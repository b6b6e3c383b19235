//! Who is signed in, what for, and on which laptops.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use guildhall_protocol::{Device, Me};
use http::StatusCode;
use serde_json::Value;

use super::{Bearer, read_id, read_json};
use crate::Registry;
use crate::error::Result;

pub(crate) async fn me(State(registry): State<Registry>, bearer: Bearer) -> Result<Json<Me>> {
    let actor = bearer.signed_in(&registry).await?;
    registry.me(&actor).await.map(Json)
}

pub(crate) async fn export(State(registry): State<Registry>, bearer: Bearer) -> Result<Json<Value>> {
    let actor = bearer.with_second_factor(&registry).await?;
    registry.data_of(&actor).await.map(Json)
}

pub(crate) async fn erase(
    State(registry): State<Registry>,
    bearer: Bearer,
    body: Bytes,
) -> Result<StatusCode> {
    let actor = bearer.with_second_factor(&registry).await?;
    registry.erase_me(&actor.principal, read_json(&body)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn devices(State(registry): State<Registry>, bearer: Bearer) -> Result<Json<Vec<Device>>> {
    let actor = bearer.signed_in(&registry).await?;
    registry.devices(&actor).await.map(Json)
}

pub(crate) async fn sign_out_device(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let actor = bearer.signed_in(&registry).await?;
    registry.sign_out_device(&actor.principal, read_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn ask_for_council(
    State(registry): State<Registry>,
    bearer: Bearer,
    body: Bytes,
) -> Result<StatusCode> {
    let actor = bearer.signed_in(&registry).await?;
    registry.ask_for_council(&actor.principal, read_json(&body)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
