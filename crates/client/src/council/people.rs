//! People, councils and laptops. All of this is requested from the registry each time, so it needs a connection.

use guildhall_protocol::{
    AuditPage, Coordination, CouncilAccessRequest, CouncilCode, CouncilPeople, CouncilSettings, DecideDomain,
    Device, DomainAnswer, InvitationReply, Invite, NameSuccessors, NewRole, NewSuccessor, PersonId,
    ProjectId, Role, Seat, TakeOver, TakenOver, UnconfirmedLead, routes,
};
use http::Method;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::{Failure, Result};
use crate::inner::ClientInner;
use crate::profile::Profile;
use crate::remote::session::with_token;
use crate::views::DateForm;
use crate::{Client, Event, form};

impl Client {
    /// The people who act for a council, and those who ask to.
    ///
    /// # Errors
    /// [`Failure::NoConnection`], and [`Failure::NotFound`] if this person may not see them.
    pub async fn council_people(&self, council: &CouncilCode) -> Result<CouncilPeople> {
        self.inner.ask(Method::GET, &routes::with(routes::PEOPLE, &[council.as_str()]), ()).await
    }

    /// The unconfirmed leads for whom this person may vouch or to whom they may object, and themselves if unconfirmed.
    ///
    /// # Errors
    /// Connection errors.
    pub async fn unconfirmed_leads(&self) -> Result<Vec<UnconfirmedLead>> {
        self.inner.ask(Method::GET, routes::UNCONFIRMED_LEADS, ()).await
    }

    /// Vouches for an unconfirmed lead of another council.
    ///
    /// # Errors
    /// Connection errors, and an error if this person may not vouch for them.
    pub async fn vouch(&self, council: &CouncilCode, person: PersonId) -> Result<()> {
        let path = routes::with(routes::VOUCH, &[council.as_str(), &person.to_string()]);
        self.inner.send(Method::POST, &path, ()).await
    }

    /// Objects to an unconfirmed lead.
    ///
    /// # Errors
    /// Connection errors, and an error if this person may not object.
    pub async fn object(&self, council: &CouncilCode, person: PersonId) -> Result<()> {
        let path = routes::with(routes::OBJECTION, &[council.as_str(), &person.to_string()]);
        self.inner.send(Method::POST, &path, ()).await
    }

    /// The seats in a project's team.
    ///
    /// # Errors
    /// Connection errors, and [`Failure::NotFound`] if this person is not in the team and may not manage it.
    pub async fn seats(&self, project: ProjectId) -> Result<Vec<Seat>> {
        self.inner.ask(Method::GET, &routes::with(routes::SEATS, &[&project.to_string()]), ()).await
    }

    /// Ends a person's seat in a project's team, or one's own.
    ///
    /// # Errors
    /// Connection errors, and an error if this person may not end it.
    pub async fn remove_seat(&self, project: ProjectId, person: PersonId) -> Result<()> {
        let path = routes::with(routes::SEAT, &[&project.to_string(), &person.to_string()]);
        self.inner.send(Method::DELETE, &path, ()).await
    }

    /// Saves a council's settings.
    ///
    /// # Errors
    /// Connection errors, and an error if this person may not change them.
    pub async fn set_council_settings(&self, council: &CouncilCode, settings: CouncilSettings) -> Result<()> {
        let path = routes::with(routes::COUNCIL_SETTINGS, &[council.as_str()]);
        self.inner.send(Method::PUT, &path, settings).await
    }

    /// Invites someone to a role.
    ///
    /// # Errors
    /// [`Failure::NotAnEmail`], connection errors, and an error if this person may not invite to it.
    pub async fn invite(&self, council: &CouncilCode, email: String, role: Role) -> Result<()> {
        let path = routes::with(routes::INVITATIONS, &[council.as_str()]);
        let invited = self.inner.send(Method::POST, &path, Invite { email, role }).await;
        invited.map_err(|failure| match failure {
            Failure::Invalid { .. } => Failure::NotAnEmail,
            other => other,
        })
    }

