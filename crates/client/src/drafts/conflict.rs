//! Conflicts between a draft and somebody else's change: showing both sides, choosing between them, and keeping the
//! unused text.

use guildhall_protocol::merge::{self, Merged, merge};
use guildhall_protocol::{SubmissionId, fields};
use rusqlite::{Connection, Transaction};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::Client;
use crate::env::Env;
use crate::error::{Failure, Result};
use crate::store::work::conflicts::{self, StoredChoice, StoredChosen, Theirs};
use crate::store::work::drafts::{self, StoredDraft, StoredState};
use crate::store::work::unused_texts::{self, StoredUnusedText, StoredWhose};
use crate::sync::outgoing::{enqueue, form_of, mine};
use crate::views::{Choice, Chosen, Clash, Conflict, Settled, Then, UnusedText, shown_choice};

impl Client {
    /// The conflict between a draft and somebody else's change.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if the draft has no conflict.
    pub async fn conflict(&self, id: Uuid) -> Result<Conflict> {
        let profile = self.inner.open_profile()?;
        profile.work()?.read(move |connection| Clashing::read(connection, id)?.shown()).await
    }

    /// Adds choices as one step, which [`Self::undo_choice`] undoes. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if the draft has no conflict.
    pub async fn choose(&self, id: Uuid, step: Vec<Chosen>) -> Result<Conflict> {
        let step: Vec<StoredChosen> = step.into_iter().map(Into::into).collect();
        self.change_steps(id, |steps| {
            // While somebody types a new text, saving it again replaces the step instead of adding one per keystroke.
            let same = |before: &&mut Vec<StoredChosen>| {
                matches!((before.as_slice(), step.as_slice()), ([before], [now])
                    if (&before.field, &before.member) == (&now.field, &now.member)
                        && matches!((&before.choice, &now.choice), (StoredChoice::Anew { .. }, StoredChoice::Anew { .. })))
            };
            match steps.last_mut().filter(same) {
                Some(before) => *before = step,
                None => steps.push(step),
            }
        })
        .await
    }

    /// Undoes the last step.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if the draft has no conflict.
    pub async fn undo_choice(&self, id: Uuid) -> Result<Conflict> {
        self.change_steps(id, |steps| {
            steps.pop();
        })
        .await
    }

    /// Applies the choices: the draft is rebased onto the other change, and unused text is kept.
    ///
    /// # Errors
    /// [`Failure::NotAllChosen`]; [`Failure::Invalid`] if the result cannot be sent.
    pub async fn settle(&self, id: Uuid, then: Then) -> Result<Settled> {
        let profile = self.inner.open_profile()?;
        let env = self.inner.env().clone();
        let settled = profile.work()?.write(move |tx| settle(tx, &env, id, None, then)).await?;
        self.drafts_changed().await;
        if settled == Settled::Queued {
            self.sync_now();
        }
        Ok(settled)
    }

    /// Settles a conflict with the draft's own value wherever nothing was chosen, and returns the draft to editing.
    pub(crate) async fn settle_with_mine(&self, id: Uuid) -> Result<()> {
        let profile = self.inner.open_profile()?;
        let env = self.inner.env().clone();
        let settle = move |tx: &Transaction<'_>| settle(tx, &env, id, Some(&Choice::Mine), Then::Write);
        profile.work()?.write(settle).await?;
        self.drafts_changed().await;
        Ok(())
    }

    /// The unused text of the last 90 days, newest first.
    ///
    /// # Errors
    /// [`Failure::SignInNeeded`] if nobody is signed in.
    pub async fn unused_texts(&self) -> Result<Vec<UnusedText>> {
        let kept = self.inner.open_profile()?.work()?.read(unused_texts::all).await?;
        Ok(kept.into_iter().map(Into::into).collect())
    }

    /// Puts unused text into the open draft of its project, or into a new one. The text that it replaces is kept in
    /// turn. Returns the draft's id.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if the project is no longer in the catalogue, [`Failure::BeingSent`] if its draft cannot
    /// be edited now, and those of [`Self::edit_project`].
    pub async fn restore_unused_text(&self, id: Uuid) -> Result<Uuid> {
        let profile = self.inner.open_profile()?;
        let text = profile.work()?.read(move |connection| unused_texts::get(connection, id)).await?;
        let draft = self.edit_project(text.project).await?;
        let env = self.inner.env().clone();
        profile.work()?.write(move |tx| restore_unused_text(tx, &env, &text, draft)).await?;
        self.drafts_changed().await;
        Ok(draft)
    }

    async fn change_steps(
        &self,
        id: Uuid,
        change: impl FnOnce(&mut Vec<Vec<StoredChosen>>) + Send + 'static,
    ) -> Result<Conflict> {
        let profile = self.inner.open_profile()?;
        profile
            .work()?
            .write(move |tx| {
                let mut clashing = Clashing::read(tx, id)?;
                change(&mut clashing.theirs.steps);
                conflicts::set_steps(tx, id, &clashing.theirs.steps)?;
                clashing.shown()
            })
            .await
    }
}

/// A draft, the change that it conflicts with, and the merge of the two as far as possible.
struct Clashing {
    draft: StoredDraft,
    theirs: Theirs,
    mine: Map<String, Value>,
    merged: Merged,
}

impl Clashing {
    fn read(connection: &Connection, id: Uuid) -> Result<Self> {
        let draft = drafts::get(connection, id)?;
        let theirs = conflicts::get(connection, id)?.ok_or(Failure::NotFound)?;
        let mine = mine(&draft)?;
        let merged = merge(&draft.base, &theirs.fields, &fields::diff(&draft.base, &mine));
        Ok(Self { draft, theirs, mine, merged })
    }

