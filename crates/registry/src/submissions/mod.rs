//! Deciding a submission: what a person wrote on some version of a record becomes its next version, or is refused
//! with what they need to mend it. The effects, the verdict and the audit entry are written together.

pub(crate) mod review;

use std::collections::BTreeSet;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::{self, Fields};
use guildhall_protocol::merge::merge;
use guildhall_protocol::validate::{FieldCode, FieldError, validate, validate_change};
use guildhall_protocol::{
    Code, Conflict, CouncilCode, MergedWith, PersonId, Problem, Project, ProjectId, State, Submission,
    SubmissionId, Verdict,
};
use jiff::Timestamp;
use serde_json::Value;

use crate::Registry;
use crate::access::council::{self, Council};
use crate::access::policy::{self, Action, Reader, can};
use crate::access::principal::{Actor, Principal};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::WriteAs;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::memberships::{self, Standing};
use crate::store::records::{self, Record, RecordWrite, to_fields};
use crate::store::submissions::{self, StoredSubmission, SubmissionState};
use crate::store::{WriteTx, history, people, publications, purges, seats};

/// A verdict that stands, and is given again when the same submission comes again.
pub(crate) type Decision = Result<Verdict, Box<Problem>>;

impl Registry {
    /// Decides a submission, or gives the verdict again that it had.
    pub(crate) async fn submit(
        &self,
        principal: &Principal,
        id: SubmissionId,
        body_hash: String,
        submission: Submission,
    ) -> Result<Verdict> {
        // Everybody waits for the one writer: what is too large for any change of a record never reaches it. Nothing is
        // stored of it, as a repeat is refused in the same way.
        submission.check_size().map_err(|oversized| {
            Error::invalid(&oversized.pointer, FieldCode::TooLong, oversized.to_string())
        })?;
        let args = (id, body_hash, submission);
        let decision = self.write_as(
            principal,
            args,
            async |WriteAs { tx, actor, env }, (id, body_hash, submission)| {
                receive(tx, env, &actor, *id, body_hash, submission).await
            },
        );
        let decision = decision.await?;
        self.metrics().submitted(decision.as_ref().map_or("refused", |verdict| verdict.state.as_str()));
        decision.map_err(Error::Refused)
    }

    /// What has become of a submission.
    pub(crate) async fn submission(&self, actor: &Actor, id: SubmissionId) -> Result<Verdict> {
        let mut tx = self.store().read().await?;
        let stored = submissions::find(&mut tx, actor.person.id, id).await?.ok_or_else(Error::not_found)?;
        let reader = policy::reader(&mut tx, Some(actor)).await?;
        replay(&mut tx, &reader, stored).await?.map_err(Error::Refused)
    }

    /// Takes a submission back, which is possible until it is published: also one that has not come yet, and then comes
    /// in vain.
    pub(crate) async fn withdraw(&self, principal: &Principal, id: SubmissionId) -> Result<Verdict> {
        self.write_as(principal, id, async |WriteAs { tx, actor, env }, id| {
            withdraw(tx, env, &actor, *id).await
        })
        .await
    }
}

async fn receive(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    id: SubmissionId,
    body_hash: &str,
    submission: &Submission,
) -> Result<Decision> {
    let person = actor.person.id;
    let reader = policy::reader(tx.sql(), Some(actor)).await?;
    if submissions::is_someone_elses(tx.sql(), person, id).await? {
        let title = "Another submission was sent with this id";
        return Err(Error::refused(Code::IdempotencyMismatch, title));
    }
    if let Some(stored) = submissions::find(tx.sql(), person, id).await? {
        if stored.body_hash != body_hash && !matches!(stored.stood, SubmissionState::Withdrawn) {
            let title = "Another submission was sent with this id";
            return Err(Error::refused(Code::IdempotencyMismatch, title));
        }
        return replay(tx.sql(), &reader, stored).await;
    }

    let decision = match submission.kind {
        Kind::Review => review::decide(tx, env, actor, &reader, submission).await?,
        _ => take_in(tx, env, actor, &reader, id, submission).await?,
    };
    let stood = match &decision {
        Ok(verdict) if verdict.state == State::InReview => {
            SubmissionState::InReview { body: serde_json::to_string(submission)? }
        }
        Ok(verdict) => {
            SubmissionState::Published { version: verdict.version, merged_with: verdict.merged_with.clone() }
        }
        Err(problem) => SubmissionState::Refused(without_record(problem)),
    };
    let (kind, council) = (submission.kind.as_str().to_owned(), submission.council.to_string());
    let stored = StoredSubmission {
        body_hash: body_hash.to_owned(),
        kind,
        record: submission.record.clone(),
        council,
        stood,
    };
    submissions::store(tx, person, id, &stored, env.now_ms()).await?;
    Ok(decision)
}

