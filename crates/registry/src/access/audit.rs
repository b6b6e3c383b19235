//! Reading the audit log. Entries store ids, and the address is added when they are read, so the log stays true after a
//! person is erased.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{AuditEntry, AuditPage, CouncilCode};
use serde_json::Value;
use sqlx::AnyConnection;
use uuid::Uuid;

use crate::Registry;
use crate::access::council::{Council, name_of};
use crate::access::policy::{self, Action, Reader, can};
use crate::access::principal::Actor;
use crate::error::{Error, Result};
use crate::store::audit::{self, Whose};
use crate::store::{people as addresses, read_time, records};

/// Entries on one page.
const PAGE: usize = 50;

impl Registry {
    /// A page of the audit log for a council. Without a council: a person's own acts, or all acts for a coordinator.
    pub(crate) async fn audit(
        &self,
        actor: &Actor,
        council: Option<CouncilCode>,
        before: Option<Uuid>,
    ) -> Result<AuditPage> {
        let mut tx = self.store().read().await?;
        let whose = match council {
            Some(code) => {
                if !can(actor, Action::ReadAudit, &Council::find(&mut tx, &code).await?) {
                    return Err(Error::not_found());
                }
                Whose::Council(code)
            }
            None if actor.person.coordinator => Whose::All,
            None => Whose::Person(actor.person.id),
        };
        let reader = policy::reader(&mut tx, Some(actor)).await?;
        let mut rows = audit::page(&mut tx, &whose, before, PAGE as i64 + 1).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let name = subject_name(&mut tx, &reader, &row.subject).await?;
            entries.push(AuditEntry {
                id: row.id.parse().map_err(|error| Error::damaged("an act's id", error))?,
                at: read_time(row.at)?,
                by: addresses::address_of(&mut tx, &row.actor).await?,
                device: row.device,
                action: row.action,
                subject: row.subject,
                name,
                detail: row.detail,
                fields: row.fields.split_whitespace().map(str::to_owned).collect(),
                reason: row.reason,
                request: row.request,
            });
        }
        let next = if more { entries.last().map(|entry| entry.id) } else { None };
        Ok(AuditPage { entries, next })
    }
}

/// The subject's name, or empty if it has none or this reader may not see it.
async fn subject_name(sql: &mut AnyConnection, reader: &Reader, subject: &str) -> Result<String> {
    match subject.split_once('/') {
        Some(("project", id)) => {
            let project = records::find(sql, Kind::Project, id).await?;
            let title = project
                .filter(|project| reader.can_read(&project.cell))
                .and_then(|project| project.body.get("title").and_then(Value::as_str).map(str::to_owned));
            Ok(title.unwrap_or_default())
        }
        Some(("council", code)) => match code.parse() {
            Ok(code) => name_of(sql, &code).await,
            Err(_) => Ok(String::new()),
        },
        Some(("person", id)) => Ok(addresses::address_of(sql, id).await?),
        _ => Ok(String::new()),
    }
}