    fn shown(&self) -> Result<Conflict> {
        let text = |value: Option<&Value>| value.unwrap_or(&Value::Null).to_string();
        let clashes: Vec<Clash> = self
            .merged
            .clashes
            .iter()
            .map(|clash| Clash {
                field: clash.field.clone(),
                member: member(clash),
                before: text(clash.value(&self.draft.base)),
                mine: text(clash.value(&self.mine)),
                theirs: text(clash.value(&self.theirs.fields)),
                choice: self.choice(clash),
            })
            .collect();
        let patch = fields::diff(&self.draft.base, &self.mine);
        let mut others: Vec<String> = patch
            .fields()
            .filter(|field| clashes.iter().all(|clash| clash.field != *field))
            .map(str::to_owned)
            .collect();
        others.dedup();
        let theirs_at = self.theirs.fields.get("changed_at").and_then(Value::as_str);
        Ok(Conflict {
            draft: self.draft.id,
            mine_at: self.draft.saved_at,
            theirs_at: theirs_at.and_then(|at| at.parse().ok()),
            theirs_by: self.theirs.by.clone(),
            clashes,
            others,
            can_undo: !self.theirs.steps.is_empty(),
        })
    }

    /// The latest choice for a clash.
    fn choice(&self, clash: &merge::Clash) -> Option<Choice> {
        let is_it = |chosen: &&StoredChosen| chosen.field == clash.field && chosen.member == member(clash);
        let last = self.theirs.steps.iter().rev().find_map(|step| step.iter().find(is_it));
        last.and_then(|chosen| shown_choice(&chosen.choice))
    }
}

fn member(clash: &merge::Clash) -> Option<String> {
    clash.member.as_ref().map(|key| key.as_str().map_or_else(|| key.to_string(), str::to_owned))
}

fn settle(
    tx: &Transaction<'_>,
    env: &Env,
    id: Uuid,
    otherwise: Option<&Choice>,
    then: Then,
) -> Result<Settled> {
    let clashing = Clashing::read(tx, id)?;
    let now = env.clock.now();
    let mut settled = clashing.merged.fields.clone();
    for clash in &clashing.merged.clashes {
        let choice = clashing.choice(clash).or(otherwise.cloned()).ok_or(Failure::NotAllChosen)?;
        let (mine, theirs) = (clash.value(&clashing.mine), clash.value(&clashing.theirs.fields));
        let anew: Option<Value> = match &choice {
            Choice::Anew { value } => Some(serde_json::from_str(value)?),
            Choice::Mine | Choice::Theirs => None,
        };
        match &choice {
            Choice::Theirs => {}
            Choice::Mine => settled = fields::apply(&settled, &clash.patch(mine)),
            Choice::Anew { .. } => settled = fields::apply(&settled, &clash.patch(anew.as_ref())),
        }
        let unused = [
            (StoredWhose::Mine, mine.filter(|_| choice != Choice::Mine)),
            (StoredWhose::Theirs, theirs.filter(|_| choice != Choice::Theirs)),
        ];
        for (whose, value) in unused {
            if let Some(value) = value.filter(|value| !value.is_null() && Some(*value) != anew.as_ref()) {
                keep(tx, env, &clashing.draft, &clash.field, value, whose)?;
            }
        }
    }
    let theirs = &clashing.theirs;
    drafts::rebase(tx, id, theirs.version, &theirs.fields, &form_of(settled, &clashing.draft)?)?;
    conflicts::close(tx, id)?;
    drafts::set_state(tx, id, StoredState::Draft)?;
    if then == Then::Write {
        return Ok(Settled::Writing);
    }
    match enqueue(tx, &drafts::get(tx, id)?, SubmissionId(env.new_id()), now) {
        Ok(()) => Ok(Settled::Queued),
        Err(Failure::NothingChanged) => {
            drafts::remove(tx, id)?;
            Ok(Settled::NothingLeft)
        }
        Err(failure) => Err(failure),
    }
}

fn keep(
    tx: &Transaction<'_>,
    env: &Env,
    draft: &StoredDraft,
    field: &str,
    value: &Value,
    whose: StoredWhose,
) -> Result<()> {
    let unused = StoredUnusedText {
        id: env.new_id(),
        project: draft.project,
        title: draft.form.title.clone(),
        field: field.to_owned(),
        value: value.to_string(),
        whose,
        kept_at: env.clock.now(),
    };
    unused_texts::insert(tx, &unused)
}

fn restore_unused_text(tx: &Transaction<'_>, env: &Env, text: &StoredUnusedText, id: Uuid) -> Result<()> {
    let draft = drafts::get(tx, id)?;
    let value: Value = serde_json::from_str(&text.value)?;
    let written = mine(&draft)?;
    let clash = merge::Clash {
        field: text.field.clone(),
        member: value.get("id").cloned().filter(|_| written.get(&text.field).is_some_and(Value::is_array)),
    };
    if let Some(replaced) =
        clash.value(&written).filter(|replaced| **replaced != value && replaced.as_str() != Some(""))
    {
        keep(tx, env, &draft, &text.field, replaced, StoredWhose::Mine)?;
    }
    let form = form_of(fields::apply(&written, &clash.patch(Some(&value))), &draft)?;
    drafts::save(tx, id, &form, env.clock.now())
}
