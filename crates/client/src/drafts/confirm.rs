//! Confirming a project: "This is ours" and "Still right". It is an edit without a change, which waits in the outbox and
//! is sent like any other.

use guildhall_protocol::{Me, Project, ProjectId, Role, SubmissionId};
use rusqlite::Connection;

use crate::error::{Failure, Result};
use crate::store::mirror::{councils, projects};
use crate::store::work::drafts::{self, StoredDraft, StoredForm, StoredState};
use crate::sync::outgoing::{confirms, enqueue_confirmation, is_unchanged};
use crate::views::OpenEdit;
use crate::{Client, form};

/// Whether this person may confirm the project, as far as this laptop knows: their own work, or any project of their
/// council as an editor or a lead. The registry decides.
pub(crate) fn may_confirm(me: &Me, project: &Project) -> bool {
    let role = me.councils.iter().find(|membership| membership.council == project.council);
    role.is_some_and(|membership| match membership.role {
        Role::Editor | Role::Lead => true,
        Role::Contributor => project.owner == Some(me.person),
    })
}

/// The open draft of each project that has one.
pub(crate) fn open_edits(connection: &Connection) -> Result<Vec<(ProjectId, OpenEdit)>> {
    let open = drafts::open_by_project(connection)?.into_iter();
    let edits = open.map(|(project, id)| match drafts::get(connection, id) {
        Ok(draft) => {
            let confirms = confirms(&draft);
            Ok((project, OpenEdit { id, confirms, state: draft.state.into() }))
        }
        // A draft of another version of the app.
        Err(Failure::Unreadable) => {
            Ok((project, OpenEdit { id, confirms: false, state: StoredState::Draft.into() }))
        }
        Err(failure) => Err(failure),
    });
    edits.collect()
}

impl Client {
    /// Confirms a project as it is on this laptop. It is sent at once, or when there is a connection.
    ///
    /// # Errors
    /// [`Failure::NotAllowed`] if this person may not; [`Failure::BeingSent`] if they have changed it and not sent the
    /// change yet, which confirms it too; [`Failure::NotFound`].
    pub async fn confirm_project(&self, id: ProjectId) -> Result<()> {
        let profile = self.inner.open_profile()?;
        let me = profile.me()?;
        let (stored, council) = profile
            .mirror
            .read(move |connection| {
                let stored = projects::get(connection, id)?;
                let council = councils::name(connection, &stored.project.council)?;
                Ok((stored, council))
            })
            .await?;
        if !may_confirm(&me, &stored.project) {
            return Err(Failure::NotAllowed);
        }
        let (now, submission) = (self.inner.env().clock.now(), SubmissionId(self.new_id()));
        let draft = StoredDraft {
            id: self.new_id(),
            project: id,
            council,
            base_version: stored.version,
            base: stored.fields,
            form: form::stored(form::of_project(&stored.project), &StoredForm::default()),
            state: StoredState::Draft,
            attention: None,
            saved_at: now,
            sent_at: None,
            merged_with: None,
        };
        profile
            .work()?
            .write(move |tx| {
                let open = drafts::open_by_project(tx)?;
                let draft = match open.into_iter().find(|(project, _)| *project == id) {
                    None => {
                        drafts::insert(tx, &draft)?;
                        draft
                    }
                    Some((_, open)) => {
                        let open = drafts::get(tx, open)?;
                        let is_queued = open.state == StoredState::Queued;
                        if is_queued && confirms(&open) {
                            return Ok(());
                        }
                        if is_queued || !is_unchanged(&open) {
                            return Err(Failure::BeingSent);
                        }
                        drafts::rebase(tx, open.id, draft.base_version, &draft.base, &draft.form)?;
                        StoredDraft { id: open.id, ..draft }
                    }
                };
                enqueue_confirmation(tx, &draft, submission, now)
            })
            .await?;
        self.drafts_changed().await;
        self.sync_now();
        Ok(())
    }
}