    /// Cancels an invitation.
    ///
    /// # Errors
    /// Connection errors, and an error if it has been answered.
    pub async fn withdraw_invitation(&self, id: Uuid) -> Result<()> {
        self.inner.send(Method::DELETE, &routes::with(routes::INVITATION, &[&id.to_string()]), ()).await
    }

    /// Accepts or declines an invitation.
    ///
    /// # Errors
    /// Connection errors, and an error if it has been cancelled.
    pub async fn answer_invitation(&self, id: Uuid, accept: bool) -> Result<()> {
        let path = routes::with(routes::INVITATION_ANSWER, &[&id.to_string()]);
        self.inner.send(Method::POST, &path, InvitationReply { accept }).await?;
        self.inner.refresh_me().await
    }

    /// Changes someone's role.
    ///
    /// # Errors
    /// [`Failure::LastLead`], connection errors, and an error if this person may not change it.
    pub async fn set_role(&self, council: &CouncilCode, person: PersonId, role: Role) -> Result<()> {
        let path = routes::with(routes::COUNCIL_PERSON, &[council.as_str(), &person.to_string()]);
        self.inner.send(Method::PUT, &path, NewRole { role }).await
    }

    /// Removes someone's access to a council, or one's own.
    ///
    /// # Errors
    /// [`Failure::LastLead`], connection errors, and an error if this person may not remove it.
    pub async fn remove_access(&self, council: &CouncilCode, person: PersonId) -> Result<()> {
        let path = routes::with(routes::COUNCIL_PERSON, &[council.as_str(), &person.to_string()]);
        self.inner.send(Method::DELETE, &path, ()).await?;
        self.inner.refresh_me().await
    }

    /// Asks to act for a council.
    ///
    /// # Errors
    /// [`Failure::ReasonNeeded`] without evidence, and connection errors.
    pub async fn ask_for_council(&self, council: CouncilCode, evidence: String) -> Result<()> {
        if evidence.trim().is_empty() {
            return Err(Failure::ReasonNeeded);
        }
        let ask = CouncilAccessRequest { council, evidence };
        self.inner.send(Method::POST, routes::ASK_FOR_COUNCIL, ask).await?;
        self.inner.refresh_me().await
    }

    /// Answers a request to act for a council, or sets what one of its email domains counts for. `below` includes
    /// subdomains.
    ///
    /// # Errors
    /// Connection errors, and an error if this person may not decide it.
    pub async fn answer_domain(
        &self,
        council: &CouncilCode,
        domain: &str,
        person: Option<PersonId>,
        answer: DomainAnswer,
        below: bool,
    ) -> Result<()> {
        let path = routes::with(routes::DOMAIN, &[council.as_str(), domain]);
        self.inner.send(Method::PUT, &path, DecideDomain { answer, person, below }).await?;
        self.inner.refresh_me().await
    }

    /// Names the successors of a council that merges or is split, and their first day.
    ///
    /// # Errors
    /// [`Failure::Invalid`] for an invalid date or impossible successors, connection errors, and an error if this
    /// person may not name them.
    pub async fn name_successors(
        &self,
        council: &CouncilCode,
        from: &DateForm,
        successors: Vec<NewSuccessor>,
    ) -> Result<()> {
        let from = form::read_date(from, "/from")?;
        self.put_successors(council, NameSuccessors { from, successors }).await
    }

    /// Removes a council's successors. Projects already taken over stay where they are.
    ///
    /// # Errors
    /// Connection errors, and an error if this person may not remove them.
    pub async fn remove_successors(&self, council: &CouncilCode) -> Result<()> {
        let from = self.inner.env().clock.now().to_zoned(TimeZone::UTC).date();
        self.put_successors(council, NameSuccessors { from, successors: Vec::new() }).await
    }

    async fn put_successors(&self, council: &CouncilCode, named: NameSuccessors) -> Result<()> {
        let path = routes::with(routes::SUCCESSORS, &[council.as_str()]);
        self.inner.send(Method::PUT, &path, named).await
    }

