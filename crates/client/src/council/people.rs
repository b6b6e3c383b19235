//! People, councils and laptops: asked of the registry as they are now, which takes a connection.

use guildhall_protocol::{
    AnswerDomain, AskForCouncil, AuditPage, Coordination, CouncilCode, CouncilPeople, CouncilSettings,
    Device, DomainAnswer, Invite, NameSuccessors, NewRole, NewSuccessor, PersonId, ProjectId, Role, Seat,
    TakeOver, TakenOver, UnconfirmedLead, YesOrNo, routes,
};
use http::Method;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::{Failure, Result};
use crate::profile::Profile;
use crate::sync::with_token;
use crate::views::DateForm;
use crate::{Client, Event, Inner, form};

impl Client {
    /// Who acts for a council, and who wants to.
    ///
    /// # Errors
    /// [`Failure::NoConnection`], and [`Failure::NotFound`] for who may not see it.
    pub async fn council_people(&self, council: &CouncilCode) -> Result<CouncilPeople> {
        self.inner.ask(Method::GET, &routes::with(routes::PEOPLE, &[council.as_str()]), ()).await
    }

    /// The leads whom nobody has confirmed: those for whom this person may vouch, those to whom they may object, and
    /// themselves.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn unconfirmed_leads(&self) -> Result<Vec<UnconfirmedLead>> {
        self.inner.ask(Method::GET, routes::UNCONFIRMED_LEADS, ()).await
    }

    /// Vouches for another council's lead whom nobody has confirmed.
    ///
    /// # Errors
    /// Those of the connection, and where this person may not.
    pub async fn vouch(&self, council: &CouncilCode, person: PersonId) -> Result<()> {
        let path = routes::with(routes::VOUCH, &[council.as_str(), &person.to_string()]);
        self.inner.send(Method::POST, &path, ()).await
    }

    /// Objects to a lead whom nobody has confirmed.
    ///
    /// # Errors
    /// Those of the connection, and where this person may not.
    pub async fn object(&self, council: &CouncilCode, person: PersonId) -> Result<()> {
        let path = routes::with(routes::OBJECTION, &[council.as_str(), &person.to_string()]);
        self.inner.send(Method::POST, &path, ()).await
    }

    /// Who has a seat in a project's team.
    ///
    /// # Errors
    /// Those of the connection, and [`Failure::NotFound`] for who is not in it and may not take one back.
    pub async fn seats(&self, project: ProjectId) -> Result<Vec<Seat>> {
        self.inner.ask(Method::GET, &routes::with(routes::SEATS, &[&project.to_string()]), ()).await
    }

    /// Takes a seat back, or gives up one's own.
    ///
    /// # Errors
    /// Those of the connection, and where this person may not.
    pub async fn take_seat_back(&self, project: ProjectId, person: PersonId) -> Result<()> {
        let path = routes::with(routes::SEAT, &[&project.to_string(), &person.to_string()]);
        self.inner.send(Method::DELETE, &path, ()).await
    }

    /// Says how a council wants to be looked after.
    ///
    /// # Errors
    /// Those of the connection, and where this person may not.
    pub async fn set_council_settings(&self, council: &CouncilCode, settings: CouncilSettings) -> Result<()> {
        let path = routes::with(routes::COUNCIL_SETTINGS, &[council.as_str()]);
        self.inner.send(Method::PUT, &path, settings).await
    }

    /// Offers someone a role.
    ///
    /// # Errors
    /// [`Failure::NotAnEmail`], those of the connection, and where this person may not.
    pub async fn invite(&self, council: &CouncilCode, email: String, role: Role) -> Result<()> {
        let path = routes::with(routes::INVITATIONS, &[council.as_str()]);
        let invited = self.inner.send(Method::POST, &path, Invite { email, role }).await;
        invited.map_err(|failure| match failure {
            Failure::Invalid { .. } => Failure::NotAnEmail,
            other => other,
        })
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// Those of the connection, and where it was answered.
    pub async fn take_invitation_back(&self, id: Uuid) -> Result<()> {
        self.inner.send(Method::DELETE, &routes::with(routes::INVITATION, &[&id.to_string()]), ()).await
    }

    /// Takes the role that one is offered, or doesn't.
    ///
    /// # Errors
    /// Those of the connection, and where it was taken back.
    pub async fn answer_invitation(&self, id: Uuid, accept: bool) -> Result<()> {
        let path = routes::with(routes::INVITATION_ANSWER, &[&id.to_string()]);
        self.inner.send(Method::POST, &path, YesOrNo { accept }).await?;
        self.inner.refresh_me().await
    }

    /// Gives someone another role.
    ///
    /// # Errors
    /// [`Failure::LastLead`], those of the connection, and where this person may not.
    pub async fn set_role(&self, council: &CouncilCode, person: PersonId, role: Role) -> Result<()> {
        let path = routes::with(routes::COUNCIL_PERSON, &[council.as_str(), &person.to_string()]);
        self.inner.send(Method::PUT, &path, NewRole { role }).await
    }

    /// Removes someone's access to a council, or one's own.
    ///
    /// # Errors
    /// [`Failure::LastLead`], those of the connection, and where this person may not.
    pub async fn remove_access(&self, council: &CouncilCode, person: PersonId) -> Result<()> {
        let path = routes::with(routes::COUNCIL_PERSON, &[council.as_str(), &person.to_string()]);
        self.inner.send(Method::DELETE, &path, ()).await?;
        self.inner.refresh_me().await
    }

    /// Asks to act for a council.
    ///
    /// # Errors
    /// [`Failure::ReasonNeeded`] without evidence, and those of the connection.
    pub async fn ask_for_council(&self, council: CouncilCode, evidence: String) -> Result<()> {
        if evidence.trim().is_empty() {
            return Err(Failure::ReasonNeeded);
        }
        let ask = AskForCouncil { council, evidence };
        self.inner.send(Method::POST, routes::ASK_FOR_COUNCIL, ask).await?;
        self.inner.refresh_me().await
    }

    /// Answers who asked to act for a council.
    ///
    /// # Errors
    /// Those of the connection, and where this person may not.
    pub async fn answer_domain(
        &self,
        council: &CouncilCode,
        domain: &str,
        person: Option<PersonId>,
        answer: DomainAnswer,
        below: bool,
    ) -> Result<()> {
        let path = routes::with(routes::DOMAIN, &[council.as_str(), domain]);
        self.inner.send(Method::PUT, &path, AnswerDomain { answer, person, below }).await?;
        self.inner.refresh_me().await
    }

    /// Says who comes after a council that merges or is split, and from which day on.
    ///
    /// # Errors
    /// [`Failure::Invalid`] for a day that is none and for councils that can't be, those of the connection, and where this
    /// person may not.
    pub async fn name_successors(
        &self,
        council: &CouncilCode,
        from: &DateForm,
        successors: Vec<NewSuccessor>,
    ) -> Result<()> {
        let from = form::read_date(from, "/from")?;
        self.put_successors(council, NameSuccessors { from, successors }).await
    }

    /// Says that nobody comes after a council. Projects that were taken over stay where they are.
    ///
    /// # Errors
    /// Those of the connection, and where this person may not.
    pub async fn take_successors_back(&self, council: &CouncilCode) -> Result<()> {
        let from = self.inner.env.clock.now().to_zoned(TimeZone::UTC).date();
        self.put_successors(council, NameSuccessors { from, successors: Vec::new() }).await
    }

    async fn put_successors(&self, council: &CouncilCode, named: NameSuccessors) -> Result<()> {
        let path = routes::with(routes::SUCCESSORS, &[council.as_str()]);
        self.inner.send(Method::PUT, &path, named).await
    }

    /// Takes on projects of a council that this one comes after, and says how many that were.
    ///
    /// # Errors
    /// Those of the connection, and where this person may not.
    pub async fn take_over(&self, council: &CouncilCode, take: TakeOver) -> Result<u32> {
        let path = routes::with(routes::TAKE_OVER, &[council.as_str()]);
        let taken: TakenOver = self.inner.ask(Method::POST, &path, take).await?;
        self.inner.wake.notify_one();
        Ok(taken.projects)
    }

    /// What waits for the coordinators.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for anyone else, and those of the connection.
    pub async fn coordination(&self) -> Result<Coordination> {
        self.inner.ask(Method::GET, routes::COORDINATION, ()).await
    }

    /// Who did what: for a council, or where none is given what this person did, or everybody for a coordinator.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for who may not see it, and those of the connection.
    pub async fn audit(&self, council: Option<CouncilCode>, before: Option<Uuid>) -> Result<AuditPage> {
        let council = council.map(|council| format!("council={council}"));
        let before = before.map(|before| format!("before={before}"));
        let query: Vec<String> = council.into_iter().chain(before).collect();
        self.inner.ask(Method::GET, &format!("{}?{}", routes::AUDIT, query.join("&")), ()).await
    }

    /// The laptops on which this person is signed in.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn devices(&self) -> Result<Vec<Device>> {
        self.inner.ask(Method::GET, routes::DEVICES, ()).await
    }

    /// Signs another laptop out: at its next contact it removes its copy of the catalogue.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn sign_out_device(&self, id: Uuid) -> Result<()> {
        self.inner.send(Method::DELETE, &routes::with(routes::DEVICE, &[&id.to_string()]), ()).await
    }

    /// Asks anew what this person is.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn refresh_me(&self) -> Result<()> {
        self.inner.refresh_me().await
    }
}

