//! People, councils, seats and laptops.

use guildhall_client::Client;
use guildhall_client::error::Result;
use guildhall_client::views::DateForm;
use guildhall_protocol::{
    AuditPage, Coordination, CouncilCode, CouncilPeople, CouncilSettings, Device, DomainAnswer, NewSuccessor,
    PersonId, ProjectId, Role, Seat, TakeOver, UnconfirmedLead,
};
use tauri::State;
use uuid::Uuid;

/// Reads the person's roles from the registry again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn refresh_me(client: State<'_, Client>) -> Result<()> {
    client.refresh_me().await
}

/// The people who act for a council, and those who ask to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn council_people(client: State<'_, Client>, council: CouncilCode) -> Result<CouncilPeople> {
    client.council_people(&council).await
}

/// The unconfirmed leads whom this person may vouch for or object to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unconfirmed_leads(client: State<'_, Client>) -> Result<Vec<UnconfirmedLead>> {
    client.unconfirmed_leads().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vouch(client: State<'_, Client>, council: CouncilCode, person: PersonId) -> Result<()> {
    client.vouch(&council, person).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn object(client: State<'_, Client>, council: CouncilCode, person: PersonId) -> Result<()> {
    client.object(&council, person).await
}

/// The seats in a project's team.
#[tauri::command]
#[specta::specta]
pub(crate) async fn seats(client: State<'_, Client>, project: ProjectId) -> Result<Vec<Seat>> {
    client.seats(project).await
}

/// Removes a seat, which may be the person's own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_seat(
    client: State<'_, Client>,
    project: ProjectId,
    person: PersonId,
) -> Result<()> {
    client.remove_seat(project, person).await
}

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

#[tauri::command]
#[specta::specta]
pub(crate) async fn withdraw_invitation(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.withdraw_invitation(id).await
}

/// Accepts or declines an invitation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_invitation(client: State<'_, Client>, id: Uuid, accept: bool) -> Result<()> {
    client.answer_invitation(id, accept).await
}

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

/// Removes someone's access to a council, which may be the person's own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_access(
    client: State<'_, Client>,
    council: CouncilCode,
    person: PersonId,
) -> Result<()> {
    client.remove_access(&council, person).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn ask_for_council(
    client: State<'_, Client>,
    council: CouncilCode,
    evidence: String,
) -> Result<()> {
    client.ask_for_council(council, evidence).await
}

/// Decides a request to act for a council, or changes its domains.
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

/// Everything that waits for coordinators.
#[tauri::command]
#[specta::specta]
pub(crate) async fn coordination(client: State<'_, Client>) -> Result<Coordination> {
    client.coordination().await
}

/// A page of the audit log: a council's or, without one, the person's own (for a coordinator, everybody's).
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

#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out_device(client: State<'_, Client>, id: Uuid) -> Result<()> {
    client.sign_out_device(id).await
}

/// Names the successors of a council that merges or is split, and their first day.
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

/// Removes a council's successors.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_successors(client: State<'_, Client>, council: CouncilCode) -> Result<()> {
    client.remove_successors(&council).await
}

/// Takes over projects of a predecessor, and returns how many.
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
