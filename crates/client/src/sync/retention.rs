//! Retention: removes what this laptop may no longer keep. That is records not open to everyone after a long time
//! without contact, text kept past its time limit, and the details of people who were erased.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Transaction;

use crate::env::Clock;
use crate::error::Result;
use crate::profile::Profile;
use crate::store::mirror::contact::{self, Contact, Private, Step};
use crate::store::mirror::{projects, reading, record};
use crate::store::work::{drafts, unfinished, unused_texts};

/// Hides, then removes, records that are not open to everyone once the registry has not been reached for `days`: the
/// laptop may be lost, or its owner may have left. While only the laptop's clock says so, which may be wrong, they are
/// hidden first, and the next contact restores them. `at_start` means that the app has just been opened. True if the
/// catalogue changed.
pub(crate) async fn enforce_contact_limit(
    profile: &Profile,
    clock: &dyn Clock,
    days: u16,
    at_start: bool,
) -> Result<bool> {
    let Some(written) = profile.mirror.read(contact::get).await?.filter(|_| profile.author().is_some())
    else {
        return Ok(false);
    };
    let (now, running) = (clock.now(), clock.running());
    let ran = SignedDuration::try_from(profile.ran_since_check(running)).unwrap_or(SignedDuration::MAX);
    let checked = written.advance(now, ran);
    let step = checked.step(SignedDuration::from_hours(24 * i64::from(days)), at_start);
    if step == Step::Nothing && !checked.is_worth_storing(&written) {
        return Ok(false);
    }
    let changed = profile.mirror.write(move |tx| apply_step(tx, checked, step)).await?;
    profile.note_check(running);
    if changed {
        tracing::info!(days, ?step, "no contact within the limit: private records hidden or removed");
    }
    Ok(changed)
}

/// Deletes what is past its time limit.
pub(crate) async fn delete_expired(profile: &Profile, now: Timestamp) -> Result<()> {
    let Ok(work) = profile.work() else { return Ok(()) };
    work.write(move |tx| {
        unused_texts::delete_expired(tx, now)?;
        unfinished::delete_expired(tx, now)?;
        drafts::delete_hidden(tx, now - unused_texts::KEPT_FOR)
    })
    .await
}

/// Removes the contacts of erased people from this person's drafts, and others' unused text where its project has left
/// the mirror. Checkpoints the write-ahead logs too, so that nothing deleted stays in them. True if a draft or an unused
/// text changed.
pub(crate) async fn apply_erasures(profile: &Profile) -> Result<bool> {
    let mut changed = false;
    if let Ok(work) = profile.work() {
        let projects = work.read(drafts::projects).await?;
        let without = profile.mirror.read(move |mirror| projects::without_contact(mirror, &projects)).await?;
        let with_unused = work.read(unused_texts::projects).await?;
        let missing = profile.mirror.read(move |mirror| projects::missing(mirror, &with_unused)).await?;
        if !(without.is_empty() && missing.is_empty()) {
            let delete = move |tx: &Transaction<'_>| {
                missing.iter().try_for_each(|id| unused_texts::delete_theirs(tx, *id))?;
                without
                    .iter()
                    .try_fold(!missing.is_empty(), |gone, id| Ok(drafts::delete_contact(tx, *id)? | gone))
            };
            changed = work.write(delete).await?;
            if changed {
                work.truncate_wal().await?;
            }
        }
    }
    profile.mirror.truncate_wal().await?;
    Ok(changed)
}

/// Stores the updated contact and carries out `step`. True if records became unreadable.
fn apply_step(tx: &Transaction<'_>, mut contact: Contact, step: Step) -> Result<bool> {
    let changed = match step {
        Step::Nothing => false,
        Step::Hide => {
            contact.private = Private::Hidden;
            contact.hidden_at = contact.ran;
            record::hide_private(tx)?
        }
        Step::Remove => {
            contact.private = Private::Removed;
            let mut reading = reading::get(tx)?;
            let removed = record::forget_private(tx, reading.digest)?;
            if let Some(digest) = removed {
                reading.digest = digest;
                reading.start_over();
                reading::set(tx, &reading)?;
            }
            removed.is_some()
        }
    };
    contact::set(tx, &contact)?;
    Ok(changed)
}
