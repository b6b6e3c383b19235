//! Whether a project should be confirmed again. What is being made changes within weeks. What is live changes less often,
//! and what has ended does not change at all.

use guildhall_protocol::{Phase, Project, ProjectId};
use jiff::{SignedDuration, Timestamp};

use super::Reader;
use crate::drafts::may_confirm;
use crate::views::Confirmation;

/// For how long a confirmation holds; `None` if it holds for ever.
fn holds_for(phase: Phase) -> Option<SignedDuration> {
    let days = match phase {
        Phase::Idea | Phase::Discovery | Phase::Alpha | Phase::Beta => 90,
        Phase::Live => 365,
        Phase::Retired | Phase::Stopped => return None,
    };
    Some(SignedDuration::from_hours(24 * days))
}

fn is_due(project: &Project, now: Timestamp) -> bool {
    project.unclaimed
        || holds_for(project.phase).is_some_and(|holds| {
            project.confirmed_at.is_none_or(|confirmed_at| now.duration_since(confirmed_at) > holds)
        })
}

/// Whether this reader can confirm the project, and whether they did.
pub(super) fn of(reader: &Reader, id: ProjectId, project: &Project, now: Timestamp) -> Confirmation {
    let me = reader.me.as_ref();
    let edit = reader.edits.get(&id);
    let sent = edit.filter(|edit| edit.confirms);
    Confirmation {
        // An edit that has begun confirms the project when it is sent.
        allowed: me.is_some_and(|me| may_confirm(me, project)) && (edit.is_none() || sent.is_some()),
        due: is_due(project, now),
        own: me.is_some_and(|me| project.owner.is_none_or(|owner| owner == me.person)),
        draft: sent.map(|sent| sent.id),
        state: sent.map(|sent| sent.state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_projects_hold_for_a_year_and_others_for_90_days() {
        let now: Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
        for (phase, days, due) in [
            (Phase::Beta, 90, false),
            (Phase::Beta, 91, true),
            (Phase::Live, 91, false),
            (Phase::Live, 366, true),
            (Phase::Stopped, 1000, false),
        ] {
            let mut project = Project::new("BCH".parse().unwrap());
            project.phase = phase;
            project.confirmed_at = Some(now - SignedDuration::from_hours(24 * days));
            assert_eq!(is_due(&project, now), due, "{phase:?} after {days} days");
            project.unclaimed = true;
            assert!(is_due(&project, now), "nobody has confirmed it yet");
        }
    }
}
