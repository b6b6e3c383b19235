//! Who may do what, and who may see what: one question each, asked afresh for every request. What a person is stands in
//! tables; what that lets them do stands here, in [`can`], and what they may read in [`reader`].

use std::collections::BTreeSet;

use guildhall_protocol::{CouncilCode, PersonId, ProjectId, Role, Visibility};
use sqlx::AnyConnection;

use crate::access::council::Council;
use crate::access::principal::{Actor, Held};
use crate::error::Result;
use crate::store::{Cells, cells, records, seats};

/// What a person may want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Send something new for a council, or change what it published.
    Send,
    /// Show anyone's project to more people, or retire it, without being checked.
    Widen,
    /// Decide what others sent.
    Decide,
    /// See who acts for it, invite editors, and answer who wants to act for it.
    InviteEditors,
    /// Give and take roles at it, and take all that is held on it along.
    ManagePeople,
    /// Say who is in the team of one of its projects.
    ManageSeats,
    /// Say how it wants to be looked after.
    ChangeSettings,
    /// Take on the projects of a council that it comes after.
    TakeOver,
    /// Say which domains are whose, and who comes after a council.
    ManageDomains,
    /// See what concerns all councils, and confirm those who were simply the first.
    Coordinate,
    /// Read who did what for it.
    ReadAudit,
    /// Read what only a team can see, with a reason that its leads are told.
    ReadTeam,
    /// Deal with what is wrong with its projects: remove one for good.
    Purge,
}

impl Action {
    /// Every action.
    #[cfg(test)]
    const ALL: [Self; 13] = [
        Self::Send,
        Self::Widen,
        Self::Decide,
        Self::InviteEditors,
        Self::ManagePeople,
        Self::ManageSeats,
        Self::ChangeSettings,
        Self::TakeOver,
        Self::ManageDomains,
        Self::Coordinate,
        Self::ReadAudit,
        Self::ReadTeam,
        Self::Purge,
    ];
}

/// May this person do this, where the council is whose it is or is to be?
pub(crate) fn can(actor: &Actor, action: Action, council: &Council) -> bool {
    let (role, coordinator) = (actor.role_at(&council.code), actor.person.coordinator);
    let leads = actor.leads(&council.code);
    let stands_in = coordinator && council.is_delegated();
    match action {
        Action::Send => role.is_some() || stands_in,
        Action::Widen | Action::TakeOver | Action::ManageSeats => leads || stands_in,
        Action::Decide => match role {
            Some(Role::Lead) => true,
            Some(Role::Editor) => council.settings.editors_decide || stands_in,
            _ => stands_in,
        },
        Action::InviteEditors => role == Some(Role::Lead) || (coordinator && !council.has_lead),
        // A coordinator starts a council, or recovers one that lost its lead: its people are its own otherwise.
        Action::ManagePeople => leads || (coordinator && !council.has_lead),
        Action::ChangeSettings => leads,
        Action::ManageDomains | Action::Coordinate | Action::ReadTeam => coordinator,
        Action::ReadAudit | Action::Purge => leads || coordinator,
    }
}

/// What someone may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reader {
    /// The audience cells.
    pub(crate) cells: Cells,
    /// Counts the changes of the cells that reading on can't tell of; 0 for someone who is not signed in.
    pub(crate) access: u64,
}

/// What this person, or anyone, may read now.
pub(crate) async fn reader(sql: &mut AnyConnection, actor: Option<&Actor>) -> Result<Reader> {
    let mut cells = BTreeSet::from([PUBLIC.to_owned()]);
    let Some(actor) = actor else { return Ok(Reader { cells: cells.into_iter().collect(), access: 0 }) };
    cells.insert(MEMBERS.to_owned());
    cells.insert(cell_of_person(actor.person.id));
    if !actor.roles.is_empty() || actor.person.coordinator {
        cells.insert(COUNCILS.to_owned());
    }
    let seats = seats::projects_of(sql, actor.person.id).await?;
    // A seat counts while its person may act for the council that it is for: it lapses, and rests, with that.
    let count = seats.iter().filter(|(_, council)| actor.role_at(council).is_some());
    cells.extend(count.map(|(project, _)| format!("{TEAM}{project}")));
    for Held { council: code, .. } in &actor.roles {
        let council = Council::find(sql, code).await?;
        if actor.leads(code) {
            cells.extend(records::cells_of_council(sql, code.as_str(), TEAM).await?);
        }
        if can(actor, Action::Decide, &council) {
            cells.extend([cell_of_reviews(code), cell_of_overdue(code)]);
        }
    }
    if actor.person.coordinator {
        cells.extend(cells::named(sql, OVERDUE).await?);
        for cell in cells::named(sql, REVIEWS).await? {
            let Ok(code) = cell.trim_start_matches(REVIEWS).parse() else { continue };
            if Council::find(sql, &code).await?.is_delegated() {
                cells.insert(cell);
            }
        }
    }
    // A role begins to rest with nothing written that could count it: what there is of it is read anew then, too.
    let access = if actor.factor.rests() { actor.person.access | RESTS } else { actor.person.access };
    Ok(Reader { cells: cells.into_iter().collect(), access })
}

impl Reader {
    /// May they read what is in this cell?
    pub(crate) fn can_read(&self, cell: &str) -> bool {
        self.cells.iter().any(|readable| readable == cell)
    }
}

/// Set in the count of those whose role rests. Any number in JSON holds it.
const RESTS: u64 = 1 << 50;

