//! The people of a council and its settings: for its leads, and for coordinators where it has none.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::fields::Fields;
use guildhall_protocol::{
    CouncilCode, CouncilPeople, CouncilSettings, DecideDomain, InvitationReply, Invite, NameSuccessors,
    NewRole, PersonId, TakeOver, TakenOver, UnconfirmedLead,
};
use uuid::Uuid;

use crate::Registry;
use crate::error::Result;
use crate::http::extract::{ApiJson, Path, SignedIn, WithSecondFactor};
use crate::http::operation::NoContent;

pub(crate) async fn list(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(code): Path<CouncilCode>,
) -> Result<Json<CouncilPeople>> {
    registry.council_people(&actor, &code).await.map(Json)
}

pub(crate) async fn export(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    Path(code): Path<CouncilCode>,
) -> Result<Json<Fields>> {
    registry.data_of_council(&actor, code).await.map(Json)
}

pub(crate) async fn name_successors(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    Path(code): Path<CouncilCode>,
    ApiJson(named): ApiJson<NameSuccessors>,
) -> Result<NoContent> {
    registry.name_successors(&actor.principal, code, named).await.map(NoContent)
}

pub(crate) async fn take_over(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(code): Path<CouncilCode>,
    ApiJson(take): ApiJson<TakeOver>,
) -> Result<Json<TakenOver>> {
    registry.take_over(&actor.principal, code, take).await.map(Json)
}

pub(crate) async fn settings(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(code): Path<CouncilCode>,
    ApiJson(settings): ApiJson<CouncilSettings>,
) -> Result<NoContent> {
    registry.set_council_settings(&actor.principal, code, settings).await.map(NoContent)
}

pub(crate) async fn set_role(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    Path((code, person)): Path<(CouncilCode, PersonId)>,
    ApiJson(NewRole { role }): ApiJson<NewRole>,
) -> Result<NoContent> {
    registry.set_role(&actor.principal, code, person, role).await.map(NoContent)
}

pub(crate) async fn remove_access(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    Path((code, person)): Path<(CouncilCode, PersonId)>,
) -> Result<NoContent> {
    registry.remove_access(&actor.principal, code, person).await.map(NoContent)
}

pub(crate) async fn unconfirmed_leads(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
) -> Result<Json<Vec<UnconfirmedLead>>> {
    registry.unconfirmed_leads(&actor).await.map(Json)
}

pub(crate) async fn vouch(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    Path((code, person)): Path<(CouncilCode, PersonId)>,
) -> Result<NoContent> {
    registry.vouch(&actor.principal, code, person).await.map(NoContent)
}

pub(crate) async fn object(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path((code, person)): Path<(CouncilCode, PersonId)>,
) -> Result<NoContent> {
    registry.object(&actor.principal, code, person).await.map(NoContent)
}

pub(crate) async fn invite(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    Path(code): Path<CouncilCode>,
    ApiJson(Invite { email, role }): ApiJson<Invite>,
) -> Result<NoContent> {
    registry.invite(&actor.principal, code, &email, role).await.map(NoContent)
}

pub(crate) async fn cancel_invitation(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(id): Path<Uuid>,
) -> Result<NoContent> {
    registry.cancel_invitation(&actor.principal, id).await.map(NoContent)
}

pub(crate) async fn answer_invitation(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(id): Path<Uuid>,
    ApiJson(InvitationReply { accept }): ApiJson<InvitationReply>,
) -> Result<NoContent> {
    registry.answer_invitation(&actor.principal, id, accept).await.map(NoContent)
}

pub(crate) async fn answer_domain(
    State(registry): State<Registry>,
    WithSecondFactor(actor): WithSecondFactor,
    Path((code, domain)): Path<(CouncilCode, String)>,
    ApiJson(answer): ApiJson<DecideDomain>,
) -> Result<NoContent> {
    registry.answer_domain(&actor.principal, code, &domain, answer).await.map(NoContent)
}
