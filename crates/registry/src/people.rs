//! What leads and coordinators do about people, and what everybody does about their own councils and laptops.

use futures_util::future::BoxFuture;
use guildhall_protocol::changes::Kind;
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{
    AskForCouncil, Code, Coordination, CouncilCode, CouncilPeople, CouncilPerson, CouncilSettings, Device,
    Domain, DomainAnswer, DomainStatus, InterimLead, Invitation, Me, NamedCouncil, PersonId, Role, Week,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sqlx::AnyConnection;
use uuid::Uuid;

use crate::Registry;
use crate::authority::{self, Action, Actor, Asker, Council, can};
use crate::domains::read_domain;
use crate::failure::{Failure, Outcome};
use crate::mail::Letter;
use crate::membership;
use crate::sign_in::read_email;
use crate::store::audit::{self, Act};
use crate::store::invitations::{self, End, Open};
use crate::store::memberships::{self, Membership, Standing};
use crate::store::{WriteTx, cells, council_settings, domains, people, records, sessions};
use crate::world::World;

/// The most characters of why an address is a council's.
const EVIDENCE: usize = 1000;

impl Registry {
    /// Writes as that person, with what they are at that moment: it can't change between the question and the act.
    pub(crate) async fn write_as<T, F>(&self, asker: &Asker, work: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut WriteTx, Actor, World) -> BoxFuture<'t, Outcome<T>>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let (world, asker) = (self.world().clone(), asker.clone());
        self.store()
            .write(move |tx| {
                let (world, asker, work) = (world.clone(), asker.clone(), work.clone());
                Box::pin(async move {
                    let actor = authority::actor(tx.sql(), asker).await?.ok_or_else(sign_in_again)?;
                    work(tx, actor, world).await
                })
            })
            .await
    }

    /// Who that is, and what for.
    pub(crate) async fn me(&self, actor: &Actor) -> Outcome<Me> {
        let mut tx = self.store().read().await?;
        let mut councils = Vec::with_capacity(actor.roles.len());
        for (code, role) in &actor.roles {
            let council = Council::find(&mut tx, code).await?;
            let name = name_of(&mut tx, code).await?;
            let decides = can(actor, Action::Decide, &council);
            councils.push(guildhall_protocol::Membership {
                council: code.clone(),
                name,
                role: *role,
                decides,
            });
        }
        let mut invited = Vec::new();
        for open in invitations::to(&mut tx, &actor.person.email).await? {
            invited.push(invitation(&mut tx, open).await?);
        }
        let asked = domains::asked_for(&mut tx).await?;
        let id = actor.person.id.to_string();
        Ok(Me {
            person: actor.person.id,
            email: actor.person.email.clone(),
            councils,
            coordinator: actor.person.coordinator,
            invitations: invited,
            asked: asked
                .into_iter()
                .filter(|domain| domain.added_by == id)
                .map(|domain| domain.council)
                .collect(),
        })
    }

    /// Who acts for that council, and who wants to.
    pub(crate) async fn council_people(&self, actor: &Actor, code: &CouncilCode) -> Outcome<CouncilPeople> {
        let mut tx = self.store().read().await?;
        let council = council_that_may_be_managed(&mut tx, actor, code).await?;
        let mut acting = Vec::new();
        for membership in memberships::of_council(&mut tx, code).await? {
            let Some(person) = people::find(&mut tx, membership.person).await? else { continue };
            // To the day: who is at their desk at what time is nobody's business.
            let day = 24 * 60 * 60 * 1000;
            acting.push(CouncilPerson {
                person: person.id,
                email: person.email,
                role: membership.role,
                interim: membership.interim,
                lapsed: membership.standing == Standing::Lapsed,
                verified_at: time(membership.verified_at)?,
                last_seen: (person.seen_at > 0).then(|| time(person.seen_at / day * day)).transpose()?,
            });
        }
        acting.sort_by(|a, b| b.role.cmp(&a.role).then_with(|| a.email.cmp(&b.email)));
        let mut invited = Vec::new();
        for open in invitations::of_council(&mut tx, code).await? {
            invited.push(invitation(&mut tx, open).await?);
        }
        let mut listed = Vec::new();
        for row in domains::of_council(&mut tx, code).await? {
            listed.push(domain(&mut tx, row).await?);
        }
        Ok(CouncilPeople {
            council: code.clone(),
            name: name_of(&mut tx, code).await?,
            settings: council.settings,
            people: acting,
            invitations: invited,
            domains: listed,
        })
    }

    /// Says how a council wants to be looked after.
    pub(crate) async fn set_council_settings(
        &self,
        asker: &Asker,
        code: &CouncilCode,
        settings: CouncilSettings,
    ) -> Outcome<()> {
        let code = code.clone();
        self.write_as(asker, move |tx, actor, world| {
            let code = code.clone();
            Box::pin(async move {
                let council = council_that_may_be_managed(tx.sql(), &actor, &code).await?;
                allow(&actor, Action::ChangeSettings, &council)?;
                council_settings::put(tx, &code, settings).await?;
                // Who decides may be someone else now.
                for membership in memberships::of_council(tx.sql(), &code).await? {
                    people::change_access(tx, membership.person).await?;
                }
                people::change_access_of_coordinators(tx).await?;
                let detail = format!(
                    "review {}, editors decide: {}, delegated: {}",
                    settings.review.as_str(),
                    settings.editors_decide,
                    settings.delegate_to_coordinator
                );
                let act = Act {
                    council: code.to_string(),
                    detail,
                    ..actor.act("change_settings", format!("council/{code}"))
                };
                audit::log(tx, &world, &act).await
            })
        })
        .await
    }

    /// Gives someone another role at a council.
    pub(crate) async fn set_role(
        &self,
        asker: &Asker,
        code: &CouncilCode,
        person: PersonId,
        role: Role,
    ) -> Outcome<()> {
        let code = code.clone();
        self.write_as(asker, move |tx, actor, world| {
            let code = code.clone();
            Box::pin(async move {
                let council = Council::find(tx.sql(), &code).await?;
                let membership = memberships::find(tx.sql(), &code, person).await?;
                let membership = membership.filter(|membership| membership.standing != Standing::Removed);
                let confirms = role == Role::Lead
                    && can(&actor, Action::Coordinate, &council)
                    && membership.as_ref().is_some_and(|membership| membership.interim);
                if !confirms {
                    council_that_may_be_managed(tx.sql(), &actor, &code).await?;
                }
                let membership = membership.ok_or_else(Failure::not_found)?;
                if role != Role::Lead {
                    membership::check_not_last_lead(tx, &membership).await?;
                }
                if membership.interim && person == actor.person.id && role == Role::Lead {
                    let title = "A coordinator or another lead confirms it";
                    return Err(Failure::refused(Code::NotAllowed, title));
                }
                membership::set(tx, &Membership { role, interim: false, ..membership }).await?;
                let act = Act {
                    council: code.to_string(),
                    detail: role.as_str().to_owned(),
                    ..actor.act("set_role", format!("person/{person}"))
                };
                audit::log(tx, &world, &act).await
            })
        })
        .await
    }

    /// Removes someone's access to a council, or one's own.
    pub(crate) async fn remove_access(
        &self,
        asker: &Asker,
        code: &CouncilCode,
        person: PersonId,
    ) -> Outcome<()> {
        let code = code.clone();
        self.write_as(asker, move |tx, actor, world| {
            let code = code.clone();
            Box::pin(async move {
                if person != actor.person.id {
                    council_that_may_be_managed(tx.sql(), &actor, &code).await?;
                }
                let membership = memberships::find(tx.sql(), &code, person).await?;
                let membership = membership
                    .filter(|membership| membership.standing != Standing::Removed)
                    .ok_or_else(Failure::not_found)?;
                membership::check_not_last_lead(tx, &membership).await?;
                membership::set(tx, &Membership { standing: Standing::Removed, ..membership }).await?;
                let act = Act {
                    council: code.to_string(),
                    ..actor.act("remove_access", format!("person/{person}"))
                };
                audit::log(tx, &world, &act).await
            })
        })
        .await
    }

    /// Offers someone a role, and writes to them.
    pub(crate) async fn invite(
        &self,
        asker: &Asker,
        code: &CouncilCode,
        email: &str,
        role: Role,
    ) -> Outcome<()> {
        let email = read_email(email)?;
        if role == Role::CouncilUser {
            return Err(Failure::invalid("/role", FieldCode::NotAllowed, "Invite an editor or a lead"));
        }
        let (code, to) = (code.clone(), email.clone());
        let letter = self
            .write_as(asker, move |tx, actor, world| {
                let (council, email) = (code.clone(), to.clone());
                Box::pin(async move {
                    council_that_may_be_managed(tx.sql(), &actor, &council).await?;
                    let name = name_of(tx.sql(), &council).await?;
                    let letter = Letter::invitation(&email, &name, role, &actor.person.email);
                    let act = Act {
                        council: council.to_string(),
                        detail: role.as_str().to_owned(),
                        ..actor.act("invite", format!("council/{council}"))
                    };
                    let (id, now) = (world.new_id(), world.now_ms());
                    let invited_by = actor.person.id;
                    invitations::add(tx, &Open { id, council, email, role, invited_by, invited_at: now })
                        .await?;
                    audit::log(tx, &world, &act).await?;
                    Ok(letter)
                })
            })
            .await?;
        self.write_to(&letter).await;
        Ok(())
    }

    /// Takes an invitation back.
    pub(crate) async fn take_invitation_back(&self, asker: &Asker, id: Uuid) -> Outcome<()> {
        self.write_as(asker, move |tx, actor, world| {
            Box::pin(async move {
                let open = invitations::find(tx.sql(), id).await?.ok_or_else(Failure::not_found)?;
                council_that_may_be_managed(tx.sql(), &actor, &open.council).await?;
                invitations::end(tx, id, End::Withdrawn).await?;
                let act = Act {
                    council: open.council.to_string(),
                    ..actor.act("withdraw_invitation", format!("council/{}", open.council))
                };
                audit::log(tx, &world, &act).await
            })
        })
        .await
    }

    /// Takes the role that one is offered, or doesn't.
    pub(crate) async fn answer_invitation(&self, asker: &Asker, id: Uuid, accept: bool) -> Outcome<()> {
        self.write_as(asker, move |tx, actor, world| {
            Box::pin(async move {
                let open = invitations::find(tx.sql(), id).await?;
                let open =
                    open.filter(|open| open.email == actor.person.email).ok_or_else(Failure::not_found)?;
                let (council, person) = (open.council.clone(), actor.person.id);
                let mut act = actor.act("decline_invitation", format!("council/{council}"));
                invitations::end(tx, id, if accept { End::Accepted } else { End::Declined }).await?;
                if accept {
                    let before = memberships::find(tx.sql(), &council, person).await?;
                    // Who left or was let go comes back by this invitation, not by a domain.
                    let before = before.filter(|before| before.standing == Standing::Active);
                    let domain = before.as_ref().map(|before| before.domain.clone()).unwrap_or_default();
                    let role = before.map_or(open.role, |before| before.role.max(open.role));
                    let (interim, standing) = (false, Standing::Active);
                    let verified_at = actor.person.verified_at;
                    let joined = Membership { council, person, role, interim, domain, standing, verified_at };
                    membership::set(tx, &joined).await?;
                    act.action = "accept_invitation";
                }
                let act =
                    Act { council: open.council.to_string(), detail: open.role.as_str().to_owned(), ..act };
                audit::log(tx, &world, &act).await
            })
        })
        .await
    }

    /// Asks to act for a council.
    pub(crate) async fn ask_for_council(&self, asker: &Asker, ask: AskForCouncil) -> Outcome<()> {
        let evidence = ask.evidence.trim().to_owned();
        if evidence.is_empty() || evidence.chars().count() > EVIDENCE {
            let detail = format!("Say why your address is the council's, in up to {EVIDENCE} characters");
            return Err(Failure::invalid("/evidence", FieldCode::Missing, detail));
        }
        self.write_as(asker, move |tx, actor, world| {
            let (council, evidence) = (ask.council.clone(), evidence.clone());
            Box::pin(async move {
                if records::find(tx.sql(), Kind::Council, council.as_str()).await?.is_none() {
                    return Err(Failure::not_found());
                }
                if actor.role_at(&council).is_some() {
                    let title = "You act for this council already";
                    return Err(Failure::refused(Code::NotAllowed, title));
                }
                let domain = actor.person.domain().to_owned();
                if domains::find(tx.sql(), &domain, &council).await?.is_some() {
                    return Ok(());
                }
                let act = Act {
                    council: council.to_string(),
                    detail: domain.clone(),
                    ..actor.act("ask_for_council", format!("council/{council}"))
                };
                let asked = domains::Domain {
                    domain,
                    council,
                    status: DomainStatus::Asked,
                    evidence,
                    added_by: actor.person.id.to_string(),
                    added_at: world.now_ms(),
                };
                domains::put(tx, &asked).await?;
                audit::log(tx, &world, &act).await
            })
        })
        .await
    }

    /// Answers who asked to act for a council.
    pub(crate) async fn answer_domain(
        &self,
        asker: &Asker,
        code: &CouncilCode,
        domain: &str,
        answer: DomainAnswer,
    ) -> Outcome<()> {
        let (code, domain) = (code.clone(), read_domain(domain)?);
        let letter = self
            .write_as(asker, move |tx, actor, world| {
                let (code, domain) = (code.clone(), domain.clone());
                Box::pin(async move { answer_domain(tx, &world, &actor, &code, &domain, answer).await })
            })
            .await?;
        if let Some(letter) = letter {
            self.write_to(&letter).await;
        }
        Ok(())
    }

    /// What waits for the coordinators.
    pub(crate) async fn coordination(&self, actor: &Actor) -> Outcome<Coordination> {
        if !actor.person.coordinator {
            return Err(Failure::not_found());
        }
        let mut tx = self.store().read().await?;
        let mut asked = Vec::new();
        for row in domains::asked_for(&mut tx).await? {
            asked.push(domain(&mut tx, row).await?);
        }
        let mut without_lead = Vec::new();
        for council in memberships::without_lead(&mut tx).await? {
            without_lead.push(NamedCouncil { name: name_of(&mut tx, &council).await?, council });
        }
        let mut interim = Vec::new();
        for (council, person) in memberships::interim_leads(&mut tx).await? {
            interim.push(InterimLead {
                council_name: name_of(&mut tx, &council).await?,
                email: people::address_of(&mut tx, &person.to_string()).await?,
                council,
                person,
            });
        }
        let since = (self.world().clock.now() - SignedDuration::from_hours(7 * 24)).as_millisecond();
        let (published, councils) = audit::count_since(&mut tx, "publish", since).await?;
        let new_projects = records::new_projects_since(&mut tx, since).await?;
        Ok(Coordination {
            domains: asked,
            without_lead,
            interim,
            overdue: cells::count_named(&mut tx, authority::OVERDUE).await?,
            week: Week {
                new_projects,
                changes: published.saturating_sub(new_projects),
                councils,
                new_people: people::new_since(&mut tx, since).await?,
            },
        })
    }

    /// The laptops on which that person is signed in.
    pub(crate) async fn devices(&self, actor: &Actor) -> Outcome<Vec<Device>> {
        let mut tx = self.store().read().await?;
        let sessions = sessions::of_person(&mut tx, actor.person.id, self.world().now_ms()).await?;
        let device = |session: sessions::Session| {
            Ok(Device {
                this: session.id == actor.asker.session,
                id: session.id.parse().map_err(|_| Failure::Damaged("a session's id".to_owned()))?,
                name: session.device,
                signed_in_at: time(session.created_at)?,
                last_seen: time(session.seen_at)?,
            })
        };
        sessions.into_iter().map(device).collect()
    }

    /// Signs one of them out: at its next contact it removes what it has of the catalogue.
    pub(crate) async fn sign_out_device(&self, asker: &Asker, id: Uuid) -> Outcome<()> {
        self.write_as(asker, move |tx, actor, world| {
            Box::pin(async move {
                let now = world.now_ms();
                let sessions = sessions::of_person(tx.sql(), actor.person.id, now).await?;
                let session = sessions.into_iter().find(|session| session.id == id.to_string());
                let session = session.ok_or_else(Failure::not_found)?;
                sessions::end(tx, &session.id, sessions::Ended::Elsewhere, now).await?;
                tx.wake_readers();
                let act =
                    Act { detail: session.device, ..actor.act("sign_out_device", format!("device/{id}")) };
                audit::log(tx, &world, &act).await
            })
        })
        .await
    }

    /// From now on the person with that address is a coordinator, or no longer one. False where they were already.
    ///
    /// # Errors
    /// When it is no email address, or can't be stored.
    pub async fn set_coordinator(&self, email: &str, coordinator: bool) -> Outcome<bool> {
        let (email, world) = (read_email(email)?, self.world().clone());
        self.store()
            .write(move |tx| {
                let (email, world) = (email.clone(), world.clone());
                Box::pin(async move {
                    let now = world.now_ms();
                    let person = people::find_or_add(tx, &email, PersonId(world.new_id()), now).await?;
                    if person.coordinator == coordinator {
                        return Ok(false);
                    }
                    people::set_coordinator(tx, person.id, coordinator).await?;
                    let action = if coordinator { "add_coordinator" } else { "remove_coordinator" };
                    let act = Act::operator(action, format!("person/{}", person.id), "");
                    audit::log(tx, &world, &act).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Sends a letter. What it is about is done, and stands in the app too: that it could not be sent is for the log.
    pub(crate) async fn write_to(&self, letter: &Letter) {
        if let Err(error) = self.mail().send(self.world(), letter).await {
            tracing::warn!(%error, "a letter was not sent");
        }
    }
}

/// The council, where this person may see and change who acts for it. It is there for nobody else.
async fn council_that_may_be_managed(
    sql: &mut AnyConnection,
    actor: &Actor,
    code: &CouncilCode,
) -> Outcome<Council> {
    let council = Council::find(sql, code).await?;
    let exists = records::find(sql, Kind::Council, code.as_str()).await?.is_some();
    if exists && can(actor, Action::ManagePeople, &council) { Ok(council) } else { Err(Failure::not_found()) }
}

fn allow(actor: &Actor, action: Action, council: &Council) -> Outcome<()> {
    match can(actor, action, council) {
        true => Ok(()),
        false => Err(Failure::refused(Code::NotAllowed, "Another role is needed for this")),
    }
}

async fn answer_domain(
    tx: &mut WriteTx,
    world: &World,
    actor: &Actor,
    code: &CouncilCode,
    domain: &str,
    answer: DomainAnswer,
) -> Outcome<Option<Letter>> {
    let council = Council::find(tx.sql(), code).await?;
    let exists = records::find(tx.sql(), Kind::Council, code.as_str()).await?.is_some();
    let is_coordinators = can(actor, Action::ManageDomains, &council);
    if !exists || !(is_coordinators || can(actor, Action::ManagePeople, &council)) {
        return Err(Failure::not_found());
    }
    if answer == DomainAnswer::Domain {
        allow(actor, Action::ManageDomains, &council)?;
    }
    let known = domains::find(tx.sql(), domain, code).await?;
    let asked = known.clone().filter(|known| known.status == DomainStatus::Asked);
    let asker = match &asked {
        Some(asked) => match asked.added_by.parse() {
            Ok(id) => people::find(tx.sql(), id).await?,
            Err(_) => None,
        },
        None => None,
    };
    match answer {
        DomainAnswer::Domain => {
            let (status, now) = (DomainStatus::Active, world.now_ms());
            let evidence = known.map(|known| known.evidence).unwrap_or_default();
            let active = domains::Domain {
                domain: domain.to_owned(),
                council: code.clone(),
                status,
                evidence,
                added_by: actor.person.id.to_string(),
                added_at: now,
            };
            domains::put(tx, &active).await?;
            membership::verify_all_at(tx, world, domain).await?;
        }
        DomainAnswer::Person => {
            asked.as_ref().ok_or_else(Failure::not_found)?;
            domains::remove(tx, domain, code).await?;
            if let Some(person) = &asker {
                let joined = Membership {
                    council: code.clone(),
                    person: person.id,
                    role: Role::CouncilUser,
                    interim: false,
                    domain: String::new(),
                    standing: Standing::Active,
                    verified_at: person.verified_at,
                };
                membership::set(tx, &joined).await?;
            }
        }
        DomainAnswer::No => {
            asked.as_ref().ok_or_else(Failure::not_found)?;
            domains::remove(tx, domain, code).await?;
        }
    }
    let action = match answer {
        DomainAnswer::Domain => "add_domain",
        DomainAnswer::Person => "let_in",
        DomainAnswer::No => "decline_domain",
    };
    let act = Act {
        council: code.to_string(),
        detail: domain.to_owned(),
        ..actor.act(action, format!("council/{code}"))
    };
    audit::log(tx, world, &act).await?;
    let name = name_of(tx.sql(), code).await?;
    Ok(asker.map(|asker| Letter::answer_about_council(&asker.email, &name, answer != DomainAnswer::No)))
}

/// The council's name; its code where there is none.
pub(crate) async fn name_of(sql: &mut AnyConnection, code: &CouncilCode) -> Outcome<String> {
    let record = records::find(sql, Kind::Council, code.as_str()).await?;
    let name = record.as_ref().and_then(|record| record.body.get("name")).and_then(Value::as_str);
    Ok(name.unwrap_or(code.as_str()).to_owned())
}

async fn invitation(sql: &mut AnyConnection, open: Open) -> Outcome<Invitation> {
    Ok(Invitation {
        id: open.id,
        council_name: name_of(sql, &open.council).await?,
        council: open.council,
        email: open.email,
        role: open.role,
        invited_by: people::address_of(sql, &open.invited_by.to_string()).await?,
        invited_at: time(open.invited_at)?,
    })
}

async fn domain(sql: &mut AnyConnection, row: domains::Domain) -> Outcome<Domain> {
    Ok(Domain {
        council_name: name_of(sql, &row.council).await?,
        added_by: people::address_of(sql, &row.added_by).await?,
        added_at: (row.added_at > 0).then(|| time(row.added_at)).transpose()?,
        domain: row.domain,
        council: row.council,
        status: row.status,
        evidence: row.evidence,
    })
}

/// A stored time, read.
pub(crate) fn time(stored: i64) -> Outcome<Timestamp> {
    Timestamp::from_millisecond(stored).map_err(|_| Failure::Damaged("a time".to_owned()))
}

fn sign_in_again() -> Failure {
    Failure::refused(Code::SignInRequired, "Sign in again")
}
