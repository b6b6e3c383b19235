//! Signing in and out.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::sign_in::{Refresh, Start, Started, Tokens, Verify};

use crate::Registry;
use crate::error::Result;
use crate::http::extract::{ApiJson, Codes, DeviceJson, Limited, Tries};
use crate::http::operation::NoContent;

pub(crate) async fn start(
    State(registry): State<Registry>,
    Limited { from, .. }: Limited<Codes>,
    ApiJson(Start { email }): ApiJson<Start>,
) -> Result<Json<Started>> {
    registry.start_sign_in(from, &email).await.map(Json)
}

pub(crate) async fn verify(
    State(registry): State<Registry>,
    _: Limited<Tries>,
    DeviceJson(verify): DeviceJson<Verify>,
) -> Result<Json<Tokens>> {
    registry.verify_sign_in(verify).await.map(Json)
}

pub(crate) async fn token(
    State(registry): State<Registry>,
    _: Limited<Tries>,
    ApiJson(Refresh { refresh_token }): ApiJson<Refresh>,
) -> Result<Json<Tokens>> {
    registry.refresh_session(&refresh_token).await.map(Json)
}

pub(crate) async fn revoke(
    State(registry): State<Registry>,
    ApiJson(Refresh { refresh_token }): ApiJson<Refresh>,
) -> Result<NoContent> {
    registry.revoke_session(&refresh_token).await.map(NoContent)
}
