//! Writing, sending and withdrawing drafts.

mod confirm;
pub(crate) mod conflict;
pub(crate) mod lost_access;
mod review;
mod unfinished;

pub(crate) use confirm::{may_confirm, open_edits};

use std::path::PathBuf;

use guildhall_protocol::{Project, ProjectId, SubmissionId};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::{Failure, Result};
use crate::profile::Profile;
use crate::store::mirror::contact::{self, Private};
use crate::store::mirror::{councils, projects};
use crate::store::work::conflicts::Theirs;
use crate::store::work::drafts::{self, StoredAttention, StoredDraft, StoredForm, StoredState};
use crate::store::work::outbox::{self, Waiting};
use crate::store::work::set_aside;
use crate::sync::outgoing::{before, confirms, enqueue, rebase_or_clash};
use crate::sync::push;
use crate::views::{Check, Draft, DraftForm, DraftRow, DraftState, Saved, UnreadableRow};
use crate::{Client, Event, files, form};

impl Client {
    /// Every draft of the signed-in person, including those that were sent; last saved first.
    ///
    /// # Errors
    /// [`Failure::SignInNeeded`] if nobody is signed in.
    pub async fn drafts(&self) -> Result<Vec<DraftRow>> {
        let profile = self.inner.open_profile()?;
        let stored = profile.work()?.read(drafts::all).await?;
        Ok(stored.iter().map(|draft| row(&profile, draft)).collect())
    }

    /// The rows of this person's work that this version cannot read. They stay as they are.
    ///
    /// # Errors
    /// [`Failure::SignInNeeded`] if nobody is signed in.
    pub async fn unreadable(&self) -> Result<Vec<UnreadableRow>> {
        let profile = self.inner.open_profile()?;
        let aside = profile.work()?.read(set_aside::all).await?;
        Ok(aside.into_iter().map(Into::into).collect())
    }

