//! Projects, from the spreadsheet or export in which a council keeps its portfolio. What comes in is unclaimed
//! until its council says "This is ours"; from then on an import leaves it alone.

use std::collections::BTreeMap;
use std::path::Path;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::validate::{FieldCode, is_email, validate};
use guildhall_protocol::{
    Contact, CouncilCode, Link, LinkKind, Need, NeedId, PhaseDates, Project, ProjectId, Service, ServiceId,
    Visibility,
};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::names::{Names, Unknown};
use super::rows::{self, Row, Rows};
use super::{ImportError, LeftOut, Report, read, values};
use crate::Registry;
use crate::authority::cell_of;
use crate::catalogue::{Present, to_fields};
use crate::failure::{Failure, Outcome};
use crate::store::audit::{Act, AuditAction};
use crate::store::records::{self, NewState};

/// A namespace for the ids of imported rows (RFC 9562 §5.5): a row has the same id each time.
const NAMESPACE: Uuid = Uuid::from_u128(0x9b1d_2f60_55a8_4d0c_8f3e_2b7a_61c4_90d5);

/// What a column can be taken for.
const FIELDS: [&str; 29] = [
    "id",
    "council",
    "title",
    "summary",
    "description",
    "why",
    "problem",
    "as_a",
    "i_need",
    "so_that",
    "evidence",
    "services",
    "phase",
    "started",
    "ended",
    "learned",
    "approach",
    "product",
    "supplier",
    "contract_ends",
    "collaboration",
    "budget_band",
    "contact",
    "contact_name",
    "lang",
    "tags",
    "licence",
    "reuse",
    "created_at",
];

/// The links that a column can be.
const LINKS: [(&str, LinkKind); 7] = [
    ("repository", LinkKind::Repository),
    ("board", LinkKind::Board),
    ("chat", LinkKind::Chat),
    ("documents", LinkKind::Documents),
    ("website", LinkKind::Website),
    ("research", LinkKind::Research),
    ("link", LinkKind::Other),
];

/// How a file of projects is read.
#[derive(Clone, Debug)]
pub struct ProjectOptions {
    /// Fields and the columns that they are taken from, where those are called something else.
    pub map: Vec<(String, String)>,
    /// The council under which rows go whose organisation is no council; none to leave them out.
    pub others_under: Option<CouncilCode>,
    /// Where the rows come from. With it a row is known by its `id` column, and else by its council and title.
    pub source: Option<String>,
    /// Who may see them.
    pub visibility: Visibility,
}

impl Default for ProjectOptions {
    fn default() -> Self {
        Self { map: Vec::new(), others_under: None, source: None, visibility: Visibility::Public }
    }
}

/// Imports projects.
///
/// # Errors
/// When the file has no titles or councils, an option names what is not there, or nothing can be stored.
pub async fn import_projects(
    registry: &Registry,
    file: &Path,
    options: &ProjectOptions,
) -> Result<Report, ImportError> {
    let rows = rows::read(&read(file)?)?;
    let columns = columns(&rows, options)?;
    let known = known(registry).await?;
    if let Some(code) = &options.others_under
        && known.names.find(code.as_str()) != Ok(code)
    {
        return Err(ImportError::BadOption(format!(
            "there is no council with the code {code}: import it first"
        )));
    }
    let used: Vec<&str> = columns.values().copied().collect();
    let mut report =
        Report { unused: rows.unused(&used), left_out: rows.left_out.clone(), ..Report::default() };
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut states = Vec::new();
    let now = registry.world().clock.now();
    for row in &rows.rows {
        let line = row.line;
        let reading = Reading { row, columns: &columns, known: &known, options, now };
        match reading.project() {
            Err(reason) => report.left_out.push(LeftOut { line, reason }),
            Ok((id, project, named)) => {
                if let Some(earlier) = seen.insert(id.to_string(), line) {
                    let reason = format!("It is the same project as on line {earlier}");
                    report.left_out.push(LeftOut { line, reason });
                    continue;
                }
                report.under_another.extend(named.map(|reason| LeftOut { line, reason }));
                states.push(state(id, &project)?);
            }
        }
    }
    report.left_out.sort_by_key(|row| row.line);
    let act = Act::operator(AuditAction::ImportProjects, "catalogue", "");
    report.tally = registry.take_in(states, Present::ReplaceUnclaimed, act).await?;
    Ok(report)
}

fn state(id: ProjectId, project: &Project) -> Outcome<NewState> {
    Ok(NewState {
        kind: Kind::Project,
        id: id.to_string(),
        cell: cell_of(id, project.visibility),
        project: String::new(),
        body: to_fields(project)?,
        author: String::new(),
    })
}

