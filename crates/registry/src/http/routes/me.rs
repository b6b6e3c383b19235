//! One's own account: who one is, one's data and one's laptops.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::fields::Fields;
use guildhall_protocol::{CouncilAccessRequest, Device, EraseAccount, Me};
use uuid::Uuid;

use crate::Registry;
use crate::error::Result;
use crate::http::extract::{ApiJson, Path, SignedIn, WithSecondFactor};
use crate::http::operation::NoContent;

pub(crate) async fn show(State(registry): State<Registry>, SignedIn(actor): SignedIn) -> Result<Json<Me>> {
    registry.me(&actor).await.map(Json)
}

pub(crate) async fn export(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
) -> Result<Json<Fields>> {
    registry.data_of(&actor).await.map(Json)
}

pub(crate) async fn erase(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    ApiJson(erase): ApiJson<EraseAccount>,
) -> Result<NoContent> {
    registry.erase_me(&actor.principal, erase).await.map(NoContent)
}

pub(crate) async fn devices(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
) -> Result<Json<Vec<Device>>> {
    registry.devices(&actor).await.map(Json)
}

pub(crate) async fn sign_out_device(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(id): Path<Uuid>,
) -> Result<NoContent> {
    registry.sign_out_device(&actor.principal, id).await.map(NoContent)
}

pub(crate) async fn ask_for_council(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    ApiJson(ask): ApiJson<CouncilAccessRequest>,
) -> Result<NoContent> {
    registry.ask_for_council(&actor.principal, ask).await.map(NoContent)
}
