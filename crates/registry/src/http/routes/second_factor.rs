//! Second factors: one's own, and resetting somebody's.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::second_factor::{FactorCode, NewFactor, RecoveryCodes, SecondFactor};
use guildhall_protocol::{CouncilCode, PersonId};

use crate::Registry;
use crate::error::Result;
use crate::http::extract::{DeviceJson, Limited, Path, SignedIn, Tries, WithSecondFactor};
use crate::http::operation::NoContent;

pub(crate) async fn show(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
) -> Result<Json<SecondFactor>> {
    registry.second_factor(&actor).await.map(Json)
}

pub(crate) async fn begin(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
) -> Result<Json<NewFactor>> {
    registry.begin_second_factor(&actor.principal).await.map(Json)
}

pub(crate) async fn confirm(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    DeviceJson(FactorCode { code }): DeviceJson<FactorCode>,
) -> Result<Json<RecoveryCodes>> {
    registry.confirm_second_factor(&actor.principal, code).await.map(Json)
}

pub(crate) async fn turn_off(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
) -> Result<NoContent> {
    registry.turn_off_second_factor(&actor.principal).await.map(NoContent)
}

pub(crate) async fn verify(
    State(registry): State<Registry>,
    _: Limited<Tries>,
    SignedIn(actor): SignedIn,
    DeviceJson(FactorCode { code }): DeviceJson<FactorCode>,
) -> Result<NoContent> {
    registry.give_second_factor(&actor.principal, code).await.map(NoContent)
}

pub(crate) async fn recovery_codes(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
) -> Result<Json<RecoveryCodes>> {
    registry.new_recovery_codes(&actor.principal).await.map(Json)
}

pub(crate) async fn cancel_own(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
) -> Result<NoContent> {
    registry.cancel_my_factor_reset(&actor.principal).await.map(NoContent)
}

pub(crate) async fn reset(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    Path((code, person)): Path<(CouncilCode, PersonId)>,
) -> Result<NoContent> {
    registry.reset_second_factor(&actor.principal, code, person).await.map(NoContent)
}

pub(crate) async fn cancel_reset(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path((code, person)): Path<(CouncilCode, PersonId)>,
) -> Result<NoContent> {
    registry.cancel_factor_reset(&actor.principal, code, person).await.map(NoContent)
}
