//! Reports of problems with projects, which anyone can send, and deleting a project, which leads and coordinators can
//! do.

use std::time::Duration;

use guildhall_protocol::changes::{ChangeLine, Kind};
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{CouncilCode, NewReport, ProjectId, REASON, Report};
use sqlx::AnyConnection;
use uuid::Uuid;

use crate::Registry;
use crate::access::council::{Council, allow, leads_of, name_of};
use crate::access::policy::{self, Action, Reader, can};
use crate::access::principal::{Actor, Principal};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::mail::letters::{self, Closing, Letter};
use crate::registry::{Write, WriteAs};
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::records::{self, Record, title_of};
use crate::store::reports::{self, Open};
use crate::store::{WriteTx, people, publications, purges, read_time, seats, submissions};
use crate::submissions::answer;

/// How long reports of a council's projects are collected before another letter goes out.
const GATHERED: Duration = Duration::from_secs(60 * 60);

impl Registry {
    /// Reports a problem with a project, signed in or not. The council's leads get a letter, or coordinators if it has
    /// none.
    pub(crate) async fn report(
        &self,
        actor: Option<Actor>,
        project: ProjectId,
        report: NewReport,
    ) -> Result<()> {
        let text = checked("/text", &report.text)?;
        let args = (actor, project, report.why, text);
        let told = self.write(args, async |Write { tx, env }, (actor, project, why, text)| {
            let reader = policy::reader(tx.sql(), actor.as_ref()).await?;
            let record = readable(tx.sql(), &reader, *project).await?;
            let reporter = actor.as_ref().map(|actor| actor.person.id.to_string()).unwrap_or_default();
            let council = record.council.parse().map_err(|_| Error::not_found())?;
            let (id, at) = (env.new_id(), env.now_ms());
            let open = Open { id, project: *project, council, why: *why, text: text.clone(), reporter, at };
            reports::add(tx, &open).await?;
            let subject = format!("project/{project}");
            let event = match actor {
                Some(actor) => actor.event(AuditAction::Report, subject),
                None => AuditEvent::new("", AuditAction::Report, subject),
            };
            let detail = why.as_str().to_owned();
            audit::log(tx, env, &AuditEvent { council: record.council.clone(), detail, ..event }).await?;
            gathered(tx, env).await
        });
        self.write_to_all(told.await?).await;
        Ok(())
    }

    /// Writes about reports that a council's leads have not been told of, at most one letter an hour.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub async fn send_report_letters(&self) -> Result<()> {
        let told = self.write((), async |Write { tx, env }, ()| gathered(tx, env).await);
        self.write_to_all(told.await?).await;
        Ok(())
    }

    /// Sends those letters for as long as the registry is open.
    pub(crate) async fn keep_sending_report_letters(&self) {
        loop {
            self.env().clock.pass(GATHERED).await;
            if let Err(error) = self.send_report_letters().await {
                tracing::warn!(%error, "cannot send letters about reports: retrying later");
            }
        }
    }

    /// Closes a report that has been dealt with.
    pub(crate) async fn close_report(&self, principal: &Principal, id: Uuid) -> Result<()> {
        self.write_as(principal, id, async |WriteAs { tx, actor, env }, id| {
            let open = reports::find(tx.sql(), *id).await?.ok_or_else(Error::not_found)?;
            let council = Council::find(tx.sql(), &open.council).await?;
            if !can(&actor, Action::Purge, &council) {
                return Err(Error::not_found());
            }
            reports::close(tx, *id, env.now_ms()).await?;
            let event = AuditEvent {
                council: open.council.to_string(),
                ..actor.event(AuditAction::CloseReport, format!("project/{}", open.project))
            };
            Ok(audit::log(tx, env, &event).await?)
        })
        .await
    }

    /// A project, for whoever may read it.
    pub(crate) async fn project(&self, actor: Option<&Actor>, project: ProjectId) -> Result<ChangeLine> {
        let mut tx = self.store().read().await?;
        let reader = policy::reader(&mut tx, actor).await?;
        readable(&mut tx, &reader, project).await.map(line)
    }

    /// A project, also for a coordinator if only its team can see it. Then the reason is logged, and the council's
    /// leads get a letter.
    pub(crate) async fn read_with_reason(
        &self,
        principal: &Principal,
        project: ProjectId,
        reason: String,
    ) -> Result<ChangeLine> {
        let args = (project, reason);
        let read = self.write_as(principal, args, async |WriteAs { tx, actor, env }, (project, reason)| {
            let reader = policy::reader(tx.sql(), Some(&actor)).await?;
            let record = records::find(tx.sql(), Kind::Project, &project.to_string()).await?;
            let record = record.ok_or_else(Error::not_found)?;
            if reader.can_read(&record.cell) {
                return Ok((record, Vec::new()));
            }
            let code = record.council.parse().map_err(|_| Error::not_found())?;
            let council = Council::find(tx.sql(), &code).await?;
            if !can(&actor, Action::ReadTeam, &council) {
                return Err(Error::not_found());
            }
            let reason = checked("/reason", reason)?;
            let event = AuditEvent {
                council: code.to_string(),
                reason: reason.clone(),
                ..actor.event(AuditAction::ReadTeam, format!("project/{project}"))
            };
            audit::log(tx, env, &event).await?;
            let (title, by) = (title_of(&record), &actor.person.email);
            let leads = leads_of(tx.sql(), &code).await?;
            let council = &name_of(tx.sql(), &code).await?;
            let read = letters::ProjectRead { council, title: &title, by, reason: &reason };
            let letters = Letter::to_each(leads, &read);
            Ok((record, letters))
        });
        let (record, told) = read.await?;
        self.write_to_all(told).await;
        Ok(line(record))
    }

    /// Deletes a project with its history and all that belongs to it. It cannot be sent again. If a coordinator does
    /// it, the council's leads get a letter.
    pub(crate) async fn purge(
        &self,
        principal: &Principal,
        project: ProjectId,
        reason: String,
    ) -> Result<()> {
        let args = (project, reason);
        let told = self.write_as(principal, args, async |WriteAs { tx, actor, env }, (project, reason)| {
            let reader = policy::reader(tx.sql(), Some(&actor)).await?;
            let record = readable(tx.sql(), &reader, *project).await?;
            let code = record.council.parse().map_err(|_| Error::not_found())?;
            let council = Council::find(tx.sql(), &code).await?;
            allow(&actor, Action::Purge, &council)?;
            let reason = checked("/reason", reason)?;
            let (now, id) = (env.now_ms(), project.to_string());
            answer::decline_all(tx, env, &actor, *project, &reason).await?;
            for update in records::updates_of(tx.sql(), &id).await? {
                if let Some(update) = records::find(tx.sql(), Kind::Update, &update).await? {
                    records::remove(tx, Kind::Update, &update, now).await?;
                }
            }
            records::remove(tx, Kind::Project, &record, now).await?;
            submissions::forget_texts(tx, &id).await?;
            seats::remove_all(tx, &id).await?;
            reports::forget(tx, *project).await?;
            publications::forget(tx, &id).await?;
            purges::add(tx, *project, now).await?;
            let event = AuditEvent {
                council: code.to_string(),
                reason: reason.clone(),
                ..actor.event(AuditAction::Purge, format!("project/{id}"))
            };
            audit::log(tx, env, &event).await?;
            if actor.leads(&code) {
                return Ok(Vec::new());
            }
            let title = title_of(&record);
            let leads = leads_of(tx.sql(), &code).await?;
            let (council, by) = (&name_of(tx.sql(), &code).await?, &actor.person.email);
            let removed = letters::ProjectRemoved { council, title: &title, by, reason: &reason };
            Ok(Letter::to_each(leads, &removed))
        });
        self.write_to_all(told.await?).await;
        self.after_erasing().await;
        Ok(())
    }
}

