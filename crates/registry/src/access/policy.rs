//! The access rules: [`can`] says what a person may do, and [`reader`] what they may read. The facts about a person are
//! in the database and are read for every request.

use std::collections::BTreeSet;

use guildhall_protocol::{CouncilCode, PersonId, ProjectId, Role, Visibility};
use sqlx::AnyConnection;

use crate::access::council::Council;
use crate::access::principal::{Actor, Held};
use crate::error::Result;
use crate::store::{Cells, cells, records, seats};

/// Something that needs permission, usually at a council.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Send something new for a council, or an edit of what it has published.
    Send,
    /// Say of any of its projects that it is still right, or claim an imported one.
    Confirm,
    /// Show any of its projects to more people, or retire one, without a review.
    Widen,
    /// Answer reviews.
    Decide,
    /// See who acts for it, invite editors, and answer requests to act for it.
    InviteEditors,
    /// Give and remove roles, and export the council's data.
    ManagePeople,
    /// Decide who is in the team of one of its projects.
    ManageSeats,
    /// Change its settings.
    ChangeSettings,
    /// Take over the projects of a council that it succeeds.
    TakeOver,
    /// Maintain the domains and the successors of any council.
    ManageDomains,
    /// See what concerns all councils, and confirm councils' first leads.
    Coordinate,
    /// Read its audit log.
    ReadAudit,
    /// Read a project that only its team can see, with a reason that the council's leads are told.
    ReadTeam,
    /// Deal with reports about its projects, including deleting a project permanently.
    Purge,
}

impl Action {
    #[cfg(test)]
    const ALL: [Self; 14] = [
        Self::Send,
        Self::Confirm,
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

/// Whether a person may do this at a council: the one that owns the subject, or will own it.
pub(crate) fn can(actor: &Actor, action: Action, council: &Council) -> bool {
    let (role, coordinator) = (actor.role_at(&council.code), actor.person.coordinator);
    let leads = actor.leads(&council.code);
    let stands_in = coordinator && council.is_delegated();
    match action {
        Action::Send => role.is_some() || stands_in,
        Action::Confirm => matches!(role, Some(Role::Editor | Role::Lead)) || stands_in,
        Action::Widen | Action::TakeOver | Action::ManageSeats => leads || stands_in,
        Action::Decide => match role {
            Some(Role::Lead) => true,
            Some(Role::Editor) => council.settings.editors_decide || stands_in,
            _ => stands_in,
        },
        Action::InviteEditors => role == Some(Role::Lead) || (coordinator && !council.has_lead),
        // A coordinator may start a council, or help one that has lost its lead. Otherwise its people are its own
        // concern.
        Action::ManagePeople => leads || (coordinator && !council.has_lead),
        Action::ChangeSettings => leads,
        Action::ManageDomains | Action::Coordinate | Action::ReadTeam => coordinator,
        Action::ReadAudit | Action::Purge => leads || coordinator,
    }
}

/// What someone may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reader {
    pub(crate) cells: Cells,
    /// Counts changes to the cells that a reader cannot catch up on from a cursor; 0 for anonymous readers.
    pub(crate) access: u64,
}

/// What this person may read now; without an actor, what anyone may read.
pub(crate) async fn reader(sql: &mut AnyConnection, actor: Option<&Actor>) -> Result<Reader> {
    let mut cells = BTreeSet::from([PUBLIC.to_owned()]);
    let Some(actor) = actor else { return Ok(Reader { cells: cells.into_iter().collect(), access: 0 }) };
    cells.insert(MEMBERS.to_owned());
    cells.insert(cell_of_person(actor.person.id));
    if !actor.roles.is_empty() || actor.person.coordinator {
        cells.insert(COUNCILS.to_owned());
    }
    let seats = seats::projects_of(sql, actor.person.id).await?;
    // A seat counts only while its person may act for the seat's council, so it lapses or is suspended with that role.
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
    // A suspension starts at a date, without a write that could count up `access`. Setting a bit makes laptops read
    // everything again then, too.
    let access = if actor.factor.rests() { actor.person.access | SUSPENDED_BIT } else { actor.person.access };
    Ok(Reader { cells: cells.into_iter().collect(), access })
}

impl Reader {
    /// Whether the reader may read records in this cell.
    pub(crate) fn can_read(&self, cell: &str) -> bool {
        self.cells.iter().any(|readable| readable == cell)
    }
}

/// Set in `access` while a role is suspended. JSON numbers are exact up to 2^53.
const SUSPENDED_BIT: u64 = 1 << 50;

pub(crate) const PUBLIC: &str = "public";
const MEMBERS: &str = "members";
const COUNCILS: &str = "councils";
/// Followed by a project's id: read by its team and its council's confirmed leads.
pub(crate) const TEAM: &str = "team:";
/// Followed by a council's code: reviews for those who decide there.
const REVIEWS: &str = "reviews:";
/// Followed by a council's code: reviews that have waited so long that coordinators may answer them too.
pub(crate) const OVERDUE: &str = "overdue:";

/// The audience cell of one person.
pub(crate) fn cell_of_person(person: PersonId) -> String {
    format!("person:{person}")
}

/// The audience cell of those who decide for a council.
pub(crate) fn cell_of_reviews(council: &CouncilCode) -> String {
    format!("{REVIEWS}{council}")
}

/// The audience cell of those who decide for a council and of coordinators.
pub(crate) fn cell_of_overdue(council: &CouncilCode) -> String {
    format!("{OVERDUE}{council}")
}

/// The audience cell of a project with this visibility.
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

    /// For each action, who may do it at a council with a lead, one that delegates, one where editors decide, and one
    /// without a lead.
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
            (Action::Confirm, ["--efl-", "--eflc", "--efl-", "--eflc"]),
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
    fn roles_do_not_count_at_other_councils() {
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
