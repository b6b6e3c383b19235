//! How far the mirror has been read, and the digest of its rows.

use guildhall_protocol::changes::Cursor;
use guildhall_protocol::digest::Digest;
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

use crate::error::Result;

/// How far the mirror has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// `None` when reading from zero.
    pub(crate) cursor: Option<Cursor>,
    /// During a reading from zero: the registry's latest `seq` when it began.
    pub(crate) began: Option<u64>,
    /// Rows that this reading has confirmed carry this number.
    pub(crate) generation: i64,
    /// Once everything is read, rows of older generations are removed.
    pub(crate) sweeping: bool,
    /// The digest of all rows.
    pub(crate) digest: Digest,
    /// Records read since everything was last read, to show progress.
    pub(crate) read: u32,
    /// When the mirror last agreed with the registry.
    pub(crate) updated_at: Option<Timestamp>,
}

pub(crate) fn get(connection: &Connection) -> Result<Reading> {
    let sql = "SELECT epoch, access, seq, generation, sweeping, digest, read, updated_at, began FROM reading";
    Ok(connection.query_row(sql, [], |row| {
        let epoch: String = row.get(0)?;
        let cursor = (!epoch.is_empty()).then_some(Cursor {
            epoch,
            access: row.get::<_, i64>(1)?.cast_unsigned(),
            seq: row.get::<_, i64>(2)?.cast_unsigned(),
        });
        Ok(Reading {
            cursor,
            began: row.get::<_, Option<i64>>(8)?.map(i64::cast_unsigned),
            generation: row.get(3)?,
            sweeping: row.get(4)?,
            digest: Digest(row.get::<_, i64>(5)?.cast_unsigned()),
            read: row.get(6)?,
            updated_at: row
                .get::<_, Option<i64>>(7)?
                .and_then(|millis| Timestamp::from_millisecond(millis).ok()),
        })
    })?)
}

pub(crate) fn set(tx: &Transaction<'_>, reading: &Reading) -> Result<()> {
    let none = Cursor { epoch: String::new(), access: 0, seq: 0 };
    let cursor = reading.cursor.as_ref().unwrap_or(&none);
    tx.execute(
        "UPDATE reading SET epoch = ?1, access = ?2, seq = ?3, generation = ?4, sweeping = ?5, digest = ?6,
                            read = ?7, updated_at = ?8, began = ?9",
        rusqlite::params![
            cursor.epoch,
            cursor.access.cast_signed(),
            cursor.seq.cast_signed(),
            reading.generation,
            reading.sweeping,
            reading.digest.0.cast_signed(),
            reading.read,
            reading.updated_at.map(Timestamp::as_millisecond),
            reading.began.map(u64::cast_signed),
        ],
    )?;
    Ok(())
}

impl Reading {
    /// The history that the mirror follows. Every reading from zero starts a new one.
    pub(crate) fn history(&self) -> String {
        let epoch = self.cursor.as_ref().map_or("", |cursor| cursor.epoch.as_str());
        format!("{epoch}.{}", self.generation)
    }

    /// Starts a reading from zero. Existing rows stay in use until everything has been read again.
    pub(crate) fn start_over(&mut self) {
        self.cursor = None;
        self.began = None;
        self.generation += 1;
        self.sweeping = true;
        self.read = 0;
    }
}