/// Publishes it, or has it checked first.
async fn take_in(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    reader: &Reader,
    id: SubmissionId,
    submission: &Submission,
) -> Result<Decision> {
    let current = records::find(tx.sql(), Kind::Project, &submission.record).await?;
    let code = council_of(tx, &submission.council, current.as_ref()).await?;
    let council = Council::find(tx.sql(), &code).await?;
    let plan = match decide(tx, actor, reader, &council, submission, current, env.clock.now()).await? {
        Ok(plan) => plan,
        Err(problem) => return Ok(Err(problem)),
    };
    if review::is_needed(tx.sql(), actor, &council, &plan.state).await? {
        let verdict = review::ask(tx, env, actor, &council.code, id, submission).await?;
        return Ok(Ok(Verdict { cleaned: plan.cleaned, ..verdict }));
    }
    let event = actor.event(AuditAction::Publish, format!("project/{}", plan.state.id));
    publish(tx, env, event, actor.person.id, submission, plan).await.map(Ok)
}

/// Whose project that is: of the council for which it was sent, or of one that came after it and has taken it over.
async fn council_of(
    tx: &mut WriteTx,
    sent_for: &CouncilCode,
    current: Option<&Record>,
) -> Result<CouncilCode> {
    let now = current.and_then(|current| current.council.parse::<CouncilCode>().ok());
    match now {
        Some(now) if now != *sent_for && council::comes_after(tx.sql(), sent_for, &now).await? => Ok(now),
        _ => Ok(sent_for.clone()),
    }
}

/// What the record is to be, or why not. Every refusal stands, also what another day would have been allowed: a late
/// copy of it must not be published behind its author, who has heard of the refusal and sent it anew since.
async fn decide(
    tx: &mut WriteTx,
    actor: &Actor,
    reader: &Reader,
    council: &Council,
    submission: &Submission,
    current: Option<Record>,
    now: Timestamp,
) -> Result<Result<Plan, Box<Problem>>> {
    if submission.kind != Kind::Project {
        return Ok(Err(invalid("/kind", "Only projects can be sent")));
    }
    let Ok(id) = submission.record.parse::<ProjectId>() else {
        return Ok(Err(invalid("/record", "A record's id is a UUID")));
    };
    if id.to_string() != submission.record {
        return Ok(Err(invalid("/record", "A UUID is written in lower case, with hyphens")));
    }
    if let Err(bad) = submission.patch.check() {
        return Ok(Err(invalid(&format!("/{}", bad.field), "This field can't be changed in this way")));
    }
    if !can(actor, Action::Send, council) {
        return Ok(Err(refusal(Code::NotAllowed, "You are not verified at this council")));
    }
    if current.as_ref().is_some_and(|current| !reader.can_read(&current.cell)) {
        return Ok(Err(refusal(Code::NotFound, "There is nothing here")));
    }
    plan_for(tx, actor.person.id, id, submission, current.as_ref(), now).await
}