const PUBLIC: &str = "public";
const MEMBERS: &str = "members";
const COUNCILS: &str = "councils";
/// Before a project's id: the cell of its team, and of its council's confirmed leads.
pub(crate) const TEAM: &str = "team:";
/// Before a council's code: what waits for those who decide for it.
const REVIEWS: &str = "reviews:";
/// Before a council's code: what has waited for so long that coordinators may answer it too.
pub(crate) const OVERDUE: &str = "overdue:";

/// The audience cell of one person.
pub(crate) fn cell_of_person(person: PersonId) -> String {
    format!("person:{person}")
}

/// The audience cell of those who decide for a council.
pub(crate) fn cell_of_reviews(council: &CouncilCode) -> String {
    format!("{REVIEWS}{council}")
}

/// The audience cell of those who decide for a council, and of coordinators.
pub(crate) fn cell_of_overdue(council: &CouncilCode) -> String {
    format!("{OVERDUE}{council}")
}

/// The audience cell of a project that those may see.
pub(crate) fn cell_of(project: ProjectId, visibility: Visibility) -> String {
    match visibility {
        Visibility::Public => PUBLIC.to_owned(),
        Visibility::Members => MEMBERS.to_owned(),
        Visibility::Councils => COUNCILS.to_owned(),
        Visibility::Team => format!("{TEAM}{project}"),
    }
}

#[cfg(test)]
mod tests {
    use guildhall_protocol::CouncilSettings;
    use uuid::Uuid;

    use super::*;
    use crate::access::principal::Principal;
    use crate::store::people::Person;

    fn actor_with(role: Option<Role>, coordinator: bool) -> Actor {
        actor_who(role, role == Some(Role::Lead), coordinator)
    }

    fn actor_who(role: Option<Role>, confirmed: bool, coordinator: bool) -> Actor {
        let id = PersonId(Uuid::from_u128(1));
        let principal = Principal {
            person: id,
            session: String::new(),
            device: String::new(),
            request: String::new(),
            at: 0,
        };
        let email = "sam.digital@barchester.example".to_owned();
        let held = |role| Held { council: "BCH".parse().unwrap(), role, confirmed };
        let person = Person { id, email, access: 1, coordinator, verified_at: 0, seen_at: 0 };
        let roles = role.map(held).into_iter().collect();
        Actor { principal, person, roles, factor: crate::access::factor::Standing::default() }
    }

    /// The table of DESIGN, row by row: for which of these the action is open at a council with a lead, at one that
    /// delegates, at one where editors decide, and at one without a lead.
    #[test]
    fn what_each_may_do_at_their_own_council() {
        let council = |editors_decide, delegate_to_coordinator, has_lead| Council {
            code: "BCH".parse().unwrap(),
            settings: CouncilSettings {
                editors_decide,
                delegate_to_coordinator,
                ..CouncilSettings::default()
            },
            has_lead,
        };
        let councils = [
            council(false, false, true),
            council(false, true, true),
            council(true, false, true),
            council(false, false, false),
        ];
        let actors = [
            actor_with(None, false),
            actor_with(Some(Role::Contributor), false),
            actor_with(Some(Role::Editor), false),
            actor_who(Some(Role::Lead), false, false),
            actor_with(Some(Role::Lead), false),
            actor_with(None, true),
        ];
        // member, contributor, editor, unconfirmed lead, lead, coordinator
        let expected = [
            (Action::Send, ["-uefl-", "-ueflc", "-uefl-", "-ueflc"]),
            (Action::Widen, ["----l-", "----lc", "----l-", "----lc"]),
            (Action::Decide, ["---fl-", "---flc", "--efl-", "---flc"]),
            (Action::InviteEditors, ["---fl-", "---fl-", "---fl-", "---flc"]),
            (Action::ManagePeople, ["----l-", "----l-", "----l-", "----lc"]),
            (Action::ManageSeats, ["----l-", "----lc", "----l-", "----lc"]),
            (Action::ChangeSettings, ["----l-", "----l-", "----l-", "----l-"]),
            (Action::TakeOver, ["----l-", "----lc", "----l-", "----lc"]),
            (Action::ManageDomains, ["-----c", "-----c", "-----c", "-----c"]),
            (Action::Coordinate, ["-----c", "-----c", "-----c", "-----c"]),
            (Action::ReadAudit, ["----lc", "----lc", "----lc", "----lc"]),
            (Action::ReadTeam, ["-----c", "-----c", "-----c", "-----c"]),
            (Action::Purge, ["----lc", "----lc", "----lc", "----lc"]),
        ];
        assert_eq!(expected.map(|(action, _)| action), Action::ALL);
        for (action, rows) in expected {
            for (council, row) in councils.iter().zip(rows) {
                let found: String = actors
                    .iter()
                    .zip("-ueflc".chars().enumerate())
                    .map(|(actor, (at, letter))| match (can(actor, action, council), at) {
                        (true, 0) => 'm',
                        (true, _) => letter,
                        (false, _) => '-',
                    })
                    .collect();
                assert_eq!(found, row, "{action:?} at {council:?}");
            }
        }
    }

    #[test]
    fn at_another_council_a_role_is_worth_nothing() {
        let elsewhere = Council {
            code: "CAS".parse().unwrap(),
            settings: CouncilSettings { editors_decide: true, ..CouncilSettings::default() },
            has_lead: true,
        };
        for role in Role::ALL {
            let actor = actor_with(Some(role), false);
            assert!(Action::ALL.into_iter().all(|action| !can(&actor, action, &elsewhere)), "{role:?}");
        }
    }
}
