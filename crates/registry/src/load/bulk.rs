//! Writing many records at once for the operator's own commands (the sample and generated data) instead of as
//! submissions, with one audit entry for all of them. Imports have their own planning step, in `import`.

use guildhall_protocol::changes::Kind;
use serde::Serialize;

use crate::Registry;
use crate::error::Result;
use crate::registry::Write;
use crate::store::WriteTx;
use crate::store::audit::{self, AuditEvent};
use crate::store::records::{self, RecordWrite, to_fields};

/// Records in one write job: enough to be fast, few enough to leave other writers their turn.
const AT_ONCE: usize = 250;

/// How many records were written, by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Created.
    pub new: usize,
    /// Changed.
    pub changed: usize,
    /// Already there, and left as they were.
    pub unchanged: usize,
    /// Left alone because their council has confirmed them.
    pub claimed: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.claimed += other.claimed;
    }
}

impl Registry {
    /// Stores the records that do not exist yet, in order. After a failure, records stored so far remain, and a repeat
    /// continues from there.
    pub(crate) async fn ingest(&self, states: Vec<RecordWrite>, event: AuditEvent) -> Result<Tally> {
        let mut tally = Tally::default();
        for part in states.chunks(AT_ONCE) {
            let counted = self.write(part.to_vec(), async |Write { tx, env }, part| {
                let mut tally = Tally::default();
                for state in part {
                    tally.add(add_one(tx, state, env.now_ms()).await?);
                }
                Ok(tally)
            });
            tally.add(counted.await?);
        }
        let event = AuditEvent { detail: format!("{tally:?}"), ..event };
        self.write(event, async |Write { tx, env }, event| Ok(audit::log(tx, env, event).await?)).await?;
        Ok(tally)
    }
}

async fn add_one(tx: &mut WriteTx, state: &RecordWrite, now: i64) -> Result<Tally> {
    if records::find(tx.sql(), state.kind, &state.id).await?.is_some() {
        return Ok(Tally { unchanged: 1, ..Tally::default() });
    }
    records::put(tx, state, now).await?;
    Ok(Tally { new: 1, ..Tally::default() })
}

/// A public record that belongs to no project: a council or a service.
pub(crate) fn reference(kind: Kind, id: impl ToString, record: &impl Serialize) -> Result<RecordWrite> {
    Ok(RecordWrite::public(kind, id.to_string(), to_fields(record)?))
}
