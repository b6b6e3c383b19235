//! Who asks: what a token says, and what that person is now. It is read afresh for every request.

use futures_util::future::BoxFuture;
use guildhall_protocol::{Code, CouncilCode, PersonId, Role};
use sqlx::AnyConnection;

use crate::Registry;
use crate::access::factor;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::store::audit::{AuditAction, AuditEvent};
use crate::store::memberships::{self, Standing};
use crate::store::people::{self, Person};

/// Who asks, and from where: what a token says.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) person: PersonId,
    /// Their session.
    pub(crate) session: String,
    /// What their laptop calls itself.
    pub(crate) device: String,
    /// The id of the request.
    pub(crate) request: String,
    /// When, in milliseconds since 1970.
    pub(crate) at: i64,
}

/// Someone signed in, with what they are now.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub(crate) principal: Principal,
    pub(crate) person: Person,
    /// Where they are verified now. What rests for want of a second factor is not among it.
    pub(crate) roles: Vec<Held>,
    /// Where their second factor stands.
    pub(crate) factor: factor::Standing,
}

/// A role that someone has at a council.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) council: CouncilCode,
    pub(crate) role: Role,
    /// A lead is confirmed by someone other than themselves: until then they can't do everything that leads do.
    pub(crate) confirmed: bool,
}

impl Actor {
    fn at(&self, council: &CouncilCode) -> Option<&Held> {
        self.roles.iter().find(|held| held.council == *council)
    }

    /// What they are at that council.
    pub(crate) fn role_at(&self, council: &CouncilCode) -> Option<Role> {
        self.at(council).map(|held| held.role)
    }

    /// Are they a confirmed lead of that council?
    pub(crate) fn leads(&self, council: &CouncilCode) -> bool {
        self.at(council).is_some_and(|held| held.role == Role::Lead && held.confirmed)
    }

    /// Something that they did, to be written down.
    pub(crate) fn event(&self, action: AuditAction, subject: impl Into<String>) -> AuditEvent {
        AuditEvent {
            device: self.principal.device.clone(),
            request: self.principal.request.clone(),
            ..AuditEvent::new(self.person.id.to_string(), action, subject)
        }
    }
}

/// Who asks, with what they are now; none where there is no such person.
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

impl Registry {
    /// Writes as that person, with what they are at that moment: it can't change between the question and the act.
    pub(crate) async fn write_as<T, F>(&self, principal: &Principal, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut WriteTx, Actor, Env) -> BoxFuture<'t, Result<T>>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let (env, principal) = (self.env().clone(), principal.clone());
        self.write(move |tx| {
            let (env, principal, work) = (env.clone(), principal.clone(), work.clone());
            Box::pin(async move {
                let actor = actor(tx.sql(), principal).await?.ok_or_else(sign_in_again)?;
                work(tx, actor, env).await
            })
        })
        .await
    }
}

fn sign_in_again() -> Error {
    Error::refused(Code::SignInRequired, "Sign in again")
}
