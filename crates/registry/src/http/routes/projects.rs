//! One project: reading and deleting it, its team, and reports of a problem with it.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::changes::ChangeLine;
use guildhall_protocol::{HistoryEntry, NewReport, PersonId, ProjectId, Purge, ReadTeam, Seat};
use uuid::Uuid;

use crate::Registry;
use crate::error::Result;
use crate::http::extract::{ApiJson, Limited, MaybeSignedIn, Path, Reports, SignedIn, WithSecondFactor};
use crate::http::operation::NoContent;

pub(crate) async fn show(
    State(registry): State<Registry>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(id): Path<ProjectId>,
) -> Result<Json<ChangeLine>> {
    registry.project(actor.as_ref(), id).await.map(Json)
}

pub(crate) async fn history(
    State(registry): State<Registry>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(id): Path<ProjectId>,
) -> Result<Json<Vec<HistoryEntry>>> {
    registry.project_history(actor.as_ref(), id).await.map(Json)
}

pub(crate) async fn read_with_reason(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ProjectId>,
    ApiJson(ReadTeam { reason }): ApiJson<ReadTeam>,
) -> Result<Json<ChangeLine>> {
    registry.read_with_reason(&actor.principal, id, reason).await.map(Json)
}

pub(crate) async fn seats(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ProjectId>,
) -> Result<Json<Vec<Seat>>> {
    registry.seats(&actor, id).await.map(Json)
}

pub(crate) async fn take_seat_back(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path((id, person)): Path<(ProjectId, PersonId)>,
) -> Result<NoContent> {
    registry.take_seat_back(&actor.principal, id, person).await.map(NoContent)
}

pub(crate) async fn purge(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    Path(id): Path<ProjectId>,
    ApiJson(Purge { reason }): ApiJson<Purge>,
) -> Result<NoContent> {
    registry.purge(&actor.principal, id, reason).await.map(NoContent)
}

pub(crate) async fn report(
    State(registry): State<Registry>,
    _: Limited<Reports>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(id): Path<ProjectId>,
    ApiJson(report): ApiJson<NewReport>,
) -> Result<NoContent> {
    registry.report(actor, id, report).await.map(NoContent)
}

pub(crate) async fn close_report(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(id): Path<Uuid>,
) -> Result<NoContent> {
    registry.close_report(&actor.principal, id).await.map(NoContent)
}