/// Open reports, as this reader may see them.
pub(crate) async fn shown(sql: &mut AnyConnection, reader: &Reader, open: Vec<Open>) -> Result<Vec<Report>> {
    let mut shown = Vec::with_capacity(open.len());
    for open in open {
        let record = records::find(sql, Kind::Project, &open.project.to_string()).await?;
        let record = record.filter(|record| reader.can_read(&record.cell));
        shown.push(Report {
            id: open.id,
            project: open.project,
            title: record.as_ref().map(title_of).unwrap_or_default(),
            council_name: name_of(sql, &open.council).await?,
            council: open.council,
            why: open.why,
            text: open.text,
            by: people::address_of(sql, &open.reporter).await?,
            at: read_time(open.at)?,
        });
    }
    Ok(shown)
}

fn line(record: Record) -> ChangeLine {
    ChangeLine {
        seq: record.seq,
        kind: Kind::Project.as_str().to_owned(),
        id: record.id,
        version: record.version,
        body: Some(record.body),
        gone: false,
    }
}

pub(super) async fn readable(sql: &mut AnyConnection, reader: &Reader, project: ProjectId) -> Result<Record> {
    let record = records::find(sql, Kind::Project, &project.to_string()).await?;
    record.filter(|record| reader.can_read(&record.cell)).ok_or_else(Error::not_found)
}

/// Letters about new reports to those who look after each council. A council that was written to lately waits, so that
/// many reports do not fill anyone's mailbox.
async fn gathered(tx: &mut WriteTx, env: &Env) -> Result<Vec<Letter>> {
    let since = (env.clock.now() - GATHERED).as_millisecond();
    let mut letters = Vec::new();
    for council in reports::councils_to_notify(tx.sql(), since).await? {
        let untold = reports::mark_notified(tx, &council, env.now_ms()).await?;
        let (mut title, mut text, mut address) = (String::new(), "", String::new());
        if let [one] = untold.as_slice() {
            let record = records::find(tx.sql(), Kind::Project, &one.project.to_string()).await?;
            title = record.as_ref().map(title_of).unwrap_or_default();
            text = one.text.trim();
            if record.is_some_and(|record| record.cell == policy::PUBLIC) {
                address = Closing::read(tx.sql()).await?.page(&format!("/projects/{}", one.project));
            }
        }
        let to = who_looks_after(tx.sql(), &council).await?;
        let council = &name_of(tx.sql(), &council).await?;
        let reports =
            letters::Reports { council, count: untold.len(), title: &title, text, address: &address };
        letters.extend(Letter::to_each(to, &reports));
    }
    Ok(letters)
}

/// The addresses of a council's leads, or of the coordinators if it has none.
async fn who_looks_after(sql: &mut AnyConnection, council: &CouncilCode) -> Result<Vec<String>> {
    let mut to = leads_of(sql, council).await?;
    if to.is_empty() {
        to.extend(people::coordinators(sql).await?.into_iter().map(|person| person.email));
    }
    Ok(to)
}

/// Checks a reason, and removes the space around it.
fn checked(pointer: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(pointer, FieldCode::Missing, "Enter a reason"));
    }
    if text.chars().count() > REASON {
        return Err(Error::invalid(pointer, FieldCode::TooLong, "The reason is too long"));
    }
    Ok(text.to_owned())
}
