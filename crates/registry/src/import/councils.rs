//! Councils, from CSV with the column names of mySociety's public list. Former councils are kept, with who came
//! after them: projects and people refer to them.

use std::path::Path;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{Council, CouncilCode, Nation, Successor};
use jiff::civil::Date;

use super::names::core_of;
use super::rows::{self, Row, Rows};
use super::{ImportError, LeftOut, Report, read, values};
use crate::Registry;
use crate::catalogue::{Present, reference};
use crate::failure::Outcome;
use crate::store::audit::{Act, AuditAction};
use crate::store::records::NewState;

const CODE: &str = "local-authority-code";
const NAME: &str = "official-name";
const COLUMNS: [&str; 14] = [
    CODE,
    NAME,
    "nice-name",
    "welsh-name",
    "gss-code",
    "start-date",
    "end-date",
    "replaced-by",
    "nation",
    "region",
    "local-authority-type-name",
    "alt-names",
    "lat",
    "long",
];

/// Imports councils. One that is there already is brought up to date.
///
/// # Errors
/// When the file is no such CSV, or nothing can be stored.
pub async fn import_councils(registry: &Registry, file: &Path) -> Result<Report, ImportError> {
    let rows = rows::read(&read(file)?)?;
    let missing: Vec<&str> =
        [CODE, NAME, "nation"].into_iter().filter(|column| rows.column(column).is_none()).collect();
    if !missing.is_empty() {
        let (missing, found) = (missing.join(", "), rows.columns.join(", "));
        return Err(ImportError::NoHeader { missing, found, hint: "" });
    }
    let mut report =
        Report { unused: rows.unused(&COLUMNS), left_out: rows.left_out.clone(), ..Report::default() };
    let mut states: Vec<NewState> = Vec::new();
    for row in &rows.rows {
        match council(row, &rows) {
            Ok(council) if states.iter().any(|state| state.id == council.code.as_str()) => {
                let reason = format!("{} is already on an earlier line", council.code);
                report.left_out.push(LeftOut { line: row.line, reason });
            }
            Ok(council) => states.push(state(&council)?),
            Err(reason) => report.left_out.push(LeftOut { line: row.line, reason }),
        }
    }
    report.left_out.sort_by_key(|row| row.line);
    let act = Act::operator(AuditAction::ImportCouncils, "catalogue", "");
    report.tally = registry.take_in(states, Present::Replace, act).await?;
    Ok(report)
}

fn state(council: &Council) -> Outcome<NewState> {
    let mut state = reference(Kind::Council, &council.code, council)?;
    // What a council offers is not in the list: what it has said itself stays.
    state.body.shift_remove("offers");
    Ok(state)
}

fn council(row: &Row, rows: &Rows) -> Result<Council, String> {
    let code = code(&row.text(CODE))?;
    let name = row.text(NAME);
    if name.is_empty() {
        return Err(format!("{code} has no official-name"));
    }
    let ended = values::date(&row.text("end-date"))?;
    let successors = row.list("replaced-by").into_iter().map(|successor| {
        let council = self::code(&successor)?;
        Ok(Successor { from: started(&council, rows), council, area: String::new() })
    });
    Ok(Council {
        gss_code: row.text("gss-code"),
        name_cy: row.text("welsh-name"),
        other_names: other_names(row, &name),
        council_type: row.text("local-authority-type-name"),
        nation: nation(&row.text("nation"))?,
        region: row.text("region"),
        lat: values::degrees(&row.text("lat"), "latitude")?,
        long: values::degrees(&row.text("long"), "longitude")?,
        started: values::date(&row.text("start-date"))?,
        ended,
        successors: successors.collect::<Result<_, String>>()?,
        offers: Vec::new(),
        code,
        name,
    })
}

fn code(text: &str) -> Result<CouncilCode, String> {
    text.parse().map_err(|error| format!("“{text}” is not a council's code: {error}"))
}

fn nation(text: &str) -> Result<Nation, String> {
    Ok(match text.to_lowercase().as_str() {
        "england" => Nation::England,
        "northern ireland" => Nation::NorthernIreland,
        "scotland" => Nation::Scotland,
        "wales" => Nation::Wales,
        _ => {
            return Err(format!(
                "“{text}” is not a nation: use England, Northern Ireland, Scotland or Wales"
            ));
        }
    })
}

/// The first day of a successor, where the same file says so.
fn started(council: &CouncilCode, rows: &Rows) -> Option<Date> {
    let row = rows.rows.iter().find(|row| row.text(CODE) == council.as_str())?;
    values::date(&row.text("start-date")).ok().flatten()
}

/// What else it is called, each once. A list between commas tears names apart that have a comma in them: a part
/// that says only what kind of council it is says nothing.
fn other_names(row: &Row, name: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for other in std::iter::once(row.text("nice-name")).chain(row.list("alt-names")) {
        let is_known = names.iter().any(|known| known.to_lowercase() == other.to_lowercase())
            || name.to_lowercase() == other.to_lowercase();
        if !is_known && !core_of(&other).is_empty() {
            names.push(other);
        }
    }
    names
}
