//! Services, from CSV or JSON with an LGSL id and a name; where there is only a web address's slug, the name is
//! read out of it.

use std::path::Path;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{Service, ServiceId};

use super::rows::{self, Row};
use super::{ImportError, LeftOut, Report, read};
use crate::Registry;
use crate::catalogue::{Present, reference};
use crate::store::audit::{Act, AuditAction};
use crate::store::records::NewState;

/// Imports services. One that is there already is brought up to date.
///
/// # Errors
/// When the file has no ids or no names, or nothing can be stored.
pub async fn import_services(registry: &Registry, file: &Path) -> Result<Report, ImportError> {
    let rows = rows::read(&read(file)?)?;
    let one_of = |names: &[&str]| names.iter().find_map(|name| rows.column(name));
    let (Some(id), Some(name)) = (one_of(&["lgsl_code", "lgsl", "id"]), one_of(&["name", "label", "slug"]))
    else {
        let (missing, found) =
            ("an LGSL id (lgsl_code) with a name or slug".to_owned(), rows.columns.join(", "));
        return Err(ImportError::NoHeader { missing, found, hint: "" });
    };
    let mut report =
        Report { unused: rows.unused(&[id, name]), left_out: rows.left_out.clone(), ..Report::default() };
    let mut states: Vec<NewState> = Vec::new();
    for row in &rows.rows {
        match service(row, id, name) {
            Ok(service) if states.iter().any(|state| state.id == service.id.to_string()) => {
                let reason = format!("{} is already on an earlier line", service.id);
                report.left_out.push(LeftOut { line: row.line, reason });
            }
            Ok(service) => states.push(reference(Kind::Service, service.id, &service)?),
            Err(reason) => report.left_out.push(LeftOut { line: row.line, reason }),
        }
    }
    report.left_out.sort_by_key(|row| row.line);
    let act = Act::operator(AuditAction::ImportServices, "catalogue", "");
    report.tally = registry.take_in(states, Present::Replace, act).await?;
    Ok(report)
}

fn service(row: &Row, id: &str, name: &str) -> Result<Service, String> {
    let text = row.text(id);
    let id =
        text.parse().map(ServiceId).map_err(|_| format!("“{text}” is not an LGSL id, which is a number"))?;
    let name = readable(&row.text(name));
    if name.is_empty() { Err(format!("{id} has no name")) } else { Ok(Service { id, name }) }
}

/// A name as it is; a slug in words.
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
