//! Who may do what, and who may see what: one question each, asked afresh for every request. Roles and reviews
//! will answer here as well; for now anyone verified at a council acts for it.

use guildhall_protocol::{CouncilCode, PersonId, ProjectId, Visibility};
use sqlx::AnyConnection;

use crate::failure::Outcome;
use crate::store::people::Person;
use crate::store::{Cells, domains, people, teams};

/// Someone signed in, with the councils at which they are verified now.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub(crate) person: Person,
    pub(crate) councils: Vec<CouncilCode>,
}

/// What a person may want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Send something new for a council; it is published at once.
    Publish,
    /// Change what a council published.
    Edit,
}

/// May this person do this, where the council is whose it is or is to be?
pub(crate) fn can(actor: &Actor, action: Action, council: &CouncilCode) -> bool {
    match action {
        Action::Publish | Action::Edit => actor.councils.contains(council),
    }
}

/// The person of that id and what they are now; none where there is no such person.
pub(crate) async fn actor(sql: &mut AnyConnection, person: PersonId) -> Outcome<Option<Actor>> {
    let Some(person) = people::find(sql, person).await? else { return Ok(None) };
    let domain = person.email.rsplit_once('@').map_or("", |(_, domain)| domain);
    let councils = domains::councils_of(sql, domain).await?;
    Ok(Some(Actor { person, councils }))
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
pub(crate) async fn reader(sql: &mut AnyConnection, actor: Option<&Actor>) -> Outcome<Reader> {
    let mut cells = vec![PUBLIC.to_owned()];
    let Some(actor) = actor else { return Ok(Reader { cells, access: 0 }) };
    cells.push(MEMBERS.to_owned());
    if !actor.councils.is_empty() {
        cells.push(COUNCILS.to_owned());
    }
    let teams = teams::projects_of(sql, actor.person.id).await?;
    cells.extend(teams.iter().map(|project| format!("{TEAM}{project}")));
    Ok(Reader { cells, access: actor.person.access })
}

impl Reader {
    /// May they read what is in this cell?
    pub(crate) fn can_read(&self, cell: &str) -> bool {
        self.cells.iter().any(|readable| readable == cell)
    }
}

const PUBLIC: &str = "public";
const MEMBERS: &str = "members";
const COUNCILS: &str = "councils";
/// Before a project's id: the cell of its team.
pub(crate) const TEAM: &str = "team:";

/// The audience cell of a project that those may see.
pub(crate) fn cell_of(project: ProjectId, visibility: Visibility) -> String {
    match visibility {
        Visibility::Public => PUBLIC.to_owned(),
        Visibility::Members => MEMBERS.to_owned(),
        Visibility::Councils => COUNCILS.to_owned(),
        Visibility::Team => format!("{TEAM}{project}"),
    }
}
