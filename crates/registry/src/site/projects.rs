//! Public projects: lists of them, one of them, and those with one need or one service.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{Need, NeedId, Phase, Project, ProjectId, Service, ServiceId, Update};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::AnyConnection;

use crate::Registry;
use crate::error::Result;
use crate::store::project_links::LinkTo;
use crate::store::public::{self, Part};
use crate::store::records::Record;

/// The most projects on one page.
const PAGE: u32 = 50;
/// The most updates of a project.
const UPDATES: u32 = 20;

/// A project in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) lang: String,
    pub(crate) phase: Phase,
    pub(crate) council: String,
    pub(crate) council_name: String,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) changed_at: Option<Timestamp>,
}

/// A page of a list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) items: Vec<Item>,
    /// Where the next page begins; none on the last.
    pub(crate) next: Option<u64>,
}

impl List {
    /// The items by phase, in the order of phases.
    pub(crate) fn by_phase(&self) -> Vec<(Phase, Vec<&Item>)> {
        let of = |phase: &Phase| self.items.iter().filter(|item| item.phase == *phase).collect::<Vec<_>>();
        let parts = Phase::ALL.iter().map(|phase| (*phase, of(phase)));
        parts.filter(|(_, items)| !items.is_empty()).collect()
    }

    /// When the newest of them changed.
    pub(crate) fn changed_at(&self) -> Option<Timestamp> {
        self.items.iter().filter_map(|item| item.changed_at).max()
    }
}

/// A project with the names of what it refers to.
#[derive(Clone, Debug)]
pub(crate) struct ProjectPage {
    pub(crate) id: String,
    pub(crate) project: Project,
    pub(crate) council_name: String,
    pub(crate) services: Vec<Service>,
    pub(crate) updates: Vec<Update>,
}

/// A need, and the project that has it.
#[derive(Clone, Debug)]
pub(crate) struct NeedPage {
    pub(crate) need: Need,
    pub(crate) project: Item,
}

/// A service and its projects.
#[derive(Clone, Debug)]
pub(crate) struct ServicePage {
    pub(crate) service: Service,
    pub(crate) list: List,
}

impl Registry {
    /// The newest public projects.
    pub(crate) async fn public_projects(&self, before: Option<u64>) -> Result<List> {
        let mut sql = self.store().read().await?;
        let records = public::projects(&mut sql, part(before)).await?;
        list(&mut sql, records).await
    }

    /// A public project.
    pub(crate) async fn public_project(&self, id: &str) -> Result<Option<ProjectPage>> {
        let Ok(id) = id.parse::<ProjectId>() else { return Ok(None) };
        let mut sql = self.store().read().await?;
        let Some(record) = public::find(&mut sql, Kind::Project, &id.to_string()).await? else {
            return Ok(None);
        };
        let Some(project) = read::<Project>(&record) else { return Ok(None) };
        let ids: Vec<String> = project.services.iter().map(ToString::to_string).collect();
        let services = public::named(&mut sql, Kind::Service, &ids).await?;
        let mut services: Vec<Service> = services.iter().filter_map(read).collect();
        services.sort_by(|a, b| a.name.cmp(&b.name));
        let updates = public::updates_of(&mut sql, &record.id, UPDATES).await?;
        let mut updates: Vec<Update> = updates.iter().filter_map(read).collect();
        updates.sort_by_key(|update| std::cmp::Reverse(update.at));
        let names = council_names(&mut sql, BTreeSet::from([project.council.to_string()])).await?;
        let council_name = named(&names, project.council.as_str());
        Ok(Some(ProjectPage { id: record.id, project, council_name, services, updates }))
    }

    /// A need of a public project.
    pub(crate) async fn public_need(&self, id: &str) -> Result<Option<NeedPage>> {
        let Ok(id) = id.parse::<NeedId>() else { return Ok(None) };
        let mut sql = self.store().read().await?;
        let part = Part { before: None, limit: 1 };
        let records = public::projects_with(&mut sql, (LinkTo::Need, &id.to_string()), part).await?;
        let need = records.first().and_then(read::<Project>);
        let need = need.and_then(|project| project.needs.into_iter().find(|need| need.id == id));
        let Some(need) = need else { return Ok(None) };
        let project = list(&mut sql, records).await?.items.into_iter().next();
        Ok(project.map(|project| NeedPage { need, project }))
    }

    /// A service and its public projects.
    pub(crate) async fn public_service(&self, id: &str, before: Option<u64>) -> Result<Option<ServicePage>> {
        // Only the number as it is written in the record, so that a service has one address.
        let is_one = id.parse::<u32>().is_ok_and(|number| ServiceId(number).to_string() == id);
        if !is_one {
            return Ok(None);
        }
        let mut sql = self.store().read().await?;
        let service = public::find(&mut sql, Kind::Service, id).await?;
        let Some(service) = service.as_ref().and_then(read::<Service>) else { return Ok(None) };
        let records = public::projects_with(&mut sql, (LinkTo::Service, id), part(before)).await?;
        let list = list(&mut sql, records).await?;
        Ok(Some(ServicePage { service, list }))
    }
}

/// One more than a page has, to know whether there is a next one.
pub(super) fn part(before: Option<u64>) -> Part {
    Part { before, limit: PAGE + 1 }
}

/// A page of these records, with the names of their councils.
pub(super) async fn list(sql: &mut AnyConnection, mut records: Vec<Record>) -> Result<List> {
    let is_more = records.len() > PAGE as usize;
    records.truncate(PAGE as usize);
    let next = records.last().filter(|_| is_more).map(|last| last.seq);
    let names = council_names(sql, records.iter().map(|record| record.council.clone()).collect()).await?;
    let item = |record: &Record| {
        let project = read::<Project>(record)?;
        Some(Item {
            id: record.id.clone(),
            title: project.title,
            summary: project.summary,
            lang: project.lang,
            phase: project.phase,
            council_name: named(&names, project.council.as_str()),
            council: project.council.to_string(),
            created_at: project.created_at,
            changed_at: project.changed_at,
        })
    };
    Ok(List { items: records.iter().filter_map(item).collect(), next })
}

/// The names of these councils, by code.
pub(super) async fn council_names(
    sql: &mut AnyConnection,
    codes: BTreeSet<String>,
) -> Result<BTreeMap<String, String>> {
    let records = public::named(sql, Kind::Council, &Vec::from_iter(codes)).await?;
    let name = |record: Record| {
        let name = record.body.get("name").and_then(Value::as_str)?.to_owned();
        Some((record.id, name))
    };
    Ok(records.into_iter().filter_map(name).collect())
}

fn named(names: &BTreeMap<String, String>, code: &str) -> String {
    names.get(code).cloned().unwrap_or_else(|| code.to_owned())
}

/// The record as its type. None for one that this version cannot read: it has no page.
pub(super) fn read<T: serde::de::DeserializeOwned>(record: &Record) -> Option<T> {
    serde_json::from_value(Value::Object(record.body.clone())).ok()
}