/// What that author's submission comes to now.
pub(crate) async fn plan_for(
    tx: &mut WriteTx,
    author: PersonId,
    id: ProjectId,
    submission: &Submission,
    current: Option<&Record>,
    now: Timestamp,
) -> Result<Result<Plan, Box<Problem>>> {
    let base = match current {
        None if submission.base_version > 0 => {
            return Ok(Err(refusal(Code::NotFound, "There is nothing here")));
        }
        None if purges::is_there(tx.sql(), id).await? => {
            return Ok(Err(refusal(Code::NotAllowed, "It was removed for good")));
        }
        Some(current) if current.version == submission.base_version => Some(current.body.clone()),
        Some(_) if submission.base_version > 0 => {
            history::find(tx.sql(), Kind::Project, &submission.record, submission.base_version).await?
        }
        _ => Some(empty(&submission.council)?),
    };
    let council = council_of(tx, &submission.council, current).await?;
    if current.is_some_and(|current| current.council != council.as_str()) {
        return Ok(Err(refusal(Code::NotAllowed, "This project belongs to another council")));
    }
    // After a restored backup another version may have this number than the one that it was written on.
    let is_theirs =
        |base: &Fields| submission.base.as_ref().is_none_or(|name| *name == fields::fingerprint(base));
    let base = base.filter(is_theirs);
    let mut plan = plan(id, author, submission, current, base.as_ref(), now);
    // Who changed it last is told to those who may change it too, and only when they meet.
    if let Some(current) = current {
        let by = people::address_of(tx.sql(), &current.author).await?;
        match &mut plan {
            Ok(Plan { merged_with: Some(merged_with), .. }) => merged_with.by = by,
            Err(problem) => {
                if let Some(conflict) = &mut problem.conflict {
                    conflict.by = by;
                }
            }
            Ok(_) => {}
        }
    }
    Ok(plan)
}

/// What a submission comes to.
pub(crate) struct Plan {
    pub(crate) state: RecordWrite,
    merged_with: Option<MergedWith>,
    /// Where hidden characters were taken out.
    cleaned: Vec<String>,
}

/// What the record is to be: the patch merged with what has changed since its base, with the fields that the
/// registry keeps. Pure.
fn plan(
    id: ProjectId,
    author: PersonId,
    submission: &Submission,
    current: Option<&Record>,
    base: Option<&Fields>,
    now: Timestamp,
) -> Result<Plan, Box<Problem>> {
    let mut patch = submission.patch.clone();
    let cleaned = patch.clean();
    let patch = &patch;
    let Some(base) = base else {
        let fields: BTreeSet<String> = patch.fields().map(str::to_owned).collect();
        return Err(conflict(current, fields.into_iter().collect()));
    };
    let theirs = current.map_or(base, |current| &current.body);
    let merged = merge(base, theirs, patch);
    if !merged.clashes.is_empty() {
        let mut fields: Vec<String> = merged.clashes.into_iter().map(|clash| clash.field).collect();
        fields.dedup();
        return Err(conflict(current, fields));
    }
    let mut body = merged.fields;
    let others: Vec<String> = fields::diff(base, theirs).fields().map(str::to_owned).collect();

    let mut project = read_project(&body).map_err(problem_with)?;
    // Whole seconds: more would say nothing, in a catalogue of months.
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    project.owner = project.owner.or(Some(author));
    project.created_at = project.created_at.or(Some(now));
    project.changed_at = Some(now);
    project.confirmed_at = Some(now);
    project.unclaimed = false;
    let was: Option<Project> = serde_json::from_value(Value::Object(theirs.clone())).ok();
    let check = |project: &Project| match &was {
        Some(was) => validate_change(was, project),
        None => validate(project),
    };
    let errors = check(&project);
    if !errors.is_empty() {
        // Together they may be too long or too many, where each alone was not: that is for the author to mend, and
        // not their mistake.
        let mine = serde_json::from_value::<Project>(Value::Object(fields::apply(base, patch)));
        if !others.is_empty() && mine.is_ok_and(|mine| check(&mine).is_empty()) {
            return Err(conflict(current, patch.fields().map(str::to_owned).collect()));
        }
        return Err(problem_with(errors));
    }
    // Over what was there, so that a field which this version has no word for stays.
    body.append(&mut to_fields(&project).map_err(|_| problem_with(Vec::new()))?);
    let cell = policy::cell_of(id, project.visibility);
    let author = author.to_string();
    let state =
        RecordWrite { kind: Kind::Project, id: id.to_string(), cell, project: String::new(), body, author };
    let merged_with = (!others.is_empty()).then(|| MergedWith {
        fields: others,
        by: String::new(),
        at: read_project(theirs).ok().and_then(|theirs| theirs.changed_at),
    });
    Ok(Plan { state, merged_with, cleaned })
}

