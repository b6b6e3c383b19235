//! The team of a project: who has a seat in it, and who can take a seat back.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{CouncilCode, PersonId, ProjectId, Seat};
use serde_json::Value;
use sqlx::AnyConnection;

use crate::Registry;
use crate::access::council::{Council, name_of};
use crate::access::policy::{self, Action, can};
use crate::access::principal::{Actor, Principal};
use crate::error::{Error, Result};
use crate::registry::WriteAs;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::memberships::{self, Standing};
use crate::store::records::{self, Record};
use crate::store::{people, seats};

impl Registry {
    /// The seats of a project's team, for those who have one and those who may take one back.
    pub(crate) async fn seats(&self, actor: &Actor, project: ProjectId) -> Result<Vec<Seat>> {
        let mut tx = self.store().read().await?;
        let (record, council) = project_of(&mut tx, actor, project).await?;
        let taken = seats::of_project(&mut tx, &record.id).await?;
        let manages = may_manage(actor, &record, &council);
        if !manages && taken.iter().all(|(person, _)| *person != actor.person.id) {
            return Err(Error::not_found());
        }
        let mut shown = Vec::with_capacity(taken.len());
        for (person, code) in taken {
            let membership = memberships::find(&mut tx, &code, person).await?;
            shown.push(Seat {
                email: people::address_of(&mut tx, &person.to_string()).await?,
                council_name: name_of(&mut tx, &code).await?,
                suspended: membership.is_none_or(|membership| membership.standing != Standing::Active),
                may_take_back: manages || person == actor.person.id,
                council: code,
                person,
            });
        }
        Ok(shown)
    }

    /// Takes a seat back, or gives up one's own.
    pub(crate) async fn take_seat_back(
        &self,
        principal: &Principal,
        project: ProjectId,
        person: PersonId,
    ) -> Result<()> {
        self.write_as(principal, (project, person), async |WriteAs { tx, actor, env }, (project, person)| {
            let (record, council) = project_of(tx.sql(), &actor, *project).await?;
            let may = *person == actor.person.id || may_manage(&actor, &record, &council);
            if !may || !seats::remove(tx, &record.id, *person).await? {
                return Err(Error::not_found());
            }
            people::change_access(tx, *person).await?;
            let event = AuditEvent {
                council: council.code.to_string(),
                ..actor.event(AuditAction::TakeSeatBack, format!("project/{project}"))
            };
            Ok(audit::log(tx, env, &event).await?)
        })
        .await
    }
}

async fn project_of(sql: &mut AnyConnection, actor: &Actor, project: ProjectId) -> Result<(Record, Council)> {
    let reader = policy::reader(sql, Some(actor)).await?;
    let record = records::find(sql, Kind::Project, &project.to_string()).await?;
    let record = record.filter(|record| reader.can_read(&record.cell)).ok_or_else(Error::not_found)?;
    let code: CouncilCode = record.council.parse().map_err(|_| Error::not_found())?;
    let council = Council::find(sql, &code).await?;
    Ok((record, council))
}

/// The council's leads, those who stand in for them, and the owner of the project may take back anyone's seat.
fn may_manage(actor: &Actor, record: &Record, council: &Council) -> bool {
    let owner = record.body.get("owner").and_then(Value::as_str);
    can(actor, Action::ManageSeats, council)
        || (can(actor, Action::Send, council) && owner == Some(&actor.person.id.to_string()))
}
