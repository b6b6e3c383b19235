//! Who acts for a council: for its leads, and for coordinators where it has none.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use guildhall_protocol::{
    AnswerDomain, CouncilPeople, CouncilSettings, Invite, NewRole, TakenOver, UnconfirmedLead, YesOrNo,
};
use http::StatusCode;
use serde_json::Value;

use super::{Bearer, read_id, read_json};
use crate::Registry;
use crate::error::Result;

pub(crate) async fn people(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(code): Path<String>,
) -> Result<Json<CouncilPeople>> {
    let actor = bearer.signed_in(&registry).await?;
    registry.council_people(&actor, &read_id(&code)?).await.map(Json)
}

pub(crate) async fn export(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(code): Path<String>,
) -> Result<Json<Value>> {
    let actor = bearer.with_second_factor(&registry).await?;
    registry.data_of_council(&actor, read_id(&code)?).await.map(Json)
}

pub(crate) async fn name_successors(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(code): Path<String>,
    body: Bytes,
) -> Result<StatusCode> {
    let actor = bearer.with_second_factor(&registry).await?;
    registry.name_successors(&actor.principal, read_id(&code)?, read_json(&body)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn take_over(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(code): Path<String>,
    body: Bytes,
) -> Result<Json<TakenOver>> {
    let actor = bearer.signed_in(&registry).await?;
    registry.take_over(&actor.principal, read_id(&code)?, read_json(&body)?).await.map(Json)
}

pub(crate) async fn settings(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(code): Path<String>,
    body: Bytes,
) -> Result<StatusCode> {
    let actor = bearer.signed_in(&registry).await?;
    let settings: CouncilSettings = read_json(&body)?;
    registry.set_council_settings(&actor.principal, read_id(&code)?, settings).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn set_role(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path((code, person)): Path<(String, String)>,
    body: Bytes,
) -> Result<StatusCode> {
    let actor = bearer.with_second_factor(&registry).await?;
    let NewRole { role } = read_json(&body)?;
    registry.set_role(&actor.principal, read_id(&code)?, read_id(&person)?, role).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn remove_access(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path((code, person)): Path<(String, String)>,
) -> Result<StatusCode> {
    let actor = bearer.with_second_factor(&registry).await?;
    registry.remove_access(&actor.principal, read_id(&code)?, read_id(&person)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn unconfirmed_leads(
    State(registry): State<Registry>,
    bearer: Bearer,
) -> Result<Json<Vec<UnconfirmedLead>>> {
    let actor = bearer.signed_in(&registry).await?;
    registry.unconfirmed_leads(&actor).await.map(Json)
}

pub(crate) async fn vouch(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path((code, person)): Path<(String, String)>,
) -> Result<StatusCode> {
    let actor = bearer.with_second_factor(&registry).await?;
    registry.vouch(&actor.principal, read_id(&code)?, read_id(&person)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn object(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path((code, person)): Path<(String, String)>,
) -> Result<StatusCode> {
    let actor = bearer.signed_in(&registry).await?;
    registry.object(&actor.principal, read_id(&code)?, read_id(&person)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn invite(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(code): Path<String>,
    body: Bytes,
) -> Result<StatusCode> {
    let actor = bearer.with_second_factor(&registry).await?;
    let Invite { email, role } = read_json(&body)?;
    registry.invite(&actor.principal, read_id(&code)?, &email, role).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn take_invitation_back(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let actor = bearer.signed_in(&registry).await?;
    registry.take_invitation_back(&actor.principal, read_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn answer_invitation(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode> {
    let actor = bearer.signed_in(&registry).await?;
    let YesOrNo { accept } = read_json(&body)?;
    registry.answer_invitation(&actor.principal, read_id(&id)?, accept).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn answer_domain(
    State(registry): State<Registry>,
    bearer: Bearer,
    Path((code, domain)): Path<(String, String)>,
    body: Bytes,
) -> Result<StatusCode> {
    let actor = bearer.with_second_factor(&registry).await?;
    let answer: AnswerDomain = read_json(&body)?;
    registry.answer_domain(&actor.principal, read_id(&code)?, &domain, answer).await?;
    Ok(StatusCode::NO_CONTENT)
}
