//! The changes feed: one page of what a reader may see after a cursor, in sequence order. Records, cursor and digest
//! come from one read transaction, so they always agree.

use std::time::Duration;

use guildhall_protocol::changes::{Cursor, FirstLine, Kind, LastLine};
use guildhall_protocol::fields::Fields;
use guildhall_protocol::{Code, routes};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::watch;

use crate::Registry;
use crate::access::policy;
use crate::access::principal::Actor;
use crate::error::{Error, Result};
use crate::store::records::{self, Row};
use crate::store::tombstones::{self, Tombstone};
use crate::store::{cells, counter};

/// The size at which a page ends, in bytes, even if it has few records.
const PAGE_BYTES: usize = 4 * 1024 * 1024;
/// The longest that a request waits for changes.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(25);

/// A request for a page.
#[derive(Clone, Debug)]
pub(crate) struct PageRequest {
    /// The reader's cursor; `None` to read from zero.
    pub(crate) after: Option<Cursor>,
    /// When reading from zero: the last sequence number when that began.
    pub(crate) began: u64,
    /// The most records.
    pub(crate) limit: u32,
}

/// An answer as NDJSON.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) text: String,
    pub(crate) count: u64,
}

/// One line of the answer, as read by [`guildhall_protocol::changes::ChangeLine`]. The body is passed on as stored.
#[derive(Serialize)]
struct Line<'a> {
    seq: i64,
    kind: &'a str,
    id: &'a str,
    version: i64,
    body: &'a RawValue,
}

#[derive(Serialize)]
struct GoneLine<'a> {
    seq: i64,
    kind: &'a str,
    id: &'a str,
    gone: bool,
}

enum Change {
    Record(Row),
    Gone(Tombstone),
}

impl Change {
    fn seq(&self) -> i64 {
        match self {
            Self::Record(row) => row.seq,
            Self::Gone(gone) => gone.seq,
        }
    }

    fn write(&self, text: &mut String) -> Result<()> {
        let line = match self {
            Self::Record(Row { kind, id, version, seq, body }) => {
                let body = serde_json::from_str(body)?;
                serde_json::to_string(&Line { seq: *seq, kind, id, version: *version, body })?
            }
            Self::Gone(Tombstone { kind, id, seq }) => {
                serde_json::to_string(&GoneLine { seq: *seq, kind, id, gone: true })?
            }
        };
        text.push_str(&line);
        text.push('\n');
        Ok(())
    }
}

impl Registry {
    /// Wakes whenever something has changed.
    pub(crate) fn changed(&self) -> watch::Receiver<u64> {
        self.store().changed()
    }

    /// The number of the last change.
    pub(crate) async fn last_change(&self) -> Result<u64> {
        let (_, seq) = counter::read(&mut *self.store().read().await?).await?;
        Ok(seq)
    }

    /// Every record of a kind that anyone may read, in the order of their ids.
    pub(crate) async fn public_records(&self, kind: Kind) -> Result<Vec<Fields>> {
        Ok(records::all(&mut *self.store().read().await?, kind).await?)
    }

    /// A page of the changes that a person, or anyone, may see.
    ///
    /// # Errors
    /// `resync_required` if the cursor has another epoch or access, is ahead of this registry, or is older than the
    /// stored tombstones.
    pub(crate) async fn changes(&self, actor: Option<&Actor>, question: &PageRequest) -> Result<Page> {
        let mut tx = self.store().read().await?;
        let (epoch, newest) = counter::read(&mut tx).await?;
        let reader = policy::reader(&mut tx, actor).await?;
        let kept_from = counter::tombstones_from(&mut tx).await?;
        let after = match &question.after {
            None => 0,
            Some(Cursor { epoch: theirs, access, seq })
                if *theirs == epoch
                    && *access == reader.access
                    && *seq <= newest
                    && kept_from <= question.began.min(newest).max(*seq) =>
            {
                *seq
            }
            Some(_) => return Err(Error::refused(Code::ResyncRequired, "Start again from the beginning")),
        };
        let limit = question.limit.clamp(1, routes::MAX_PAGE);
        let rows = records::page(&mut tx, &reader.cells, after, limit + 1).await?;
        // A reader without any records needs no tombstones.
        let gone = match after {
            0 => Vec::new(),
            _ => tombstones::page(&mut tx, &reader.cells, after, limit + 1).await?,
        };
        let (seen, digest) = cells::sum(&mut tx, &reader.cells).await?;
        let remaining = match after {
            0 => seen,
            // All of them fit on this page.
            _ if rows.len() <= limit as usize => rows.len() as u64,
            _ => records::count_after(&mut tx, &reader.cells, after).await?,
        };
        drop(tx);

        let mut changes: Vec<Change> =
            rows.into_iter().map(Change::Record).chain(gone.into_iter().map(Change::Gone)).collect();
        changes.sort_by_key(Change::seq);
        let first = FirstLine { epoch: epoch.clone(), access: reader.access, newest, remaining };
        let mut text = serde_json::to_string(&first)?;
        text.push('\n');
        let (mut count, mut last_seq) = (0, after);
        for change in changes.iter().take(limit as usize) {
            change.write(&mut text)?;
            (count, last_seq) = (count + 1, change.seq().cast_unsigned());
            if text.len() > PAGE_BYTES {
                break;
            }
        }
        let more = count < changes.len();
        let cursor = Cursor { epoch, access: reader.access, seq: if more { last_seq } else { newest } };
        let digest = (!more).then(|| digest.to_hex());
        let last = LastLine { cursor: cursor.to_string(), more, count: count as u64, digest };
        text.push_str(&serde_json::to_string(&last)?);
        text.push('\n');
        Ok(Page { text, count: count as u64 })
    }
}
