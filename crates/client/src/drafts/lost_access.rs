//! What this person published for a council and may no longer see stays theirs: a draft on this laptop, which nobody else
//! sees.

use guildhall_protocol::Project;
use serde_json::Value;

use crate::error::Result;
use crate::profile::Profile;
use crate::store::mirror::councils;
use crate::store::mirror::lost_access::{self, LeftBehind};
use crate::store::work::drafts::{self, StoredDraft, StoredForm, StoredState};
use crate::{Event, Inner, form};

impl Inner {
    /// Keeps what left the mirror and has this person as its owner, unless there is a draft of it. What is done twice,
    /// as the app was closed in between, is done once.
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

/// One that this version can't read is nobody's.
fn read(left: &LeftBehind) -> Option<Project> {
    serde_json::from_value(Value::Object(left.fields.clone())).ok()
}
