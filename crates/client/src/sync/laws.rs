//! Property tests of a mirror against a small model of a registry: answers cut at any byte and applied twice, records
//! from submissions' answers in between, and registries restored from a backup.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use guildhall_protocol::changes::{ChangeLine, Cursor, FirstLine, LastLine};
use guildhall_protocol::digest::Digest;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use super::page::read_page;
use super::pull::{Answer, PullOutcome, apply, apply_verdict};
use crate::env::RealDisk;
use crate::error::Failure;
use crate::store::mirror::{Mirror, Reading, reading};

/// One step of a random run.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody publishes a new version of this record.
    Publish(u32),
    /// The record is removed.
    Remove(u32),
    /// The registry is backed up.
    BackUp,
    /// The last backup is restored.
    PutBack,
    /// The answer to a submission brings this record in its current state.
    Answer(u32),
    /// A page of at most `limit` records arrives, cut to `share`/256 of its bytes if set, and is applied `times` times.
    Read { limit: usize, share: Option<u8>, times: u8 },
    /// A page is requested. Before it arrives, a new version of this record is published and comes with the answer to a
    /// submission.
    ReadSlowly { limit: usize, meanwhile: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    let read = (1..4_usize, prop::option::weighted(0.3, any::<u8>()), 1..3_u8);
    prop_oneof![
        5 => (0..6_u32).prop_map(Step::Publish),
        2 => (0..6_u32).prop_map(Step::Remove),
        1 => Just(Step::BackUp),
        1 => Just(Step::PutBack),
        2 => (0..6_u32).prop_map(Step::Answer),
        7 => read.prop_map(|(limit, share, times)| Step::Read { limit, share, times }),
        2 => (1..4_usize, 0..6_u32).prop_map(|(limit, meanwhile)| Step::ReadSlowly { limit, meanwhile }),
    ]
}

/// A record at the registry. Without a name it is a tombstone.
#[derive(Clone, Debug)]
struct Record {
    seq: u64,
    version: u32,
    name: Option<String>,
}

/// The registry as its readers see it: the latest state of each record, ordered by `seq`.
#[derive(Clone, Default)]
struct Books {
    epoch: u32,
    seq: u64,
    records: BTreeMap<u32, Record>,
}

impl Books {
    fn change(&mut self, id: u32, there: bool) {
        let version = self.records.get(&id).map_or(1, |record| record.version + 1);
        if !there && self.records.get(&id).is_none_or(|record| record.name.is_none()) {
            return;
        }
        self.seq += 1;
        let name = there.then(|| format!("{}-{}", self.epoch, self.seq));
        self.records.insert(id, Record { seq: self.seq, version, name });
    }

    fn line(&self, id: u32) -> Option<ChangeLine> {
        let record = self.records.get(&id)?;
        let body = |name| json!({"id": id, "name": name, "from_next_year": true}).as_object().cloned();
        Some(ChangeLine {
            seq: record.seq,
            kind: "service".into(),
            id: id.to_string(),
            version: if record.name.is_some() { record.version } else { 0 },
            body: record.name.as_ref().and_then(body),
            gone: record.name.is_none(),
        })
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.records.values().filter_map(|record| record.name.clone()).collect();
        names.sort();
        names
    }

    fn digest(&self) -> Digest {
        let there = self.records.iter().filter(|(_, record)| record.name.is_some());
        there
            .map(|(id, record)| Digest::of("service", &id.to_string(), record.version))
            .fold(Digest::default(), Digest::with)
    }

    /// The bytes of an answer; `None` if the cursor belongs to another history.
    fn answer(&self, after: Option<&Cursor>, limit: usize) -> Option<Vec<u8>> {
        let epoch = format!("k{}", self.epoch);
        if after.is_some_and(|cursor| cursor.epoch != epoch) {
            return None;
        }
        let after_seq = after.map_or(0, |cursor| cursor.seq);
        let mut lines: Vec<_> = self.records.keys().filter_map(|id| self.line(*id)).collect();
        lines.retain(|line| line.seq > after_seq && (after.is_some() || !line.gone));
        lines.sort_by_key(|line| line.seq);
        let more = lines.len() > limit;
        lines.truncate(limit);

        let first = FirstLine { epoch: epoch.clone(), access: 0, newest: self.seq, remaining: 0 };
        let seq = if more { lines.last().map_or(after_seq, |line| line.seq) } else { self.seq };
        let last = LastLine {
            cursor: Cursor { epoch, access: 0, seq }.to_string(),
            more,
            count: lines.len() as u64,
            digest: (!more).then(|| self.digest().to_hex()),
        };
        let mut bytes = serde_json::to_vec(&first).unwrap();
        for line in &lines {
            bytes.push(b'\n');
            bytes.extend(serde_json::to_vec(line).unwrap());
        }
        bytes.push(b'\n');
        bytes.extend(serde_json::to_vec(&last).unwrap());
        bytes.push(b'\n');
        Some(bytes)
    }
}

struct Laptop {
    mirror: Mirror,
    _dir: tempfile::TempDir,
}