    /// Takes over projects from a council's predecessor. Returns how many were moved.
    ///
    /// # Errors
    /// Connection errors, and an error if this person may not take them over.
    pub async fn take_over(&self, council: &CouncilCode, take: TakeOver) -> Result<u32> {
        let path = routes::with(routes::TAKE_OVER, &[council.as_str()]);
        let taken: TakenOver = self.inner.ask(Method::POST, &path, take).await?;
        self.inner.wake_sync();
        Ok(taken.projects)
    }

    /// The tasks of the coordinators.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if this person is not a coordinator, and connection errors.
    pub async fn coordination(&self) -> Result<Coordination> {
        self.inner.ask(Method::GET, routes::COORDINATION, ()).await
    }

    /// A page of the audit log: of a council, or without one of this person's own actions; for a coordinator, of
    /// everyone's. `before` is the id of the last entry of the page before.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if this person may not read it, and connection errors.
    pub async fn audit(&self, council: Option<CouncilCode>, before: Option<Uuid>) -> Result<AuditPage> {
        let council = council.map(|council| format!("council={council}"));
        let before = before.map(|before| format!("before={before}"));
        let query: Vec<String> = council.into_iter().chain(before).collect();
        self.inner.ask(Method::GET, &format!("{}?{}", routes::AUDIT, query.join("&")), ()).await
    }

    /// The laptops on which this person is signed in.
    ///
    /// # Errors
    /// Connection errors.
    pub async fn devices(&self) -> Result<Vec<Device>> {
        self.inner.ask(Method::GET, routes::DEVICES, ()).await
    }

    /// Signs another laptop out. It removes its copy of the catalogue at its next contact.
    ///
    /// # Errors
    /// Connection errors.
    pub async fn sign_out_device(&self, id: Uuid) -> Result<()> {
        self.inner.send(Method::DELETE, &routes::with(routes::DEVICE, &[&id.to_string()]), ()).await
    }

    /// Fetches this person's memberships and roles again.
    ///
    /// # Errors
    /// Connection errors.
    pub async fn refresh_me(&self) -> Result<()> {
        self.inner.refresh_me().await
    }
}

impl ClientInner {
    /// Sends a request as the signed-in person and parses the answer.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: impl Serialize,
    ) -> Result<T> {
        let profile = self.online()?;
        let body = serde_json::to_value(body)?;
        let answer = with_token(profile.credentials(), |token| {
            let (method, body, api) = (method.clone(), body.clone(), &profile.api);
            async move { api.ask(method, path, token.as_deref(), body).await }
        });
        Ok(answer.await?)
    }

    /// Sends a request without an answer as the signed-in person.
    pub(crate) async fn send(&self, method: Method, path: &str, body: impl Serialize) -> Result<()> {
        let profile = self.online()?;
        let body = serde_json::to_value(body)?;
        let told = with_token(profile.credentials(), |token| {
            let (method, body, api) = (method.clone(), body.clone(), &profile.api);
            async move { api.tell(method, path, token.as_deref(), body).await }
        });
        told.await?;
        // It may have changed what this person can see.
        self.wake_sync();
        Ok(())
    }

    pub(crate) fn online(&self) -> Result<std::sync::Arc<Profile>> {
        let profile = self.open_profile()?;
        profile.me()?;
        if self.state().settings.work_offline { Err(Failure::NoConnection) } else { Ok(profile) }
    }

    /// Fetches this person's memberships and roles, and stores them if they differ.
    pub(crate) async fn refresh_me(&self) -> Result<()> {
        let profile = self.online()?;
        let me = with_token(profile.credentials(), |token| {
            let api = &profile.api;
            async move { api.me(&token.unwrap_or_default()).await }
        });
        let me = me.await?;
        profile.note_me(self.env().clock.running());
        if profile.me()? == me {
            return Ok(());
        }
        profile.set_me(me.clone());
        self.update_state(|state| {
            let known = |code: &CouncilCode| me.councils.iter().any(|at| at.council == *code);
            let first = || me.councils.first().map(|at| at.council.clone());
            state.acting_for = state.acting_for.take().filter(known).or_else(first);
            state.me = Some(me);
        })?;
        self.refresh_status(|_| ()).await;
        self.emit(Event::AccountChanged);
        self.emit(Event::CatalogueChanged);
        Ok(())
    }
}
