//! Data exports: everything stored about a person or for a council, as table rows in readable form. Records are limited
//! to those that the reader may read.

use std::collections::BTreeSet;

use guildhall_protocol::CouncilCode;
use guildhall_protocol::fields::Fields;
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::AnyConnection;

use crate::Registry;
use crate::access::council::council_where;
use crate::access::policy::{self, Action, Reader};
use crate::access::principal::Actor;
use crate::error::{Error, Result};
use crate::registry::WriteAs;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::erasures::{self, Among};
use crate::store::tables::{self, Columns};

/// A table, and a condition on `$1` that selects its rows.
type Rows = (&'static str, &'static str);

/// Tables with rows about a person, selected by the person's id.
const OF_A_PERSON: [Rows; 14] = [
    ("people", "id = $1"),
    ("former_addresses", "person = $1"),
    ("memberships", "person = $1"),
    ("invitations", "email = (SELECT email FROM people WHERE id = $1)"),
    ("domains", "added_by = $1"),
    ("council_requests", "person = $1"),
    ("seats", "person = $1"),
    ("sessions", "person = $1"),
    ("identities", "person = $1"),
    ("second_factors", "person = $1"),
    ("second_factor_due", "person = $1"),
    ("submissions", "person = $1"),
    ("reports", "reporter = $1"),
    ("audit", "actor = $1"),
];

/// Tables with rows about a council, selected by its code.
const OF_A_COUNCIL: [Rows; 8] = [
    ("domains", "council = $1"),
    ("council_settings", "council = $1"),
    ("memberships", "council = $1"),
    ("invitations", "council = $1"),
    ("submissions", "council = $1"),
    ("reports", "council = $1"),
    ("publications", "council = $1"),
    ("audit", "council = $1"),
];

/// The council, its projects and reviews, and the records that belong to its projects.
const RECORDS_OF_A_COUNCIL: Rows = (
    "records",
    "council = $1 OR (kind = 'council' AND id = $1)
     OR project IN (SELECT id FROM records WHERE kind = 'project' AND council = $1)",
);

impl Registry {
    /// Everything stored about the person who asks.
    pub(crate) async fn data_of(&self, actor: &Actor) -> Result<Fields> {
        let mut tx = self.store().read().await?;
        let id = actor.person.id.to_string();
        let reader = policy::reader(&mut tx, Some(actor)).await?;
        let mut data = self.begin_export();
        for rows in OF_A_PERSON {
            let found = read(&mut tx, rows, &id).await?;
            data.insert(rows.0.to_owned(), found.into_iter().map(readable).collect());
        }
        let written = records(&mut tx, &reader, ("records", "author = $1"), &id).await?;
        data.insert("records".to_owned(), written.into_iter().map(readable).collect());
        let named = erasures::records(&mut tx, Among::Naming(&actor.person.email)).await?;
        let named = named.into_iter().map(|(kind, id)| json!({"kind": kind, "id": id}));
        data.insert("records_with_your_address".to_owned(), named.collect());
        Ok(data)
    }

    /// Everything stored for a council, for those who manage its people. The export is logged. A coordinator who stands
    /// in does not get projects that only a team can see.
    pub(crate) async fn data_of_council(&self, actor: &Actor, code: CouncilCode) -> Result<Fields> {
        self.write_as(&actor.principal, code.clone(), async |WriteAs { tx, actor, env }, code| {
            council_where(tx.sql(), &actor, Action::ManagePeople, code).await?;
            let event = AuditEvent {
                council: code.to_string(),
                ..actor.event(AuditAction::ExportCouncil, format!("council/{code}"))
            };
            Ok(audit::log(tx, env, &event).await?)
        })
        .await?;
        let mut tx = self.store().read().await?;
        let reader = policy::reader(&mut tx, Some(actor)).await?;
        let mut data = self.begin_export();
        let of_council = records(&mut tx, &reader, RECORDS_OF_A_COUNCIL, code.as_str()).await?;
        let ids: BTreeSet<(String, String)> = of_council.iter().map(kind_and_id).collect();
        let history = ("history", "id IN (SELECT id FROM records WHERE council = $1 OR id = $1)");
        let mut history = read(&mut tx, history, code.as_str()).await?;
        history.retain(|row| ids.contains(&kind_and_id(row)));
        data.insert("records".to_owned(), of_council.into_iter().map(readable).collect());
        data.insert("history".to_owned(), history.into_iter().map(readable).collect());
        let people = ("people", "id IN (SELECT person FROM memberships WHERE council = $1)");
        let people = read(&mut tx, people, code.as_str()).await?;
        let people = people.into_iter().map(|row| json!({"id": row.get("id"), "email": row.get("email")}));
        data.insert("people".to_owned(), people.collect());
        for rows in OF_A_COUNCIL {
            let mut found = read(&mut tx, rows, code.as_str()).await?;
            // The text of a submission that has not been published belongs to its author.
            if rows.0 == "submissions" {
                for row in &mut found {
                    row.retain(|name, _| !matches!(name.as_str(), "body" | "answer" | "problem"));
                }
            }
            data.insert(rows.0.to_owned(), found.into_iter().map(readable).collect());
        }
        Ok(data)
    }

    fn begin_export(&self) -> Fields {
        let mut data = Fields::new();
        data.insert("exported_at".to_owned(), self.env().clock.now().to_string().into());
        data
    }
}

async fn read(sql: &mut AnyConnection, (table, condition): Rows, value: &str) -> Result<Vec<Columns>> {
    let mut rows = Vec::new();
    tables::each_where(sql, table, Some((condition, value)), |row| {
        rows.push(row);
        Ok::<(), Error>(())
    })
    .await?;
    Ok(rows)
}

/// The selected records that this reader may read.
async fn records(sql: &mut AnyConnection, reader: &Reader, rows: Rows, value: &str) -> Result<Vec<Columns>> {
    let mut found = read(sql, rows, value).await?;
    found.retain(|row| row.get("cell").and_then(Value::as_str).is_some_and(|cell| reader.can_read(cell)));
    Ok(found)
}

fn kind_and_id(row: &Columns) -> (String, String) {
    let text = |name| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("kind"), text("id"))
}

/// A row in readable form: times in RFC 3339, JSON columns parsed, and internal columns left out.
fn readable(row: Columns) -> Value {
    let word = |(name, value): (String, Value)| {
        let value = match (name.as_str(), &value) {
            ("hash" | "body_hash" | "cell" | "access" | "pair" | "previous_pair" | "seen_pair", _) => {
                return None;
            }
            // The secrets of second factors are never exported, even sealed.
            ("secret" | "pending" | "pending_at" | "last_step" | "wrong" | "wait_until", _) => return None,
            ("body" | "problem" | "merged_with" | "answer", Value::String(text)) => {
                serde_json::from_str(text).unwrap_or(value)
            }
            (name, Value::Number(number)) if name == "at" || name.ends_with("_at") => {
                let millis = number.as_i64().filter(|millis| *millis > 0);
                let time = millis.and_then(|millis| Timestamp::from_millisecond(millis).ok());
                time.map_or(Value::Null, |time| time.to_string().into())
            }
            _ => value,
        };
        Some((name, value))
    };
    Value::Object(row.into_iter().filter_map(word).collect())
}