impl Laptop {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mirror = Mirror::open(&dir.path().join("mirror.db"), Arc::new(RealDisk)).unwrap();
        Self { mirror, _dir: dir }
    }

    async fn reading(&self) -> Reading {
        self.mirror.read(reading::get).await.unwrap()
    }

    /// The names in the mirror, and a digest computed from its rows.
    async fn holds(&self) -> (Vec<String>, Digest) {
        let rows = self.mirror.read(|connection| {
            let mut statement = connection.prepare("SELECT body ->> 'name', id, version FROM services")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(rows.collect::<rusqlite::Result<Vec<(String, String, u32)>>>()?)
        });
        let mut rows = rows.await.unwrap();
        rows.sort();
        let digest = rows
            .iter()
            .map(|(_, id, version)| Digest::of("service", id, *version))
            .fold(Digest::default(), Digest::with);
        (rows.into_iter().map(|(name, ..)| name).collect(), digest)
    }

    /// Applies one page, cut to a share of its bytes if set, up to `times` times.
    async fn read(&self, books: &Books, limit: usize, share: Option<u8>, times: u8) -> Option<PullOutcome> {
        let before = self.reading().await;
        let mut outcome = None;
        for _ in 0..times {
            let answer = ask(&before, books, limit, share).await;
            let starts_over = matches!(answer, Answer::ResyncRequired);
            outcome = match apply(&self.mirror, answer, Timestamp::UNIX_EPOCH).await {
                Ok(outcome) => Some(outcome),
                Err(Failure::NoConnection) if share.is_some() => None,
                Err(failure) => panic!("an honest answer was refused: {failure:?}"),
            };
            if starts_over {
                break;
            }
        }
        outcome
    }
}

/// A page, cut to a share of its bytes if set, for a laptop that has read up to `before`.
async fn ask(before: &Reading, books: &Books, limit: usize, share: Option<u8>) -> Answer {
    let asked = before.cursor.as_ref();
    let Some(mut bytes) = books.answer(asked, limit) else { return Answer::ResyncRequired };
    let cut = share.map(|share| bytes.len() * usize::from(share) / 256);
    bytes.truncate(cut.unwrap_or(bytes.len()));
    let body = stream::iter([Ok(Bytes::from(bytes))]).boxed();
    Answer::Page { page: read_page(body, asked).await, asked_with: before.digest }
}

/// Runs the steps and checks the invariants after each.
async fn live(steps: Vec<Step>) {
    let (laptop, mut books) = (Laptop::new(), Books::default());
    let (mut backup, mut histories) = (books.clone(), 0);
    // Before its first page a mirror belongs to no history. A record that an answer puts there before the registry is
    // restored is found only by the digest, and repaired.
    laptop.read(&books, 1, None, 1).await;
    for step in steps {
        let came = match step {
            Step::Publish(id) => {
                books.change(id, true);
                None
            }
            Step::Remove(id) => {
                books.change(id, false);
                None
            }
            Step::BackUp => {
                backup = books.clone();
                None
            }
            Step::PutBack => {
                histories += 1;
                books = Books { epoch: histories, ..backup.clone() };
                None
            }
            Step::Answer(id) => {
                if let Some(line) = books.line(id).filter(|line| !line.gone) {
                    apply_verdict(&laptop.mirror, line, Timestamp::UNIX_EPOCH).await.unwrap();
                }
                None
            }
            Step::Read { limit, share, times } => laptop.read(&books, limit, share, times).await,
            Step::ReadSlowly { limit, meanwhile } => {
                let answer = ask(&laptop.reading().await, &books, limit, None).await;
                books.change(meanwhile, true);
                apply_verdict(&laptop.mirror, books.line(meanwhile).unwrap(), Timestamp::UNIX_EPOCH)
                    .await
                    .unwrap();
                let came = apply(&laptop.mirror, answer, Timestamp::UNIX_EPOCH).await.unwrap();
                // It may agree with the registry as it was at the time of the request.
                Some(came).filter(|came| !matches!(came, PullOutcome::UpToDate { .. }))
            }
        };
        let (names, counted) = laptop.holds().await;
        let reading = laptop.reading().await;
        assert_eq!(reading.digest, counted, "the digest is of what is here");
        match came {
            Some(PullOutcome::UpToDate { .. }) => {
                assert_eq!(names, books.names(), "up to date means the same")
            }
            Some(outcome @ (PullOutcome::Repairing | PullOutcome::Differs)) => {
                panic!("{outcome:?} with an honest registry")
            }
            Some(PullOutcome::More { .. }) | None => {}
        }
        // Every record up to the cursor is present, or a newer one is.
        if let Some(cursor) = reading.cursor.filter(|cursor| cursor.epoch == format!("k{}", books.epoch)) {
            let read = books.records.values().filter(|record| record.seq <= cursor.seq);
            for name in read.filter_map(|record| record.name.as_ref()) {
                assert!(names.contains(name), "{name} was read, and is not among {names:?}");
            }
        }
    }
    let mut answers = 0;
    while !matches!(laptop.read(&books, 2, None, 1).await, Some(PullOutcome::UpToDate { .. })) {
        answers += 1;
        assert!(answers < 10, "reading comes to an end");
    }
    assert_eq!(laptop.holds().await.0, books.names());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mirror_converges_whatever_happens_on_the_way(
        steps in prop::collection::vec(step(), 1..40),
    ) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(live(steps));
    }
}
