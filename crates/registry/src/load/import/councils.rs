//! Councils, from CSV with the column names of mySociety's public list. Former councils are kept with their successors,
//! because projects and people refer to them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::text::fold;
use guildhall_protocol::validate::LIMITS;
use guildhall_protocol::{CouncilCode, Nation, Successor};
use jiff::civil::Date;
use serde_json::Value;

use super::cells::{Cells, Patch, Reading, literally};
use super::columns::{self, Columns, Field};
use super::council_names::{add_names, other_names};
use super::council_row::CouncilRow;
use super::dates::{self, End};
use super::names::core_of;
use super::plan::{Incoming, Planned, plan};
use super::report::{Note, Report};
use super::rows::{self, Row, Rows};
use super::{ImportError, ImportOptions, choices, read};
use crate::Registry;
use crate::store::audit::AuditAction;
use crate::store::records::{self, Record};

pub(super) const CODE: &str = "local-authority-code";
const NAME: &str = "official-name";
const FIELDS: [Field; 16] = [
    Field::or(CODE, &["code"]),
    Field::or(NAME, &["name"]),
    Field::new("nice-name"),
    Field::new("welsh-name"),
    Field::new("gss-code"),
    Field::new("former-gss-codes"),
    Field::new("gov-uk-slug"),
    Field::new("start-date"),
    Field::new("end-date"),
    Field::new("replaced-by"),
    Field::new("nation"),
    Field::new("region"),
    Field::new("local-authority-type-name"),
    Field::new("alt-names"),
    Field::new("lat"),
    Field::new("long"),
];

/// Plans an import of councils; existing councils are updated.
///
/// # Errors
/// If the file has no codes, an option names something that does not exist, or the registry cannot be read.
pub async fn plan_councils(
    registry: &Registry,
    file: &Path,
    options: &ImportOptions,
) -> Result<Planned, ImportError> {
    let is_row = |names: &[&str]| names.iter().any(|name| fold(name).replace(['_', ' '], "-") == CODE);
    let mut rows = rows::read(&read(file)?, options, is_row)?;
    let columns = columns::find(&rows.columns, &FIELDS, &options.map, &mut rows.words)?;
    columns::need(&columns, &[CODE], &rows, &FIELDS, options.skip_rows)?;
    let existing = {
        let mut tx = registry.store().read().await?;
        records::by_id(&mut tx, Kind::Council).await?
    };
    let used: Vec<usize> = columns.values().copied().collect();
    let mut report = Report {
        unused: rows.unused(&used),
        left_out: std::mem::take(&mut rows.left_out),
        cells: std::mem::take(&mut rows.cells),
        words: std::mem::take(&mut rows.words),
        ..Report::default()
    };
    let days = first_days(&rows, &columns, &existing);
    let mut seen = HashMap::new();
    let mut incoming: Vec<Arc<dyn Incoming>> = Vec::new();
    for row in &rows.rows {
        let mut cells = Cells::new(row, &columns, &rows.columns, options.clear_empty);
        let council = council(&mut cells, &days, &existing);
        let (line, column) = (row.line, cells.heading(CODE));
        match council {
            Err(refused) => report.left_out.push(refused),
            Ok(council) => {
                if let Some(earlier) = seen.insert(council.code.clone(), line) {
                    let (value, reason) =
                        (council.code.to_string(), format!("It is already on line {earlier}"));
                    report.left_out.push(Note { line, column, value, reason });
                    continue;
                }
                report.cells.append(&mut cells.left_out);
                report.read_as.append(&mut cells.read_as);
                incoming.push(Arc::new(council));
            }
        }
    }
    Ok(plan(AuditAction::ImportCouncils, incoming, &existing, report, options.list_changes)?)
}

/// Every council in the registry and the file, with its first day if that is known.
fn first_days(
    rows: &Rows,
    columns: &Columns,
    existing: &HashMap<String, Record>,
) -> HashMap<CouncilCode, Option<Date>> {
    let stored = existing.iter().filter_map(|(code, record)| {
        let started = record.body.get("started").and_then(Value::as_str);
        Some((code.parse().ok()?, started.and_then(|day| day.parse().ok())))
    });
    let mut days: HashMap<CouncilCode, Option<Date>> = stored.collect();
    for row in &rows.rows {
        let mut cells = Cells::new(row, columns, &rows.columns, false);
        let Some(Ok(code)) = cells.line(CODE, u32::MAX).value().map(|code| code.parse::<CouncilCode>())
        else {
            continue;
        };
        let can_be = existing.contains_key(code.as_str())
            || cells.line(NAME, u32::MAX).value().is_some() && cells.read("nation", nation).value().is_some();
        let started = cells.read("start-date", |text| dates::day(text, End::First));
        if can_be {
            let day = days.entry(code).or_default();
            *day = started.value().copied().or(*day);
        }
    }
    days
}