    /// Starts a draft of a new project for the council for which the person acts, with the contact of the last that
    /// was sent for it.
    ///
    /// # Errors
    /// [`Failure::SignInNeeded`], and [`Failure::NotAllowed`] if the person acts for no council.
    pub async fn new_draft(&self) -> Result<Uuid> {
        let profile = self.inner.open_profile()?;
        profile.me()?;
        let code = self.inner.state().acting_for.ok_or(Failure::NotAllowed)?;
        let council = {
            let code = code.clone();
            profile.mirror.read(move |connection| councils::name(connection, &code)).await?
        };
        let draft = StoredDraft {
            id: self.new_id(),
            project: ProjectId(self.new_id()),
            council,
            base_version: 0,
            base: Map::new(),
            form: form::stored(form::of_new(code.clone()), &StoredForm::default()),
            state: StoredState::Draft,
            attention: None,
            saved_at: self.inner.env().clock.now(),
            sent_at: None,
            merged_with: None,
        };
        let id = draft.id;
        let insert = move |tx: &Transaction<'_>| {
            let mut draft = draft;
            let contact = drafts::last_contact(tx, &code)?;
            (draft.form.contact_mailbox, draft.form.contact_name) = (contact.mailbox, contact.name);
            drafts::insert(tx, &draft)
        };
        profile.work()?.write(insert).await?;
        self.drafts_changed().await;
        Ok(id)
    }

    /// Starts a draft of a change to a project of the person's own council, or finds the one already open.
    ///
    /// # Errors
    /// [`Failure::NotAllowed`] for another council's project, [`Failure::NotFound`] if there is no such project.
    pub async fn edit_project(&self, id: ProjectId) -> Result<Uuid> {
        let profile = self.inner.open_profile()?;
        let own = profile.me()?.councils.clone();
        let (stored, council) = profile
            .mirror
            .read(move |connection| {
                let stored = projects::get(connection, id)?;
                let council = councils::name(connection, &stored.project.council)?;
                Ok((stored, council))
            })
            .await?;
        if !own.iter().any(|membership| membership.council == stored.project.council) {
            return Err(Failure::NotAllowed);
        }
        let draft = StoredDraft {
            id: self.new_id(),
            project: id,
            council,
            base_version: stored.version,
            base: stored.fields,
            form: form::stored(form::of_project(&stored.project), &StoredForm::default()),
            state: StoredState::Draft,
            attention: None,
            saved_at: self.inner.env().clock.now(),
            sent_at: None,
            merged_with: None,
        };
        let id = profile
            .work()?
            .write(move |tx| {
                let begun = drafts::open_by_project(tx)?;
                if let Some((_, begun)) = begun.into_iter().find(|(project, _)| *project == draft.project) {
                    return Ok(begun);
                }
                drafts::insert(tx, &draft)?;
                Ok(draft.id)
            })
            .await?;
        self.drafts_changed().await;
        Ok(id)
    }

    /// One draft.
    ///
    /// # Errors
    /// [`Failure::NotFound`].
    pub async fn draft(&self, id: Uuid) -> Result<Draft> {
        let profile = self.inner.open_profile()?;
        let me = profile.me()?;
        let (stored, tries, reviewed) = profile
            .work()?
            .read(move |connection| {
                let tries = outbox::of_draft(connection, id)?.map_or(0, |waiting| waiting.tries);
                let stored = drafts::get(connection, id)?;
                let reviewed = review::expected(connection, &me, &stored, &form::shown(&stored.form))?;
                Ok((stored, tries, reviewed))
            })
            .await?;
        let (form, before) = (form::shown(&stored.form), shown_before(&stored));
        Ok(Draft {
            row: row(&profile, &stored),
            before: (stored.base_version > 0).then(|| form::of_project(&before)),
            reviewed,
            sections: form::progress(&form, &before),
            cleaned: form::to_project(&form, &before).cleaned,
            form,
            tries,
            merged_with: stored.merged_with.map(Into::into),
        })
    }

    /// Saves a draft's text. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`Failure::BeingSent`] if the draft has been queued, [`Failure::DiskFull`].
    pub async fn save_draft(&self, id: Uuid, form: DraftForm) -> Result<Saved> {
        let profile = self.inner.open_profile()?;
        let (me, at) = (profile.me()?, self.inner.env().clock.now());
        profile
            .work()?
            .write(move |tx| {
                let stored = drafts::get(tx, id)?;
                let before = shown_before(&stored);
                let saved = Saved {
                    at,
                    reviewed: review::expected(tx, &me, &stored, &form)?,
                    sections: form::progress(&form, &before),
                    cleaned: form::to_project(&form, &before).cleaned,
                };
                drafts::save(tx, id, &form::stored(form, &stored.form), at)?;
                Ok(saved)
            })
            .await
    }

    /// The checks that a draft fails; empty if it can be sent.
    ///
    /// # Errors
    /// [`Failure::NotFound`].
    pub async fn check_draft(&self, id: Uuid) -> Result<Vec<Check>> {
        let profile = self.inner.open_profile()?;
        let stored = profile.work()?.read(move |connection| drafts::get(connection, id)).await?;
        Ok(form::check(&form::shown(&stored.form), &shown_before(&stored)))
    }

    /// Puts a draft in the outbox. It is sent at once, or when there is a connection.
    ///
    /// # Errors
    /// [`Failure::Invalid`], [`Failure::NothingChanged`], [`Failure::BeingSent`] if it is queued already.
    pub async fn send_draft(&self, id: Uuid) -> Result<()> {
        let profile = self.inner.open_profile()?;
        let (now, submission) = (self.inner.env().clock.now(), SubmissionId(self.new_id()));
        profile
            .work()?
            .write(move |tx| {
                let stored = drafts::get(tx, id)?;
                if stored.state != StoredState::Draft {
                    return Err(Failure::BeingSent);
                }
                enqueue(tx, &stored, submission, now)
            })
            .await?;
        self.drafts_changed().await;
        self.sync_now();
        Ok(())
    }

    /// Withdraws a draft to go on editing it. It is removed from the outbox; if it needs attention, it is rebased onto
    /// the registry's current version where necessary. No text is lost.
    ///
    /// # Errors
    /// [`Failure::BeingSent`] while it is being sent; [`Failure::NoConnection`] if it was tried and the registry cannot
    /// be asked whether it arrived.
    pub async fn withdraw_draft(&self, id: Uuid) -> Result<()> {
        let profile = self.inner.open_profile()?;
        let Some(_held) = profile.reserve(id) else { return Err(Failure::BeingSent) };
        let waiting = profile.work()?.read(move |connection| outbox::of_draft(connection, id)).await?;
        if let Some(waiting) = waiting.filter(|waiting| waiting.tries > 0) {
            self.withdraw_tried(&profile, waiting).await?;
        }
        // A submission in review is withdrawn at the registry.
        let in_review = profile.work()?.read(drafts::in_review).await?;
        if let Some((_, submission)) = in_review.into_iter().find(|(draft, _)| *draft == id) {
            let waiting = Waiting { submission, draft: id, body: String::new(), tries: 1 };
            self.withdraw_tried(&profile, waiting).await?;
        }
        let stored = profile.work()?.read(move |connection| drafts::get(connection, id)).await?;
        if stored.state == StoredState::NeedsAttention && stored.attention == Some(StoredAttention::Conflict)
        {
            return self.settle_with_mine(id).await;
        }
        if matches!(stored.attention, Some(StoredAttention::NotThere | StoredAttention::Gone)) {
            // Records that are hidden or removed for want of contact look as if they did not exist.
            let contact = profile.mirror.read(contact::get).await?;
            if contact.is_some_and(|contact| contact.private != Private::Shown) {
                return Err(Failure::NoConnection);
            }
        }
        // Its base no longer exists: the draft is rebased onto the current record, or becomes a new project.
        let there = match stored.attention {
            Some(StoredAttention::NotThere | StoredAttention::Gone) => {
                profile.mirror.read(move |connection| projects::find(connection, stored.project)).await?
            }
            _ => None,
        };
        let now = self.inner.env().clock.now();
        profile
            .work()?
            .write(move |tx| {
                let stored = drafts::get(tx, id)?;
                match stored.state {
                    StoredState::Queued | StoredState::NeedsAttention | StoredState::Declined => {}
                    // The submission had arrived.
                    _ => return Ok(()),
                }
                if let Some(waiting) = outbox::of_draft(tx, id)? {
                    outbox::remove(tx, waiting.submission)?;
                }
                match (&stored.attention, there) {
                    (Some(StoredAttention::NotThere | StoredAttention::Gone), Some(there)) => {
                        let theirs = Theirs::new(there.version, there.fields, String::new());
                        return rebase_or_clash(tx, &stored, theirs, now).map(|_| ());
                    }
                    (Some(StoredAttention::NotThere | StoredAttention::Gone), None) => {
                        drafts::rebase(tx, id, 0, &Map::new(), &stored.form)?;
                    }
                    _ => {}
                }
                drafts::set_state(tx, id, StoredState::Draft)
            })
            .await?;
        self.drafts_changed().await;
        Ok(())
    }

    /// Closes a draft. A new one without any text is deleted; returns whether it was.
    ///
    /// # Errors
    /// If the files cannot be read or written.
    pub async fn leave_draft(&self, id: Uuid) -> Result<bool> {
        let profile = self.inner.open_profile()?;
        let gone = profile.work()?.write(move |tx| match drafts::get(tx, id) {
            Ok(draft) => {
                let untouched = is_untouched(tx, &draft)?;
                if untouched {
                    drafts::remove(tx, id)?;
                }
                Ok(untouched)
            }
            Err(Failure::NotFound) => Ok(false),
            Err(failure) => Err(failure),
        });
        let gone = gone.await?;
        // Saving does not notify lists of drafts, so closing does.
        self.drafts_changed().await;
        Ok(gone)
    }

    /// Sends a draft that needs attention again, unchanged. A confirmation is of the project as it is on this laptop now.
    ///
    /// # Errors
    /// Those of [`Self::withdraw_draft`] and [`Self::send_draft`].
    pub async fn try_again(&self, id: Uuid) -> Result<()> {
        let profile = self.inner.open_profile()?;
        let stored = profile.work()?.read(move |connection| drafts::get(connection, id)).await?;
        if confirms(&stored) {
            return self.confirm_project(stored.project).await;
        }
        self.withdraw_draft(id).await?;
        self.send_draft(id).await
    }

    /// Deletes a draft from this laptop. One that was sent is only hidden from the list: its project stays in the
    /// catalogue, and its text stays here for as long as it may have to be sent again.
    ///
    /// # Errors
    /// [`Failure::BeingSent`] if it is queued: it must be withdrawn first.
    pub async fn remove_draft(&self, id: Uuid) -> Result<()> {
        let profile = self.inner.open_profile()?;
        profile
            .work()?
            .write(move |tx| match drafts::get(tx, id)?.state {
                StoredState::Queued => Err(Failure::BeingSent),
                StoredState::Received | StoredState::InReview | StoredState::Published => {
                    drafts::hide(tx, id)
                }
                _ => drafts::remove(tx, id),
            })
            .await?;
        self.drafts_changed().await;
        Ok(())
    }

    /// Exports all drafts to a JSON file that names every field. Unreadable rows are exported as stored. Returns how
    /// many there are.
    ///
    /// # Errors
    /// [`Failure::CantWrite`] if the file cannot be written, [`Failure::DiskFull`].
    pub async fn export_drafts(&self, to: PathBuf) -> Result<u32> {
        let profile = self.inner.open_profile()?;
        let (stored, aside) = profile
            .work()?
            .read(|connection| Ok((drafts::all(connection)?, set_aside::all(connection)?)))
            .await?;
        let readable = stored.iter().map(|draft| Exported::Draft {
            project: draft.project,
            council: &draft.council.name,
            state: draft.state,
            saved_at: draft.saved_at,
            text: &draft.form,
        });
        let unreadable = aside.iter().map(|aside| Exported::Unreadable { unreadable: &aside.row });
        let exported: Vec<Exported<'_>> = readable.chain(unreadable).collect();
        write_file(to, serde_json::to_vec_pretty(&exported)?).await?;
        Ok(u32::try_from(exported.len()).unwrap_or(u32::MAX))
    }

    /// Withdraws a submission that was tried. It may have arrived and its answer been lost, or it may still arrive.
    async fn withdraw_tried(&self, profile: &Profile, waiting: Waiting) -> Result<()> {
        let Some((work, credentials)) = profile.author() else { return Err(Failure::SignInNeeded) };
        if self.inner.state().settings.work_offline {
            return Err(Failure::NoConnection);
        }
        let now = self.inner.env().clock.now();
        push::withdraw(work, &profile.mirror, &profile.api, credentials, waiting, now).await
    }

    pub(crate) async fn drafts_changed(&self) {
        self.inner.refresh_status(|_| ()).await;
        self.inner.emit(Event::DraftsChanged);
    }
}

