//! Services, from a file with an LGSL id and a name. If a name is only a web address's slug, it is turned into words.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::validate::LIMITS;
use guildhall_protocol::{Service, ServiceId};

use super::cells::{Cells, Patch};
use super::columns::{self, Field};
use super::plan::{Applied, Incoming, Planned, plan};
use super::projects::whole_number;
use super::report::{Note, Report};
use super::rows;
use super::{ImportError, ImportOptions, read};
use crate::Registry;
use crate::error::Result;
use crate::load::bulk::reference;
use crate::store::audit::AuditAction;
use crate::store::records::{self, Record};

const ID: &str = "lgsl_code";
const NAME: &str = "name";
const FIELDS: [Field; 2] = [
    Field::or(ID, &["lgsl", "lgsl id", "lgsl no", "lgsl number", "identifier", "id"]),
    Field::or(NAME, &["label", "title", "service name", "service", "description", "slug"]),
];

struct ServiceRow {
    line: u64,
    service: Service,
    id: String,
}

/// Plans an import of services; existing services are updated.
///
/// # Errors
/// If the file has no ids or no names, or the registry cannot be read.
pub async fn plan_services(
    registry: &Registry,
    file: &Path,
    options: &ImportOptions,
) -> Result<Planned, ImportError> {
    let is_row = |names: &[&str]| {
        let columns: Vec<rows::Column> = names.iter().map(|name| rows::Column::named(name)).collect();
        let found = columns::find(&columns, &FIELDS, &options.map, &mut Vec::new());
        found.is_ok_and(|found| found.contains_key(ID))
    };
    let mut rows = rows::read(&read(file)?, options, is_row)?;
    let columns = columns::find(&rows.columns, &FIELDS, &options.map, &mut rows.words)?;
    columns::need(&columns, &[ID, NAME], &rows, &FIELDS, options.skip_rows)?;
    let existing = {
        let mut tx = registry.store().read().await?;
        records::by_id(&mut tx, Kind::Service).await?
    };
    let used: Vec<usize> = columns.values().copied().collect();
    let mut report = Report {
        unused: rows.unused(&used),
        left_out: std::mem::take(&mut rows.left_out),
        cells: std::mem::take(&mut rows.cells),
        words: std::mem::take(&mut rows.words),
        ..Report::default()
    };
    let mut seen = HashMap::new();
    let mut incoming: Vec<Arc<dyn Incoming>> = Vec::new();
    for row in &rows.rows {
        let mut cells = Cells::new(row, &columns, &rows.columns, options.clear_empty);
        let read = service(&mut cells, &existing);
        let (line, column) = (row.line, cells.heading(ID));
        match read {
            Err(refused) => report.left_out.push(refused),
            Ok(service) => {
                if let Some(earlier) = seen.insert(service.service.id, line) {
                    let (value, reason) = (service.id.clone(), format!("It is already on line {earlier}"));
                    report.left_out.push(Note { line, column, value, reason });
                    continue;
                }
                report.cells.append(&mut cells.left_out);
                report.read_as.append(&mut cells.read_as);
                incoming.push(Arc::new(service));
            }
        }
    }
    Ok(plan(AuditAction::ImportServices, incoming, &existing, report, options.list_changes)?)
}

fn service(cells: &mut Cells<'_>, existing: &HashMap<String, Record>) -> Result<ServiceRow, Note> {
    let line = cells.row.line;
    let refuse = |cells: &Cells<'_>, field: &str, reason: &str| {
        let (column, value) = (cells.heading(field), cells.shown(field));
        Note { line, column, value, reason: reason.to_owned() }
    };
    let text = cells.line(ID, u32::MAX);
    let text = text.value().map_or("", String::as_str);
    let Ok(id) = whole_number(text).parse().map(ServiceId) else {
        return Err(refuse(cells, ID, "It is not an LGSL id, which is a number"));
    };
    let stored = existing.get(&id.to_string()).and_then(|record| record.body.get("name")?.as_str());
    let name = match (cells.line(NAME, LIMITS.short_text), stored) {
        (Patch::Set(name), _) => readable(&name),
        (_, Some(stored)) => stored.to_owned(),
        (Patch::Keep, None) if !cells.left_out.is_empty() => return Err(cells.left_out.remove(0)),
        (_, None) => return Err(refuse(cells, NAME, "No name")),
    };
    Ok(ServiceRow { line, id: id.to_string(), service: Service { id, name } })
}

impl Incoming for ServiceRow {
    fn line(&self) -> u64 {
        self.line
    }

    fn record(&self) -> (Kind, &str) {
        (Kind::Service, &self.id)
    }

    fn name(&self) -> String {
        format!("{} ({})", self.service.name, self.service.id)
    }

    fn onto(&self, current: Option<&Record>) -> Result<Applied> {
        let mut state = reference(Kind::Service, self.service.id, &self.service)?;
        let is_same = current.is_some_and(|record| {
            state.body.iter().all(|(field, value)| record.body.get(field) == Some(value))
        });
        if let Some(record) = current {
            let mut body = record.body.clone();
            body.extend(state.body);
            state.body = body;
        }
        Ok(Applied { state, is_same, left_out: Vec::new(), refused: None })
    }
}

/// Turns a slug into words; any other name stays as it is.
fn readable(name: &str) -> String {
    let is_slug = !name.contains(' ') && name.chars().all(|c| c.is_lowercase() || c.is_numeric() || c == '-');
    if !is_slug {
        return name.to_owned();
    }
    let words = name.replace("-s-", "’s ").replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn a_slug_becomes_words_and_a_name_stays() {
        assert_eq!(readable("older-people-s-bus-pass"), "Older people’s bus pass");
        assert_eq!(readable("fostering"), "Fostering");
        assert_eq!(readable("Blue Badge"), "Blue Badge");
    }
}