fn council(
    cells: &mut Cells<'_>,
    days: &HashMap<CouncilCode, Option<Date>>,
    existing: &HashMap<String, Record>,
) -> Result<CouncilRow, Note> {
    let code = match cells.line(CODE, u32::MAX) {
        Patch::Set(code) => code,
        Patch::Keep if !cells.left_out.is_empty() => return Err(cells.left_out.remove(0)),
        _ => return Err(refuse(cells.row, cells.heading(CODE), String::new(), "No code")),
    };
    let Ok(code) = code.parse::<CouncilCode>() else {
        let reason = "It is not a council's code, which is 2 to 12 letters, digits or hyphens";
        return Err(refuse(cells.row, cells.heading(CODE), code, reason));
    };
    let (name, nation) = (cells.line(NAME, LIMITS.short_text), cells.read("nation", nation));
    let mut missing = None;
    if !existing.contains_key(code.as_str()) {
        for (field, is_there) in [(NAME, name.value().is_some()), ("nation", nation.value().is_some())] {
            if !is_there && missing.is_none() {
                let told = cells.left_out.iter().position(|note| note.column == cells.heading(field));
                if let Some(told) = told {
                    return Err(cells.left_out.remove(told));
                }
                missing =
                    Some(format!("{code} is not in this registry yet, and a new council needs its {field}"));
            }
        }
    }
    if let Some(reason) = &missing {
        return Err(refuse(cells.row, cells.heading(CODE), code.to_string(), reason.clone()));
    }
    let mut other_names = other_names(cells, name.value().map_or("", String::as_str));
    for field in ["former-gss-codes", "gov-uk-slug"] {
        add_names(&mut other_names, cells.list(field), |known, name| {
            known.iter().any(|known| core_of(known) == core_of(name))
        });
    }
    Ok(CouncilRow {
        line: cells.row.line,
        missing,
        name,
        nation,
        other_names,
        name_cy: cells.line("welsh-name", LIMITS.short_text),
        gss_code: cells.line("gss-code", LIMITS.short_text),
        council_type: cells.line("local-authority-type-name", LIMITS.short_text),
        region: cells.line("region", LIMITS.short_text),
        lat: cells.read("lat", |text| choices::degrees(text, 90.0)),
        long: cells.read("long", |text| choices::degrees(text, 180.0)),
        started: cells.read("start-date", |text| dates::day(text, End::First)),
        ended: cells.read("end-date", |text| dates::day(text, End::Last)),
        successors: successors(cells, &code, days),
        clear_empty: cells.clear_empty,
        code,
    })
}

fn refuse(row: &Row, column: String, value: String, reason: impl Into<String>) -> Note {
    Note { line: row.line, column, value, reason: reason.into() }
}

fn nation(text: &str) -> Reading<Nation> {
    literally(match fold(text).as_str() {
        "england" | "lloegr" => Nation::England,
        "northern ireland" => Nation::NorthernIreland,
        "scotland" | "yr alban" => Nation::Scotland,
        "wales" | "cymru" => Nation::Wales,
        _ => return Err("It is not a nation: use England, Northern Ireland, Scotland or Wales".to_owned()),
    })
}

/// The successors in a row. Each must be a known council other than this one.
fn successors(
    cells: &mut Cells<'_>,
    code: &CouncilCode,
    days: &HashMap<CouncilCode, Option<Date>>,
) -> Patch<Vec<Successor>> {
    const FIELD: &str = "replaced-by";
    let named = match cells.list(FIELD) {
        Patch::Set(named) => named,
        Patch::Clear => return Patch::Clear,
        Patch::Keep => return Patch::Keep,
    };
    let mut found: Vec<Successor> = Vec::new();
    for text in named {
        let Ok(council) = text.parse::<CouncilCode>() else {
            cells.leave_out(FIELD, text, "It is not a council's code");
            continue;
        };
        if council == *code {
            cells.leave_out(FIELD, text, "A council cannot replace itself");
        } else if let Some(from) = days.get(&council) {
            if !found.iter().any(|known| known.council == council) {
                found.push(Successor { council, from: *from, area: String::new() });
            }
        } else {
            let reason = "There is no council with this code, in the registry or in this file";
            cells.leave_out(FIELD, text, reason);
        }
    }
    if found.is_empty() { Patch::Keep } else { Patch::Set(found) }
}
