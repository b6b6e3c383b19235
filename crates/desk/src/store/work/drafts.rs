//! Drafts: the text being written, and the record that it changes.

use guildhall_protocol::{Contact, MergedWith, ProjectId, State, SubmissionId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::failure::{Failure, Result};
use crate::views::{Attention, CouncilName, DraftForm, DraftState};

/// A draft as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredDraft {
    pub(crate) id: Uuid,
    pub(crate) project: ProjectId,
    pub(crate) council: CouncilName,
    /// 0: a new project.
    pub(crate) base_version: u32,
    pub(crate) base: Map<String, Value>,
    pub(crate) form: DraftForm,
    pub(crate) state: DraftState,
    pub(crate) attention: Option<Attention>,
    pub(crate) saved_at: Timestamp,
    pub(crate) sent_at: Option<Timestamp>,
    pub(crate) merged_with: Option<MergedWith>,
}

const COLUMNS: &str =
    "id, project, council, council_name, council_name_cy, base_version, base, form, state, attention,
                       saved_at, sent_at, merged_with";

pub(crate) fn insert(tx: &Transaction<'_>, draft: &StoredDraft) -> Result<()> {
    tx.execute(
        "INSERT INTO drafts (id, project, council, council_name, council_name_cy, base_version, base, form, state,
                             attention, saved_at, sent_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        rusqlite::params![
            draft.id.to_string(),
            draft.project.to_string(),
            draft.council.code.as_str(),
            draft.council.name,
            draft.council.name_cy,
            draft.base_version,
            serde_json::to_string(&draft.base)?,
            serde_json::to_string(&draft.form)?,
            word(draft.state)?,
            draft.attention.as_ref().map(serde_json::to_string).transpose()?,
            draft.saved_at.as_millisecond(),
            draft.sent_at.map(Timestamp::as_millisecond),
        ],
    )?;
    Ok(())
}

/// # Errors
/// [`Failure::NotFound`].
pub(crate) fn get(connection: &Connection, id: Uuid) -> Result<StoredDraft> {
    let sql = format!("SELECT {COLUMNS} FROM drafts WHERE id = ?1");
    let row = connection.prepare_cached(&sql)?.query_row([id.to_string()], raw).optional()?;
    row.ok_or(Failure::NotFound)?.try_into()
}

/// Every draft on the list, the last saved first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<StoredDraft>> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM drafts WHERE hidden = 0 ORDER BY saved_at DESC"))?;
    let rows = statement.query_map([], raw)?;
    rows.map(|row| row?.try_into()).collect()
}

/// (project, draft) for each project that has one being written or sent.
pub(crate) fn open_by_project(connection: &Connection) -> Result<Vec<(ProjectId, Uuid)>> {
    let mut statement = connection.prepare_cached(
        "SELECT project, id FROM drafts WHERE state IN ('draft', 'queued', 'needs_attention')",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (project, draft) = row?;
        let bad = |_| Failure::Internal;
        Ok((project.parse().map_err(bad)?, draft.parse().map_err(bad)?))
    })
    .collect()
}

/// Is there any draft of that project, also one that was sent or taken off the list?
pub(crate) fn is_there(connection: &Connection, project: ProjectId) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM drafts WHERE project = ?1")?;
    Ok(statement.exists([project.to_string()])?)
}

/// Saves the text of a draft that is being written.
///
/// # Errors
/// [`Failure::BeingSent`] where it is not, [`Failure::NotFound`] where there is none.
pub(crate) fn save(tx: &Transaction<'_>, id: Uuid, form: &DraftForm, now: Timestamp) -> Result<()> {
    let sql = "UPDATE drafts SET form = ?2, saved_at = ?3 WHERE id = ?1 AND state = 'draft'";
    let params = rusqlite::params![id.to_string(), serde_json::to_string(form)?, now.as_millisecond()];
    if tx.prepare_cached(sql)?.execute(params)? == 1 {
        return Ok(());
    }
    get(tx, id).and(Err(Failure::BeingSent))
}

pub(crate) fn set_state(tx: &Transaction<'_>, id: Uuid, state: DraftState) -> Result<()> {
    tx.execute("UPDATE drafts SET state = ?2 WHERE id = ?1", [&id.to_string(), &word(state)?])?;
    Ok(())
}

/// Takes note of the registry's answer: the state, for which submission, and in which history of the mirror.
pub(crate) fn set_answered(
    tx: &Transaction<'_>,
    id: Uuid,
    state: DraftState,
    submission: SubmissionId,
    history: &str,
    merged_with: Option<&MergedWith>,
) -> Result<()> {
    tx.execute(
        "UPDATE drafts SET state = ?2, submission = ?3, history = ?4, merged_with = ?5 WHERE id = ?1",
        rusqlite::params![
            id.to_string(),
            word(state)?,
            submission.to_string(),
            history,
            merged_with.map(serde_json::to_string).transpose()?,
        ],
    )?;
    Ok(())
}

