//! A row of a list of councils: its values, and how they change a council.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::text::fold;
use guildhall_protocol::{Council, CouncilCode, Nation, Successor};
use jiff::civil::Date;
use serde_json::Value;

use super::cells::Patch;
use super::councils::CODE;
use super::plan::{Applied, Incoming};
use super::report::Note;
use crate::error::Result;
use crate::load::bulk::reference;
use crate::store::records::Record;

/// The values in a council's row.
pub(super) struct CouncilRow {
    pub(super) line: u64,
    pub(super) code: CouncilCode,
    /// For a council that is not in the registry yet: why the row is not enough to add it.
    pub(super) missing: Option<String>,
    pub(super) name: Patch<String>,
    pub(super) name_cy: Patch<String>,
    pub(super) gss_code: Patch<String>,
    pub(super) council_type: Patch<String>,
    pub(super) region: Patch<String>,
    pub(super) nation: Patch<Nation>,
    pub(super) other_names: Patch<Vec<String>>,
    pub(super) lat: Patch<f64>,
    pub(super) long: Patch<f64>,
    pub(super) started: Patch<Date>,
    pub(super) ended: Patch<Date>,
    pub(super) successors: Patch<Vec<Successor>>,
    pub(super) clear_empty: bool,
}

impl Incoming for CouncilRow {
    fn line(&self) -> u64 {
        self.line
    }

    fn record(&self) -> (Kind, &str) {
        (Kind::Council, self.code.as_str())
    }

    fn name(&self) -> String {
        match &self.name {
            Patch::Set(name) => format!("{name} ({})", self.code),
            _ => self.code.to_string(),
        }
    }

    fn onto(&self, current: Option<&Record>) -> Result<Applied> {
        let before: Option<Council> = match current {
            Some(record) => Some(serde_json::from_value(Value::Object(record.body.clone()))?),
            None => None,
        };
        let mut council = before.clone().unwrap_or_else(|| self.blank());
        self.fill(&mut council);
        let mut state = reference(Kind::Council, &self.code, &council)?;
        if let Some(record) = current {
            let mut body = record.body.clone();
            body.extend(state.body);
            state.body = body;
        }
        let is_same = before.as_ref() == Some(&council);
        let refused = self.missing.clone().filter(|_| before.is_none()).map(|reason| Note {
            line: self.line,
            column: CODE.to_owned(),
            value: self.code.to_string(),
            reason,
        });
        Ok(Applied { state, is_same, left_out: Vec::new(), refused })
    }
}

impl CouncilRow {
    fn blank(&self) -> Council {
        Council {
            code: self.code.clone(),
            gss_code: String::new(),
            name: String::new(),
            name_cy: String::new(),
            other_names: Vec::new(),
            council_type: String::new(),
            nation: self.nation.value().copied().unwrap_or(Nation::England),
            region: String::new(),
            lat: None,
            long: None,
            started: None,
            ended: None,
            successors: Vec::new(),
            offers: Vec::new(),
        }
    }

    fn fill(&self, council: &mut Council) {
        // A council must have a name and a nation, so an empty cell never clears these.
        if let Patch::Set(name) = &self.name {
            council.name.clone_from(name);
        }
        if let Patch::Set(nation) = self.nation {
            council.nation = nation;
        }
        self.name_cy.apply(&mut council.name_cy);
        self.gss_code.apply(&mut council.gss_code);
        self.council_type.apply(&mut council.council_type);
        self.region.apply(&mut council.region);
        self.lat.clone().map(Some).apply(&mut council.lat);
        self.long.clone().map(Some).apply(&mut council.long);
        self.started.clone().map(Some).apply(&mut council.started);
        self.fill_other_names(council);
        self.fill_end(council);
    }

    /// Adds names to the known ones, because lists differ in which they have. With `clear_empty`, replaces them.
    fn fill_other_names(&self, council: &mut Council) {
        match &self.other_names {
            Patch::Keep => {}
            Patch::Clear => council.other_names.clear(),
            Patch::Set(names) if self.clear_empty => council.other_names.clone_from(names),
            Patch::Set(names) => {
                for name in names {
                    if !council.other_names.iter().any(|known| fold(known) == fold(name)) {
                        council.other_names.push(name.clone());
                    }
                }
            }
        }
    }

    /// Coordinators record mergers before the lists do, so an empty cell never clears a council's successors, nor its
    /// last day if it has successors.
    fn fill_end(&self, council: &mut Council) {
        let known = std::mem::take(&mut council.successors);
        council.successors = match &self.successors {
            Patch::Set(named) => named
                .iter()
                .map(|named| {
                    let known = known.iter().find(|known| known.council == named.council);
                    Successor {
                        from: named.from.or(known.and_then(|known| known.from)),
                        area: known.map(|known| known.area.clone()).unwrap_or_default(),
                        council: named.council.clone(),
                    }
                })
                .collect(),
            Patch::Keep | Patch::Clear => known,
        };
        match self.ended {
            Patch::Set(ended) => council.ended = Some(ended),
            Patch::Clear if council.successors.is_empty() => council.ended = None,
            Patch::Clear | Patch::Keep => {}
        }
    }
}
