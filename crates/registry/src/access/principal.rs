//! Who asks: what a token says, and what that person is now. It is read afresh for every request.

use futures_util::future::BoxFuture;
use guildhall_protocol::{Code, CouncilCode, PersonId, Role};
use sqlx::AnyConnection;

use crate::Registry;
use crate::access::factor;
use crate::env::World;
use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::store::audit::{Act, AuditAction};
use crate::store::memberships::{self, Standing};
use crate::store::people::{self, Person};

/// Who asks, and from where: what a token says.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
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
    pub(crate) asker: Asker,
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
    pub(crate) fn act(&self, action: AuditAction, subject: impl Into<String>) -> Act {
        Act {
            device: self.asker.device.clone(),
            request: self.asker.request.clone(),
            ..Act::new(self.person.id.to_string(), action, subject)
        }
    }
}

/// Who asks, with what they are now; none where there is no such person.
pub(crate) async fn actor(sql: &mut AnyConnection, asker: Asker) -> Result<Option<Actor>> {
    let Some(mut person) = people::find(sql, asker.person).await? else { return Ok(None) };
    let memberships = memberships::of_person(sql, asker.person).await?;
    let active = memberships.into_iter().filter(|membership| membership.standing == Standing::Active);
    let roles = active.map(|membership| Held {
        confirmed: membership.leads(),
        role: membership.role,
        council: membership.council,
    });
    let mut roles = roles.collect();
    let factor = factor::Standing::find(sql, &asker, &mut person, &mut roles).await?;
    Ok(Some(Actor { asker, person, roles, factor }))
}

impl Registry {
    /// Writes as that person, with what they are at that moment: it can't change between the question and the act.
    pub(crate) async fn write_as<T, F>(&self, asker: &Asker, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut WriteTx, Actor, World) -> BoxFuture<'t, Result<T>>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let (world, asker) = (self.world().clone(), asker.clone());
        self.write(move |tx| {
            let (world, asker, work) = (world.clone(), asker.clone(), work.clone());
            Box::pin(async move {
                let actor = actor(tx.sql(), asker).await?.ok_or_else(sign_in_again)?;
                work(tx, actor, world).await
            })
        })
        .await
    }
}

fn sign_in_again() -> Error {
    Error::refused(Code::SignInRequired, "Sign in again")
}
