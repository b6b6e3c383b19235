//! Someone has another address than before: they changed their name, or work for another council. Nobody types one in: it
//! is one for which the provider vouches and that its person chose. What stood on the old one follows.

use crate::councils::membership;
use crate::env::Env;
use crate::error::Result;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::memberships::{self, Membership, Standing};
use crate::store::people::{self, Person};
use crate::store::sessions::{self, Ended};
use crate::store::{WriteTx, former_addresses};

/// Gives someone that address, which nobody has, and gives them as they are with it. They have just shown that it is
/// theirs: the caller still has to say so, from which their memberships by a domain follow.
///
/// All their sessions end: who has found one open can't keep it by this, and an app remembers its session under the address.
pub(crate) async fn change_address(
    tx: &mut WriteTx,
    env: &Env,
    person: &Person,
    email: &str,
) -> Result<Person> {
    let now = env.now_ms();
    let moved = Person { email: email.to_owned(), ..person.clone() };
    let known = memberships::of_person(tx.sql(), person.id).await?;
    end_what_rests(tx, env, person, &moved, &known).await?;
    former_addresses::add(tx, person.id, &person.email, now).await?;
    former_addresses::remove(tx, person.id, email).await?;
    people::set_address(tx, person.id, email).await?;
    people::change_access(tx, person.id).await?;
    sessions::end_all(tx, person.id, Ended::Lapsed, now).await?;
    let theirs = known.iter().filter(|membership| membership.standing != Standing::Removed);
    let mut councils: Vec<String> = theirs.map(|membership| membership.council.to_string()).collect();
    if councils.is_empty() {
        councils.push(String::new());
    }
    // Their leads read it in the log of each.
    for council in councils {
        let event = AuditEvent::new(
            person.id.to_string(),
            AuditAction::ChangeAddress,
            format!("person/{}", person.id),
        );
        audit::log(tx, env, &AuditEvent { council, ..event }).await?;
    }
    Ok(moved)
}

/// A role by invitation that rests until the address to which it was offered is proved again ends with that address: one at
/// another domain says nothing of it. One that is active goes on, as leads gave it to the person.
async fn end_what_rests(
    tx: &mut WriteTx,
    env: &Env,
    person: &Person,
    moved: &Person,
    known: &[Membership],
) -> Result<()> {
    if person.domain() == moved.domain() {
        return Ok(());
    }
    let was_proved = membership::is_verified(env, person);
    for before in known {
        let rests =
            before.standing == Standing::Lapsed || (before.standing == Standing::Active && !was_proved);
        if before.domain.is_empty() && rests {
            membership::set(tx, &Membership { standing: Standing::Removed, ..before.clone() }).await?;
            let council = before.council.to_string();
            let event = AuditEvent::operator(AuditAction::RemoveAccess, format!("person/{}", person.id), "");
            audit::log(tx, env, &AuditEvent { council, ..event }).await?;
        }
    }
    Ok(())
}
