//! Rows that this version cannot read, because a newer version wrote them or the file was damaged. They stay unchanged
//! in their tables for a version that can. They are listed and exported as unreadable, and other rows are not affected.

use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Value};

use super::{answers, conflicts, drafts, outbox, unused_texts};
use crate::error::Result;

/// What kind of row it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowKind {
    Draft,
    Waiting,
    Conflict,
    UnusedText,
    Answer,
}

/// An unreadable row.
#[derive(Clone, Debug)]
pub(crate) struct SetAside {
    pub(crate) what: RowKind,
    /// The title, if it can be found; otherwise empty.
    pub(crate) title: String,
    /// When it was written, if known.
    pub(crate) at: Option<Timestamp>,
    /// All columns, with JSON parsed.
    pub(crate) row: Map<String, Value>,
}

/// Every row that this version cannot read, without hidden drafts.
pub(crate) fn all(connection: &Connection) -> Result<Vec<SetAside>> {
    let mut aside = Vec::new();
    let drafts = "SELECT * FROM drafts WHERE hidden = 0 ORDER BY saved_at DESC";
    collect(connection, RowKind::Draft, drafts, |row| drafts::read(row).is_ok(), &mut aside)?;
    let waiting = "SELECT * FROM outbox ORDER BY rowid";
    collect(connection, RowKind::Waiting, waiting, |row| outbox::read(row).is_ok(), &mut aside)?;
    let conflicts = "SELECT * FROM conflicts ORDER BY rowid";
    collect(connection, RowKind::Conflict, conflicts, |row| conflicts::read(row).is_ok(), &mut aside)?;
    let kept = "SELECT * FROM unused_texts ORDER BY kept_at DESC";
    collect(connection, RowKind::UnusedText, kept, |row| unused_texts::read(row).is_ok(), &mut aside)?;
    // An answer is sent even if the review that it answers cannot be shown.
    let is_whole = |row: &Row<'_>| answers::read(row).is_ok_and(|answer| answer.row.is_some());
    collect(connection, RowKind::Answer, "SELECT * FROM answers ORDER BY rowid", is_whole, &mut aside)?;
    Ok(aside)
}

fn collect(
    connection: &Connection,
    what: RowKind,
    sql: &str,
    is_readable: impl Fn(&Row<'_>) -> bool,
    aside: &mut Vec<SetAside>,
) -> Result<()> {
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if is_readable(row) {
            continue;
        }
        let mut fields = Map::new();
        for (column, name) in names.iter().enumerate() {
            fields.insert(name.clone(), as_json(row.get_ref(column)?));
        }
        aside.push(SetAside {
            what,
            title: title(connection, &fields)?,
            at: ["saved_at", "queued_at", "met_at", "kept_at"]
                .iter()
                .find_map(|name| fields.get(*name)?.as_i64())
                .and_then(|millis| Timestamp::from_millisecond(millis).ok()),
            row: fields,
        });
    }
    Ok(())
}

fn as_json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            let is_json = text.starts_with(['{', '[']);
            let json = if is_json { serde_json::from_str(&text).ok() } else { None };
            json.unwrap_or_else(|| Value::String(text.into_owned()))
        }
    }
}

/// The title from the row itself, from its JSON, or from its draft.
fn title(connection: &Connection, row: &Map<String, Value>) -> Result<String> {
    let of = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let own = of(row.get("title"))
        .or_else(|| of(row.get("form").and_then(|form| form.get("title"))))
        .or_else(|| of(row.get("row").and_then(|row| row.get("title"))));
    if let (None, Some(draft)) = (&own, of(row.get("draft"))) {
        let sql = "SELECT form FROM drafts WHERE id = ?1";
        let form: Option<String> = connection.query_row(sql, [draft], |row| row.get(0)).optional()?;
        let form: Option<Value> = form.and_then(|form| serde_json::from_str(&form).ok());
        return Ok(of(form.as_ref().and_then(|form| form.get("title"))).unwrap_or_default());
    }
    Ok(own.unwrap_or_default())
}

#[cfg(test)]
mod tests;
