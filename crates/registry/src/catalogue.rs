//! Records that come in by the machine's own commands (imports, the sample, made-up ones) and not as submissions:
//! many at once, with one entry in the audit log for all of them.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Fields;
use serde::Serialize;
use serde_json::Value;

use crate::Registry;
use crate::failure::Outcome;
use crate::store::WriteTx;
use crate::store::audit::{self, Act};
use crate::store::records::{self, NewState};

/// Records written in one job: enough to be quick, few enough that others get their turn.
const AT_ONCE: usize = 250;

/// What is to be done with a record that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Present {
    /// It stays as it is.
    Keep,
    /// It is replaced where it says something else.
    Replace,
    /// The same, but not where a council has taken it on: then it is theirs.
    ReplaceUnclaimed,
}

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
    fn add(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.claimed += other.claimed;
    }
}

impl Registry {
    /// Stores all of them, in order. What was stored before a failure stays: to run it again goes on from there.
    pub(crate) async fn take_in(&self, states: Vec<NewState>, present: Present, act: Act) -> Outcome<Tally> {
        let mut tally = Tally::default();
        for part in states.chunks(AT_ONCE) {
            let (part, now) = (part.to_vec(), self.world().now_ms());
            let counted = self.store().write(move |tx| {
                let part = part.clone();
                Box::pin(async move {
                    let mut tally = Tally::default();
                    for state in &part {
                        tally.add(take_in_one(tx, state, present, now).await?);
                    }
                    Ok(tally)
                })
            });
            tally.add(counted.await?);
        }
        let (world, act) = (self.world().clone(), Act { detail: format!("{tally:?}"), ..act });
        self.store()
            .write(move |tx| {
                let (world, act) = (world.clone(), act.clone());
                Box::pin(async move { audit::log(tx, &world, &act).await })
            })
            .await?;
        Ok(tally)
    }
}

async fn take_in_one(tx: &mut WriteTx, state: &NewState, present: Present, now: i64) -> Outcome<Tally> {
    let Some(current) = records::find(tx.sql(), state.kind, &state.id).await? else {
        records::put(tx, state, now).await?;
        return Ok(Tally { new: 1, ..Tally::default() });
    };
    let is_unclaimed = current.body.get("unclaimed") == Some(&Value::Bool(true));
    if present == Present::ReplaceUnclaimed && !is_unclaimed {
        return Ok(Tally { claimed: 1, ..Tally::default() });
    }
    // Over what is there: an import does not know of every field.
    let mut body = current.body.clone();
    body.extend(state.body.clone());
    if state.kind == Kind::Council && !names_successors(&state.body) && names_successors(&current.body) {
        // What a coordinator has said, and the file doesn't know of yet, stays said.
        for field in ["ended", "successors"] {
            body.extend(
                current.body.get_key_value(field).map(|(field, value)| (field.clone(), value.clone())),
            );
        }
    }
    if let Some(created) = current.body.get("created_at") {
        // When it first came in stays true.
        body.insert("created_at".to_owned(), created.clone());
    }
    if present == Present::Keep || (current.cell == state.cell && say_the_same(&current.body, &body)) {
        return Ok(Tally { unchanged: 1, ..Tally::default() });
    }
    records::put(tx, &NewState { body, ..state.clone() }, now).await?;
    Ok(Tally { changed: 1, ..Tally::default() })
}

fn names_successors(council: &Fields) -> bool {
    council.get("successors").and_then(Value::as_array).is_some_and(|named| !named.is_empty())
}

/// Apart from when it changed, which says nothing of the record itself.
fn say_the_same(a: &Fields, b: &Fields) -> bool {
    a.len() == b.len() && a.iter().all(|(field, value)| field == "changed_at" || b.get(field) == Some(value))
}

/// The fields of a record's type.
pub(crate) fn to_fields(record: &impl Serialize) -> Outcome<Fields> {
    match serde_json::to_value(record)? {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Fields::new()),
    }
}

/// A council or a service: anyone may read them, and they belong to no project.
pub(crate) fn reference(kind: Kind, id: impl ToString, record: &impl Serialize) -> Outcome<NewState> {
    Ok(NewState::public(kind, id.to_string(), to_fields(record)?))
}
