//! The parts of the catalogue besides projects: needs, services and products, each with the projects that it comes from.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_protocol::{Project, ProjectId};
use rusqlite::Connection;

use crate::Client;
use crate::error::Result;
use crate::store::mirror::{councils, projects, services};
use crate::views::{NeedRow, Needs, Parts, ProductRow, ProjectRow, ServiceRow};

/// The most needs in one answer.
const MOST: u32 = 200;

pub(super) fn project_row(connection: &Connection, id: ProjectId, project: &Project) -> Result<ProjectRow> {
    Ok(ProjectRow {
        id,
        title: project.title.clone(),
        summary: project.summary.clone(),
        lang: project.lang.clone(),
        council: councils::name(connection, &project.council)?.into(),
        phase: project.phase,
        collaboration: project.collaboration,
    })
}

pub(super) fn needs_of(row: &ProjectRow, project: &Project) -> Vec<NeedRow> {
    let needs = project.needs.iter().map(|need| NeedRow {
        id: need.id,
        as_a: need.as_a.clone(),
        i_need: need.i_need.clone(),
        so_that: need.so_that.clone(),
        project: row.clone(),
    });
    needs.collect()
}

impl Client {
    /// How many projects, needs, services and products the catalogue on this laptop has.
    ///
    /// # Errors
    /// If the files cannot be read.
    pub async fn parts(&self) -> Result<Parts> {
        let profile = self.inner.open_profile()?;
        let catalogue = profile.mirror.catalogue().await?;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let services: BTreeSet<u32> =
            catalogue.projects.iter().flat_map(|facts| facts.services.iter().copied()).collect();
        let products = profile.mirror.read(projects::count_products).await?;
        Ok(Parts {
            projects: count(catalogue.projects.len()),
            needs: catalogue.projects.iter().map(|facts| facts.needs).sum(),
            services: count(services.len()),
            products,
        })
    }

    /// A part of the user needs, those of the most recently confirmed projects first: up to `limit` (at most 200) from
    /// `offset` on, of those that contain each of the words.
    ///
    /// # Errors
    /// If the files cannot be read.
    pub async fn needs(&self, text: String, offset: u32, limit: u32) -> Result<Needs> {
        let profile = self.inner.open_profile()?;
        profile
            .mirror
            .read(move |connection| {
                let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
                let (total, found) = projects::needs(connection, &words, offset, limit.min(MOST))?;
                let mut rows = Vec::with_capacity(found.len());
                for (id, need) in found {
                    let stored = projects::get(connection, id)?;
                    let row = project_row(connection, id, &stored.project)?;
                    rows.extend(needs_of(&row, &stored.project).into_iter().filter(|row| row.id == need));
                }
                Ok(Needs { total, rows })
            })
            .await
    }

    /// The services that have projects, by name.
    ///
    /// # Errors
    /// If the files cannot be read.
    pub async fn services_in_use(&self) -> Result<Vec<ServiceRow>> {
        let profile = self.inner.open_profile()?;
        let catalogue = profile.mirror.catalogue().await?;
        let mut used: BTreeMap<u32, (u32, BTreeSet<usize>)> = BTreeMap::new();
        for facts in &catalogue.projects {
            for service in &facts.services {
                let (projects, councils) = used.entry(*service).or_default();
                *projects += 1;
                councils.extend(facts.council);
            }
        }
        let named = profile.mirror.read(services::all).await?;
        let rows = named.into_iter().filter_map(|service| {
            let (projects, councils) = used.get(&service.id.0)?;
            let councils = u32::try_from(councils.len()).unwrap_or(u32::MAX);
            Some(ServiceRow { service, projects: *projects, councils })
        });
        Ok(rows.collect())
    }

    /// The products that projects use, by name, each with its projects.
    ///
    /// # Errors
    /// If the files cannot be read.
    pub async fn products(&self) -> Result<Vec<ProductRow>> {
        let profile = self.inner.open_profile()?;
        profile
            .mirror
            .read(|connection| {
                let mut by_name: BTreeMap<(String, String), ProductRow> = BTreeMap::new();
                for stored in projects::with_product(connection)? {
                    let row = project_row(connection, stored.id, &stored.project)?;
                    let (product, supplier) = (stored.project.product, stored.project.supplier);
                    let (product, supplier) = (product.trim().to_owned(), supplier.trim().to_owned());
                    let key = (product.to_lowercase(), supplier.to_lowercase());
                    let known = by_name.entry(key);
                    let known =
                        known.or_insert_with(|| ProductRow { product, supplier, projects: Vec::new() });
                    known.projects.push(row);
                }
                // Those of which only the supplier is known come last.
                let (named, unnamed): (Vec<_>, Vec<_>) =
                    by_name.into_values().partition(|row| !row.product.is_empty());
                Ok(named.into_iter().chain(unnamed).collect())
            })
            .await
    }
}