/// Stores what the plan says, as something that its author wrote and that whoever acts has published.
pub(crate) async fn publish(
    tx: &mut WriteTx,
    env: &Env,
    event: AuditEvent,
    author: PersonId,
    submission: &Submission,
    plan: Plan,
) -> Result<Verdict> {
    let Plan { state, merged_with, cleaned } = plan;
    // Who keeps a project has a seat in its team; and so has who narrows it to that, or it would be out of their sight.
    let keeps_it = state.body.get("owner").and_then(Value::as_str) == Some(&author.to_string());
    if (keeps_it || state.cell.starts_with(policy::TEAM))
        && let Ok(council) = state.council().parse::<CouncilCode>()
        && memberships::find(tx.sql(), &council, author)
            .await?
            .is_some_and(|it| it.standing == Standing::Active)
    {
        seats::give(tx, &state.id, author, &council).await?;
    }
    let (version, seq) = records::put(tx, &state, env.now_ms()).await?;
    publications::add(tx, &state.id, version, state.council(), env.now_ms()).await?;
    let event = AuditEvent {
        council: state.council().to_owned(),
        detail: format!("version {version}"),
        fields: submission.patch.fields().map(str::to_owned).collect(),
        ..event
    };
    audit::log(tx, env, &event).await?;
    let state_now = State::Published;
    let (record, reason) = (state.body, String::new());
    Ok(Verdict { state: state_now, version, seq, record, merged_with, reason, cleaned })
}

/// The verdict that stands, with the record as it is now.
async fn replay(
    sql: &mut sqlx::AnyConnection,
    reader: &Reader,
    stored: StoredSubmission,
) -> Result<Decision> {
    let kind = stored.kind.parse().map_err(|_| Error::Damaged("a submission's kind".to_owned()))?;
    let now = records::find(sql, kind, &stored.record).await?.filter(|now| reader.can_read(&now.cell));
    let gives = |state, now: Option<Record>| {
        let empty = verdict_of(state);
        match now {
            Some(now) => Verdict { version: now.version, seq: now.seq, record: now.body, ..empty },
            None => empty,
        }
    };
    Ok(match stored.stood {
        SubmissionState::Published { version, merged_with } => {
            let mut verdict = gives(State::Published, now);
            verdict.merged_with = merged_with;
            if verdict.version == 0 {
                // It has been moved out of their sight since: what they wrote themselves they have seen.
                verdict.version = version;
                verdict.record = history::find(sql, kind, &stored.record, version).await?.unwrap_or_default();
            }
            Ok(verdict)
        }
        SubmissionState::Withdrawn => Ok(gives(State::Withdrawn, now)),
        SubmissionState::InReview { .. } => Ok(verdict_of(State::InReview)),
        SubmissionState::Returned(answer) => {
            Ok(Verdict { reason: answer.reason, ..gives(answer.state, now) })
        }
        SubmissionState::Refused(mut problem) => {
            problem.conflict = match (problem.conflict, now) {
                (Some(conflict), Some(now)) => Some(Box::new(Conflict {
                    version: now.version,
                    seq: now.seq,
                    fields: conflict.fields,
                    by: people::address_of(sql, &now.author).await?,
                    record: now.body,
                })),
                _ => None,
            };
            Err(problem)
        }
    })
}

/// A verdict about no record.
pub(crate) fn verdict_of(state: State) -> Verdict {
    Verdict {
        state,
        version: 0,
        seq: 0,
        record: Fields::new(),
        merged_with: None,
        reason: String::new(),
        cleaned: Vec::new(),
    }
}

