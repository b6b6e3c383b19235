//! Signing in and out.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use guildhall_protocol::sign_in::{Refresh, Start, Started, Tokens, Verify};
use http::StatusCode;

use super::{ClientIp, read_from_laptop, read_json};
use crate::Registry;
use crate::error::Result;

pub(crate) async fn start(
    State(registry): State<Registry>,
    client_ip: ClientIp,
    body: Bytes,
) -> Result<Json<Started>> {
    if let Some(limits) = registry.limits() {
        limits.ask_for_code(client_ip.0)?;
    }
    let Start { email } = read_json(&body)?;
    registry.start_sign_in(client_ip.0, &email).await.map(Json)
}

pub(crate) async fn verify(
    State(registry): State<Registry>,
    client_ip: ClientIp,
    body: Bytes,
) -> Result<Json<Tokens>> {
    if let Some(limits) = registry.limits() {
        limits.try_secret(client_ip.0)?;
    }
    let verify: Verify = read_from_laptop(&body)?;
    registry.verify_sign_in(verify).await.map(Json)
}

pub(crate) async fn token(
    State(registry): State<Registry>,
    client_ip: ClientIp,
    body: Bytes,
) -> Result<Json<Tokens>> {
    if let Some(limits) = registry.limits() {
        limits.try_secret(client_ip.0)?;
    }
    let Refresh { refresh_token } = read_json(&body)?;
    registry.refresh_session(&refresh_token).await.map(Json)
}

pub(crate) async fn revoke(State(registry): State<Registry>, body: Bytes) -> Result<StatusCode> {
    let Refresh { refresh_token } = read_json(&body)?;
    registry.revoke_session(&refresh_token).await?;
    Ok(StatusCode::NO_CONTENT)
}
