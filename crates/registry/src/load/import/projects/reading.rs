//! Reading one row of a portfolio as a project.

use std::collections::BTreeSet;

use guildhall_protocol::text::fold;
use guildhall_protocol::validate::LIMITS;
use guildhall_protocol::{CouncilCode, ProjectId, Visibility};
use jiff::Timestamp;
use jiff::civil::Date;

use super::known::{Key, Known, shared};
use super::{LINKS, ProjectOptions};
use crate::load::import::cells::{Cells, Patch, one_line};
use crate::load::import::columns::Columns;
use crate::load::import::dates::{self, End};
use crate::load::import::names::Unknown;
use crate::load::import::project_row::{ProjectRow, Said};
use crate::load::import::report::Note;
use crate::load::import::rows::{Row, Rows};
use crate::load::import::summary::summary_and_rest;
use crate::load::import::{ImportOptions, amounts, choices};

/// A row, with everything needed to read it.
pub(super) struct Reading<'a> {
    pub(super) cells: Cells<'a>,
    known: &'a Known,
    choices: &'a ProjectOptions,
    council: Option<&'a CouncilCode>,
    visibility: Option<Visibility>,
    now: Timestamp,
}

impl<'a> Reading<'a> {
    #[expect(
        clippy::too_many_arguments,
        reason = "a row is read by what the file, the options and the registry say"
    )]
    pub(super) fn new(
        row: &'a Row,
        rows: &'a Rows,
        columns: &'a Columns,
        known: &'a Known,
        options: &ImportOptions,
        choices: &'a ProjectOptions,
        council: Option<&'a CouncilCode>,
        now: Timestamp,
    ) -> Self {
        let cells = Cells::new(row, columns, &rows.columns, options.clear_empty);
        Self { cells, known, choices, council, visibility: choices.visibility, now }
    }

    /// The row's project and its key, or why the row is left out.
    pub(super) fn project(&mut self) -> Result<(ProjectRow, String), Note> {
        let title = self.needed("title", LIMITS.title, "No title")?;
        let (council, organisation) = self.council()?;
        let (id, key) = match &self.choices.source {
            Some(source) => {
                let id = self.needed("id", LIMITS.short_text, "No id")?;
                self.known.project(&Key::Id { source, id: &id })
            }
            None => {
                let organisation = organisation.as_deref();
                self.known.project(&Key::Title { council: &council, organisation, title: &title })
            }
        };
        let row = ProjectRow {
            line: self.cells.row.line,
            id: id.to_string(),
            project: ProjectId(id),
            council,
            title,
            organisation,
            visibility: self.visibility,
            now: self.now,
            said: self.said(),
            end: (self.cells.heading("ended"), self.cells.shown("ended")),
        };
        Ok((row, key))
    }

    /// A cell that a project must have.
    fn needed(&mut self, field: &str, most: u32, missing: &str) -> Result<String, Note> {
        match self.cells.line(field, most) {
            Patch::Set(text) => Ok(text),
            // The reason to leave out the cell is also the reason to leave out the row.
            Patch::Keep if !self.cells.left_out.is_empty() => Err(self.cells.left_out.remove(0)),
            _ => Err(self.refuse(field, self.cells.shown(field), missing)),
        }
    }

    fn refuse(&self, field: &str, value: impl Into<String>, reason: impl Into<String>) -> Note {
        let (line, column) = (self.cells.row.line, self.cells.heading(field));
        Note { line, column, value: value.into(), reason: reason.into() }
    }

    fn council(&mut self) -> Result<(CouncilCode, Option<String>), Note> {
        if let Some(council) = self.council {
            let named = self.cells.line("council", u32::MAX);
            return match named.value().map(|named| (named, self.known.names.find(named))) {
                Some((named, Ok(other))) if other != council => {
                    let reason = format!("It is not {council}, which --council says for all rows");
                    Err(self.refuse("council", named.as_str(), reason))
                }
                _ => Ok((council.clone(), None)),
            };
        }
        let named = self.needed("council", u32::MAX, "No council given")?;
        match (self.known.names.find(&named), &self.choices.others_under) {
            (Ok(code), _) => Ok((code.clone(), None)),
            (Err(Unknown::Several(codes)), _) => {
                Err(self.refuse("council", named.as_str(), shared(&named, &codes)))
            }
            (Err(Unknown::Nobody), Some(code)) => {
                Ok((code.clone(), Some(named.trim_start_matches('_').trim().to_owned())))
            }
            (Err(Unknown::Nobody), None) => {
                let reason = "Council not found. Correct the name, give its code, or use \
                              --others-under";
                Err(self.refuse("council", named, reason))
            }
        }
    }

    fn said(&mut self) -> Said {
        let (summary, why) = self.summary_and_why();
        let (mailbox, contact_name) = self.contact();
        let l = &LIMITS;
        let cells = &mut self.cells;
        let mut said = Said {
            summary,
            why,
            mailbox,
            contact_name,
            problem: cells.text("problem", l.long_text),
            learned: cells.text("learned", l.long_text),
            reuse: cells.text("reuse", l.long_text),
            product: cells.line("product", l.short_text),
            supplier: cells.line("supplier", l.short_text),
            licence: cells.line("licence", l.short_text),
            lang: cells.read("lang", choices::language),
            phase: cells.read("phase", choices::phase),
            approach: cells.read("approach", choices::approach),
            collaboration: cells.read("collaboration", choices::collaboration),
            budget_band: cells.read("budget_band", amounts::budget_band),
            started: cells.read("started", |text| dates::day(text, End::First)),
            contract_ends: cells.read("contract_ends", |text| dates::day(text, End::Last)),
            created_at: cells.read("created_at", dates::moment),
            need: [
                cells.text("as_a", l.need_part),
                cells.text("i_need", l.need_part),
                cells.text("so_that", l.need_part),
                cells.text("evidence", l.evidence),
            ],
            ..Said::default()
        };
        said.ended = self.ended();
        said.services = self.services();
        said.tags = self.tags();
        let mut count = 0;
        for (field, kind) in LINKS {
            let addresses = self.addresses(field, &mut count);
            said.links.push((field, kind, addresses));
        }
        said
    }

    /// "Ongoing" and similar words mean that there is no end date.
    fn ended(&mut self) -> Patch<Date> {
        let goes_on = ["ongoing", "present", "current", "to date", "now", "open"];
        if goes_on.contains(&fold(&self.cells.shown("ended")).as_str()) {
            return self.cells.empty();
        }
        self.cells.read("ended", |text| dates::day(text, End::Last))
    }

    /// The summary and the `why` text. A description that is too long for a summary goes into `why` in full.
    fn summary_and_why(&mut self) -> (Patch<String>, Patch<String>) {
        let mut summary = Patch::Keep;
        let mut parts: Vec<String> = Vec::new();
        let why = self.cells.text("why", u32::MAX);
        let mut is_empty = matches!(why, Patch::Clear);
        parts.extend(why.value().cloned());
        for field in ["summary", "description"] {
            let patch = self.cells.text(field, u32::MAX);
            is_empty |= matches!(patch, Patch::Clear)
                && field == "description"
                && !self.cells.columns.contains_key("why");
            match patch {
                Patch::Set(text) => {
                    let (first, rest) = summary_and_rest(&text);
                    if summary.value().is_none() {
                        summary = Patch::Set(one_line(&first)).unless(String::is_empty);
                    }
                    parts.extend((!rest.is_empty()).then_some(rest));
                }
                Patch::Clear if summary == Patch::Keep => summary = Patch::Clear,
                _ => {}
            }
        }
        let why = match parts.join("\n\n") {
            whole if !whole.is_empty() => {
                let field =
                    ["description", "why", "summary"].into_iter().find(|f| !self.cells.shown(f).is_empty());
                self.cells.at_most(field.unwrap_or("why"), Patch::Set(whole), LIMITS.long_text)
            }
            _ if is_empty => Patch::Clear,
            _ => Patch::Keep,
        };
        (summary, why)
    }

    /// Services by LGSL id or name.
    fn services(&mut self) -> Patch<BTreeSet<guildhall_protocol::ServiceId>> {
        self.cells
            .list("services")
            .map(|named| {
                let mut found = BTreeSet::new();
                for text in named {
                    match self.known.service(&text) {
                        Some(id) if found.len() < LIMITS.services as usize => {
                            found.insert(id);
                        }
                        Some(_) => self.cells.leave_out("services", text, too_many(LIMITS.services)),
                        None => {
                            let reason = "It is not a service in this registry: give its LGSL id";
                            self.cells.leave_out("services", text, reason);
                        }
                    }
                }
                found
            })
            .unless(BTreeSet::is_empty)
    }

    fn tags(&mut self) -> Patch<BTreeSet<String>> {
        self.cells
            .list("tags")
            .map(|named| {
                let mut tags: BTreeSet<String> = BTreeSet::new();
                for tag in named {
                    let count = tag.chars().count();
                    if count > LIMITS.tag as usize {
                        let reason =
                            format!("A tag has at most {} characters; this one has {count}", LIMITS.tag);
                        self.cells.leave_out("tags", tag, reason);
                    } else if tags.iter().any(|known| fold(known) == fold(&tag)) {
                    } else if tags.len() == LIMITS.tags as usize {
                        self.cells.leave_out("tags", tag, too_many(LIMITS.tags));
                    } else {
                        tags.insert(tag);
                    }
                }
                tags
            })
            .unless(BTreeSet::is_empty)
    }
}

pub(super) fn too_many(most: u32) -> String {
    format!("There are more than {most}, which is the most")
}
