//! A row of a portfolio: its values, and how they change a project.

use std::collections::BTreeSet;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::text::fold;
use guildhall_protocol::validate::{FieldCode, FieldError, is_filled_in, validate};
use guildhall_protocol::{
    Approach, BudgetBand, Collaboration, CouncilCode, Link, LinkKind, Need, NeedId, Phase, Project,
    ProjectId, ServiceId, Visibility,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::cells::Patch;
use super::plan::{Applied, Incoming};
use super::report::Note;
use crate::access::policy::cell_of;
use crate::error::Result;
use crate::store::records::{Record, RecordWrite, to_fields};

/// The values in a project's row.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) summary: Patch<String>,
    pub(super) why: Patch<String>,
    pub(super) problem: Patch<String>,
    pub(super) learned: Patch<String>,
    pub(super) reuse: Patch<String>,
    pub(super) product: Patch<String>,
    pub(super) supplier: Patch<String>,
    pub(super) licence: Patch<String>,
    pub(super) lang: Patch<String>,
    pub(super) phase: Patch<Phase>,
    pub(super) approach: Patch<Approach>,
    pub(super) collaboration: Patch<Collaboration>,
    pub(super) budget_band: Patch<BudgetBand>,
    pub(super) started: Patch<Date>,
    pub(super) ended: Patch<Date>,
    pub(super) contract_ends: Patch<Date>,
    pub(super) created_at: Patch<Timestamp>,
    /// The parts of a user need: as a, I need, so that, and the evidence.
    pub(super) need: [Patch<String>; 4],
    pub(super) services: Patch<BTreeSet<ServiceId>>,
    pub(super) tags: Patch<BTreeSet<String>>,
    pub(super) links: Vec<(&'static str, LinkKind, Patch<Vec<Address>>)>,
    pub(super) mailbox: Patch<String>,
    pub(super) contact_name: Patch<String>,
}

/// A web address and its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) url: String,
    pub(super) label: String,
}

/// A row whose project has been identified.
#[derive(Clone, Debug)]
pub(super) struct ProjectRow {
    pub(super) line: u64,
    /// As text, for [`Incoming::record`]; `project` is the same id.
    pub(super) id: String,
    pub(super) project: ProjectId,
    pub(super) council: CouncilCode,
    pub(super) title: String,
    /// The organisation that the row names, if that is not a council.
    pub(super) organisation: Option<String>,
    /// The requested visibility, if an option gives one.
    pub(super) visibility: Option<Visibility>,
    pub(super) now: Timestamp,
    pub(super) said: Said,
    /// The heading and the text of the `ended` cell, for a note.
    pub(super) end: (String, String),
}

impl Incoming for ProjectRow {
    fn line(&self) -> u64 {
        self.line
    }

    fn record(&self) -> (Kind, &str) {
        (Kind::Project, &self.id)
    }

    fn name(&self) -> String {
        format!("{} ({})", self.title, self.council)
    }

    fn onto(&self, current: Option<&Record>) -> Result<Applied> {
        let before: Option<Project> = match current {
            Some(record) => Some(serde_json::from_value(Value::Object(record.body.clone()))?),
            None => None,
        };
        let mut project = before.clone().unwrap_or_else(|| self.blank());
        let left_out = Vec::from_iter(self.fill(&mut project));
        let known: Vec<FieldError> = before.as_ref().map(validate).unwrap_or_default();
        let refused = validate(&project).into_iter().find(|error| {
            !matches!(error.code, FieldCode::Missing | FieldCode::NeedOrProblemMissing)
                && !known.contains(error)
        });
        let is_same = before.as_ref().is_some_and(|before| *before == project);
        if !is_same {
            project.changed_at = before.as_ref().map_or(project.created_at, |_| Some(self.now));
        }
        let mut body = current.map(|record| record.body.clone()).unwrap_or_default();
        // Merged into the stored body: a newer version may have added fields that this one does not know.
        body.extend(to_fields(&project)?);
        let state = RecordWrite {
            kind: Kind::Project,
            id: self.id.clone(),
            cell: cell_of(self.project, project.visibility),
            project: String::new(),
            body,
            author: String::new(),
        };
        let refused = refused.map(|error| Note {
            line: self.line,
            column: error.pointer.trim_start_matches('/').to_owned(),
            value: String::new(),
            reason: error.detail,
        });
        Ok(Applied { state, is_same, left_out, refused })
    }
}

impl ProjectRow {
    fn blank(&self) -> Project {
        let mut project = Project::new(self.council.clone());
        project.visibility = Visibility::Public;
        project.unclaimed = true;
        project.created_at = Some(self.said.created_at.value().copied().unwrap_or(self.now));
        project
    }

    fn named(&self, what: &str) -> Uuid {
        Uuid::new_v5(&self.project.0, what.as_bytes())
    }

