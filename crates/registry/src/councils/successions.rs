//! Councils that merge or are split. A coordinator names a council's successors and their first day. From that day its
//! people act for the successors too, by the old domains and for a year. A project moves when a lead of a successor
//! takes it over. It keeps its id, and with it its history, team and updates.

use std::collections::BTreeSet;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{
    AREA, Code, Council as CouncilRecord, CouncilCode, MAX_SUCCESSORS, MAX_TAKEN_OVER, NameSuccessors,
    NamedSuccessor, Predecessor, ProjectId, Succession, Successor, TakeOver, TakenOver, TitledProject,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde_json::{Value, json};
use sqlx::AnyConnection;

use crate::Registry;
use crate::access::council::{Council, comes_after, leads_of, name_of};
use crate::access::policy::{self, Action, Reader, TEAM, can};
use crate::access::principal::{Actor, Principal};
use crate::councils::membership;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::mail::letters::{self, Letter};
use crate::registry::WriteAs;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::records::{self, Record, RecordWrite, title_of};
use crate::store::{WriteTx, domains, memberships, people, reports, seats};
use crate::submissions::review;

/// How long the old domains still count.
const GRACE: SignedDuration = SignedDuration::from_hours(365 * 24);

impl Registry {
    /// Names a council's successors, replacing any named before, and writes to the leads of them all.
    pub(crate) async fn name_successors(
        &self,
        principal: &Principal,
        code: CouncilCode,
        named: NameSuccessors,
    ) -> Result<()> {
        check(&code, &named)?;
        let letters =
            self.write_as(principal, (code, named), async |WriteAs { tx, actor, env }, (code, named)| {
                let council = Council::find(tx.sql(), code).await?;
                let record = records::find(tx.sql(), Kind::Council, code.as_str()).await?;
                let record = record
                    .filter(|_| can(&actor, Action::ManageDomains, &council))
                    .ok_or_else(Error::not_found)?;
                name_successors(tx, env, &actor, code, &record, named).await
            });
        self.write_to_all(letters.await?).await;
        Ok(())
    }

    /// Moves projects of a predecessor to its successor.
    pub(crate) async fn take_over(
        &self,
        principal: &Principal,
        code: CouncilCode,
        take: TakeOver,
    ) -> Result<TakenOver> {
        if take.projects.len() > MAX_TAKEN_OVER {
            let detail = format!("Take over at most {MAX_TAKEN_OVER} at once");
            return Err(Error::invalid("/projects", FieldCode::TooLong, detail));
        }
        self.write_as(principal, (code, take), async |WriteAs { tx, actor, env }, (code, take)| {
            let council = Council::find(tx.sql(), code).await?;
            if !can(&actor, Action::TakeOver, &council) {
                return Err(Error::not_found());
            }
            take_over(tx, env, &actor, code, take).await
        })
        .await
    }
}

fn check(code: &CouncilCode, named: &NameSuccessors) -> Result<()> {
    let distinct: BTreeSet<&CouncilCode> = named.successors.iter().map(|new| &new.council).collect();
    let refused = |detail: &str| Err(Error::invalid("/successors", FieldCode::NotAllowed, detail));
    if named.successors.len() > MAX_SUCCESSORS {
        return refused("There are too many councils");
    }
    if distinct.len() < named.successors.len() || distinct.contains(code) {
        return refused("Select each council once, and not the council itself");
    }
    if named.successors.iter().any(|new| new.area.chars().count() > AREA) {
        return refused("The name of an area is too long");
    }
    Ok(())
}

async fn name_successors(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    code: &CouncilCode,
    record: &Record,
    named: &NameSuccessors,
) -> Result<Vec<Letter>> {
    for new in &named.successors {
        if records::find(tx.sql(), Kind::Council, new.council.as_str()).await?.is_none() {
            let detail = format!("There is no council with the code {}", new.council);
            return Err(Error::invalid("/successors", FieldCode::NotAllowed, detail));
        }
        if comes_after(tx.sql(), &new.council, code).await? {
            let detail = format!("{code} already replaces {}", new.council);
            return Err(Error::invalid("/successors", FieldCode::NotAllowed, detail));
        }
    }
    let successor = |new: &guildhall_protocol::NewSuccessor| Successor {
        council: new.council.clone(),
        from: Some(named.from),
        area: new.area.trim().to_owned(),
    };
    let ended = (!named.successors.is_empty()).then(|| named.from.saturating_sub(Span::new().days(1)));
    let successors: Vec<Successor> = named.successors.iter().map(successor).collect();
    let mut body = record.body.clone();
    body.insert("ended".to_owned(), json!(ended));
    body.insert("successors".to_owned(), json!(successors));
    let author = actor.person.id.to_string();
    let state = RecordWrite { author, ..RecordWrite::public(Kind::Council, code.to_string(), body) };
    records::put(tx, &state, env.now_ms()).await?;
    share_domains(tx, env, code, named).await?;
    let codes: Vec<&str> = named.successors.iter().map(|new| new.council.as_str()).collect();
    let event = AuditEvent {
        council: code.to_string(),
        detail: match codes.as_slice() {
            [] => String::new(),
            codes => format!("{}, {}", codes.join(", "), named.from),
        },
        ..actor.event(AuditAction::NameSuccessors, format!("council/{code}"))
    };
    audit::log(tx, env, &event).await?;

    let name = name_of(tx.sql(), code).await?;
    let mut after = Vec::new();
    let mut to: BTreeSet<String> = leads_of(tx.sql(), code).await?.into_iter().collect();
    for new in &named.successors {
        after.push(name_of(tx.sql(), &new.council).await?);
        to.extend(leads_of(tx.sql(), &new.council).await?);
    }
    let address = letters::Closing::read(tx.sql()).await?.page(&format!("/councils/{code}"));
    let (by, from) = (actor.person.email.as_str(), named.from);
    let letter = letters::Successors { by, council: &name, successors: &after, from, address: &address };
    Ok(Letter::to_each(to, &letter))
}

/// From the successors' first day the council's domains are theirs as well, until the year of grace is over.
async fn share_domains(
    tx: &mut WriteTx,
    env: &Env,
    code: &CouncilCode,
    named: &NameSuccessors,
) -> Result<()> {
    domains::undo_succession(tx, code).await?;
    let from = start_of(named.from)?;
    // If that day is past, the year begins today, when people are told.
    let until = from.max(env.clock.now()) + GRACE;
    let own = domains::of_council(tx.sql(), code).await?;
    for domain in &own {
        if !named.successors.is_empty() {
            let until_at = until.as_millisecond();
            domains::put(tx, &domains::Domain { until_at, ..domain.clone() }).await?;
        }
        for new in &named.successors {
            if domains::find(tx.sql(), &domain.domain, &new.council).await?.is_some() {
                continue;
            }
            let shared = domains::Domain {
                council: new.council.clone(),
                from_at: if from <= env.clock.now() { 0 } else { from.as_millisecond() },
                until_at: until.as_millisecond(),
                came_from: code.to_string(),
                ..domain.clone()
            };
            domains::put(tx, &shared).await?;
        }
        membership::verify_all_at(tx, env, &domain.domain).await?;
    }
    Ok(())
}

async fn take_over(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    code: &CouncilCode,
    take: &TakeOver,
) -> Result<TakenOver> {
    let not_yet = || Error::refused(Code::NotAllowed, "This council does not replace that one, or not yet");
    let before = records::find(tx.sql(), Kind::Council, take.from.as_str()).await?.ok_or_else(not_yet)?;
    let before = read(&before)?;
    let today = today(env);
    let is_theirs = |successor: &Successor| successor.council == *code && has_begun(successor, today);
    if !before.successors.iter().any(is_theirs) {
        return Err(not_yet());
    }
    let reader = policy::reader(tx.sql(), Some(actor)).await?;
    let chosen: BTreeSet<String> = take.projects.iter().map(ProjectId::to_string).collect();
    let (mut moved, mut of_teams) = (Vec::new(), false);
    for record in records::projects_of(tx.sql(), &take.from).await? {
        let is_teams = record.cell.starts_with(TEAM);
        if (chosen.contains(&record.id) && reader.can_read(&record.cell)) || (take.team_only && is_teams) {
            move_project(tx, env, actor, code, &record).await?;
            of_teams |= is_teams;
            moved.push(record.id);
        }
    }
    review::move_to(tx, env, code, &moved).await?;
    if of_teams {
        // The leads of both councils can now see other team-only projects than before.
        for council in [&take.from, code] {
            for lead in memberships::leads(tx.sql(), council).await? {
                people::change_access(tx, lead).await?;
            }
        }
    }
    let projects = u32::try_from(moved.len()).unwrap_or(u32::MAX);
    let event = AuditEvent {
        council: take.from.to_string(),
        detail: format!("{code}, {projects}"),
        ..actor.event(AuditAction::TakeOver, format!("council/{}", take.from))
    };
    audit::log(tx, env, &event).await?;
    Ok(TakenOver { projects })
}

async fn move_project(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    code: &CouncilCode,
    record: &Record,
) -> Result<()> {
    let mut body = record.body.clone();
    body.insert("council".to_owned(), Value::String(code.to_string()));
    let state = RecordWrite {
        kind: Kind::Project,
        id: record.id.clone(),
        cell: record.cell.clone(),
        project: String::new(),
        body,
        author: actor.person.id.to_string(),
    };
    let (version, _) = records::put(tx, &state, env.now_ms()).await?;
    let before = record.council.parse().map_err(|error| Error::damaged("a council's code", error))?;
    for (person, _) in seats::of_project(tx.sql(), &record.id).await? {
        people::change_access(tx, person).await?;
    }
    seats::move_to_council(tx, &record.id, &before, code).await?;
    reports::move_to(tx, &record.id, code).await?;
    let event = AuditEvent {
        council: code.to_string(),
        detail: format!("version {version}"),
        fields: vec!["council".to_owned()],
        ..actor.event(AuditAction::TakeOver, format!("project/{}", record.id))
    };
    Ok(audit::log(tx, env, &event).await?)
}

/// Brings memberships in line with the domains that begin to count today, and with those that no longer do.
pub(crate) async fn follow_calendar(tx: &mut WriteTx, env: &Env) -> Result<()> {
    for domain in domains::apply_due(tx, env.now_ms()).await? {
        membership::verify_all_at(tx, env, &domain).await?;
    }
    Ok(())
}

/// The predecessors of a council that have, or may still have, something to take over.
pub(crate) async fn predecessors(
    sql: &mut AnyConnection,
    env: &Env,
    reader: &Reader,
    code: &CouncilCode,
) -> Result<Vec<Predecessor>> {
    let today = today(env);
    let mut found = Vec::new();
    for body in records::all(sql, Kind::Council).await? {
        let before: CouncilRecord = serde_json::from_value(Value::Object(body))?;
        let is_this = |successor: &&Successor| successor.council == *code && has_begun(successor, today);
        let Some(this) = before.successors.iter().find(is_this) else { continue };
        let projects = readable_projects(sql, reader, &before.code).await?;
        if !projects.is_empty() || this.from.is_some_and(|from| is_recent(from, today)) {
            found.push(Predecessor {
                council: before.code.clone(),
                name: before.name.clone(),
                from: this.from,
                area: this.area.clone(),
                alone: before.successors.len() == 1,
                projects,
            });
        }
    }
    Ok(found)
}

/// The councils that are ending, or ended within the last year.
pub(crate) async fn recent(sql: &mut AnyConnection, env: &Env, reader: &Reader) -> Result<Vec<Succession>> {
    let today = today(env);
    let mut found = Vec::new();
    for body in records::all(sql, Kind::Council).await? {
        let before: CouncilRecord = serde_json::from_value(Value::Object(body))?;
        let Some(from) = before.successors.iter().find_map(|successor| successor.from) else { continue };
        if !is_recent(from, today) {
            continue;
        }
        let mut successors = Vec::new();
        for Successor { council, area, .. } in before.successors {
            successors.push(NamedSuccessor { name: name_of(sql, &council).await?, council, area });
        }
        let left = readable_projects(sql, reader, &before.code).await?.len();
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        found.push(Succession { council: before.code, name: before.name, from, successors, left });
    }
    found.sort_by_key(|succession| succession.from);
    Ok(found)
}

async fn readable_projects(
    sql: &mut AnyConnection,
    reader: &Reader,
    code: &CouncilCode,
) -> Result<Vec<TitledProject>> {
    let mut projects = Vec::new();
    for record in records::projects_of(sql, code).await? {
        if let (true, Ok(id)) = (reader.can_read(&record.cell), record.id.parse()) {
            projects.push(TitledProject { id, title: title_of(&record) });
        }
    }
    projects.sort_by(|a, b| a.title.cmp(&b.title));
    Ok(projects)
}

fn read(record: &Record) -> Result<CouncilRecord> {
    Ok(serde_json::from_value(Value::Object(record.body.clone()))?)
}

/// Imported successors can have no day. Then they have begun.
fn has_begun(successor: &Successor, today: Date) -> bool {
    successor.from.is_none_or(|from| from <= today)
}

/// Within the year of grace, or still to come.
fn is_recent(from: Date, today: Date) -> bool {
    from.saturating_add(GRACE) >= today
}

/// Today in UTC: an hour makes no difference to a year.
fn today(env: &Env) -> Date {
    env.clock.now().to_zoned(TimeZone::UTC).date()
}

fn start_of(date: Date) -> Result<Timestamp> {
    let start = date.to_zoned(TimeZone::UTC).map(|start| start.timestamp());
    start.map_err(|_| Error::invalid("/from", FieldCode::NotADate, "This day is too far away"))
}
