//! Who did what, committed together with what was done. Names no addresses: a person is an id here. It is written, shown
//! and handed out, and nothing else hangs on it: what must be known later has a table of its own.

pub(crate) use guildhall_protocol::AuditAction;
use guildhall_protocol::{CouncilCode, PersonId};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::write::WriteTx;
use crate::env::Env;
use crate::store::error::Result;

/// Who did what the machine's own commands did.
pub(crate) const OPERATOR: &str = "operator";

/// One act.
#[derive(Clone, Debug)]
pub(crate) struct AuditEvent {
    /// A person's id, or `operator` for a command of the machine itself.
    pub(crate) actor: String,
    /// What was done.
    pub(crate) action: AuditAction,
    /// To what: `project/ID`, for example.
    pub(crate) subject: String,
    /// The council that it concerns; empty for none.
    pub(crate) council: String,
    /// What else is worth knowing.
    pub(crate) detail: String,
    /// The names of the fields that changed.
    pub(crate) fields: Vec<String>,
    /// The reason that was given.
    pub(crate) reason: String,
    /// What the laptop calls itself on which it was done.
    pub(crate) device: String,
    /// The id of the request in which it came.
    pub(crate) request: String,
}

impl AuditEvent {
    /// An act of whoever runs the registry.
    pub(crate) fn operator(
        action: AuditAction,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self { detail: detail.into(), ..Self::new(OPERATOR, action, subject) }
    }

    /// An act of which nothing else is worth knowing.
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

/// Writes it down.
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

/// A row as it is read.
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

/// Whose acts are wanted.
#[derive(Clone, Debug)]
pub(crate) enum Whose {
    /// Everybody's.
    All,
    /// Those that concern a council.
    Council(CouncilCode),
    /// A person's own.
    Person(PersonId),
}

/// Acts before that one, the last first; from the last of all where none is given.
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
    // The ids are in the order of the acts.
    let statement = sqlx::AssertSqlSafe(format!(
        "SELECT id, at, actor, action, subject, detail, device, fields, reason, request FROM audit
         WHERE {condition} AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3"
    ));
    let before = before.map(|before| before.to_string()).unwrap_or_default();
    Ok(sqlx::query_as(statement).bind(value).bind(before).bind(limit).fetch_all(sql).await?)
}
