//! People, councils and laptops.

use guildhall_client::Desk;
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
pub(crate) async fn look_who_i_am(desk: State<'_, Desk>) -> Result<()> {
    desk.look_who_i_am().await
}

/// Who acts for a council, and who wants to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn council_people(desk: State<'_, Desk>, council: CouncilCode) -> Result<CouncilPeople> {
    desk.council_people(&council).await
}

/// The leads whom nobody has confirmed, as far as they concern this person.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unconfirmed_leads(desk: State<'_, Desk>) -> Result<Vec<UnconfirmedLead>> {
    desk.unconfirmed_leads().await
}

/// Vouches for one of them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn vouch(desk: State<'_, Desk>, council: CouncilCode, person: PersonId) -> Result<()> {
    desk.vouch(&council, person).await
}

/// Objects to one of them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn object(desk: State<'_, Desk>, council: CouncilCode, person: PersonId) -> Result<()> {
    desk.object(&council, person).await
}

/// Who has a seat in a project's team.
#[tauri::command]
#[specta::specta]
pub(crate) async fn seats(desk: State<'_, Desk>, project: ProjectId) -> Result<Vec<Seat>> {
    desk.seats(project).await
}

/// Takes a seat back, or gives up one's own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_seat_back(
    desk: State<'_, Desk>,
    project: ProjectId,
    person: PersonId,
) -> Result<()> {
    desk.take_seat_back(project, person).await
}

/// Says how a council wants to be looked after.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_council_settings(
    desk: State<'_, Desk>,
    council: CouncilCode,
    settings: CouncilSettings,
) -> Result<()> {
    desk.set_council_settings(&council, settings).await
}

/// Offers someone a role.
#[tauri::command]
#[specta::specta]
pub(crate) async fn invite(
    desk: State<'_, Desk>,
    council: CouncilCode,
    email: String,
    role: Role,
) -> Result<()> {
    desk.invite(&council, email, role).await
}

/// Takes an invitation back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_invitation_back(desk: State<'_, Desk>, id: Uuid) -> Result<()> {
    desk.take_invitation_back(id).await
}

/// Takes the role that one is offered, or doesn't.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_invitation(desk: State<'_, Desk>, id: Uuid, accept: bool) -> Result<()> {
    desk.answer_invitation(id, accept).await
}

/// Gives someone another role.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_role(
    desk: State<'_, Desk>,
    council: CouncilCode,
    person: PersonId,
    role: Role,
) -> Result<()> {
    desk.set_role(&council, person, role).await
}

/// Removes someone's access to a council, or one's own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_access(
    desk: State<'_, Desk>,
    council: CouncilCode,
    person: PersonId,
) -> Result<()> {
    desk.remove_access(&council, person).await
}

/// Asks to act for a council.
#[tauri::command]
#[specta::specta]
pub(crate) async fn ask_for_council(
    desk: State<'_, Desk>,
    council: CouncilCode,
    evidence: String,
) -> Result<()> {
    desk.ask_for_council(council, evidence).await
}

/// Answers who asked to act for a council.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_domain(
    desk: State<'_, Desk>,
    council: CouncilCode,
    domain: String,
    person: Option<PersonId>,
    answer: DomainAnswer,
    below: bool,
) -> Result<()> {
    desk.answer_domain(&council, &domain, person, answer, below).await
}

/// What waits for the coordinators.
#[tauri::command]
#[specta::specta]
pub(crate) async fn coordination(desk: State<'_, Desk>) -> Result<Coordination> {
    desk.coordination().await
}

/// Who did what.
#[tauri::command]
#[specta::specta]
pub(crate) async fn audit(
    desk: State<'_, Desk>,
    council: Option<CouncilCode>,
    before: Option<Uuid>,
) -> Result<AuditPage> {
    desk.audit(council, before).await
}

/// The laptops on which this person is signed in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn devices(desk: State<'_, Desk>) -> Result<Vec<Device>> {
    desk.devices().await
}

/// Signs another laptop out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out_device(desk: State<'_, Desk>, id: Uuid) -> Result<()> {
    desk.sign_out_device(id).await
}

/// Says who comes after a council that merges or is split, and from which day on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn name_successors(
    desk: State<'_, Desk>,
    council: CouncilCode,
    from: DateForm,
    successors: Vec<NewSuccessor>,
) -> Result<()> {
    desk.name_successors(&council, &from, successors).await
}

/// Says that nobody comes after a council.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_successors_back(desk: State<'_, Desk>, council: CouncilCode) -> Result<()> {
    desk.take_successors_back(&council).await
}

/// Takes on projects of a council that this one comes after, and says how many that were.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_over(
    desk: State<'_, Desk>,
    council: CouncilCode,
    from: CouncilCode,
    projects: Vec<ProjectId>,
    team_only: bool,
) -> Result<u32> {
    desk.take_over(&council, TakeOver { from, projects, team_only }).await
}
