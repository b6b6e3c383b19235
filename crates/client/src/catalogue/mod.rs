//! Reads a project or a council from the catalogue on this laptop.

mod confirmation;
mod parts;
mod places;
pub(crate) mod search;
mod similar;

use std::collections::HashMap;

use guildhall_protocol::changes::ChangeLine;
use guildhall_protocol::{
    CouncilCode, HistoryEntry, Me, Project, ProjectId, ReadTeam, Service, Successor, routes,
};
use http::Method;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde_json::Value;

use crate::drafts::open_edits;
use crate::error::{Failure, Result};
use crate::profile::Profile;
use crate::remote::session::with_token;
use crate::store::mirror::{councils, projects, services, updates};
use crate::views::{
    CouncilName, CouncilPage, CouncilRow, LongTexts, OpenEdit, ProjectPage, SuccessorView, UpdateView,
};
use crate::{Client, markdown};

/// A project that has not been confirmed for half a year may be out of date.
const FRESH_FOR_HOURS: i64 = 24 * 183;

pub(crate) fn is_stale(confirmed_at: Option<Timestamp>, now: Timestamp) -> bool {
    confirmed_at.is_none_or(|at| now.duration_since(at).as_hours() > FRESH_FOR_HOURS)
}

/// Who reads, and what they have begun on this laptop.
#[derive(Default)]
struct Reader {
    me: Option<Me>,
    acting_for: Option<CouncilCode>,
    edits: HashMap<ProjectId, OpenEdit>,
}

/// A project with everything that its page shows.
fn page(
    connection: &Connection,
    id: ProjectId,
    project: Project,
    reader: &Reader,
    now: Timestamp,
) -> Result<ProjectPage> {
    let named = services::all(connection)?;
    let named = project.services.iter().map(|id| {
        let known = named.iter().find(|service| service.id == *id).cloned();
        known.unwrap_or_else(|| Service { id: *id, name: String::new() })
    });
    let updates = updates::of_project(connection, id)?.into_iter().map(|(id, update)| UpdateView {
        id,
        at: update.at,
        html: markdown::to_html(&update.text),
        happens_at: update.happens_at,
        place: update.place,
        open_to: update.open_to,
    });
    Ok(ProjectPage {
        id,
        council: councils::name(connection, &project.council)?.into(),
        services: named.collect(),
        html: long_texts(&project),
        updates: updates.collect(),
        stale: is_stale(project.confirmed_at, now),
        own: reader.acting_for.as_ref() == Some(&project.council),
        draft: reader.edits.get(&id).filter(|edit| !edit.confirms).map(|edit| edit.id),
        confirmation: confirmation::of(reader, id, &project, now),
        project,
    })
}

impl Client {
    /// The councils that exist today, by name.
    ///
    /// # Errors
    /// If the files cannot be read.
    pub async fn councils(&self) -> Result<Vec<CouncilName>> {
        let profile = self.inner.open_profile()?;
        let today = self.inner.env().clock.now().to_zoned(TimeZone::UTC).date();
        let councils = profile.mirror.read(move |connection| councils::current(connection, today)).await?;
        Ok(councils.into_iter().map(Into::into).collect())
    }

    /// A project with everything that its page shows.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if it is not in the catalogue on this laptop.
    pub async fn project(&self, id: ProjectId) -> Result<ProjectPage> {
        let profile = self.inner.open_profile()?;
        let reader = self.reader(&profile).await?;
        let now = self.inner.env().clock.now();
        profile
            .mirror
            .read(move |connection| {
                let project = projects::get(connection, id)?.project;
                page(connection, id, project, &reader, now)
            })
            .await
    }

