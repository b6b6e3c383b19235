//! Turns projects that this person keeps but can no longer see into drafts, so that their own work is not lost. A draft
//! is on this laptop only.

use guildhall_protocol::Project;
use serde_json::Value;

use crate::error::Result;
use crate::profile::Profile;
use crate::store::mirror::councils;
use crate::store::mirror::lost_access::{self, LeftBehind};
use crate::store::work::drafts::{self, StoredDraft, StoredForm, StoredState};
use crate::{Event, Inner, form};

impl Inner {
    /// Saves projects that left the mirror as drafts if this person owns them and has no draft of them.
    /// Idempotent, as the app may be closed between the commits of the two databases.
    pub(crate) async fn keep_own_work(&self, profile: &Profile) -> Result<()> {
        let left = profile.mirror.read(lost_access::all).await?;
        if left.is_empty() {
            return Ok(());
        }
        if let (Ok(work), Ok(me)) = (profile.work(), profile.me()) {
            let own = left.into_iter().filter_map(|left| Some((read(&left)?, left)));
            for (project, left) in own.filter(|(project, _)| project.owner == Some(me.person)) {
                let code = project.council.clone();
                let council = profile.mirror.read(move |mirror| councils::name(mirror, &code)).await?;
                let draft = StoredDraft {
                    id: self.env.new_id(),
                    project: left.id,
                    council,
                    base_version: left.version,
                    base: left.fields,
                    form: form::stored(form::of_project(&project), &StoredForm::default()),
                    state: StoredState::Draft,
                    attention: None,
                    saved_at: self.env.clock.now(),
                    sent_at: None,
                    merged_with: None,
                };
                work.write(move |tx| match drafts::is_there(tx, draft.project)? {
                    true => Ok(()),
                    false => drafts::insert(tx, &draft),
                })
                .await?;
            }
            self.tell(Event::DraftsChanged);
            self.refresh_status(|_| ()).await;
        }
        profile.mirror.write(lost_access::clear).await
    }
}

/// The project; `None` if this version cannot read it, as its owner is then unknown.
fn read(left: &LeftBehind) -> Option<Project> {
    serde_json::from_value(Value::Object(left.fields.clone())).ok()
}
