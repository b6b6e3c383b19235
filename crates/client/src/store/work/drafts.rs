//! The table of drafts: the text being written, and the record that it changes.

mod form;
mod state;

use guildhall_protocol::{Contact, CouncilCode, ProjectId, SubmissionId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde_json::{Map, Value};
use uuid::Uuid;

pub(crate) use form::{Rest, StoredDate, StoredForm, StoredLink, StoredNeed, StoredPhaseDates, StoredWanted};
pub(crate) use state::{StoredAttention, StoredError, StoredMerge, StoredState, state_of};

use crate::error::{Failure, Result};
use crate::store::StoredCouncil;
use crate::store::rows::{Read, parsed, readable};

/// A stored draft.
#[derive(Clone, Debug)]
pub(crate) struct StoredDraft {
    pub(crate) id: Uuid,
    pub(crate) project: ProjectId,
    pub(crate) council: StoredCouncil,
    /// 0 for a new project.
    pub(crate) base_version: u32,
    pub(crate) base: Map<String, Value>,
    pub(crate) form: StoredForm,
    pub(crate) state: StoredState,
    pub(crate) attention: Option<StoredAttention>,
    pub(crate) saved_at: Timestamp,
    pub(crate) sent_at: Option<Timestamp>,
    pub(crate) merged_with: Option<StoredMerge>,
}

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
            draft.state.as_str(),
            draft.attention.as_ref().map(serde_json::to_string).transpose()?,
            draft.saved_at.as_millisecond(),
            draft.sent_at.map(Timestamp::as_millisecond),
        ],
    )?;
    Ok(())
}

/// One draft.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Unreadable`] for one that this version cannot read.
pub(crate) fn get(connection: &Connection, id: Uuid) -> Result<StoredDraft> {
    let mut statement = connection.prepare_cached("SELECT * FROM drafts WHERE id = ?1")?;
    let found = statement.query_row([id.to_string()], |row| Ok(read(row))).optional()?;
    found.ok_or(Failure::NotFound)?.map_err(Failure::from)
}

/// The project of a draft, even if the rest of the draft cannot be read.
///
/// # Errors
/// Those of [`get`].
pub(crate) fn project_of(connection: &Connection, id: Uuid) -> Result<ProjectId> {
    let mut statement = connection.prepare_cached("SELECT project FROM drafts WHERE id = ?1")?;
    let found: Option<String> = statement.query_row([id.to_string()], |row| row.get(0)).optional()?;
    found.ok_or(Failure::NotFound)?.parse().map_err(|_| Failure::Unreadable)
}

/// Every listed draft that can be read, last saved first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<StoredDraft>> {
    readable(connection, "SELECT * FROM drafts WHERE hidden = 0 ORDER BY saved_at DESC", [], read)
}

/// (project, draft) for each draft that is being written, queued or needs attention.
pub(crate) fn open_by_project(connection: &Connection) -> Result<Vec<(ProjectId, Uuid)>> {
    let sql = "SELECT project, id FROM drafts WHERE state IN ('draft', 'queued', 'needs_attention')";
    readable(connection, sql, [], |row| Ok((parsed(row, "project")?, parsed(row, "id")?)))
}

/// Whether there is any draft of the project, including sent and hidden ones.
pub(crate) fn exists(connection: &Connection, project: ProjectId) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM drafts WHERE project = ?1")?;
    Ok(statement.exists([project.to_string()])?)
}

/// Whether anything sent for the council from this laptop has been published.
pub(crate) fn any_published(connection: &Connection, council: &CouncilCode) -> Result<bool> {
    let sql = "SELECT 1 FROM drafts WHERE council = ?1 AND state = 'published'";
    Ok(connection.prepare_cached(sql)?.exists([council.as_str()])?)
}

/// The contact in what was last sent for the council; empty if nothing was.
pub(crate) fn last_contact(connection: &Connection, council: &CouncilCode) -> Result<Contact> {
    let sql = "SELECT * FROM drafts WHERE council = ?1 AND sent_at IS NOT NULL ORDER BY sent_at DESC LIMIT 1";
    let last = readable(connection, sql, [council.as_str()], read)?.pop().map(|draft| draft.form);
    Ok(last.map_or_else(Contact::default, |form| Contact {
        mailbox: form.contact_mailbox,
        name: form.contact_name,
    }))
}

/// Saves the text of a draft in the state `draft`.
///
/// # Errors
/// [`Failure::BeingSent`] if it is in another state, [`Failure::NotFound`] if there is no such draft.
pub(crate) fn save(tx: &Transaction<'_>, id: Uuid, form: &StoredForm, now: Timestamp) -> Result<()> {
    let sql = "UPDATE drafts SET form = ?2, saved_at = ?3 WHERE id = ?1 AND state = 'draft'";
    let params = rusqlite::params![id.to_string(), serde_json::to_string(form)?, now.as_millisecond()];
    if tx.prepare_cached(sql)?.execute(params)? == 1 {
        return Ok(());
    }
    get(tx, id).and(Err(Failure::BeingSent))
}

