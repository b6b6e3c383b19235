//! What the rows of a portfolio refer to: councils, services and existing projects.

use std::collections::{HashMap, HashSet};

use guildhall_protocol::changes::Kind;
use guildhall_protocol::text::fold;
use guildhall_protocol::{CouncilCode, Service, ServiceId};
use serde_json::Value;
use uuid::Uuid;

use crate::Registry;
use crate::error::{Error, Result};
use crate::load::import::ImportError;
use crate::load::import::names::{Names, Unknown};
use crate::load::import::project_row::organisation_of;
use crate::store::purges;
use crate::store::records::{self, Record};

/// The UUIDv5 namespace for imported rows (RFC 9562 §5.5): a row has the same id in every import.
const NAMESPACE: Uuid = Uuid::from_u128(0x9b1d_2f60_55a8_4d0c_8f3e_2b7a_61c4_90d5);

/// The registry's data that an import needs.
pub(super) struct Known {
    pub(super) names: Names,
    services: HashMap<String, ServiceId>,
    pub(super) projects: HashMap<String, Record>,
    /// The ids of permanently deleted projects.
    pub(super) purged: HashSet<String>,
    /// Projects that an earlier version imported under an id from the title as typed, by council and normalised title.
    by_title: HashMap<(String, String), String>,
}

/// What identifies a row.
pub(super) enum Key<'a> {
    /// Its id at a source.
    Id { source: &'a str, id: &'a str },
    /// Its council, organisation and title.
    Title { council: &'a CouncilCode, organisation: Option<&'a str>, title: &'a str },
}

fn id_of(key: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, key.as_bytes())
}

/// The key that the first versions used: the title as typed, without the organisation.
fn first_key(council: &str, title: &str) -> String {
    format!("{council}/{}", title.to_lowercase())
}

impl Known {
    pub(super) async fn of(registry: &Registry) -> Result<Self> {
        let mut tx = registry.store().read().await?;
        let read = |bodies: Vec<_>| bodies.into_iter().map(Value::Object);
        let councils = read(records::all(&mut tx, Kind::Council).await?).map(serde_json::from_value);
        let services = read(records::all(&mut tx, Kind::Service).await?).map(serde_json::from_value);
        let services: Vec<Service> = services.collect::<Result<_, _>>().map_err(Error::from)?;
        let projects = records::by_id(&mut tx, Kind::Project).await?;
        let purged = purges::all(&mut tx).await?;
        let by_title = projects.values().filter_map(|record| {
            let text = |field: &str| record.body.get(field).and_then(Value::as_str).unwrap_or_default();
            let (council, title) = (text("council"), text("title"));
            let is_by_title = record.id == id_of(&first_key(council, title)).to_string();
            is_by_title.then(|| ((council.to_owned(), fold(title)), record.id.clone()))
        });
        Ok(Self {
            names: Names::new(councils.collect::<Result<_, _>>().map_err(Error::from)?),
            services: services.into_iter().map(|service| (fold(&service.name), service.id)).collect(),
            by_title: by_title.collect(),
            projects,
            purged,
        })
    }

    /// The council named by an option.
    pub(super) fn council_called(&self, named: &str) -> Result<CouncilCode, ImportError> {
        self.names.find(named).cloned().map_err(|unknown| {
            ImportError::BadOption(match unknown {
                Unknown::Nobody => {
                    format!(
                        "there is no council “{named}” in this registry: import the list of councils first"
                    )
                }
                Unknown::Several(codes) => shared(named, &codes),
            })
        })
    }

    /// A service by name or LGSL id.
    pub(super) fn service(&self, text: &str) -> Option<ServiceId> {
        let id = || whole_number(text).parse().ok().map(ServiceId);
        self.services.get(&fold(text)).copied().or_else(id)
    }

    /// The id of a row's project, which is the id of an earlier import of the same row, also by an earlier version.
    /// Also returns the row's key.
    pub(super) fn project(&self, key: &Key<'_>) -> (Uuid, String) {
        let (council, organisation, title) = match key {
            Key::Id { source, id } => {
                let plain = whole_number(&fold(id)).to_owned();
                let earlier = [format!("from {source}/{id}"), format!("from {source}/{plain}.0")];
                let key = format!("from {source}/{plain}");
                let mut ids = std::iter::once(&key).chain(&earlier).map(|key| id_of(key));
                return (ids.find(|id| self.is_there(*id)).unwrap_or_else(|| id_of(&key)), key);
            }
            Key::Title { council, organisation, title } => (council, organisation, title),
        };
        let key = match organisation {
            None => first_key(council.as_str(), &fold(title)),
            Some(named) => format!("project {council}/{}/{}", fold(named), fold(title)),
        };
        let id = id_of(&key);
        let alike = self.by_title.get(&(council.to_string(), fold(title))).and_then(|id| id.parse().ok());
        let mut ids =
            [Some(id), Some(id_of(&first_key(council.as_str(), title))), alike].into_iter().flatten();
        let found = ids.find(|id| self.is_of(*id, *organisation));
        // An earlier version may have given this id to an organisation's project with the same title.
        let free =
            || if self.is_there(id) { id_of(&format!("project {council}//{}", fold(title))) } else { id };
        (found.unwrap_or_else(free), key)
    }

    fn is_there(&self, id: Uuid) -> bool {
        self.projects.contains_key(&id.to_string())
    }

    /// Whether the project belongs to this organisation. After a project was claimed, its text may no longer say so.
    fn is_of(&self, id: Uuid, organisation: Option<&str>) -> bool {
        let Some(record) = self.projects.get(&id.to_string()) else { return false };
        let why = record.body.get("why").and_then(Value::as_str).unwrap_or_default();
        match (organisation_of(why), organisation) {
            (Some(stored), Some(named)) => fold(stored) == fold(named),
            (None, None) => true,
            (Some(_), None) => false,
            (None, Some(_)) => record.body.get("unclaimed") != Some(&Value::Bool(true)),
        }
    }
}

/// The message for an ambiguous name.
pub(super) fn shared(named: &str, codes: &[CouncilCode]) -> String {
    let codes: Vec<&str> = codes.iter().map(CouncilCode::as_str).collect();
    format!("“{named}” matches several councils: {}. Use the code", codes.join(", "))
}

/// A whole number without the decimal point that spreadsheets add: `7` for `7.0`.
pub(in crate::load::import) fn whole_number(text: &str) -> &str {
    match text.trim().split_once('.') {
        Some((whole, rest))
            if !whole.is_empty()
                && whole.bytes().all(|byte| byte.is_ascii_digit())
                && rest.bytes().all(|byte| byte == b'0') =>
        {
            whole
        }
        _ => text.trim(),
    }
}
