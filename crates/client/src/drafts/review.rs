//! Whether what is sent will be reviewed before it is published, said beforehand. The registry decides (its
//! `submissions::review`); this predicts the answer from what the laptop knows, so that a button can say what it does.

use guildhall_protocol::{CouncilCode, Me, Phase, Project, ReviewPolicy, Role, Visibility};
use rusqlite::Connection;

use crate::error::Result;
use crate::form;
use crate::store::work::drafts::{self, StoredDraft};
use crate::views::DraftForm;

/// Whether someone else reviews the draft, with this text, before it is published; `None` where this laptop cannot know.
pub(super) fn expected(
    connection: &Connection,
    me: &Me,
    draft: &StoredDraft,
    form: &DraftForm,
) -> Result<Option<bool>> {
    let (council, before) = (&draft.council.code, super::shown_before(draft));
    let next = form::to_project(form, &before).project;
    let has_published = drafts::any_published(connection, council)?;
    let before = (draft.base_version > 0).then_some(&before);
    Ok(is_reviewed(me, council, has_published, before, &next))
}

/// Whether someone else reviews the change from `before` to `next` first; `None` where this laptop cannot know.
/// `before` is `None` for a new project, and `has_published` says whether this laptop saw something of theirs published
/// since the registry last said who they are.
fn is_reviewed(
    me: &Me,
    council: &CouncilCode,
    has_published: bool,
    before: Option<&Project>,
    next: &Project,
) -> Option<bool> {
    let here = me.councils.iter().find(|membership| membership.council == *council)?;
    if here.role == Role::Lead && !here.unconfirmed {
        return Some(false);
    }
    if me.coordinator {
        // Whether they stand in for the council's leads is for the registry to say.
        return None;
    }
    if let Some(before) = before {
        let is_own = before.owner == Some(me.person);
        let may_widen = is_own && here.role != Role::Contributor;
        let may_retire = is_own && here.role == Role::Lead;
        let retires = next.phase == Phase::Retired && before.phase != Phase::Retired;
        if (audience(next) > audience(before) && !may_widen) || (retires && !may_retire) {
            return Some(true);
        }
    }
    match (here.review?, here.role) {
        (_, Role::Lead) | (ReviewPolicy::None, _) => Some(false),
        (ReviewPolicy::First, Role::Editor) => Some(!(here.has_published || has_published)),
        (ReviewPolicy::First | ReviewPolicy::All, _) => Some(true),
    }
}

fn audience(project: &Project) -> u8 {
    match project.visibility {
        Visibility::Public => 3,
        Visibility::Members => 2,
        Visibility::Councils => 1,
        Visibility::Team => 0,
    }
}

#[cfg(test)]
mod tests {
    use guildhall_protocol::{Membership, PersonId};
    use uuid::Uuid;

    use super::*;

    fn me(role: Role, review: Option<ReviewPolicy>) -> Me {
        let council = Membership {
            council: "BCH".parse().unwrap(),
            name: "Barchester City Council".into(),
            role,
            decides: false,
            unconfirmed: false,
            review,
            has_published: false,
            leads: Vec::new(),
        };
        Me {
            person: PersonId(Uuid::from_u128(1)),
            email: "kim@barchester.example".into(),
            councils: vec![council],
            coordinator: false,
            invitations: Vec::new(),
            asked: Vec::new(),
            requests: Vec::new(),
            factor_due: None,
        }
    }

    fn project(visibility: Visibility) -> Project {
        Project { visibility, ..Project::new("BCH".parse().unwrap()) }
    }

    fn asked(me: &Me, before: Option<&Project>, next: &Project) -> Option<bool> {
        is_reviewed(me, &"BCH".parse().unwrap(), false, before, next)
    }

    #[test]
    fn a_new_project_is_reviewed_as_the_council_chose() {
        use ReviewPolicy::{All, First, None as Nobody};
        let new = project(Visibility::Public);
        for (role, review, expected) in [
            (Role::Contributor, Some(Nobody), Some(false)),
            (Role::Contributor, Some(First), Some(true)),
            (Role::Editor, Some(First), Some(true)),
            (Role::Editor, Some(All), Some(true)),
            (Role::Lead, Some(All), Some(false)),
            (Role::Editor, None, None),
        ] {
            assert_eq!(asked(&me(role, review), None, &new), expected, "{role:?} {review:?}");
        }
        let mut known = me(Role::Editor, Some(First));
        known.councils[0].has_published = true;
        assert_eq!(asked(&known, None, &new), Some(false));
        let code = "BCH".parse().unwrap();
        assert_eq!(is_reviewed(&me(Role::Editor, Some(First)), &code, true, None, &new), Some(false));
        assert_eq!(is_reviewed(&known, &"CAS".parse().unwrap(), true, None, &new), None);
    }

    #[test]
    fn showing_it_to_more_people_or_retiring_it_may_be_reviewed() {
        let mut own = project(Visibility::Councils);
        own.owner = Some(PersonId(Uuid::from_u128(1)));
        let others = project(Visibility::Councils);
        let editor = me(Role::Editor, Some(ReviewPolicy::None));
        let wider = Project { visibility: Visibility::Public, ..own.clone() };
        assert_eq!(asked(&editor, Some(&own), &wider), Some(false));
        assert_eq!(asked(&editor, Some(&others), &wider), Some(true));
        let retired = Project { phase: Phase::Retired, ..own.clone() };
        assert_eq!(asked(&editor, Some(&own), &retired), Some(true));
        assert_eq!(asked(&me(Role::Lead, Some(ReviewPolicy::All)), Some(&others), &wider), Some(false));
        let mut unconfirmed = me(Role::Lead, Some(ReviewPolicy::All));
        unconfirmed.councils[0].unconfirmed = true;
        assert_eq!(asked(&unconfirmed, Some(&others), &wider), Some(true));
        assert_eq!(asked(&unconfirmed, Some(&own), &retired), Some(false));
    }

    #[test]
    fn what_a_coordinator_sends_may_be_reviewed() {
        let mut coordinator = me(Role::Editor, Some(ReviewPolicy::All));
        coordinator.coordinator = true;
        assert_eq!(asked(&coordinator, None, &project(Visibility::Public)), None);
    }
}