async fn withdraw(tx: &mut WriteTx, env: &Env, actor: &Actor, id: SubmissionId) -> Result<Verdict> {
    let person = actor.person.id;
    let known = submissions::find(tx.sql(), person, id).await?;
    if matches!(&known, Some(StoredSubmission { stood: SubmissionState::Published { .. }, .. })) {
        let title = "It has been published: change or narrow the project instead";
        return Err(Error::refused(Code::NotAllowed, title));
    }
    let waited = matches!(&known, Some(StoredSubmission { stood: SubmissionState::InReview { .. }, .. }));
    // One that is still on its way would be published behind its author's back.
    let stored = match known {
        Some(stored) => StoredSubmission { stood: SubmissionState::Withdrawn, ..stored },
        None => StoredSubmission {
            body_hash: String::new(),
            kind: Kind::Project.as_str().to_owned(),
            record: String::new(),
            council: String::new(),
            stood: SubmissionState::Withdrawn,
        },
    };
    submissions::store(tx, person, id, &stored, env.now_ms()).await?;
    if !waited {
        // Nothing that stood has changed: the council's log is for what its people did.
        return Ok(verdict_of(State::Withdrawn));
    }
    let review = records::find(tx.sql(), Kind::Review, &id.to_string()).await?;
    if let Some(review) = review.filter(|review| review.author == person.to_string()) {
        records::remove(tx, Kind::Review, &review, env.now_ms()).await?;
    }
    let event = AuditEvent {
        council: stored.council,
        ..actor.event(AuditAction::Withdraw, format!("submission/{id}"))
    };
    audit::log(tx, env, &event).await?;
    Ok(verdict_of(State::Withdrawn))
}

fn without_record(problem: &Problem) -> Box<Problem> {
    let mut problem = Box::new(problem.clone());
    if let Some(conflict) = &mut problem.conflict {
        conflict.record = Fields::new();
        conflict.by = String::new();
    }
    problem
}

fn conflict(current: Option<&Record>, fields: Vec<String>) -> Box<Problem> {
    let mut problem = Box::new(Problem::new(Code::VersionConflict, "Someone else changed the same fields"));
    problem.conflict = current.map(|current| {
        Box::new(Conflict {
            version: current.version,
            seq: current.seq,
            fields,
            by: String::new(),
            record: current.body.clone(),
        })
    });
    problem
}

pub(crate) fn refusal(code: Code, title: &str) -> Box<Problem> {
    Box::new(Problem::new(code, title))
}

pub(crate) fn invalid(pointer: &str, detail: &str) -> Box<Problem> {
    problem_with(vec![FieldError::new(pointer, FieldCode::NotAllowed, detail)])
}

pub(crate) fn problem_with(errors: Vec<FieldError>) -> Box<Problem> {
    let mut problem = Box::new(Problem::new(Code::ValidationFailed, "What was sent can't be taken"));
    problem.errors = errors;
    problem
}

/// The fields of an empty project of that council: what a new record's patch was written on.
fn empty(council: &CouncilCode) -> Result<Fields> {
    Ok(to_fields(&Project::new(council.clone()))?)
}

/// Reads the fields as a project, or says which of them can't be.
fn read_project(fields: &Fields) -> Result<Project, Vec<FieldError>> {
    serde_json::from_value(Value::Object(fields.clone())).map_err(|_| {
        let alone = |field: &str, value: &Value| {
            let mut project = Fields::new();
            project.insert("council".to_owned(), fields.get("council").cloned().unwrap_or_default());
            project.insert("title".to_owned(), Value::String(String::new()));
            project.insert(field.to_owned(), value.clone());
            serde_json::from_value::<Project>(Value::Object(project))
        };
        let unreadable = fields.iter().filter_map(|(field, value)| {
            let error = alone(field, value).err()?;
            Some(FieldError::new(format!("/{field}"), FieldCode::NotAllowed, error.to_string()))
        });
        unreadable.collect()
    })
}