/// What was answered as accepted since then, in another history of the mirror than this one.
pub(crate) fn answered_elsewhere(
    connection: &Connection,
    history: &str,
    since: Timestamp,
) -> Result<Vec<(Uuid, SubmissionId)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, submission FROM drafts
         WHERE submission IS NOT NULL AND history <> ?1 AND sent_at >= ?2
           AND state IN ('received', 'in_review', 'published')
           -- Its project's other draft goes first.
           AND NOT EXISTS (SELECT 1 FROM drafts AS other WHERE other.project = drafts.project
                           AND other.state IN ('draft', 'queued', 'needs_attention'))
         ORDER BY rowid",
    )?;
    let rows = statement.query_map(rusqlite::params![history, since.as_millisecond()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    rows.map(|row| {
        let (draft, submission) = row?;
        Ok((
            draft.parse().map_err(|_| Failure::Internal)?,
            submission.parse().map_err(|_| Failure::Internal)?,
        ))
    })
    .collect()
}

/// The registry still knows it in this history.
pub(crate) fn set_history(tx: &Transaction<'_>, id: Uuid, history: &str) -> Result<()> {
    tx.execute("UPDATE drafts SET history = ?2 WHERE id = ?1", [&id.to_string(), history])?;
    Ok(())
}

/// Takes one that was sent off the list.
pub(crate) fn hide(tx: &Transaction<'_>, id: Uuid) -> Result<()> {
    tx.execute("UPDATE drafts SET hidden = 1 WHERE id = ?1", [id.to_string()])?;
    Ok(())
}

/// Lets go of what was sent before that time and taken off the list.
pub(crate) fn forget_hidden(tx: &Transaction<'_>, before: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM drafts WHERE hidden = 1 AND sent_at < ?1", [before.as_millisecond()])?;
    Ok(())
}

pub(crate) fn set_sent(tx: &Transaction<'_>, id: Uuid, now: Timestamp) -> Result<()> {
    let params = rusqlite::params![id.to_string(), now.as_millisecond()];
    tx.execute("UPDATE drafts SET state = 'queued', attention = NULL, merged_with = NULL, sent_at = ?2 WHERE id = ?1", params)?;
    Ok(())
}

pub(crate) fn set_attention(tx: &Transaction<'_>, id: Uuid, attention: &Attention) -> Result<()> {
    tx.execute(
        "UPDATE drafts SET state = 'needs_attention', attention = ?2, hidden = 0 WHERE id = ?1",
        [&id.to_string(), &serde_json::to_string(attention)?],
    )?;
    Ok(())
}

/// It was not accepted, for that reason.
pub(crate) fn set_declined(tx: &Transaction<'_>, id: Uuid, why: &Attention) -> Result<()> {
    tx.execute(
        "UPDATE drafts SET state = 'declined', attention = ?2, hidden = 0 WHERE id = ?1",
        [&id.to_string(), &serde_json::to_string(why)?],
    )?;
    Ok(())
}

/// The drafts that wait to be checked, each with its submission.
pub(crate) fn in_review(connection: &Connection) -> Result<Vec<(Uuid, SubmissionId)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, submission FROM drafts WHERE state = 'in_review' AND submission IS NOT NULL ORDER BY rowid",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (draft, submission) = row?;
        let bad = |_| Failure::Internal;
        Ok((draft.parse().map_err(bad)?, submission.parse().map_err(bad)?))
    })
    .collect()
}

/// Puts a draft on another base: its text is what the person wrote, on top of it.
pub(crate) fn rebase(
    tx: &Transaction<'_>,
    id: Uuid,
    version: u32,
    base: &Map<String, Value>,
    form: &DraftForm,
) -> Result<()> {
    tx.execute(
        "UPDATE drafts SET base_version = ?2, base = ?3, form = ?4 WHERE id = ?1",
        rusqlite::params![
            id.to_string(),
            version,
            serde_json::to_string(base)?,
            serde_json::to_string(form)?
        ],
    )?;
    Ok(())
}

/// The projects of which something is kept here.
pub(crate) fn projects(connection: &Connection) -> Result<Vec<ProjectId>> {
    let mut statement =
        connection.prepare_cached("SELECT project FROM drafts UNION SELECT project FROM kept")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|row| row?.parse().map_err(|_| Failure::Internal)).collect()
}

