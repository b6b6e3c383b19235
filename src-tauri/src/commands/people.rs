//! People, councils and laptops.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::DateForm;
use guildhall_protocol::{
    AuditPage, Coordination, CouncilCode, CouncilPeople, CouncilSettings, Device, DomainAnswer, NewSuccessor,
    PersonId, ProjectId, Role, Seat, TakeOver, UnconfirmedLead,
};
use tauri::State;
use uuid::Uuid;

/// Asks the registry anew what this person is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn refresh_me(client: State<'_, Client>) -> Result<()> {
    client.refresh_me().await
}

/// Who acts for a council, and who wants to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn council_people(client: State<'_, Client>, council: CouncilCode) -> Result<CouncilPeople> {
    client.council_people(&council).await
}

/// The leads whom nobody has confirmed, as far as they concern this person.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unconfirmed_leads(client: State<'_, Client>) -> Result<Vec<UnconfirmedLead>> {
    client.unconfirmed_leads().await
}

/// Vouches for one of them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn vouch(client: State<'_, Client>, council: CouncilCode, person: PersonId) -> Result<()> {
    client.vouch(&council, person).await
}

/// Objects to one of them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn object(client: State<'_, Client>, council: CouncilCode, person: PersonId) -> Result<()> {
    client.object(&council, person).await
}

/// Who has a seat in a project's team.
#[tauri::command]
#[specta::specta]
pub(crate) async fn seats(client: State<'_, Client>, project: ProjectId) -> Result<Vec<Seat>> {
    client.seats(project).await
}

/// Takes a seat back, or gives up one's own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_seat_back(
    client: State<'_, Client>,
    project: ProjectId,
    person: PersonId,
) -> Result<()> {
    client.take_seat_back(project, person).await
}

/// Says how a council wants to be looked after.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_council_settings(
    client: State<'_, Client>,
    council: CouncilCode,
    settings: CouncilSettings,
) -> Result<()> {
    client.set_council_settings(&council, settings).await
}

/// Offers someone a role.
#[tauri::command]
#[specta::specta]
pub(crate) async fn invite(
    client: State<'_, Client>,
    council: CouncilCode,
    email: String,
    role: Role,
) -> Result<()> {
    client.invite(&council, email, role).await
}

/// Takes an invitation back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_invitation_back(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.take_invitation_back(id).await
}

/// Takes the role that one is offered, or doesn't.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_invitation(client: State<'_, Client>, id: Uuid, accept: bool) -> Result<()> {
    client.answer_invitation(id, accept).await
}

/// Gives someone another role.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_role(
    client: State<'_, Client>,
    council: CouncilCode,
    person: PersonId,
    role: Role,
) -> Result<()> {
    client.set_role(&council, person, role).await
}

/// Removes someone's access to a council, or one's own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_access(
    client: State<'_, Client>,
    council: CouncilCode,
    person: PersonId,
) -> Result<()> {
    client.remove_access(&council, person).await
}

/// Asks to act for a council.
#[tauri::command]
#[specta::specta]
pub(crate) async fn ask_for_council(
    client: State<'_, Client>,
    council: CouncilCode,
    evidence: String,
) -> Result<()> {
    client.ask_for_council(council, evidence).await
}

/// Answers who asked to act for a council.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_domain(
    client: State<'_, Client>,
    council: CouncilCode,
    domain: String,
    person: Option<PersonId>,
    answer: DomainAnswer,
    below: bool,
) -> Result<()> {
    client.answer_domain(&council, &domain, person, answer, below).await
}

/// What waits for the coordinators.
#[tauri::command]
#[specta::specta]
pub(crate) async fn coordination(client: State<'_, Client>) -> Result<Coordination> {
    client.coordination().await
}

/// Who did what.
#[tauri::command]
#[specta::specta]
pub(crate) async fn audit(
    client: State<'_, Client>,
    council: Option<CouncilCode>,
    before: Option<Uuid>,
) -> Result<AuditPage> {
    client.audit(council, before).await
}

/// The laptops on which this person is signed in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn devices(client: State<'_, Client>) -> Result<Vec<Device>> {
    client.devices().await
}

/// Signs another laptop out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out_device(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.sign_out_device(id).await
}

/// Says who comes after a council that merges or is split, and from which day on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn name_successors(
    client: State<'_, Client>,
    council: CouncilCode,
    from: DateForm,
    successors: Vec<NewSuccessor>,
) -> Result<()> {
    client.name_successors(&council, &from, successors).await
}

/// Says that nobody comes after a council.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_successors_back(client: State<'_, Client>, council: CouncilCode) -> Result<()> {
    client.take_successors_back(&council).await
}

/// Takes on projects of a council that this one comes after, and says how many that were.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_over(
    client: State<'_, Client>,
    council: CouncilCode,
    from: CouncilCode,
    projects: Vec<ProjectId>,
    team_only: bool,
) -> Result<u32> {
    client.take_over(&council, TakeOver { from, projects, team_only }).await
}
