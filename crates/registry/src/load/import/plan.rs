//! Planning an import and applying it. A plan only reads. Each row is decided again, by the same rule, in the
//! transaction that stores it, because the registry may be serving in the meantime.

use std::collections::HashMap;
use std::sync::Arc;

use guildhall_protocol::Visibility;
use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Fields;
use serde_json::Value;

use super::report::{Change, Note, Report};
use crate::Registry;
use crate::error::Result;
use crate::load::bulk::Tally;
use crate::registry::Write;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::records::{self, Record, RecordWrite};
use crate::store::{WriteTx, purges};

/// Records in one write job: enough to be fast, few enough to leave other writers their turn.
const AT_ONCE: usize = 250;

/// A row that creates or changes a record.
pub(super) trait Incoming: Send + Sync {
    /// The line where the row begins.
    fn line(&self) -> u64;
    /// The record's kind and id.
    fn record(&self) -> (Kind, &str);
    /// The record's name in messages.
    fn name(&self) -> String;
    /// The record after applying the row to its current state.
    fn onto(&self, current: Option<&Record>) -> Result<Applied>;
}

/// A record with a row applied to it.
pub(super) struct Applied {
    pub(super) state: RecordWrite,
    /// Whether the record is unchanged.
    pub(super) is_same: bool,
    /// Cells that conflict with what is stored.
    pub(super) left_out: Vec<Note>,
    /// Why the whole row is refused.
    pub(super) refused: Option<Note>,
}

/// A planned import that has not been applied.
pub struct Planned {
    action: AuditAction,
    rows: Vec<Arc<dyn Incoming>>,
    report: Report,
}

impl Planned {
    /// What the import would do.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Records who can see new projects, if no option says so.
    pub(super) fn say_default_visibility(&mut self, who: &str) {
        self.report.default_visibility = (self.report.tally.new > 0).then(|| who.to_owned());
    }
}

enum Decision {
    New(RecordWrite),
    Changed(RecordWrite),
    Unchanged,
    /// Its council maintains it now.
    Claimed,
}

/// Decides what to do with a row, given the current record.
fn decide(row: &dyn Incoming, current: Option<&Record>) -> Result<(Decision, Applied)> {
    let mut onto = row.onto(current)?;
    let is_claimed = |record: &Record| {
        row.record().0 == Kind::Project && record.body.get("unclaimed") != Some(&Value::Bool(true))
    };
    let decision = match current {
        Some(record) if is_claimed(record) => {
            onto.refused = None;
            onto.left_out.clear();
            Decision::Claimed
        }
        Some(_) if onto.is_same => Decision::Unchanged,
        Some(_) => Decision::Changed(onto.state.clone()),
        None => Decision::New(onto.state.clone()),
    };
    Ok((decision, onto))
}

/// Plans what the rows do to existing records.
pub(super) fn plan(
    action: AuditAction,
    incoming: Vec<Arc<dyn Incoming>>,
    existing: &HashMap<String, Record>,
    mut report: Report,
    list_changes: bool,
) -> Result<Planned> {
    let mut rows = Vec::with_capacity(incoming.len());
    for row in incoming {
        let current = existing.get(row.record().1);
        let (decision, onto) = decide(row.as_ref(), current)?;
        if let Some(refused) = onto.refused {
            report.left_out.push(refused);
            continue;
        }
        report.cells.extend(onto.left_out);
        match &decision {
            Decision::New(state) => {
                report.tally.new += 1;
                if list_changes {
                    report.changes.extend(changes(row.as_ref(), None, &state.body));
                }
            }
            Decision::Changed(state) => {
                report.tally.changed += 1;
                report.widened.extend(current.and_then(|current| widening(row.as_ref(), current, state)));
                if list_changes {
                    report.changes.extend(changes(
                        row.as_ref(),
                        current.map(|record| &record.body),
                        &state.body,
                    ));
                }
            }
            Decision::Unchanged => report.tally.unchanged += 1,
            Decision::Claimed => report.tally.claimed += 1,
        }
        rows.push(row);
    }
    for notes in [&mut report.left_out, &mut report.cells, &mut report.read_as, &mut report.under_another] {
        notes.sort_by_key(|note| note.line);
    }
    Ok(Planned { action, rows, report })
}

/// Applies a plan, in order. After a failure, what was stored so far remains, and a repeat continues from there.
///
/// # Errors
/// If the records cannot be stored.
pub async fn apply_import(registry: &Registry, planned: Planned) -> Result<Report> {
    let Planned { action, rows, mut report } = planned;
    report.tally = Tally::default();
    for part in rows.chunks(AT_ONCE) {
        let counted = registry
            .write(part.to_vec(), async |Write { tx, env }, part| apply_part(tx, part, env.now_ms()).await);
        report.tally.add(counted.await?);
    }
    let event = AuditEvent::operator(action, "catalogue", format!("{:?}", report.tally));
    registry.write(event, async |Write { tx, env }, event| Ok(audit::log(tx, env, event).await?)).await?;
    Ok(report)
}

