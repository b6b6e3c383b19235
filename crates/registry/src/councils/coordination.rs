//! Coordinators: who they are, and what needs one of them.

use guildhall_protocol::{Coordination, CouncilCode, LeadToConfirm, NamedCouncil, PersonId, Week};
use jiff::SignedDuration;

use crate::Registry;
use crate::access::council::name_of;
use crate::access::principal::Actor;
use crate::access::{factor_setting, policy};
use crate::councils::{domains, membership, requests, successions};
use crate::error::{Error, Result};
use crate::mail::read_email;
use crate::registry::Write;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::{cells, council_requests, memberships, people, publications, reports};

impl Registry {
    /// What needs a coordinator, and the week's numbers.
    pub(crate) async fn coordination(&self, actor: &Actor) -> Result<Coordination> {
        if !actor.person.coordinator {
            return Err(Error::not_found());
        }
        let mut tx = self.store().read().await?;
        let mut asked = Vec::new();
        for request in council_requests::all(&mut tx).await? {
            asked.extend(requests::shown(&mut tx, request).await?);
        }
        let mut listed = Vec::new();
        for row in crate::store::domains::all(&mut tx).await? {
            listed.push(domains::shown(&mut tx, row).await?);
        }
        let mut without_lead = Vec::new();
        for council in memberships::without_lead(&mut tx).await? {
            without_lead.push(NamedCouncil { name: name_of(&mut tx, &council).await?, council });
        }
        let mut interim = Vec::new();
        for (council, person) in memberships::unconfirmed_leads(&mut tx).await? {
            interim.push(LeadToConfirm {
                council_name: name_of(&mut tx, &council).await?,
                email: people::address_of(&mut tx, &person.to_string()).await?,
                council,
                person,
            });
        }
        let since = (self.env().clock.now() - SignedDuration::from_hours(7 * 24)).as_millisecond();
        let published = publications::since(&mut tx, since).await?;
        let reader = policy::reader(&mut tx, Some(actor)).await?;
        let reported = reports::open(&mut tx, None).await?;
        let reported = crate::projects::moderation::shown(&mut tx, &reader, reported).await?;
        Ok(Coordination {
            domains: asked,
            listed,
            without_lead,
            interim,
            overdue: cells::count_named(&mut tx, policy::OVERDUE).await?,
            reports: reported,
            successions: successions::recent(&mut tx, self.env(), &reader).await?,
            week: Week {
                new_projects: published.first,
                changes: published.versions.saturating_sub(published.first),
                councils: published.councils,
                new_people: people::new_since(&mut tx, since).await?,
            },
        })
    }

    /// Makes the person with that address a lead of the council, to start one or to recover one without a lead. False
    /// if they already are.
    ///
    /// # Errors
    /// If it is no email address, or there is no such council.
    pub async fn add_lead(&self, email: &str, council: &CouncilCode) -> Result<bool> {
        let args = (read_email(email)?, council.clone());
        self.write(args, async |Write { tx, env }, (email, council)| {
            domains::must_exist(tx, council).await?;
            let added = membership::make_lead(tx, env, email, council).await?;
            let event = AuditEvent {
                council: council.to_string(),
                ..AuditEvent::operator(AuditAction::AddLead, format!("council/{council}"), "")
            };
            audit::log(tx, env, &event).await?;
            Ok(added)
        })
        .await
    }

    /// Makes the person with that address a coordinator, or no longer one. False if nothing changes.
    ///
    /// # Errors
    /// If it is no email address, or cannot be stored.
    pub async fn set_coordinator(&self, email: &str, coordinator: bool) -> Result<bool> {
        self.write((read_email(email)?, coordinator), async |Write { tx, env }, (email, coordinator)| {
            let now = env.now_ms();
            let person = people::find_or_add(tx, email, PersonId(env.new_id()), now).await?;
            if person.coordinator == *coordinator {
                return Ok(false);
            }
            people::set_coordinator(tx, person.id, *coordinator).await?;
            if *coordinator {
                factor_setting::begin_coordinator(tx, env, person.id).await?;
            }
            let action =
                if *coordinator { AuditAction::AddCoordinator } else { AuditAction::RemoveCoordinator };
            let event = AuditEvent::operator(action, format!("person/{}", person.id), "");
            audit::log(tx, env, &event).await?;
            Ok(true)
        })
        .await
    }
}
