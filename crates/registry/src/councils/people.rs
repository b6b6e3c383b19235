//! The people of a council: what leads change about them, and what everyone can change about their own roles.

use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{
    Code, CouncilCode, CouncilPeople, CouncilPerson, CouncilSettings, Invitation, Me, PersonId, Role,
};
use sqlx::AnyConnection;
use uuid::Uuid;

use crate::Registry;
use crate::access::council::{Council, allow, council_where, leads_of, name_of, unconfirmed};
use crate::access::policy::{self, Action, can};
use crate::access::principal::{self, Actor, Held, Principal};
use crate::councils::{membership, requests, successions};
use crate::error::{Error, Result};
use crate::mail::letters::{self, Letter};
use crate::mail::read_email;
use crate::registry::WriteAs;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::invitations::{self, End, Open};
use crate::store::memberships::{self, ConfirmedBy, Membership, Standing};
use crate::store::{
    council_requests, council_settings, domains, people, read_time, reports, second_factors, submissions,
};
use crate::submissions::review;

impl Registry {
    /// The person who asks, with their roles, invitations and requests.
    pub(crate) async fn me(&self, actor: &Actor) -> Result<Me> {
        let mut tx = self.store().read().await?;
        let mut councils = Vec::with_capacity(actor.roles.len());
        for Held { council: code, role, confirmed } in &actor.roles {
            let council = Council::find(&mut tx, code).await?;
            let name = name_of(&mut tx, code).await?;
            let decides = can(actor, Action::Decide, &council);
            councils.push(guildhall_protocol::Membership {
                council: code.clone(),
                name,
                role: *role,
                decides,
                unconfirmed: *role == Role::Lead && !confirmed,
                review: Some(council.settings.review),
                has_published: submissions::any_published(&mut tx, actor.person.id, code.as_str()).await?,
                leads: leads_of(&mut tx, code).await?,
            });
        }
        let mut invited = Vec::new();
        for open in invitations::to(&mut tx, &actor.person.email, self.env().now_ms()).await? {
            if still_stands(&mut tx, &open, self.env().now_ms()).await?.is_some() {
                invited.push(invitation(&mut tx, open).await?);
            }
        }
        let asked = council_requests::of_person(&mut tx, actor.person.id).await?;
        let requests = requests::waiting_for(&mut tx, actor).await?;
        Ok(Me {
            person: actor.person.id,
            email: actor.person.email.clone(),
            councils,
            coordinator: actor.person.coordinator,
            invitations: invited,
            asked: asked.into_iter().map(|request| request.council).collect(),
            requests,
            factor_due: actor.factor.due()?,
        })
    }

