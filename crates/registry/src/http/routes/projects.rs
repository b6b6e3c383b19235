//! One project, as a line of changes has it; what is wrong with it, and removing it for good.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use guildhall_protocol::changes::{ChangeLine, Kind};
use guildhall_protocol::{NewReport, ProjectId, Purge, ReadTeam, Seat};
use http::StatusCode;

use super::{Bearer, ClientIp, read_id, read_json};
use crate::Registry;
use crate::access::policy;
use crate::error::{Error, Result};
use crate::store::records::{self, Record};

pub(crate) async fn project(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
) -> Result<Json<ChangeLine>> {
    let id: ProjectId = id.parse().map_err(|_| Error::not_found())?;
    let actor = bearer.actor(&registry).await?;
    let mut tx = registry.store().read().await?;
    let reader = policy::reader(&mut tx, actor.as_ref()).await?;
    let record = records::find(&mut tx, Kind::Project, &id.to_string())
        .await?
        .filter(|record| reader.can_read(&record.cell))
        .ok_or_else(Error::not_found)?;
    Ok(Json(line(record)))
}

pub(crate) async fn read_with_reason(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<ChangeLine>> {
    let actor = bearer.signed_in(&registry).await?;
    let ReadTeam { reason } = read_json(&body)?;
    let record = registry.read_with_reason(&actor.principal, read_id(&id)?, reason).await?;
    Ok(Json(line(record)))
}

pub(crate) async fn seats(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
) -> Result<Json<Vec<Seat>>> {
    let actor = bearer.signed_in(&registry).await?;
    registry.seats(&actor, read_id(&id)?).await.map(Json)
}

pub(crate) async fn take_seat_back(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path((id, person)): Path<(String, String)>,
) -> Result<StatusCode> {
    let actor = bearer.signed_in(&registry).await?;
    registry.take_seat_back(&actor.principal, read_id(&id)?, read_id(&person)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn line(record: Record) -> ChangeLine {
    ChangeLine {
        seq: record.seq,
        kind: Kind::Project.as_str().to_owned(),
        id: record.id,
        version: record.version,
        body: Some(record.body),
        gone: false,
    }
}

pub(crate) async fn purge(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode> {
    let actor = bearer.with_second_factor(&registry).await?;
    let Purge { reason } = read_json(&body)?;
    registry.purge(&actor.principal, read_id(&id)?, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn report(
    State(registry): State<Registry>,
    bearer: Bearer,
    client_ip: ClientIp,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode> {
    if let Some(limits) = registry.limits() {
        limits.report(client_ip.0)?;
    }
    let actor = bearer.actor(&registry).await?;
    let report: NewReport = read_json(&body)?;
    registry.report(actor.as_ref(), read_id(&id)?, report).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn close_report(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let actor = bearer.signed_in(&registry).await?;
    registry.close_report(&actor.principal, read_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
