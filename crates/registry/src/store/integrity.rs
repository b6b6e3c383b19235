//! Invariants across tables, checked after a restore and by `doctor`.

use std::collections::BTreeMap;
use std::fmt;

use futures_util::TryStreamExt as _;
use guildhall_protocol::digest::Digest;
use guildhall_protocol::fields::Fields;
use sqlx::{AnyConnection, Row as _};

use crate::store::error::Result;

/// A broken invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The counter table does not have exactly one row.
    NoCounter,
    /// A change has a larger sequence number than the counter.
    Uncounted {
        /// The counter's sequence number.
        counter: u64,
        /// The largest sequence number of a change.
        largest: u64,
    },
    /// The stored sum of an audience cell does not match its records.
    WrongSum {
        /// The cell.
        cell: String,
    },
    /// Some earlier versions of a record are missing.
    GapInHistory {
        /// KIND/ID.
        record: String,
    },
    /// The stored body of a record cannot be decoded.
    Unreadable {
        /// KIND/ID.
        record: String,
    },
    /// A submission was answered as published, but the record's version from it is missing.
    MissingVersion {
        /// KIND/ID.
        record: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCounter => write!(f, "the row that counts the changes is missing"),
            Self::Uncounted { counter, largest } => {
                write!(f, "there is a change with the number {largest}, and only {counter} were counted")
            }
            Self::WrongSum { cell } => {
                write!(f, "the sum over the records of the audience {cell} is not what is kept of it")
            }
            Self::GapInHistory { record } => write!(f, "earlier versions of {record} are missing"),
            Self::Unreadable { record } => write!(f, "{record} cannot be read"),
            Self::MissingVersion { record } => {
                write!(f, "a version of {record} that someone was told is published is missing")
            }
        }
    }
}

/// Checks every invariant. Empty if all hold.
pub(crate) async fn check(sql: &mut AnyConnection) -> Result<Vec<Finding>> {
    let mut findings = check_counter(sql).await?;
    findings.extend(check_sums(sql).await?);
    let gaps = "SELECT r.kind, r.id FROM records r WHERE r.version - 1 <> (SELECT COUNT(*) FROM history h
                WHERE h.kind = r.kind AND h.id = r.id AND h.version < r.version)";
    findings.extend(records(sql, gaps).await?.into_iter().map(|record| Finding::GapInHistory { record }));
    let missing = "SELECT DISTINCT s.kind, s.record FROM submissions s
                   LEFT JOIN records r ON r.kind = s.kind AND r.id = s.record
                   WHERE s.state = 'published' AND s.kind = 'project' AND (r.id IS NULL OR r.version < s.version)
                       AND NOT EXISTS (SELECT 1 FROM purged_projects WHERE project = s.record)";
    findings
        .extend(records(sql, missing).await?.into_iter().map(|record| Finding::MissingVersion { record }));
    Ok(findings)
}

async fn check_counter(sql: &mut AnyConnection) -> Result<Vec<Finding>> {
    let counters: Vec<i64> = sqlx::query_scalar("SELECT seq FROM counter").fetch_all(&mut *sql).await?;
    let [counter] = counters[..] else { return Ok(vec![Finding::NoCounter]) };
    let mut largest = 0;
    for statement in
        ["SELECT COALESCE(MAX(seq), 0) FROM records", "SELECT COALESCE(MAX(seq), 0) FROM tombstones"]
    {
        largest = i64::max(largest, sqlx::query_scalar(statement).fetch_one(&mut *sql).await?);
    }
    let (counter, largest) = (counter.cast_unsigned(), largest.cast_unsigned());
    Ok(if largest > counter { vec![Finding::Uncounted { counter, largest }] } else { Vec::new() })
}

/// Reads every record once, to decode its body and add up the cell sums.
async fn check_sums(sql: &mut AnyConnection) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut sums = BTreeMap::<String, (i64, Digest)>::new();
    {
        let mut rows = sqlx::query("SELECT kind, id, version, cell, body FROM records").fetch(&mut *sql);
        while let Some(row) = rows.try_next().await? {
            let (kind, id): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            if serde_json::from_str::<Fields>(row.try_get(4)?).is_err() {
                findings.push(Finding::Unreadable { record: format!("{kind}/{id}") });
            }
            let version = u32::try_from(row.try_get::<i64, _>(2)?).unwrap_or(u32::MAX);
            let (records, digest) = sums.entry(row.try_get(3)?).or_default();
            *records += 1;
            *digest = digest.with(Digest::of(&kind, &id, version));
        }
    }
    let kept: Vec<(String, i64, i64)> =
        sqlx::query_as("SELECT cell, records, digest FROM cells").fetch_all(sql).await?;
    for (cell, records, digest) in kept {
        if sums.remove(&cell).unwrap_or_default() != (records, Digest(digest.cast_unsigned())) {
            findings.push(Finding::WrongSum { cell });
        }
    }
    findings.extend(sums.into_keys().map(|cell| Finding::WrongSum { cell }));
    Ok(findings)
}

/// `KIND/ID` of each row that a statement finds.
async fn records(sql: &mut AnyConnection, statement: &'static str) -> Result<Vec<String>> {
    let found: Vec<(String, String)> = sqlx::query_as(statement).fetch_all(sql).await?;
    Ok(found.into_iter().map(|(kind, id)| format!("{kind}/{id}")).collect())
}