/// Whoever was a project's contact was erased: what the laptop kept of them goes. What this person wrote stays. True
/// where something went.
pub(crate) fn forget_contact(tx: &Transaction<'_>, project: ProjectId) -> Result<bool> {
    let project = project.to_string();
    let mut statement = tx.prepare("SELECT id, base, form FROM drafts WHERE project = ?1")?;
    let rows = statement.query_map([&project], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rows: Vec<(String, String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut gone = 0;
    for (id, base, form) in rows {
        let mut base: Map<String, Value> = serde_json::from_str(&base)?;
        let Some(contact) = base.get("contact") else { continue };
        let contact: Contact = serde_json::from_value(contact.clone())?;
        if contact == Contact::default() {
            continue;
        }
        let mut form: DraftForm = serde_json::from_str(&form)?;
        if form.contact_mailbox == contact.mailbox {
            form.contact_mailbox.clear();
        }
        if form.contact_name == contact.name {
            form.contact_name.clear();
        }
        base.insert("contact".to_owned(), serde_json::to_value(Contact::default())?);
        gone += tx.execute(
            "UPDATE drafts SET base = ?2, form = ?3 WHERE id = ?1",
            [id, serde_json::to_string(&base)?, serde_json::to_string(&form)?],
        )?;
    }
    gone += tx.execute(
        "UPDATE conflicts SET theirs = json_set(theirs, '$.contact', json('{\"mailbox\":\"\",\"name\":\"\"}'))
         WHERE draft IN (SELECT id FROM drafts WHERE project = ?1)
             AND COALESCE(json_extract(theirs, '$.contact.mailbox'), '') <> ''",
        [&project],
    )?;
    gone += tx.execute(
        "DELETE FROM kept WHERE project = ?1 AND field = 'contact' AND whose = 'theirs'",
        [&project],
    )?;
    Ok(gone > 0)
}

/// Removes a draft for good: only ever at its author's wish.
pub(crate) fn remove(tx: &Transaction<'_>, id: Uuid) -> Result<()> {
    tx.execute("DELETE FROM outbox WHERE draft = ?1", [id.to_string()])?;
    tx.execute("DELETE FROM conflicts WHERE draft = ?1", [id.to_string()])?;
    tx.execute("DELETE FROM drafts WHERE id = ?1", [id.to_string()])?;
    Ok(())
}

/// How many drafts are in each state that the line at the foot tells: (draft, queued, needs attention).
pub(crate) fn count(connection: &Connection) -> Result<(u32, u32, u32)> {
    let sql = "SELECT count(*) FILTER (WHERE state = 'draft'), count(*) FILTER (WHERE state = 'queued'),
                      count(*) FILTER (WHERE state = 'needs_attention') FROM drafts";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}

/// The state that goes with the registry's answer.
pub(crate) fn state_of(state: State) -> DraftState {
    match state {
        State::Received => DraftState::Received,
        State::InReview => DraftState::InReview,
        State::Published => DraftState::Published,
        State::ChangesRequested => DraftState::NeedsAttention,
        State::Declined => DraftState::Declined,
        State::Withdrawn => DraftState::Withdrawn,
    }
}

struct Raw {
    texts: [String; 8],
    base_version: u32,
    attention: Option<String>,
    saved_at: i64,
    sent_at: Option<i64>,
    merged_with: Option<String>,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok(Raw {
        texts: [
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(6)?,
            row.get(7)?,
            row.get(8)?,
        ],
        base_version: row.get(5)?,
        attention: row.get(9)?,
        saved_at: row.get(10)?,
        sent_at: row.get(11)?,
        merged_with: row.get(12)?,
    })
}

impl TryFrom<Raw> for StoredDraft {
    type Error = Failure;

    fn try_from(raw: Raw) -> Result<Self> {
        let [id, project, council, council_name, council_name_cy, base, form, state] = raw.texts;
        let time = |millis| Timestamp::from_millisecond(millis).map_err(|_| Failure::Internal);
        Ok(Self {
            id: id.parse().map_err(|_| Failure::Internal)?,
            project: project.parse().map_err(|_| Failure::Internal)?,
            council: CouncilName {
                code: council.parse().map_err(|_| Failure::Internal)?,
                name: council_name,
                name_cy: council_name_cy,
            },
            base_version: raw.base_version,
            base: serde_json::from_str(&base)?,
            form: serde_json::from_str(&form)?,
            state: serde_json::from_value(Value::String(state))?,
            attention: raw.attention.as_deref().map(serde_json::from_str).transpose()?,
            saved_at: time(raw.saved_at)?,
            sent_at: raw.sent_at.map(time).transpose()?,
            merged_with: raw.merged_with.as_deref().map(serde_json::from_str).transpose()?,
        })
    }
}

fn word(state: DraftState) -> Result<String> {
    let value = serde_json::to_value(state)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}
