//! Text typed into a box that is not part of a draft, kept until it is sent.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::unused_texts::KEPT_FOR;
use crate::error::Result;

/// The content of a box when it was last saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredText {
    /// What was chosen beside the text; empty if nothing was.
    pub(crate) choice: String,
    pub(crate) text: String,
}

/// Saves the content of a box; an empty one is removed.
pub(crate) fn save(
    tx: &Transaction<'_>,
    text_box: &str,
    about: &str,
    now: &StoredText,
    at: Timestamp,
) -> Result<()> {
    if now.choice.is_empty() && now.text.is_empty() {
        return remove(tx, text_box, about);
    }
    tx.prepare_cached(
        "INSERT INTO unfinished (box, about, choice, text, saved_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (box, about) DO UPDATE SET choice = ?3, text = ?4, saved_at = ?5",
    )?
    .execute(rusqlite::params![text_box, about, now.choice, now.text, at.as_millisecond()])?;
    Ok(())
}

/// The saved content of a box.
pub(crate) fn find(connection: &Connection, text_box: &str, about: &str) -> Result<Option<StoredText>> {
    let sql = "SELECT choice, text FROM unfinished WHERE box = ?1 AND about = ?2";
    let read = |row: &rusqlite::Row<'_>| Ok(StoredText { choice: row.get(0)?, text: row.get(1)? });
    Ok(connection.prepare_cached(sql)?.query_row([text_box, about], read).optional()?)
}

/// Removes the content of a box, after it was sent or discarded.
pub(crate) fn remove(tx: &Transaction<'_>, text_box: &str, about: &str) -> Result<()> {
    tx.prepare_cached("DELETE FROM unfinished WHERE box = ?1 AND about = ?2")?.execute([text_box, about])?;
    Ok(())
}

/// Deletes content that has not been saved for 90 days.
pub(crate) fn delete_expired(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM unfinished WHERE saved_at < ?1", [(now - KEPT_FOR).as_millisecond()])?;
    Ok(())
}