    /// The people of a council, its invitations, domains, requests and reports.
    pub(crate) async fn council_people(&self, actor: &Actor, code: &CouncilCode) -> Result<CouncilPeople> {
        let mut tx = self.store().read().await?;
        let council = council_where(&mut tx, actor, Action::InviteEditors, code).await?;
        let mut acting = Vec::new();
        for membership in memberships::of_council(&mut tx, code).await? {
            let Some(person) = people::find(&mut tx, membership.person).await? else { continue };
            // To the day only: when exactly somebody works is nobody else's business.
            let day = 24 * 60 * 60 * 1000;
            let factor = second_factors::find(&mut tx, person.id, self.env().now_ms()).await?;
            let factor = factor.filter(second_factors::StoredFactor::is_confirmed);
            let factor_reset_at = factor.as_ref().map(|factor| factor.reset_at).filter(|at| *at > 0);
            acting.push(CouncilPerson {
                person: person.id,
                email: person.email,
                role: membership.role,
                interim: membership.is_unconfirmed_lead(),
                lapsed: membership.standing == Standing::Lapsed,
                verified_at: read_time(membership.verified_at)?,
                last_seen: (person.seen_at > 0).then(|| read_time(person.seen_at / day * day)).transpose()?,
                second_factor: factor.is_some(),
                factor_reset_at: factor_reset_at.map(read_time).transpose()?,
            });
        }
        acting.sort_by(|a, b| b.role.cmp(&a.role).then_with(|| a.email.cmp(&b.email)));
        let mut invited = Vec::new();
        for open in invitations::of_council(&mut tx, code, self.env().now_ms()).await? {
            if still_stands(&mut tx, &open, self.env().now_ms()).await?.is_some() {
                invited.push(invitation(&mut tx, open).await?);
            }
        }
        let mut listed = Vec::new();
        for row in domains::of_council(&mut tx, code).await? {
            listed.push(crate::councils::domains::shown(&mut tx, row).await?);
        }
        for request in council_requests::of_council(&mut tx, code).await? {
            listed.extend(requests::shown(&mut tx, request).await?);
        }
        let reader = policy::reader(&mut tx, Some(actor)).await?;
        let reported = reports::open(&mut tx, Some(code)).await?;
        let reported = crate::projects::moderation::shown(&mut tx, &reader, reported).await?;
        let predecessors = successions::predecessors(&mut tx, self.env(), &reader, code).await?;
        Ok(CouncilPeople {
            may_manage: can(actor, Action::ManagePeople, &council),
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

    /// Changes a council's settings.
    pub(crate) async fn set_council_settings(
        &self,
        principal: &Principal,
        code: CouncilCode,
        settings: CouncilSettings,
    ) -> Result<()> {
        self.write_as(principal, (code, settings), async |WriteAs { tx, actor, env }, (code, settings)| {
            let council = council_where(tx.sql(), &actor, Action::InviteEditors, code).await?;
            allow(&actor, Action::ChangeSettings, &council)?;
            council_settings::put(tx, code, *settings).await?;
            // The settings say who decides, so what its people may see can have changed.
            for membership in memberships::of_council(tx.sql(), code).await? {
                people::change_access(tx, membership.person).await?;
            }
            people::change_access_of_coordinators(tx).await?;
            let detail = format!(
                "review {}, editors decide: {}, delegated: {}",
                settings.review.as_str(),
                settings.editors_decide,
                settings.delegate_to_coordinator
            );
            let event = AuditEvent {
                council: code.to_string(),
                detail,
                ..actor.event(AuditAction::ChangeSettings, format!("council/{code}"))
            };
            Ok(audit::log(tx, env, &event).await?)
        })
        .await
    }

    /// Changes someone's role at a council.
    pub(crate) async fn set_role(
        &self,
        principal: &Principal,
        code: CouncilCode,
        person: PersonId,
        role: Role,
    ) -> Result<()> {
        self.write_as(
            principal,
            (code, person, role),
            async |WriteAs { tx, actor, env }, (code, person, role)| {
                let (person, role) = (*person, *role);
                let council = Council::find(tx.sql(), code).await?;
                let membership = memberships::find(tx.sql(), code, person).await?;
                let membership = membership.filter(|membership| membership.standing != Standing::Removed);
                let is_unconfirmed = membership.as_ref().is_some_and(Membership::is_unconfirmed_lead);
                let confirms =
                    role == Role::Lead && can(&actor, Action::Coordinate, &council) && is_unconfirmed;
                if !confirms {
                    council_where(tx.sql(), &actor, Action::InviteEditors, code).await?;
                    if !can(&actor, Action::ManagePeople, &council) {
                        return Err(unconfirmed());
                    }
                }
                let membership = membership.ok_or_else(Error::not_found)?;
                if membership.role == role && !is_unconfirmed {
                    return Ok(());
                }
                if is_unconfirmed && role == Role::Lead && person == actor.person.id {
                    let title = "Someone else confirms that you lead this council";
                    return Err(Error::refused(Code::NotAllowed, title));
                }
                if role != Role::Lead {
                    membership::check_not_last_lead(tx, &membership).await?;
                }
                let by = if actor.leads(code) { ConfirmedBy::Lead } else { ConfirmedBy::Coordinator };
                let confirmed_by = (role == Role::Lead).then_some(by);
                let turned_away = is_unconfirmed && role != Role::Lead;
                membership::set(tx, &Membership { role, confirmed_by, ..membership }).await?;
                if turned_away {
                    review::have_checked_again(tx, env, code, person).await?;
                }
                let event = AuditEvent {
                    council: code.to_string(),
                    detail: role.as_str().to_owned(),
                    ..actor.event(AuditAction::SetRole, format!("person/{person}"))
                };
                Ok(audit::log(tx, env, &event).await?)
            },
        )
        .await
    }

    /// Removes someone's access to a council, or one's own.
    pub(crate) async fn remove_access(
        &self,
        principal: &Principal,
        code: CouncilCode,
        person: PersonId,
    ) -> Result<()> {
        self.write_as(principal, (code, person), async |WriteAs { tx, actor, env }, (code, person)| {
            if *person != actor.person.id {
                let council = council_where(tx.sql(), &actor, Action::InviteEditors, code).await?;
                if !can(&actor, Action::ManagePeople, &council) {
                    return Err(unconfirmed());
                }
            }
            let membership = memberships::find(tx.sql(), code, *person).await?;
            let membership = membership
                .filter(|membership| membership.standing != Standing::Removed)
                .ok_or_else(Error::not_found)?;
            membership::check_not_last_lead(tx, &membership).await?;
            let turned_away = membership.is_unconfirmed_lead() && *person != actor.person.id;
            membership::set(tx, &Membership { standing: Standing::Removed, ..membership }).await?;
            if turned_away {
                review::have_checked_again(tx, env, code, *person).await?;
            }
            let event = AuditEvent {
                council: code.to_string(),
                ..actor.event(AuditAction::RemoveAccess, format!("person/{person}"))
            };
            Ok(audit::log(tx, env, &event).await?)
        })
        .await
    }

    /// Invites someone to a role by email.
    pub(crate) async fn invite(
        &self,
        principal: &Principal,
        code: CouncilCode,
        email: &str,
        role: Role,
    ) -> Result<()> {
        let email = read_email(email)?;
        if role == Role::Contributor {
            return Err(Error::invalid("/role", FieldCode::NotAllowed, "Select editor or lead"));
        }
        let args = (code, email, role, self.clone());
        let letter = self
            .write_as(principal, args, async |WriteAs { tx, actor, env }, (code, email, role, registry)| {
                let found = council_where(tx.sql(), &actor, Action::InviteEditors, code).await?;
                if *role == Role::Lead && !can(&actor, Action::ManagePeople, &found) {
                    return Err(unconfirmed());
                }
                if *email == actor.person.email {
                    let title = "This is your own address. Ask another lead to invite you";
                    return Err(Error::refused(Code::NotAllowed, title));
                }
                if let Some(limits) = registry.limits() {
                    limits.invite(code)?;
                }
                let name = name_of(tx.sql(), code).await?;
                let closing = letters::Closing::read(tx.sql()).await?;
                let by = &actor.person.email;
                let invitation =
                    letters::Invitation { council: &name, role: *role, by, address: &closing.address };
                let letter = Letter::new(email, &invitation);
                let event = AuditEvent {
                    council: code.to_string(),
                    detail: role.as_str().to_owned(),
                    ..actor.event(AuditAction::Invite, format!("council/{code}"))
                };
                let open = Open {
                    id: env.new_id(),
                    council: code.clone(),
                    email: email.clone(),
                    role: *role,
                    invited_by: actor.person.id,
                    invited_at: env.now_ms(),
                };
                invitations::add(tx, &open).await?;
                audit::log(tx, env, &event).await?;
                Ok(letter)
            })
            .await?;
        self.write_to(&letter).await;
        Ok(())
    }

    /// Cancels an invitation.
    pub(crate) async fn cancel_invitation(&self, principal: &Principal, id: Uuid) -> Result<()> {
        self.write_as(principal, id, async |WriteAs { tx, actor, env }, id| {
            let open = invitations::find(tx.sql(), *id, env.now_ms()).await?;
            let open = open.ok_or_else(Error::not_found)?;
            let council = council_where(tx.sql(), &actor, Action::InviteEditors, &open.council).await?;
            if open.invited_by != actor.person.id && !can(&actor, Action::ManagePeople, &council) {
                return Err(unconfirmed());
            }
            invitations::end(tx, *id, End::Withdrawn).await?;
            let event = AuditEvent {
                council: open.council.to_string(),
                ..actor.event(AuditAction::WithdrawInvitation, format!("council/{}", open.council))
            };
            Ok(audit::log(tx, env, &event).await?)
        })
        .await
    }

    /// Accepts or declines an invitation.
    pub(crate) async fn answer_invitation(
        &self,
        principal: &Principal,
        id: Uuid,
        accept: bool,
    ) -> Result<()> {
        self.write_as(principal, (id, accept), async |WriteAs { tx, actor, env }, (id, accept)| {
            let open = invitations::find(tx.sql(), *id, env.now_ms()).await?;
            let open = open.filter(|open| open.email == actor.person.email).ok_or_else(Error::not_found)?;
            let confirmed_by =
                still_stands(tx.sql(), &open, env.now_ms()).await?.ok_or_else(Error::not_found)?;
            let (council, person) = (open.council.clone(), actor.person.id);
            let mut event = actor.event(AuditAction::DeclineInvitation, format!("council/{council}"));
            invitations::end(tx, *id, if *accept { End::Accepted } else { End::Declined }).await?;
            if *accept {
                let before = memberships::find(tx.sql(), &council, person).await?;
                // Someone who left or was removed comes back by this invitation, not by a domain.
                let before = before.filter(|before| before.standing == Standing::Active);
                let (standing, verified_at) = (Standing::Active, actor.person.verified_at);
                let joined = match before {
                    // An invitation never lowers a role, and only an invitation to be a lead confirms a lead.
                    Some(before) if before.role >= open.role && open.role != Role::Lead => before,
                    Some(before) if before.leads() => before,
                    before => Membership {
                        council,
                        person,
                        role: open.role,
                        confirmed_by: (open.role == Role::Lead).then_some(confirmed_by),
                        domain: before.map(|before| before.domain).unwrap_or_default(),
                        standing,
                        verified_at,
                    },
                };
                membership::set(tx, &joined).await?;
                event.action = AuditAction::AcceptInvitation;
            }
            let event = AuditEvent {
                council: open.council.to_string(),
                detail: open.role.as_str().to_owned(),
                ..event
            };
            Ok(audit::log(tx, env, &event).await?)
        })
        .await
    }
}

/// Who the invitation would have confirmed a lead. None if its author could no longer send it.
async fn still_stands(sql: &mut AnyConnection, open: &Open, now: i64) -> Result<Option<ConfirmedBy>> {
    let principal = Principal {
        person: open.invited_by,
        session: String::new(),
        device: String::new(),
        request: String::new(),
        at: now,
    };
    let Some(inviter) = principal::actor(sql, principal).await? else { return Ok(None) };
    let council = Council::find(sql, &open.council).await?;
    let action = if open.role == Role::Lead { Action::ManagePeople } else { Action::InviteEditors };
    let by = if inviter.leads(&open.council) { ConfirmedBy::Lead } else { ConfirmedBy::Coordinator };
    Ok(can(&inviter, action, &council).then_some(by))
}

async fn invitation(sql: &mut AnyConnection, open: Open) -> Result<Invitation> {
    Ok(Invitation {
        id: open.id,
        council_name: name_of(sql, &open.council).await?,
        council: open.council,
        email: open.email,
        role: open.role,
        invited_by: people::address_of(sql, &open.invited_by.to_string()).await?,
        invited_at: read_time(open.invited_at)?,
    })
}