pub(crate) fn set_state(tx: &Transaction<'_>, id: Uuid, state: StoredState) -> Result<()> {
    tx.execute("UPDATE drafts SET state = ?2 WHERE id = ?1", [&id.to_string(), state.as_str()])?;
    Ok(())
}

/// Records the registry's verdict: the new state, the submission, and the mirror's history at that time.
pub(crate) fn set_answered(
    tx: &Transaction<'_>,
    id: Uuid,
    state: StoredState,
    submission: SubmissionId,
    history: &str,
    merged_with: Option<&StoredMerge>,
) -> Result<()> {
    tx.execute(
        "UPDATE drafts SET state = ?2, submission = ?3, history = ?4, merged_with = ?5 WHERE id = ?1",
        rusqlite::params![
            id.to_string(),
            state.as_str(),
            submission.to_string(),
            history,
            merged_with.map(serde_json::to_string).transpose()?,
        ],
    )?;
    Ok(())
}

/// Drafts sent since the given time whose acceptance was recorded in another history than this one.
pub(crate) fn accepted_in_other_history(
    connection: &Connection,
    history: &str,
    since: Timestamp,
) -> Result<Vec<(Uuid, SubmissionId)>> {
    let sql = "SELECT id, submission FROM drafts
         WHERE submission IS NOT NULL AND history <> ?1 AND sent_at >= ?2
           AND state IN ('received', 'in_review', 'published')
           -- Its project's other draft goes first.
           AND NOT EXISTS (SELECT 1 FROM drafts AS other WHERE other.project = drafts.project
                           AND other.state IN ('draft', 'queued', 'needs_attention'))
         ORDER BY rowid";
    readable(connection, sql, rusqlite::params![history, since.as_millisecond()], sent)
}

/// Records that the registry still knows the submission in this history.
pub(crate) fn set_history(tx: &Transaction<'_>, id: Uuid, history: &str) -> Result<()> {
    tx.execute("UPDATE drafts SET history = ?2 WHERE id = ?1", [&id.to_string(), history])?;
    Ok(())
}

/// Hides a sent draft from the list.
pub(crate) fn hide(tx: &Transaction<'_>, id: Uuid) -> Result<()> {
    tx.execute("UPDATE drafts SET hidden = 1 WHERE id = ?1", [id.to_string()])?;
    Ok(())
}

/// Deletes hidden drafts that were sent before the given time.
pub(crate) fn delete_hidden(tx: &Transaction<'_>, before: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM drafts WHERE hidden = 1 AND sent_at < ?1", [before.as_millisecond()])?;
    Ok(())
}

pub(crate) fn set_sent(tx: &Transaction<'_>, id: Uuid, now: Timestamp) -> Result<()> {
    let params = rusqlite::params![id.to_string(), now.as_millisecond()];
    tx.execute("UPDATE drafts SET state = 'queued', attention = NULL, merged_with = NULL, sent_at = ?2 WHERE id = ?1", params)?;
    Ok(())
}

pub(crate) fn set_attention(tx: &Transaction<'_>, id: Uuid, attention: &StoredAttention) -> Result<()> {
    tx.execute(
        "UPDATE drafts SET state = 'needs_attention', attention = ?2, hidden = 0 WHERE id = ?1",
        [&id.to_string(), &serde_json::to_string(attention)?],
    )?;
    Ok(())
}

/// Records that the draft was declined, and why.
pub(crate) fn set_declined(tx: &Transaction<'_>, id: Uuid, why: &StoredAttention) -> Result<()> {
    tx.execute(
        "UPDATE drafts SET state = 'declined', attention = ?2, hidden = 0 WHERE id = ?1",
        [&id.to_string(), &serde_json::to_string(why)?],
    )?;
    Ok(())
}

/// The drafts in review, each with its submission.
pub(crate) fn in_review(connection: &Connection) -> Result<Vec<(Uuid, SubmissionId)>> {
    let sql = "SELECT id, submission FROM drafts WHERE state = 'in_review' AND submission IS NOT NULL ORDER BY rowid";
    readable(connection, sql, [], sent)
}

