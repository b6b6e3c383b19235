//! The change feed: `GET /api/v1/changes?after=EPOCH.ACCESS.SEQ&began=SEQ&limit=N`, answered as NDJSON. The answer has
//! a first line, then one line per record at its latest state in `seq` order, and a last line. An answer without its
//! last line was cut off.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The kinds of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Kind {
    Council,
    Service,
    Project,
    Update,
    /// See [`crate::Review`].
    Review,
    /// See [`crate::ReviewOutcome`].
    Submission,
}

impl Kind {
    /// The kind's name in SQL and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Council => "council",
            Self::Service => "service",
            Self::Project => "project",
            Self::Update => "update",
            Self::Review => "review",
            Self::Submission => "submission",
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        match text {
            "council" => Ok(Self::Council),
            "service" => Ok(Self::Service),
            "project" => Ok(Self::Project),
            "update" => Ok(Self::Update),
            "review" => Ok(Self::Review),
            "submission" => Ok(Self::Submission),
            _ => Err(UnknownKind),
        }
    }
}

/// A kind of record that this version does not know.
#[derive(Debug, thiserror::Error)]
#[error("a kind of record that this version does not know")]
pub struct UnknownKind;

/// How far a reader has read, in which epoch and with which access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The epoch: it differs for another registry, and after a backup is restored.
    pub epoch: String,
    /// Counted up whenever the set of records that this reader may see changes.
    pub access: u64,
    /// The `seq` of the last change that was read.
    pub seq: u64,
}

/// Not a cursor: it must be `EPOCH.ACCESS.SEQ`, that is letters and digits, then two whole numbers.
#[derive(Debug, thiserror::Error)]
#[error("a cursor is EPOCH.ACCESS.SEQ")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.epoch, self.access, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;
    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let mut parts = text.split('.');
        let (Some(epoch), Some(access), Some(seq), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadCursor);
        };
        if epoch.is_empty() || epoch.len() > 64 || !epoch.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(BadCursor);
        }
        Ok(Self {
            epoch: epoch.to_owned(),
            access: access.parse().map_err(|_| BadCursor)?,
            seq: seq.parse().map_err(|_| BadCursor)?,
        })
    }
}

/// The first line of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct FirstLine {
    /// The registry's epoch.
    pub epoch: String,
    /// The reader's access number.
    pub access: u64,
    /// The `seq` of the newest change. A reader who starts from zero sends this number as `began` with every page of
    /// that reading: tombstones from before it are not needed.
    #[serde(default)]
    pub newest: u64,
    /// Roughly how many records are still to come, including those in this answer. For a progress bar only.
    #[serde(default)]
    pub remaining: u64,
}

/// A record at its latest state, or a tombstone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct ChangeLine {
    /// The record's position among all changes.
    pub seq: u64,
    /// The kind of record, as text: a newer registry may have kinds that this app does not know.
    pub kind: String,
    /// The record's id.
    pub id: String,
    /// The record's version; 0 for a tombstone.
    #[serde(default)]
    pub version: u32,
    /// The record's fields; absent for a tombstone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Map<String, Value>>,
    /// The record was deleted, or this reader may no longer see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

/// The last line of an answer. Without it, the answer was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct LastLine {
    /// Where to continue from: a [`Cursor`] as text.
    pub cursor: String,
    /// Whether there are more changes to read already.
    pub more: bool,
    /// How many records this answer contains.
    pub count: u64,
    /// With `more: false`, the digest of every record that the reader may see: see [`crate::digest`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_round_trips_and_bad_ones_are_refused() {
        let cursor = Cursor { epoch: "k3x".into(), access: 4, seq: 420 };
        assert_eq!(cursor.to_string(), "k3x.4.420");
        assert_eq!("k3x.4.420".parse::<Cursor>().unwrap(), cursor);
        for bad in ["", "k3x", "k3x.4", "k3x.4.x", ".4.1", "k-3.4.1", "k3x.4.1.9", "k3x.-4.1"] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}
