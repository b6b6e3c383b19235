//! One project, as a line of changes has it.

use axum::Json;
use axum::extract::{Path, State};
use guildhall_protocol::ProjectId;
use guildhall_protocol::changes::{ChangeLine, Kind};

use super::Bearer;
use crate::failure::{Failure, Outcome};
use crate::store::records;
use crate::{Registry, authority};

pub(crate) async fn project(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
) -> Outcome<Json<ChangeLine>> {
    let id: ProjectId = id.parse().map_err(|_| Failure::not_found())?;
    let actor = bearer.actor(&registry).await?;
    let mut tx = registry.store().read().await?;
    let reader = authority::reader(&mut tx, actor.as_ref()).await?;
    let record = records::find(&mut tx, Kind::Project, &id.to_string())
        .await?
        .filter(|record| reader.can_read(&record.cell))
        .ok_or_else(Failure::not_found)?;
    Ok(Json(ChangeLine {
        seq: record.seq,
        kind: Kind::Project.as_str().to_owned(),
        id: record.id,
        version: record.version,
        body: Some(record.body),
        gone: false,
    }))
}
