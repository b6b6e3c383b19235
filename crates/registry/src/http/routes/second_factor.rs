//! The second step of signing in: one's own, and resetting somebody's.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use guildhall_protocol::second_factor::{FactorCode, NewFactor, RecoveryCodes, SecondFactor};
use http::StatusCode;

use super::{Bearer, ClientIp, read_from_laptop, read_id};
use crate::Registry;
use crate::error::Result;

pub(crate) async fn state(State(registry): State<Registry>, bearer: Bearer) -> Result<Json<SecondFactor>> {
    let actor = bearer.signed_in(&registry).await?;
    registry.second_factor(&actor).await.map(Json)
}

pub(crate) async fn begin(State(registry): State<Registry>, bearer: Bearer) -> Result<Json<NewFactor>> {
    let actor = bearer.with_second_factor(&registry).await?;
    registry.begin_second_factor(&actor.principal).await.map(Json)
}

pub(crate) async fn confirm(
    State(registry): State<Registry>,
    bearer: Bearer,
    body: Bytes,
) -> Result<Json<RecoveryCodes>> {
    let actor = bearer.with_second_factor(&registry).await?;
    let FactorCode { code } = read_from_laptop(&body)?;
    registry.confirm_second_factor(&actor.principal, code).await.map(Json)
}

pub(crate) async fn turn_off(State(registry): State<Registry>, bearer: Bearer) -> Result<StatusCode> {
    let actor = bearer.with_second_factor(&registry).await?;
    registry.turn_off_second_factor(&actor.principal).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn verify(
    State(registry): State<Registry>,
    client_ip: ClientIp,
    bearer: Bearer,
    body: Bytes,
) -> Result<StatusCode> {
    if let Some(limits) = registry.limits() {
        limits.try_secret(client_ip.0)?;
    }
    let actor = bearer.signed_in(&registry).await?;
    let FactorCode { code } = read_from_laptop(&body)?;
    registry.give_second_factor(&actor.principal, code).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn recovery_codes(
    State(registry): State<Registry>,
    bearer: Bearer,
) -> Result<Json<RecoveryCodes>> {
    let actor = bearer.with_second_factor(&registry).await?;
    registry.new_recovery_codes(&actor.principal).await.map(Json)
}

pub(crate) async fn call_off_my_reset(
    State(registry): State<Registry>,
    bearer: Bearer,
) -> Result<StatusCode> {
    let actor = bearer.signed_in(&registry).await?;
    registry.call_off_my_factor_reset(&actor.principal).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn reset(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path((code, person)): Path<(String, String)>,
) -> Result<StatusCode> {
    let actor = bearer.with_second_factor(&registry).await?;
    registry.reset_second_factor(&actor.principal, read_id(&code)?, read_id(&person)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn call_off_reset(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path((code, person)): Path<(String, String)>,
) -> Result<StatusCode> {
    let actor = bearer.signed_in(&registry).await?;
    registry.call_off_factor_reset(&actor.principal, read_id(&code)?, read_id(&person)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
