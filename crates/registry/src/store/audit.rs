//! The audit log: who did what. An entry commits together with the act and names people by id, not by address. It is
//! only shown and exported; no rule reads it. Facts that a rule needs have tables of their own.

pub(crate) use guildhall_protocol::AuditAction;
use guildhall_protocol::{CouncilCode, PersonId};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::write::WriteTx;
use crate::env::Env;
use crate::store::error::Result;

/// The actor of commands that the operator runs on the server.
pub(crate) const OPERATOR: &str = "operator";

/// An entry to be logged.
#[derive(Clone, Debug)]
pub(crate) struct AuditEvent {
    /// A person's id, or `operator` for a command run on the server.
    pub(crate) actor: String,
    pub(crate) action: AuditAction,
    /// What was acted on, for example `project/ID`.
    pub(crate) subject: String,
    /// The council concerned; empty for none.
    pub(crate) council: String,
    pub(crate) detail: String,
    /// The names of the changed fields.
    pub(crate) fields: Vec<String>,
    /// The reason that the actor gave.
    pub(crate) reason: String,
    /// The name of the laptop it was done on.
    pub(crate) device: String,
    /// The id of the HTTP request.
    pub(crate) request: String,
}

impl AuditEvent {
    /// An act by the operator.
    pub(crate) fn operator(
        action: AuditAction,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self { detail: detail.into(), ..Self::new(OPERATOR, action, subject) }
    }

    /// An act with no further details.
    pub(crate) fn new(actor: impl Into<String>, action: AuditAction, subject: impl Into<String>) -> Self {
        Self {
            actor: actor.into(),
            action,
            subject: subject.into(),
            council: String::new(),
            detail: String::new(),
            fields: Vec::new(),
            reason: String::new(),
            device: String::new(),
            request: String::new(),
        }
    }
}

pub(crate) async fn log(tx: &mut WriteTx, env: &Env, event: &AuditEvent) -> Result<()> {
    sqlx::query(
        "INSERT INTO audit (id, at, actor, action, subject, detail, device, fields, reason, request, council)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(env.new_id().to_string())
    .bind(env.now_ms())
    .bind(event.actor.as_str())
    .bind(event.action.as_str())
    .bind(event.subject.as_str())
    .bind(event.detail.as_str())
    .bind(event.device.as_str())
    .bind(event.fields.join(" "))
    .bind(event.reason.as_str())
    .bind(event.request.as_str())
    .bind(event.council.as_str())
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// A stored entry.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) detail: String,
    pub(crate) device: String,
    pub(crate) fields: String,
    pub(crate) reason: String,
    pub(crate) request: String,
}

/// Whose entries to return.
#[derive(Clone, Debug)]
pub(crate) enum Whose {
    All,
    /// Acts that concern a council.
    Council(CouncilCode),
    /// Acts by one person.
    Person(PersonId),
}

/// Entries before the given one, newest first. Without `before`, starts at the newest.
pub(crate) async fn page(
    sql: &mut AnyConnection,
    whose: &Whose,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let (condition, value) = match whose {
        Whose::All => ("$1 = ''", String::new()),
        Whose::Council(council) => ("council = $1", council.to_string()),
        Whose::Person(person) => ("actor = $1", person.to_string()),
    };
    // The ids are UUIDv7, so they sort by time.
    let statement = sqlx::AssertSqlSafe(format!(
        "SELECT id, at, actor, action, subject, detail, device, fields, reason, request FROM audit
         WHERE {condition} AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3"
    ));
    let before = before.map(|before| before.to_string()).unwrap_or_default();
    Ok(sqlx::query_as(statement).bind(value).bind(before).bind(limit).fetch_all(sql).await?)
}
