//! What leads do about the people of their council, and what everybody does about their own.

use futures_util::future::BoxFuture;
use guildhall_protocol::changes::Kind;
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{
    Code, CouncilCode, CouncilPeople, CouncilPerson, CouncilSettings, Invitation, Me, PersonId, Role,
};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::AnyConnection;
use uuid::Uuid;

use crate::Registry;
use crate::authority::{self, Action, Actor, Asker, Council, can};
use crate::failure::{Failure, Outcome};
use crate::mail::Letter;
use crate::sign_in::read_email;
use crate::store::audit::{self, Act, AuditAction};
use crate::store::invitations::{self, End, Open};
use crate::store::memberships::{self, Membership, Standing};
use crate::store::{WriteTx, council_settings, domains, people, records, reports};
use crate::world::World;
use crate::{membership, successions};

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
            listed.push(crate::domains::shown(&mut tx, row).await?);
        }
        let reader = authority::reader(&mut tx, Some(actor)).await?;
        let reported = reports::open(&mut tx, Some(code)).await?;
        let reported = crate::reports::shown(&mut tx, &reader, reported).await?;
        let predecessors = successions::predecessors(&mut tx, self.world(), &reader, code).await?;
        Ok(CouncilPeople {
            predecessors,
            council: code.clone(),
            name: name_of(&mut tx, code).await?,
            settings: council.settings,
            people: acting,
            invitations: invited,
            domains: listed,
            reports: reported,
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
                    ..actor.act(AuditAction::ChangeSettings, format!("council/{code}"))
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
                    ..actor.act(AuditAction::SetRole, format!("person/{person}"))
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
                    ..actor.act(AuditAction::RemoveAccess, format!("person/{person}"))
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
        let (code, to, registry) = (code.clone(), email.clone(), self.clone());
        let letter = self
            .write_as(asker, move |tx, actor, world| {
                let (council, email, registry) = (code.clone(), to.clone(), registry.clone());
                Box::pin(async move {
                    council_that_may_be_managed(tx.sql(), &actor, &council).await?;
                    if let Some(limits) = registry.limits() {
                        limits.invite(&council)?;
                    }
                    let name = name_of(tx.sql(), &council).await?;
                    let letter = Letter::invitation(&email, &name, role, &actor.person.email);
                    let act = Act {
                        council: council.to_string(),
                        detail: role.as_str().to_owned(),
                        ..actor.act(AuditAction::Invite, format!("council/{council}"))
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
                    ..actor.act(AuditAction::WithdrawInvitation, format!("council/{}", open.council))
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
                let mut act = actor.act(AuditAction::DeclineInvitation, format!("council/{council}"));
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
                    act.action = AuditAction::AcceptInvitation;
                }
                let act =
                    Act { council: open.council.to_string(), detail: open.role.as_str().to_owned(), ..act };
                audit::log(tx, &world, &act).await
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
pub(crate) async fn council_that_may_be_managed(
    sql: &mut AnyConnection,
    actor: &Actor,
    code: &CouncilCode,
) -> Outcome<Council> {
    let council = Council::find(sql, code).await?;
    let exists = records::find(sql, Kind::Council, code.as_str()).await?.is_some();
    if exists && can(actor, Action::ManagePeople, &council) { Ok(council) } else { Err(Failure::not_found()) }
}

pub(crate) fn allow(actor: &Actor, action: Action, council: &Council) -> Outcome<()> {
    match can(actor, action, council) {
        true => Ok(()),
        false => Err(Failure::refused(Code::NotAllowed, "Another role is needed for this")),
    }
}

/// The council's name; its code where there is none.
pub(crate) async fn name_of(sql: &mut AnyConnection, code: &CouncilCode) -> Outcome<String> {
    let record = records::find(sql, Kind::Council, code.as_str()).await?;
    let name = record.as_ref().and_then(|record| record.body.get("name")).and_then(Value::as_str);
    Ok(name.unwrap_or(code.as_str()).to_owned())
}

/// The addresses of a council's leads.
pub(crate) async fn leads_of(sql: &mut AnyConnection, council: &CouncilCode) -> Outcome<Vec<String>> {
    let mut to = Vec::new();
    for lead in memberships::leads(sql, council).await? {
        to.push(people::address_of(sql, &lead.to_string()).await?);
    }
    Ok(to)
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

/// A stored time, read.
pub(crate) fn time(stored: i64) -> Outcome<Timestamp> {
    Timestamp::from_millisecond(stored).map_err(|_| Failure::Damaged("a time".to_owned()))
}

fn sign_in_again() -> Failure {
    Failure::refused(Code::SignInRequired, "Sign in again")
}
