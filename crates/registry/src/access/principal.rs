//! Who makes a request: what the token says, and the person's current roles, read for every request.

use guildhall_protocol::{CouncilCode, PersonId, Role};
use sqlx::AnyConnection;

use crate::access::factor;
use crate::error::Result;
use crate::store::audit::{AuditAction, AuditEvent};
use crate::store::memberships::{self, Standing};
use crate::store::people::{self, Person};

/// The session behind a request, as its token says.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) person: PersonId,
    /// The session's id.
    pub(crate) session: String,
    /// The laptop's name.
    pub(crate) device: String,
    /// The request's id.
    pub(crate) request: String,
    /// The time of the request, in milliseconds since 1970.
    pub(crate) at: i64,
}

/// A signed-in person with their current roles.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub(crate) principal: Principal,
    pub(crate) person: Person,
    /// The active roles, without those that are suspended for lack of a second factor.
    pub(crate) roles: Vec<Held>,
    pub(crate) factor: factor::Standing,
}

/// A person's role at a council.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) council: CouncilCode,
    pub(crate) role: Role,
    /// Whether somebody else has confirmed this lead. An unconfirmed lead may not do everything that a lead may.
    pub(crate) confirmed: bool,
}

impl Actor {
    fn at(&self, council: &CouncilCode) -> Option<&Held> {
        self.roles.iter().find(|held| held.council == *council)
    }

    /// Their role at this council.
    pub(crate) fn role_at(&self, council: &CouncilCode) -> Option<Role> {
        self.at(council).map(|held| held.role)
    }

    /// Whether they are a confirmed lead of this council.
    pub(crate) fn leads(&self, council: &CouncilCode) -> bool {
        self.at(council).is_some_and(|held| held.role == Role::Lead && held.confirmed)
    }

    /// An audit entry for something that they did.
    pub(crate) fn event(&self, action: AuditAction, subject: impl Into<String>) -> AuditEvent {
        AuditEvent {
            device: self.principal.device.clone(),
            request: self.principal.request.clone(),
            ..AuditEvent::new(self.person.id.to_string(), action, subject)
        }
    }
}

/// Loads the person and their current roles. `None` if the person no longer exists.
pub(crate) async fn actor(sql: &mut AnyConnection, principal: Principal) -> Result<Option<Actor>> {
    let Some(mut person) = people::find(sql, principal.person).await? else { return Ok(None) };
    let memberships = memberships::of_person(sql, principal.person).await?;
    let active = memberships.into_iter().filter(|membership| membership.standing == Standing::Active);
    let roles = active.map(|membership| Held {
        confirmed: membership.leads(),
        role: membership.role,
        council: membership.council,
    });
    let mut roles = roles.collect();
    let factor = factor::Standing::find(sql, &principal, &mut person, &mut roles).await?;
    Ok(Some(Actor { principal, person, roles, factor }))
}