impl Inner {
    /// Asks the registry as the person who is signed in.
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

    /// Tells the registry something, as the person who is signed in.
    pub(crate) async fn send(&self, method: Method, path: &str, body: impl Serialize) -> Result<()> {
        let profile = self.online()?;
        let body = serde_json::to_value(body)?;
        let told = with_token(profile.credentials(), |token| {
            let (method, body, api) = (method.clone(), body.clone(), &profile.api);
            async move { api.tell(method, path, token.as_deref(), body).await }
        });
        told.await?;
        // What this person may see may be other now.
        self.wake.notify_one();
        Ok(())
    }

    pub(crate) fn online(&self) -> Result<std::sync::Arc<Profile>> {
        let profile = self.open_profile()?;
        profile.me()?;
        if self.kept().settings.work_offline { Err(Failure::NoConnection) } else { Ok(profile) }
    }

    /// Asks what this person is now, and takes note of it.
    pub(crate) async fn refresh_me(&self) -> Result<()> {
        let profile = self.online()?;
        let me = with_token(profile.credentials(), |token| {
            let api = &profile.api;
            async move { api.me(&token.unwrap_or_default()).await }
        });
        let me = me.await?;
        if profile.me()? == me {
            return Ok(());
        }
        profile.set_me(me.clone());
        self.keep(|kept| {
            let known = |code: &CouncilCode| me.councils.iter().any(|at| at.council == *code);
            let first = || me.councils.first().map(|at| at.council.clone());
            kept.acting_for = kept.acting_for.take().filter(known).or_else(first);
            kept.me = Some(me);
        })?;
        self.refresh_status(|_| ()).await;
        self.tell(Event::AccountChanged);
        self.tell(Event::CatalogueChanged);
        Ok(())
    }
}
