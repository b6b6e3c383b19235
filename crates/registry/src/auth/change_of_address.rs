//! A change of address, for example after a change of name or of council. Nobody types in a new address: the provider
//! vouches for it and the person chooses it. Everything tied to the old address then moves to the new one.

use crate::councils::membership;
use crate::env::Env;
use crate::error::Result;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::memberships::{self, Membership, Standing};
use crate::store::people::{self, Person};
use crate::store::sessions::{self, Ended};
use crate::store::{WriteTx, former_addresses};

/// Gives a person an address that nobody else has, and returns the person with it. They have just proved the address;
/// the caller still has to record that, from which their memberships by domain follow.
///
/// Ends all their sessions: someone who found one open must not be able to keep it, and an app stores its session under
/// the address.
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
    // Logged for each council, where its leads read it.
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

/// Ends roles by invitation that have lapsed until the old address is proved again: an address at another domain proves
/// nothing about it. Active ones continue, as leads gave them to the person.
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