    /// Applies the row to the project. Returns a note if the end date conflicts with the start.
    fn fill(&self, project: &mut Project) -> Option<Note> {
        let said = &self.said;
        project.council = self.council.clone();
        project.title.clone_from(&self.title);
        project.visibility = self.visibility.unwrap_or(project.visibility);
        for (field, text) in [
            (&mut project.summary, &said.summary),
            (&mut project.why, &said.why),
            (&mut project.problem, &said.problem),
            (&mut project.learned, &said.learned),
            (&mut project.reuse, &said.reuse),
            (&mut project.product, &said.product),
            (&mut project.supplier, &said.supplier),
            (&mut project.licence, &said.licence),
        ] {
            text.apply(field);
        }
        if let Patch::Set(lang) = &said.lang {
            project.lang.clone_from(lang);
        }
        said.phase.apply(&mut project.phase);
        said.approach.apply(&mut project.approach);
        said.collaboration.apply(&mut project.collaboration);
        said.budget_band.apply(&mut project.budget_band);
        said.contract_ends.clone().map(Some).apply(&mut project.contract_ends);
        said.services.apply(&mut project.services);
        said.tags.apply(&mut project.tags);
        self.fill_need(project);
        self.fill_links(project);
        said.mailbox.apply(&mut project.contact.mailbox);
        said.contact_name.apply(&mut project.contact.name);
        self.fill_organisation(project);
        self.fill_dates(project)
    }

    fn fill_need(&self, project: &mut Project) {
        let id = NeedId(self.named("need"));
        let stored = project.needs.iter_mut().find(|need| need.id == id);
        let mut need = stored.as_deref().cloned().unwrap_or_else(|| Need {
            id,
            as_a: String::new(),
            i_need: String::new(),
            so_that: String::new(),
            evidence: String::new(),
        });
        let parts = [&mut need.as_a, &mut need.i_need, &mut need.so_that, &mut need.evidence];
        for (part, text) in parts.into_iter().zip(&self.said.need) {
            text.apply(part);
        }
        match stored {
            Some(stored) if is_filled_in(&need) => *stored = need,
            Some(_) => project.needs.retain(|need| need.id != id),
            None if is_filled_in(&need) => project.needs.push(need),
            None => {}
        }
    }

    fn fill_links(&self, project: &mut Project) {
        for (field, kind, addresses) in &self.said.links {
            let addresses = match addresses {
                Patch::Keep => continue,
                Patch::Clear => &Vec::new(),
                Patch::Set(addresses) => addresses,
            };
            let id = |number: usize| match number {
                0 => self.named(field),
                number => self.named(&format!("{field} {}", number + 1)),
            };
            for (number, Address { url, label }) in addresses.iter().enumerate() {
                let id = id(number);
                let (kind, url, label) = (*kind, url.clone(), label.clone());
                match project.links.iter_mut().find(|link| link.id == id) {
                    Some(link) => {
                        link.url = url;
                        if !label.is_empty() {
                            link.label = label;
                        }
                    }
                    None => project.links.push(Link { id, kind, url, label }),
                }
            }
            // The cell lists all addresses of its field, so remove the others.
            let gone: Vec<Uuid> = (addresses.len()..super::projects::MOST_LINKS).map(id).collect();
            project.links.retain(|link| !gone.contains(&link.id));
        }
    }

    fn fill_organisation(&self, project: &mut Project) {
        let Some(organisation) = &self.organisation else { return };
        if organisation_of(&project.why).is_none_or(|said| fold(said) != fold(organisation)) {
            let words = published_by(organisation);
            project.why = [project.why.as_str(), words.as_str()].join("\n\n").trim().to_owned();
        }
        if project.contact.name.is_empty() {
            project.contact.name.clone_from(organisation);
        }
    }

    fn fill_dates(&self, project: &mut Project) -> Option<Note> {
        let before = project.phase_dates.get(&project.phase).copied().unwrap_or_default();
        let mut dates = before;
        self.said.started.clone().map(Some).apply(&mut dates.started);
        self.said.ended.clone().map(Some).apply(&mut dates.ended);
        let mut told = None;
        if let (Some(started), Some(ended)) = (dates.started, dates.ended)
            && ended < started
        {
            dates.ended = before.ended.filter(|ended| *ended >= started);
            let (column, value) = self.end.clone();
            let reason = format!("The end, {ended}, is before the start, {started}");
            told = Some(Note { line: self.line, column, value, reason });
        }
        if dates.started.is_none() && dates.ended.is_none() {
            project.phase_dates.remove(&project.phase);
        } else {
            project.phase_dates.insert(project.phase, dates);
        }
        told
    }
}

const PUBLISHED_BY: [&str; 2] = ["Published by ", ", which is not a council."];

/// The sentence that names an organisation that is not a council.
fn published_by(organisation: &str) -> String {
    let [before, after] = PUBLISHED_BY;
    format!("{before}{organisation}{after}")
}

/// The organisation named by that sentence in a project's text.
pub(super) fn organisation_of(why: &str) -> Option<&str> {
    let [before, after] = PUBLISHED_BY;
    why.lines().rev().find_map(|line| line.strip_prefix(before)?.strip_suffix(after))
}