    /// A project that only its team can see, for a coordinator. It is fetched from the registry and not stored here.
    ///
    /// # Errors
    /// [`Failure::ReasonNeeded`] without a reason, [`Failure::NotFound`] if this person may not read it, and connection
    /// errors.
    pub async fn read_with_reason(&self, id: ProjectId, reason: String) -> Result<ProjectPage> {
        if reason.trim().is_empty() {
            return Err(Failure::ReasonNeeded);
        }
        let path = routes::with(routes::PROJECT_READ, &[&id.to_string()]);
        let line: ChangeLine = self.inner.ask(Method::POST, &path, ReadTeam { reason }).await?;
        let body = Value::Object(line.body.ok_or(Failure::NotARegistry)?);
        let project: Project = serde_json::from_value(body).map_err(|_| Failure::NotARegistry)?;
        let (profile, now) = (self.inner.open_profile()?, self.inner.env().clock.now());
        profile.mirror.read(move |connection| page(connection, id, project, &Reader::default(), now)).await
    }

    /// What happened to a project, newest first. The registry has it, not this laptop.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if this person may not see the project, and connection errors.
    pub async fn project_history(&self, id: ProjectId) -> Result<Vec<HistoryEntry>> {
        let profile = self.inner.open_profile()?;
        if self.inner.state().settings.work_offline {
            return Err(Failure::NoConnection);
        }
        let path = routes::with(routes::PROJECT_HISTORY, &[&id.to_string()]);
        let entries = with_token(profile.credentials(), |token| {
            let (path, api) = (path.as_str(), &profile.api);
            async move { api.ask(Method::GET, path, token.as_deref(), ()).await }
        });
        Ok(entries.await?)
    }

    async fn reader(&self, profile: &Profile) -> Result<Reader> {
        let edits = match profile.work() {
            Ok(work) => work.read(open_edits).await?.into_iter().collect(),
            Err(_) => HashMap::new(),
        };
        Ok(Reader { me: profile.me().ok(), acting_for: self.inner.state().acting_for, edits })
    }

    /// A council and its projects.
    ///
    /// # Errors
    /// If the files cannot be read.
    pub async fn council(&self, code: CouncilCode) -> Result<CouncilPage> {
        let profile = self.inner.open_profile()?;
        let reader = self.reader(&profile).await?;
        let now = self.inner.env().clock.now();
        profile
            .mirror
            .read(move |connection| {
                let projects = council_rows(connection, &code, &reader, now)?;
                let successors = successors(connection, &code)?;
                let council = councils::name(connection, &code)?.into();
                Ok(CouncilPage { council, successors, projects })
            })
            .await
    }
}

/// A council's projects, by phase and then by title.
fn council_rows(
    connection: &Connection,
    code: &CouncilCode,
    reader: &Reader,
    now: Timestamp,
) -> Result<Vec<CouncilRow>> {
    let rows = projects::of_council(connection, code)?.into_iter().map(|stored| CouncilRow {
        id: stored.id,
        draft: reader.edits.get(&stored.id).filter(|edit| !edit.confirms).map(|edit| edit.id),
        confirmation: confirmation::of(reader, stored.id, &stored.project, now),
        stale: is_stale(stored.project.confirmed_at, now),
        needs: u32::try_from(stored.project.needs.len()).unwrap_or(u32::MAX),
        title: stored.project.title,
        summary: stored.project.summary,
        lang: stored.project.lang,
        phase: stored.project.phase,
        collaboration: stored.project.collaboration,
        visibility: stored.project.visibility,
        confirmed_at: stored.project.confirmed_at,
        unclaimed: stored.project.unclaimed,
    });
    let mut rows: Vec<CouncilRow> = rows.collect();
    rows.sort_by_key(|row| row.phase);
    Ok(rows)
}

fn successors(connection: &Connection, code: &CouncilCode) -> Result<Vec<SuccessorView>> {
    let mut successors = Vec::new();
    for Successor { council, from, area } in councils::successors(connection, code)? {
        let council = councils::name(connection, &council)?.into();
        successors.push(SuccessorView { council, from, area });
    }
    Ok(successors)
}

fn long_texts(project: &Project) -> LongTexts {
    LongTexts {
        why: markdown::to_html(&project.why),
        problem: markdown::to_html(&project.problem),
        learned: markdown::to_html(&project.learned),
        reuse: markdown::to_html(&project.reuse),
    }
}