/// An entry of the export.
#[derive(Serialize)]
#[serde(untagged)]
enum Exported<'a> {
    Draft {
        project: ProjectId,
        council: &'a str,
        state: StoredState,
        saved_at: Timestamp,
        text: &'a StoredForm,
    },
    /// A row that this version cannot read, by column.
    Unreadable { unreadable: &'a Map<String, Value> },
}

/// Whether a draft is a new one in which nothing was written.
fn is_untouched(connection: &Connection, draft: &StoredDraft) -> Result<bool> {
    let is_new = draft.state == StoredState::Draft && draft.base_version == 0;
    // Fields known only to a newer version may hold text, too.
    if !is_new || !draft.form.rest.is_empty() {
        return Ok(false);
    }
    let mut form = form::shown(&draft.form);
    let filled_in = drafts::last_contact(connection, &draft.council.code)?;
    if (&form.contact_mailbox, &form.contact_name) == (&filled_in.mailbox, &filled_in.name) {
        (form.contact_mailbox, form.contact_name) = Default::default();
    }
    Ok(form::is_blank(&form, &draft.council.code))
}

/// Deletes drafts that were still without text when the app was killed. Runs before anything else reads them.
pub(crate) fn remove_untouched(profile: &Profile) {
    let Ok(work) = profile.work() else { return };
    let removed = work.write_at_start(|tx| {
        for draft in drafts::all(tx)? {
            if is_untouched(tx, &draft)? {
                drafts::remove(tx, draft.id)?;
            }
        }
        Ok(())
    });
    if let Err(error) = removed {
        tracing::warn!(%error, "cannot delete empty drafts: retrying at the next start");
    }
}