/// What rows may refer to.
struct Known {
    names: Names,
    services: Vec<Service>,
}

async fn known(registry: &Registry) -> Outcome<Known> {
    let mut tx = registry.store().read().await?;
    let read = |bodies: Vec<_>| bodies.into_iter().map(Value::Object);
    let councils = read(records::all(&mut tx, Kind::Council).await?).map(serde_json::from_value);
    let services = read(records::all(&mut tx, Kind::Service).await?).map(serde_json::from_value);
    Ok(Known {
        names: Names::new(councils.collect::<Result<_, _>>().map_err(Failure::from)?),
        services: services.collect::<Result<_, _>>().map_err(Failure::from)?,
    })
}

/// The column that each field is taken from: the one that was named for it, or the one that is called like it.
fn columns<'a>(
    rows: &'a Rows,
    options: &ProjectOptions,
) -> Result<BTreeMap<&'static str, &'a str>, ImportError> {
    let fields = || FIELDS.into_iter().chain(LINKS.into_iter().map(|(field, _)| field));
    for (field, column) in &options.map {
        if !fields().any(|known| known == field) {
            let all = fields()
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
                .join(", ");
            return Err(ImportError::BadOption(format!(
                "“{field}” is not a field to import; there are {all}"
            )));
        }
        if rows.column(column).is_none() {
            let found = rows.columns.join(", ");
            return Err(ImportError::BadOption(format!("the file has no column “{column}”; it has {found}")));
        }
    }
    let mapped = |field: &str| options.map.iter().find(|(mapped, _)| mapped == field);
    let taken = |column: &str| options.map.iter().any(|(_, mapped)| rows.column(mapped) == Some(column));
    let columns: BTreeMap<&'static str, &str> = fields()
        .filter(|field| *field != "id" || options.source.is_some())
        .filter_map(|field| match mapped(field) {
            Some((_, column)) => Some((field, rows.column(column)?)),
            None => Some((field, rows.column(field).filter(|column| !taken(column))?)),
        })
        .collect();
    let mut needed = vec!["title", "council"];
    needed.extend(options.source.is_some().then_some("id"));
    let missing: Vec<&str> = needed.into_iter().filter(|field| !columns.contains_key(field)).collect();
    if missing.is_empty() {
        return Ok(columns);
    }
    Err(ImportError::NoHeader {
        missing: missing.join(" or "),
        found: rows.columns.join(", "),
        hint: "; name others with --map, for example --map title=\"Project name\"",
    })
}

/// One row on its way to become a project.
struct Reading<'a> {
    row: &'a Row,
    columns: &'a BTreeMap<&'static str, &'a str>,
    known: &'a Known,
    options: &'a ProjectOptions,
    now: Timestamp,
}

