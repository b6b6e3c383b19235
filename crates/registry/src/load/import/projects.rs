//! Projects, from a council's portfolio spreadsheet or export. An imported project is unclaimed until its council says
//! "This is ours"; after that, imports leave it alone.

mod addresses;
mod contact;
mod known;
mod reading;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use guildhall_protocol::{CouncilCode, LinkKind, Visibility};

use super::columns::{self, Field};
use super::plan::{Incoming, Planned, plan, who};
use super::report::{Note, Report};
use super::{ImportError, ImportOptions, read, rows};
use crate::Registry;
use crate::store::audit::AuditAction;
use known::Known;
pub(super) use known::whole_number;
use reading::Reading;

pub(super) const MOST_LINKS: usize = guildhall_protocol::validate::LIMITS.links as usize;

/// The fields that a column can provide.
const FIELDS: [Field; 36] = [
    Field::new("id"),
    Field::or("council", &["council name", "local authority", "authority", "organisation", "organization"]),
    Field::or("title", &["project name", "project title", "project", "name"]),
    Field::new("summary"),
    Field::new("description"),
    Field::new("why"),
    Field::new("problem"),
    Field::new("as_a"),
    Field::new("i_need"),
    Field::new("so_that"),
    Field::new("evidence"),
    Field::new("services"),
    Field::new("phase"),
    Field::or("started", &["start date", "start"]),
    Field::or("ended", &["end date", "end"]),
    Field::new("learned"),
    Field::new("approach"),
    Field::new("product"),
    Field::new("supplier"),
    Field::new("contract_ends"),
    Field::new("collaboration"),
    Field::new("budget_band"),
    Field::new("contact"),
    Field::new("contact_name"),
    Field::or("lang", &["language code"]),
    Field::new("tags"),
    Field::or("licence", &["license"]),
    Field::new("reuse"),
    Field::new("created_at"),
    Field::new("repository"),
    Field::new("board"),
    Field::new("chat"),
    Field::new("documents"),
    Field::new("website"),
    Field::new("research"),
    Field::new("link"),
];

/// The kinds of link that a column can provide.
const LINKS: [(&str, LinkKind); 7] = [
    ("repository", LinkKind::Repository),
    ("board", LinkKind::Board),
    ("chat", LinkKind::Chat),
    ("documents", LinkKind::Documents),
    ("website", LinkKind::Website),
    ("research", LinkKind::Research),
    ("link", LinkKind::Other),
];

/// Options of an import of projects.
#[derive(Clone, Debug, Default)]
pub struct ProjectOptions {
    /// The council that all rows belong to, by code or name; `None` if each row names its own.
    pub council: Option<String>,
    /// The council for rows whose organisation is not a council; `None` leaves such rows out.
    pub others_under: Option<CouncilCode>,
    /// The name of the rows' source. With it a row is identified by its `id` column, otherwise by its council,
    /// organisation and title.
    pub source: Option<String>,
    /// Who may see the projects. `None` leaves existing projects as they are and makes new ones public.
    pub visibility: Option<Visibility>,
}

/// Plans an import of projects.
///
/// # Errors
/// If the file has no titles or councils, an option names something that does not exist, or the registry cannot be
/// read.
pub async fn plan_projects(
    registry: &Registry,
    file: &Path,
    options: &ImportOptions,
    choices: &ProjectOptions,
) -> Result<Planned, ImportError> {
    let is_row = |names: &[&str]| {
        let columns: Vec<rows::Column> = names.iter().map(|name| rows::Column::named(name)).collect();
        let found = columns::find(&columns, &FIELDS, &options.map, &mut Vec::new());
        found.is_ok_and(|found| found.contains_key("title"))
    };
    let mut rows = rows::read(&read(file)?, options, is_row)?;
    let fields: Vec<Field> =
        FIELDS.into_iter().filter(|field| field.name != "id" || choices.source.is_some()).collect();
    let columns = columns::find(&rows.columns, &fields, &options.map, &mut rows.words)?;
    let mut needed = vec!["title"];
    needed.extend(choices.council.is_none().then_some("council"));
    needed.extend(choices.source.is_some().then_some("id"));
    columns::need(&columns, &needed, &rows, &fields, options.skip_rows)?;

    let known = Known::of(registry).await?;
    let council = match &choices.council {
        Some(named) => Some(known.council_called(named)?),
        None => None,
    };
    if let Some(code) = &choices.others_under {
        known.council_called(code.as_str())?;
    }
    let used: Vec<usize> = columns.values().copied().collect();
    let mut report = Report {
        unused: rows.unused(&used),
        left_out: std::mem::take(&mut rows.left_out),
        cells: std::mem::take(&mut rows.cells),
        words: std::mem::take(&mut rows.words),
        ..Report::default()
    };
    let now = registry.env().clock.now();
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut incoming: Vec<Arc<dyn Incoming>> = Vec::new();
    for row in &rows.rows {
        let line = row.line;
        let mut reading = Reading::new(row, &rows, &columns, &known, options, choices, council.as_ref(), now);
        let read = reading.project();
        let keys = read.as_ref().map(|(row, key)| [row.id.clone(), key.clone()]).unwrap_or_default();
        match read {
            Err(refused) => report.left_out.push(refused),
            Ok((row, _)) => {
                let earlier = keys.iter().find_map(|key| seen.get(key));
                if let Some(earlier) = earlier {
                    let reason = format!("It is the same project as on line {earlier}");
                    report.left_out.push(Note { line, column: "title".into(), value: row.title, reason });
                    continue;
                }
                if known.purged.contains(&row.id) {
                    let reason = "This project was permanently deleted, and is not imported again".to_owned();
                    report.left_out.push(Note { line, column: "title".into(), value: row.title, reason });
                    continue;
                }
                seen.extend(keys.map(|key| (key, line)));
                if let Some(organisation) = &row.organisation {
                    let (column, value) = (reading.cells.heading("council"), organisation.clone());
                    let reason = format!("It is not a council, so the project went under {}", row.council);
                    report.under_another.push(Note { line, column, value, reason });
                }
                report.cells.append(&mut reading.cells.left_out);
                report.read_as.append(&mut reading.cells.read_as);
                incoming.push(Arc::new(row));
            }
        }
    }
    let mut planned =
        plan(AuditAction::ImportProjects, incoming, &known.projects, report, options.list_changes)?;
    if choices.visibility.is_none() {
        planned.say_default_visibility(who(Visibility::Public));
    }
    Ok(planned)
}
