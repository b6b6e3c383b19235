//! The laptops a person is signed in on, each with a session of its own.

use guildhall_protocol::Device;
use uuid::Uuid;

use crate::Registry;
use crate::access::principal::{Actor, Principal};
use crate::error::{Error, Result};
use crate::registry::WriteAs;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::{read_time, sessions};

impl Registry {
    /// The laptops this person is signed in on.
    pub(crate) async fn devices(&self, actor: &Actor) -> Result<Vec<Device>> {
        let mut tx = self.store().read().await?;
        let sessions = sessions::of_person(&mut tx, actor.person.id, self.env().now_ms()).await?;
        let device = |session: sessions::Session| {
            Ok(Device {
                this: session.id == actor.principal.session,
                id: session.id.parse().map_err(|error| Error::damaged("a session's id", error))?,
                name: session.device,
                signed_in_at: read_time(session.created_at)?,
                last_seen: read_time(session.seen_at)?,
            })
        };
        sessions.into_iter().map(device).collect()
    }

    /// Signs out a laptop, which deletes its copy of the catalogue at its next contact.
    pub(crate) async fn sign_out_device(&self, principal: &Principal, id: Uuid) -> Result<()> {
        self.write_as(principal, id, async |WriteAs { tx, actor, env }, id| {
            let now = env.now_ms();
            let sessions = sessions::of_person(tx.sql(), actor.person.id, now).await?;
            let session = sessions.into_iter().find(|session| session.id == id.to_string());
            let session = session.ok_or_else(Error::not_found)?;
            sessions::end(tx, &session.id, sessions::Ended::Elsewhere, now).await?;
            tx.wake_readers();
            let event = AuditEvent {
                detail: session.device,
                ..actor.event(AuditAction::SignOutDevice, format!("device/{id}"))
            };
            Ok(audit::log(tx, env, &event).await?)
        })
        .await
    }
}