impl Reading<'_> {
    fn text(&self, field: &str) -> String {
        self.columns.get(field).map(|column| self.row.text(column)).unwrap_or_default()
    }

    fn list(&self, field: &str) -> Vec<String> {
        self.columns.get(field).map(|column| self.row.list(column)).unwrap_or_default()
    }

    /// The project with its id, and the organisation that it names where that is no council.
    fn project(&self) -> Result<(ProjectId, Project, Option<String>), String> {
        let title = self.text("title");
        if title.is_empty() {
            return Err("It has no title".to_owned());
        }
        let (council, organisation) = self.council()?;
        let id = ProjectId(self.id(&council, &title)?);
        let named = |what: &str| Uuid::new_v5(&id.0, what.as_bytes());
        let mut project = Project::new(council);
        project.title = title;
        project.visibility = self.options.visibility;
        project.unclaimed = true;
        project.created_at = Some(values::moment(&self.text("created_at"))?.unwrap_or(self.now));
        project.changed_at = project.created_at;
        self.texts(&mut project);
        self.choices(&mut project)?;
        project.needs.extend(self.need(NeedId(named("need"))));
        project.services = self.services()?;
        project.tags = self.list("tags").into_iter().collect();
        for (field, kind) in LINKS {
            let text = self.text(field);
            if !text.is_empty() {
                let url = values::web_address(&text)?;
                project.links.push(Link { id: named(field), kind, url, label: String::new() });
            }
        }
        project.contact = self.contact();
        if let Some(organisation) = &organisation {
            let words = format!("Published by {organisation}, which is not a council.");
            project.why = [project.why.as_str(), words.as_str()].join("\n\n").trim().to_owned();
            if project.contact.name.is_empty() {
                project.contact.name.clone_from(organisation);
            }
        }
        check(&project)?;
        Ok((id, project, organisation))
    }

    fn id(&self, council: &CouncilCode, title: &str) -> Result<Uuid, String> {
        let key = match &self.options.source {
            None => format!("{council}/{}", title.to_lowercase()),
            Some(source) => match self.text("id") {
                id if id.is_empty() => return Err("It has no id".to_owned()),
                id => format!("from {source}/{id}"),
            },
        };
        Ok(Uuid::new_v5(&NAMESPACE, key.as_bytes()))
    }

    fn council(&self) -> Result<(CouncilCode, Option<String>), String> {
        let text = self.text("council");
        if text.is_empty() {
            return Err("It names no council".to_owned());
        }
        match (self.known.names.find(&text), &self.options.others_under) {
            (Ok(code), _) => Ok((code.clone(), None)),
            (Err(Unknown::Several(codes)), _) => {
                let codes: Vec<&str> = codes.iter().map(CouncilCode::as_str).collect();
                Err(format!("“{text}” can be any of these councils: {}; give the code", codes.join(", ")))
            }
            (Err(Unknown::Nobody), Some(code)) => {
                Ok((code.clone(), Some(text.trim_start_matches('_').to_owned())))
            }
            (Err(Unknown::Nobody), None) => Err(format!("“{text}” is not a council in this registry")),
        }
    }

    fn texts(&self, project: &mut Project) {
        let (summary, rest) = values::summary_and_rest(&self.text("summary"));
        let (described, rest_described) = values::summary_and_rest(&self.text("description"));
        let parts = [self.text("why"), rest, rest_described];
        let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        project.why = parts.join("\n\n");
        project.summary = if summary.is_empty() { described } else { summary };
        project.problem = self.text("problem");
        project.learned = self.text("learned");
        project.reuse = self.text("reuse");
        project.product = self.text("product");
        project.supplier = self.text("supplier");
        project.licence = self.text("licence");
    }

    fn choices(&self, project: &mut Project) -> Result<(), String> {
        project.phase = values::phase(&self.text("phase"))?;
        project.approach = values::approach(&self.text("approach"))?;
        project.collaboration = values::collaboration(&self.text("collaboration"))?;
        project.budget_band = values::budget_band(&self.text("budget_band"))?;
        project.contract_ends = values::date(&self.text("contract_ends"))?;
        let dates = PhaseDates {
            started: values::date(&self.text("started"))?,
            ended: values::date(&self.text("ended"))?,
        };
        if dates != PhaseDates::default() {
            project.phase_dates.insert(project.phase, dates);
        }
        let lang = self.text("lang").to_lowercase();
        match lang.as_str() {
            "" | "en" | "english" => {}
            "cy" | "welsh" | "cymraeg" => "cy".clone_into(&mut project.lang),
            _ => return Err(format!("“{lang}” is not a language that a project can be in: use en or cy")),
        }
        Ok(())
    }

    fn need(&self, id: NeedId) -> Option<Need> {
        let need = Need {
            id,
            as_a: self.text("as_a"),
            i_need: self.text("i_need"),
            so_that: self.text("so_that"),
            evidence: self.text("evidence"),
        };
        (!need.i_need.is_empty()).then_some(need)
    }

    /// Each by its LGSL id or its name.
    fn services(&self) -> Result<std::collections::BTreeSet<ServiceId>, String> {
        let find = |text: &String| {
            let by_name = self.known.services.iter().find(|service| service.name.eq_ignore_ascii_case(text));
            let by_id = || text.parse().ok().map(ServiceId);
            by_name
                .map(|service| service.id)
                .or_else(by_id)
                .ok_or_else(|| format!("“{text}” is not a service in this registry: give its LGSL id"))
        };
        self.list("services").iter().map(find).collect()
    }

    /// A mailbox where it is one; else the name of a team or a person.
    fn contact(&self) -> Contact {
        let (contact, name) = (self.text("contact"), self.text("contact_name"));
        match is_email(&contact) {
            true => Contact { mailbox: contact, name },
            false if name.is_empty() => Contact { mailbox: String::new(), name: contact },
            false => Contact { mailbox: String::new(), name },
        }
    }
}

/// What is missing its council can add when it takes the project on; what is too long or wrong can't come in.
fn check(project: &Project) -> Result<(), String> {
    let wrong: Vec<String> = validate(project)
        .into_iter()
        .filter(|error| !matches!(error.code, FieldCode::Missing | FieldCode::NeedOrProblemMissing))
        .map(|error| format!("{}: {}", error.pointer.trim_start_matches('/'), error.detail))
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}
