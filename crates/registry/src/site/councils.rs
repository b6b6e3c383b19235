//! A council: what it works on, and which councils came before and after.

use std::collections::BTreeSet;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{Council, CouncilCode};
use jiff::civil::Date;

use super::projects::{List, council_names, list, part, read};
use crate::Registry;
use crate::error::Result;
use crate::store::public;

/// A council and its projects.
#[derive(Clone, Debug)]
pub(crate) struct CouncilPage {
    pub(crate) council: Council,
    pub(crate) list: List,
    pub(crate) before: Vec<Neighbour>,
    pub(crate) after: Vec<Neighbour>,
}

/// A council that came before or after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Neighbour {
    pub(crate) code: String,
    pub(crate) name: String,
    /// The part of the old council, where it was split; empty for all of it.
    pub(crate) area: String,
    /// The successor's first day.
    pub(crate) from: Option<Date>,
}

impl Registry {
    /// A council and its public projects.
    pub(crate) async fn public_council(
        &self,
        code: &str,
        before: Option<u64>,
    ) -> Result<Option<CouncilPage>> {
        let Ok(code) = code.parse::<CouncilCode>() else { return Ok(None) };
        let mut sql = self.store().read().await?;
        let record = public::find(&mut sql, Kind::Council, code.as_str()).await?;
        let Some(council) = record.as_ref().and_then(read::<Council>) else { return Ok(None) };
        let records = public::projects_of(&mut sql, &code, part(before)).await?;
        let list = list(&mut sql, records).await?;

        let predecessors = public::predecessors(&mut sql, &code).await?;
        let mut came_before = Vec::new();
        for old in predecessors.iter().filter_map(read::<Council>) {
            for successor in old.successors.iter().filter(|successor| successor.council == code) {
                came_before.push(Neighbour {
                    code: old.code.to_string(),
                    name: old.name.clone(),
                    area: successor.area.clone(),
                    from: successor.from,
                });
            }
        }
        let codes: BTreeSet<String> = council.successors.iter().map(|new| new.council.to_string()).collect();
        let names = council_names(&mut sql, codes).await?;
        let after = council.successors.iter().map(|new| Neighbour {
            name: names.get(new.council.as_str()).cloned().unwrap_or_else(|| new.council.to_string()),
            code: new.council.to_string(),
            area: new.area.clone(),
            from: new.from,
        });
        let after = after.collect();
        Ok(Some(CouncilPage { council, list, before: came_before, after }))
    }
}
