//! Turns projects that this person keeps but can no longer see into drafts, so that their own work is not lost. A draft
//! is on this laptop only.

use guildhall_protocol::Project;
use serde_json::Value;

use crate::env::Env;
use crate::error::Result;
use crate::form;
use crate::profile::Profile;
use crate::store::mirror::councils;
use crate::store::mirror::lost_access::{self, LostProject};
use crate::store::work::drafts::{self, StoredDraft, StoredForm, StoredState};

/// Saves projects that left the mirror as drafts if this person owns them and has no draft of them. Idempotent, as the
/// app may be closed between the commits of the two databases. True if somebody is signed in and there were any.
pub(crate) async fn save_as_drafts(profile: &Profile, env: &Env) -> Result<bool> {
    let lost = profile.mirror.read(lost_access::all).await?;
    if lost.is_empty() {
        return Ok(false);
    }
    let person = profile.work().ok().zip(profile.me().ok());
    if let Some((work, me)) = &person {
        let own = lost.into_iter().filter_map(|lost| Some((read(&lost)?, lost)));
        for (project, lost) in own.filter(|(project, _)| project.owner == Some(me.person)) {
            let code = project.council.clone();
            let council = profile.mirror.read(move |mirror| councils::name(mirror, &code)).await?;
            let draft = StoredDraft {
                id: env.new_id(),
                project: lost.id,
                council,
                base_version: lost.version,
                base: lost.fields,
                form: form::stored(form::of_project(&project), &StoredForm::default()),
                state: StoredState::Draft,
                attention: None,
                saved_at: env.clock.now(),
                sent_at: None,
                merged_with: None,
            };
            work.write(move |tx| match drafts::exists(tx, draft.project)? {
                true => Ok(()),
                false => drafts::insert(tx, &draft),
            })
            .await?;
        }
    }
    profile.mirror.write(lost_access::clear).await?;
    Ok(person.is_some())
}

/// The project; `None` if this version cannot read it, as its owner is then unknown.
fn read(left: &LostProject) -> Option<Project> {
    serde_json::from_value(Value::Object(left.fields.clone())).ok()
}