async fn apply_part(tx: &mut WriteTx, rows: &[Arc<dyn Incoming>], now: i64) -> Result<Tally> {
    let mut tally = Tally::default();
    let purged = purges::all(tx.sql()).await?;
    for row in rows {
        let (kind, id) = row.record();
        let current = records::find(tx.sql(), kind, id).await?;
        let (decision, onto) = decide(row.as_ref(), current.as_ref())?;
        match decision {
            // The stored record changed after planning.
            _ if onto.refused.is_some() => {}
            // Deleted permanently after planning.
            Decision::New(_) if purged.contains(id) => {}
            Decision::New(state) => {
                records::put(tx, &state, now).await?;
                tally.new += 1;
            }
            Decision::Changed(state) => {
                records::put(tx, &state, now).await?;
                tally.changed += 1;
            }
            Decision::Unchanged => tally.unchanged += 1,
            Decision::Claimed => tally.claimed += 1,
        }
    }
    Ok(tally)
}

/// A note if the import shows a project to more people.
fn widening(row: &dyn Incoming, current: &Record, state: &RecordWrite) -> Option<Note> {
    let visibility = |body: &Fields| -> Option<Visibility> {
        serde_json::from_value(body.get("visibility")?.clone()).ok()
    };
    let (before, after) = (visibility(&current.body)?, visibility(&state.body)?);
    (after < before).then(|| Note {
        line: row.line(),
        column: "visibility".to_owned(),
        value: row.name(),
        reason: format!("from {} to {}", who(before), who(after)),
    })
}

/// Who can see a project with this visibility, in words.
pub(super) fn who(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "anyone on the internet",
        Visibility::Members => "anyone who signs in",
        Visibility::Councils => "people who work for a council",
        Visibility::Team => "the project team only",
    }
}

/// The differences between two states of a record, by field.
fn changes(row: &dyn Incoming, before: Option<&Fields>, after: &Fields) -> Vec<Change> {
    let is_new = before.is_none();
    let before = before.map(flat).unwrap_or_default();
    let mut after = flat(after);
    after.retain(|(field, value)| !(is_new && SAYS_NOTHING.contains(&(field.as_str(), value.as_str()))));
    let (line, record) = (row.line(), row.name());
    let said = |fields: &[(String, String)], field: &str| {
        fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut names: Vec<&String> = after.iter().map(|(name, _)| name).collect();
    names.extend(
        before.iter().map(|(name, _)| name).filter(|name| !after.iter().any(|(other, _)| other == *name)),
    );
    let changes = names.into_iter().map(|field| Change {
        line,
        record: record.clone(),
        field: field.clone(),
        before: said(&before, field),
        after: said(&after, field),
    });
    changes.filter(|change| change.before != change.after).collect()
}

/// Default values, which are not worth listing for a new project.
const SAYS_NOTHING: [(&str, &str); 4] =
    [("approach", "not_decided"), ("collaboration", "not_now"), ("budget_band", "not_said"), ("lang", "en")];

/// The non-empty fields of a record; nested names are joined with dots.
fn flat(body: &Fields) -> Vec<(String, String)> {
    /// Fields that the registry sets itself.
    const OWN: [&str; 5] = ["changed_at", "created_at", "confirmed_at", "unclaimed", "owner"];
    let mut fields = Vec::new();
    for (name, value) in body.iter().filter(|(name, _)| !OWN.contains(&name.as_str())) {
        flatten(name, value, &mut fields);
    }
    fields
}

fn flatten(name: &str, value: &Value, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => fields.push((name.to_owned(), text.clone())),
        Value::Object(members) => {
            for (member, value) in members.iter().filter(|(member, _)| *member != "id") {
                flatten(&format!("{name}.{member}"), value, fields);
            }
        }
        Value::Array(members) if members.iter().any(Value::is_object) => {
            for (number, member) in (1..).zip(members) {
                flatten(&format!("{name}.{number}"), member, fields);
            }
        }
        Value::Array(members) if members.is_empty() => {}
        Value::Array(members) => {
            let texts: Vec<String> = members.iter().map(super::rows::shown_whole).collect();
            fields.push((name.to_owned(), texts.join(", ")));
        }
        other => fields.push((name.to_owned(), other.to_string())),
    }
}
