//! The one way down: `GET /api/v1/changes?after=EPOCH.ACCESS.SEQ&began=SEQ&limit=N`, answered as NDJSON. A first line, a
//! line a record at its latest state in `seq` order, and a last line. Without its last line an answer was cut off.

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
    /// See [`crate::Reviewed`].
    Submission,
}

impl Kind {
    /// The word for it, in SQL and on the wire.
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

/// A kind of record that this version has no word for.
#[derive(Debug, thiserror::Error)]
#[error("a kind of record that this version does not know")]
pub struct UnknownKind;

/// How far a reader has read, in which history, and with which access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Names one history: another registry, or one restored from a backup, has another.
    pub epoch: String,
    /// Counts the changes of what this reader may see.
    pub access: u64,
    /// The last change that was read.
    pub seq: u64,
}

/// A cursor is `EPOCH.ACCESS.SEQ`: letters and digits, then two whole numbers.
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
    /// The registry's history.
    pub epoch: String,
    /// The reader's access.
    pub access: u64,
    /// The number of the last change there is. Who begins a reading from zero here sends it as `began` with every page
    /// of it: what left before can't have reached them.
    #[serde(default)]
    pub newest: u64,
    /// About how many records are still to come, this answer's among them: for telling progress only.
    #[serde(default)]
    pub remaining: u64,
}

/// A record at its latest state, or gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct ChangeLine {
    /// Where it stands among all changes.
    pub seq: u64,
    /// The kind of record, as text: a newer registry may have kinds that this app does not know.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its version; 0 where it is gone.
    #[serde(default)]
    pub version: u32,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Map<String, Value>>,
    /// It is gone, or this reader may no longer see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

/// The last line of an answer, without which it was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct LastLine {
    /// Where to go on from: [`Cursor`] as text.
    pub cursor: String,
    /// There is more already.
    pub more: bool,
    /// How many records this answer had.
    pub count: u64,
    /// With `more: false`, the digest of all that the reader may see: see [`crate::digest`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_written_and_refuses_what_is_none() {
        let cursor = Cursor { epoch: "k3x".into(), access: 4, seq: 420 };
        assert_eq!(cursor.to_string(), "k3x.4.420");
        assert_eq!("k3x.4.420".parse::<Cursor>().unwrap(), cursor);
        for bad in ["", "k3x", "k3x.4", "k3x.4.x", ".4.1", "k-3.4.1", "k3x.4.1.9", "k3x.-4.1"] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}