fn row(profile: &Profile, draft: &StoredDraft) -> DraftRow {
    let sending = draft.state == StoredState::Queued && profile.is_reserved(draft.id);
    DraftRow {
        id: draft.id,
        project: draft.project,
        title: draft.form.title.clone(),
        council: draft.council.clone().into(),
        new: draft.base_version == 0,
        confirms: confirms(draft),
        state: if sending { DraftState::Sending } else { draft.state.into() },
        saved_at: draft.saved_at,
        sent_at: draft.sent_at,
        visibility: draft.form.visibility,
        attention: draft.attention.clone().map(Into::into),
    }
}

/// The project that the draft is shown as a change of. If this version cannot read it, editing goes on regardless; the
/// error is reported when the draft is sent.
fn shown_before(draft: &StoredDraft) -> Project {
    before(draft).unwrap_or_else(|_| Project::new(draft.council.code.clone()))
}

/// Writes a file that a person chose, replacing an existing one only once the new one is complete.
///
/// # Errors
/// [`Failure::DiskFull`] and [`Failure::CantWrite`].
pub(crate) async fn write_file(to: PathBuf, bytes: Vec<u8>) -> Result<()> {
    let written = tokio::task::spawn_blocking(move || files::export(&to, &bytes)).await;
    written.map_err(|_| Failure::Internal)?.map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull => Failure::DiskFull,
        _ => Failure::CantWrite,
    })
}
