//! The list of erased people, and access to the rows that may name a person.

use guildhall_protocol::{AuditAction, PersonId};
use serde_json::Value;
use sqlx::AnyConnection;

use super::people::{self, Person};
use super::tables::{self, Columns};
use super::write::WriteTx;
use crate::store::error::{Result, StoreError};

/// What is needed to repeat an erasure after an older backup is restored.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Erasure {
    pub(crate) person: PersonId,
    /// SHA-256 hashes of the names that the person was known by.
    pub(crate) names: Vec<String>,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

/// Stores an erasure, unless that person already has one.
pub(crate) async fn add(tx: &mut WriteTx, erasure: &Erasure) -> Result<()> {
    sqlx::query(
        "INSERT INTO erasures (person, names, at) VALUES ($1, $2, $3) ON CONFLICT (person) DO NOTHING",
    )
    .bind(erasure.person.to_string())
    .bind(serde_json::to_string(&erasure.names)?)
    .bind(erasure.at)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// All erasures, oldest first.
pub(crate) async fn all(sql: &mut AnyConnection) -> Result<Vec<Erasure>> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT person, names, at FROM erasures ORDER BY at, person").fetch_all(sql).await?;
    rows.into_iter()
        .map(|(person, names, at)| {
            Ok(Erasure { person: people::read_id(&person)?, names: serde_json::from_str(&names)?, at })
        })
        .collect()
}

/// Erased people who are in the database again, because an older backup was restored.
pub(crate) async fn not_done(sql: &mut AnyConnection) -> Result<Vec<(Person, Erasure)>> {
    let mut found = Vec::new();
    for erasure in all(sql).await? {
        if let Some(person) = people::find(sql, erasure.person).await? {
            found.push((person, erasure));
        }
    }
    Ok(found)
}

/// A JSON column that may name a person, with its table and the table's key.
pub(crate) struct Place {
    table: &'static str,
    key: &'static [&'static str],
    column: &'static str,
}

const SUBMISSION: &[&str] = &["person", "id"];

/// All such columns except the bodies of records, which change only by a new version.
pub(crate) const PLACES: [Place; 5] = [
    Place { table: "history", key: &["kind", "id", "version"], column: "body" },
    Place { table: "submissions", key: SUBMISSION, column: "body" },
    Place { table: "submissions", key: SUBMISSION, column: "problem" },
    Place { table: "submissions", key: SUBMISSION, column: "merged_with" },
    Place { table: "submissions", key: SUBMISSION, column: "answer" },
];

/// Which rows to read.
#[derive(Clone, Copy)]
pub(crate) enum Among<'a> {
    /// Rows that may contain this email address.
    Naming(&'a str),
    /// Rows of a council.
    Council(&'a str),
}

impl Among<'_> {
    fn of_records(self) -> (&'static str, String) {
        match self {
            Self::Naming(email) => ("LOWER(body) LIKE $1", like(email)),
            Self::Council(code) => ("council = $1", code.to_owned()),
        }
    }

    fn of(self, place: &Place) -> (&'static str, String) {
        match (self, place.table, place.column) {
            (Self::Naming(email), _, "problem") => ("LOWER(problem) LIKE $1", like(email)),
            (Self::Naming(email), _, "merged_with") => ("LOWER(merged_with) LIKE $1", like(email)),
            (Self::Naming(email), _, "answer") => ("LOWER(answer) LIKE $1", like(email)),
            (Self::Naming(email), ..) => ("LOWER(body) LIKE $1", like(email)),
            (Self::Council(code), "history", _) => {
                ("id IN (SELECT id FROM records WHERE kind = 'project' AND council = $1)", code.to_owned())
            }
            (Self::Council(code), ..) => ("council = $1", code.to_owned()),
        }
    }
}

/// An underscore in the address matches any character. The extra rows are read but not changed.
fn like(email: &str) -> String {
    format!("%{email}%")
}

/// Kind and id of the matching records.
pub(crate) async fn records(sql: &mut AnyConnection, among: Among<'_>) -> Result<Vec<(String, String)>> {
    let (condition, value) = among.of_records();
    let statement =
        sqlx::AssertSqlSafe(format!("SELECT kind, id FROM records WHERE {condition} ORDER BY kind, id"));
    Ok(sqlx::query_as(statement).bind(value).fetch_all(sql).await?)
}

/// Calls `clean` with the JSON of each matching row, and stores it again if `clean` changed it.
pub(crate) async fn rewrite(
    tx: &mut WriteTx,
    place: &Place,
    among: Among<'_>,
    clean: impl Fn(&mut Value) -> bool,
) -> Result<()> {
    let (condition, value) = among.of(place);
    let mut rows: Vec<Columns> = Vec::new();
    tables::each_where(tx.sql(), place.table, Some((condition, &value)), |row| {
        rows.push(row);
        Ok::<(), StoreError>(())
    })
    .await?;
    for row in rows {
        let text = row.get(place.column).and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() {
            continue;
        }
        let mut json: Value = serde_json::from_str(text)?;
        if clean(&mut json) {
            tables::set(tx.sql(), place.table, place.key, &row, (place.column, &json.to_string())).await?;
        }
    }
    Ok(())
}

/// Deletes every row that is only about this person.
pub(crate) async fn remove_rows(tx: &mut WriteTx, person: &Person) -> Result<()> {
    let id = person.id.to_string();
    for statement in [
        "DELETE FROM access_tokens WHERE session IN (SELECT id FROM sessions WHERE person = $1)",
        "DELETE FROM refresh_tokens WHERE session IN (SELECT id FROM sessions WHERE person = $1)",
        "DELETE FROM sessions WHERE person = $1",
        "DELETE FROM openid_sign_ins WHERE EXISTS (SELECT 1 FROM identities WHERE identities.person = $1
             AND identities.issuer = openid_sign_ins.issuer AND identities.subject = openid_sign_ins.subject)",
        "DELETE FROM openid_sign_ins WHERE email = (SELECT email FROM people WHERE id = $1)",
        "DELETE FROM identities WHERE person = $1",
        "DELETE FROM submissions WHERE person = $1",
        "DELETE FROM memberships WHERE person = $1",
        "DELETE FROM seats WHERE person = $1",
        "DELETE FROM council_requests WHERE person = $1",
        "DELETE FROM vouches WHERE person = $1 OR voucher = $1",
        "DELETE FROM objections WHERE person = $1",
        // Also under former addresses that nobody else uses today.
        "DELETE FROM former_addresses WHERE person = $1 AND email IN (SELECT email FROM people WHERE id <> $1)",
        "DELETE FROM invitations WHERE email = (SELECT email FROM people WHERE id = $1)
             OR email IN (SELECT email FROM former_addresses WHERE person = $1)",
        "DELETE FROM sign_in_starts WHERE email = (SELECT email FROM people WHERE id = $1)
             OR email IN (SELECT email FROM former_addresses WHERE person = $1)",
        "DELETE FROM sign_in_codes WHERE email = (SELECT email FROM people WHERE id = $1)
             OR email IN (SELECT email FROM former_addresses WHERE person = $1)",
        "DELETE FROM people WHERE id = $1",
        // People name their laptops after themselves.
        "UPDATE audit SET device = '' WHERE actor = $1",
    ] {
        sqlx::query(statement).bind(id.as_str()).execute(tx.sql()).await?;
    }
    // The audit entry for signing out a device has the device's name as its detail.
    sqlx::query("UPDATE audit SET detail = '' WHERE actor = $1 AND action = $2")
        .bind(id)
        .bind(AuditAction::SignOutDevice.as_str())
        .execute(tx.sql())
        .await?;
    Ok(())
}