/// Rebases a draft: `form` is the author's text merged with the new base.
pub(crate) fn rebase(
    tx: &Transaction<'_>,
    id: Uuid,
    version: u32,
    base: &Map<String, Value>,
    form: &StoredForm,
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

/// The projects of all drafts and unused texts.
pub(crate) fn projects(connection: &Connection) -> Result<Vec<ProjectId>> {
    let sql = "SELECT project FROM drafts UNION SELECT project FROM unused_texts";
    readable(connection, sql, [], |row| parsed(row, "project"))
}

/// Removes a project's contact from its drafts, conflicts and unused text after that person was erased. What this
/// person wrote stays. True if anything was removed. Works on the JSON alone, so that drafts of a newer version are
/// covered.
pub(crate) fn delete_contact(tx: &Transaction<'_>, project: ProjectId) -> Result<bool> {
    let project = project.to_string();
    let mut statement = tx.prepare("SELECT id, base, form FROM drafts WHERE project = ?1")?;
    let rows = statement.query_map([&project], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rows: Vec<(String, String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut gone = 0;
    for (id, base, form) in rows {
        let object = |text: &str| serde_json::from_str::<Map<String, Value>>(text).ok();
        let Some(mut base) = object(&base) else { continue };
        let contact = base.get("contact").cloned().and_then(|contact| serde_json::from_value(contact).ok());
        let Some(contact): Option<Contact> = contact.filter(|contact| *contact != Contact::default()) else {
            continue;
        };
        base.insert("contact".to_owned(), serde_json::to_value(Contact::default())?);
        let form = match object(&form) {
            Some(mut form) => {
                for (field, theirs) in [("contact_mailbox", contact.mailbox), ("contact_name", contact.name)]
                {
                    if form.get(field).and_then(Value::as_str) == Some(theirs.as_str()) {
                        form.insert(field.to_owned(), Value::String(String::new()));
                    }
                }
                serde_json::to_string(&form)?
            }
            None => form,
        };
        gone += tx.execute(
            "UPDATE drafts SET base = ?2, form = ?3 WHERE id = ?1",
            [id, serde_json::to_string(&base)?, form],
        )?;
    }
    gone += tx.execute(
        "UPDATE conflicts SET theirs = json_set(theirs, '$.contact', json('{\"mailbox\":\"\",\"name\":\"\"}'))
         WHERE draft IN (SELECT id FROM drafts WHERE project = ?1)
             AND COALESCE(json_extract(theirs, '$.contact.mailbox'), '') <> ''",
        [&project],
    )?;
    gone += tx.execute(
        "DELETE FROM unused_texts WHERE project = ?1 AND field = 'contact' AND whose = 'theirs'",
        [&project],
    )?;
    Ok(gone > 0)
}

/// Deletes a draft for good, with its submission and conflict.
pub(crate) fn remove(tx: &Transaction<'_>, id: Uuid) -> Result<()> {
    tx.execute("DELETE FROM outbox WHERE draft = ?1", [id.to_string()])?;
    tx.execute("DELETE FROM conflicts WHERE draft = ?1", [id.to_string()])?;
    tx.execute("DELETE FROM drafts WHERE id = ?1", [id.to_string()])?;
    Ok(())
}

/// The numbers of readable drafts being written, queued and needing attention, for the status line.
pub(crate) fn count(connection: &Connection) -> Result<(u32, u32, u32)> {
    let sql = "SELECT * FROM drafts WHERE state IN ('draft', 'queued', 'needs_attention')";
    let mut counts = (0, 0, 0);
    for state in readable(connection, sql, [], |row| Ok(read(row)?.state))? {
        match state {
            StoredState::Draft => counts.0 += 1,
            StoredState::Queued => counts.1 += 1,
            _ => counts.2 += 1,
        }
    }
    Ok(counts)
}

/// How many drafts are being written, queued or need attention, including those that this version cannot read.
pub(crate) fn count_open(connection: &Connection) -> Result<u32> {
    let sql = "SELECT count(*) FROM drafts WHERE state IN ('draft', 'queued', 'needs_attention')";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// Reads a draft from a row with all columns.
pub(super) fn read(row: &Row<'_>) -> Read<StoredDraft> {
    let text = |column| row.get::<_, String>(column);
    // The draft is still usable if `attention` or `merged_with`, which are only shown, cannot be read.
    let attention: Option<String> = row.get("attention")?;
    let attention = attention
        .map(|text| serde_json::from_str(&text).unwrap_or(StoredAttention::Other(Value::String(text))));
    let merged_with: Option<String> = row.get("merged_with")?;
    let sent_at: Option<i64> = row.get("sent_at")?;
    Ok(StoredDraft {
        id: parsed(row, "id")?,
        project: parsed(row, "project")?,
        council: StoredCouncil {
            code: parsed(row, "council")?,
            name: text("council_name")?,
            name_cy: text("council_name_cy")?,
        },
        base_version: row.get("base_version")?,
        base: serde_json::from_str(&text("base")?)?,
        form: serde_json::from_str(&text("form")?)?,
        state: serde_json::from_value(Value::String(text("state")?))?,
        attention,
        saved_at: Timestamp::from_millisecond(row.get("saved_at")?)?,
        sent_at: sent_at.map(Timestamp::from_millisecond).transpose()?,
        merged_with: merged_with.and_then(|text| serde_json::from_str(&text).ok()),
    })
}

/// (draft, submission)
fn sent(row: &Row<'_>) -> Read<(Uuid, SubmissionId)> {
    Ok((parsed(row, "id")?, parsed(row, "submission")?))
}
