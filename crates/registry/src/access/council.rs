//! What access rules need to know about a council: its settings, whether it has a lead, and who receives email about
//! it.

use std::collections::BTreeSet;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{Code, Council as CouncilRecord, CouncilCode, CouncilSettings};
use serde_json::Value;
use sqlx::AnyConnection;

use crate::access::policy::{Action, can};
use crate::access::principal::Actor;
use crate::error::{Error, Result};
use crate::store::{council_settings, memberships, people, records};

/// What access rules need to know about a council.
#[derive(Clone, Debug)]
pub(crate) struct Council {
    pub(crate) code: CouncilCode,
    pub(crate) settings: CouncilSettings,
    /// Whether it has a confirmed lead; unconfirmed leads do not count.
    pub(crate) has_lead: bool,
}

impl Council {
    /// Reads the council's current settings and leads.
    pub(crate) async fn find(sql: &mut AnyConnection, code: &CouncilCode) -> Result<Self> {
        let settings = council_settings::get(sql, code).await?;
        let has_lead = !memberships::leads(sql, code).await?.is_empty();
        Ok(Self { code: code.clone(), settings, has_lead })
    }

    /// Whether coordinators decide for the council. They also do so while it has no lead, so that requests never wait
    /// for nobody.
    pub(crate) fn is_delegated(&self) -> bool {
        self.settings.delegate_to_coordinator || !self.has_lead
    }
}

/// The council, if this person may do this there. Otherwise "not found", as for a council that does not exist.
pub(crate) async fn council_where(
    sql: &mut AnyConnection,
    actor: &Actor,
    action: Action,
    code: &CouncilCode,
) -> Result<Council> {
    let council = Council::find(sql, code).await?;
    let exists = records::find(sql, Kind::Council, code.as_str()).await?.is_some();
    if exists && can(actor, action, &council) { Ok(council) } else { Err(Error::not_found()) }
}

/// The refusal for an unconfirmed lead who tries something that only confirmed leads may do.
pub(crate) fn unconfirmed() -> Error {
    let title = "You can do this once a coordinator, or two leads of other councils, have confirmed that you lead this one";
    Error::refused(Code::NotAllowed, title)
}

/// Returns a refusal if this person may not do this.
pub(crate) fn allow(actor: &Actor, action: Action, council: &Council) -> Result<()> {
    match can(actor, action, council) {
        true => Ok(()),
        false => Err(Error::refused(Code::NotAllowed, "You do not have permission to do this")),
    }
}

/// The council's name, or its code if it has no record.
pub(crate) async fn name_of(sql: &mut AnyConnection, code: &CouncilCode) -> Result<String> {
    let record = records::find(sql, Kind::Council, code.as_str()).await?;
    let name = record.as_ref().and_then(|record| record.body.get("name")).and_then(Value::as_str);
    Ok(name.unwrap_or(code.as_str()).to_owned())
}

/// The email addresses of a council's leads.
pub(crate) async fn leads_of(sql: &mut AnyConnection, council: &CouncilCode) -> Result<Vec<String>> {
    let mut to = Vec::new();
    for lead in memberships::leads(sql, council).await? {
        to.push(people::address_of(sql, &lead.to_string()).await?);
    }
    Ok(to)
}

/// The email addresses that receive a council's requests: its leads or, if it has none, its unconfirmed leads and the
/// coordinators.
pub(crate) async fn deciders_of(sql: &mut AnyConnection, council: &CouncilCode) -> Result<Vec<String>> {
    let mut to = leads_of(sql, council).await?;
    if to.is_empty() {
        for (of, lead) in memberships::unconfirmed_leads(sql).await? {
            if of == *council {
                to.push(people::address_of(sql, &lead.to_string()).await?);
            }
        }
        let coordinators = people::coordinators(sql).await?;
        to.extend(coordinators.into_iter().map(|coordinator| coordinator.email));
        to.sort();
        to.dedup();
    }
    Ok(to)
}

/// Whether `new` succeeds `old`, directly or through other councils.
pub(crate) async fn comes_after(
    sql: &mut AnyConnection,
    old: &CouncilCode,
    new: &CouncilCode,
) -> Result<bool> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![old.clone()]);
    while let Some(code) = next.pop() {
        if !seen.insert(code.clone()) {
            continue;
        }
        let Some(record) = records::find(sql, Kind::Council, code.as_str()).await? else { continue };
        for successor in serde_json::from_value::<CouncilRecord>(Value::Object(record.body))?.successors {
            if successor.council == *new {
                return Ok(true);
            }
            next.push(successor.council);
        }
    }
    Ok(false)
}
