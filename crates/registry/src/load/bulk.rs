//! Records that come in by the machine's own commands (the sample, made-up ones) and not as submissions: many at
//! once, with one entry in the audit log for all of them. Imports plan what they change first, in `import`.

use guildhall_protocol::changes::Kind;
use serde::Serialize;

use crate::Registry;
use crate::error::Result;
use crate::store::WriteTx;
use crate::store::audit::{self, AuditEvent};
use crate::store::records::{self, RecordWrite, to_fields};

/// Records written in one job: enough to be quick, few enough that others get their turn.
const AT_ONCE: usize = 250;

/// How many records came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// There for the first time.
    pub new: usize,
    /// There before, and saying something else now.
    pub changed: usize,
    /// There before, and the same.
    pub unchanged: usize,
    /// Left alone, as their council has confirmed them since.
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
    /// Stores those that are not there yet, in order. What was stored before a failure stays: to run it again goes
    /// on from there.
    pub(crate) async fn take_in(&self, states: Vec<RecordWrite>, event: AuditEvent) -> Result<Tally> {
        let mut tally = Tally::default();
        for part in states.chunks(AT_ONCE) {
            let (part, now) = (part.to_vec(), self.env().now_ms());
            let counted = self.write(move |tx| {
                let part = part.clone();
                Box::pin(async move {
                    let mut tally = Tally::default();
                    for state in &part {
                        tally.add(take_in_one(tx, state, now).await?);
                    }
                    Ok(tally)
                })
            });
            tally.add(counted.await?);
        }
        let (env, event) = (self.env().clone(), AuditEvent { detail: format!("{tally:?}"), ..event });
        self.write(move |tx| {
            let (env, event) = (env.clone(), event.clone());
            Box::pin(async move { Ok(audit::log(tx, &env, &event).await?) })
        })
        .await?;
        Ok(tally)
    }
}

async fn take_in_one(tx: &mut WriteTx, state: &RecordWrite, now: i64) -> Result<Tally> {
    if records::find(tx.sql(), state.kind, &state.id).await?.is_some() {
        return Ok(Tally { unchanged: 1, ..Tally::default() });
    }
    records::put(tx, state, now).await?;
    Ok(Tally { new: 1, ..Tally::default() })
}

/// A council or a service: anyone may read them, and they belong to no project.
pub(crate) fn reference(kind: Kind, id: impl ToString, record: &impl Serialize) -> Result<RecordWrite> {
    Ok(RecordWrite::public(kind, id.to_string(), to_fields(record)?))
}
