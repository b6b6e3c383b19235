//! How people come to act for a council, and stop: by an address at one of its domains, proved again every 90 days, or
//! by invitation. Whatever changes here changes what they may see.

use guildhall_protocol::{Code, CouncilCode, PersonId, Role};
use jiff::SignedDuration;

use crate::access::council;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::memberships::{self, ConfirmedBy, Membership, Standing};
use crate::store::people::{self, Person};
use crate::store::sessions::{self, Ended};
use crate::store::{WriteTx, domains, invitations, seats, vouches};

/// How long a proved address counts.
const VERIFIED_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long it counts for coordinators.
const COORDINATOR_FOR: SignedDuration = SignedDuration::from_hours(183 * 24);

/// Stores a membership and applies what follows from it: seats end with the membership (a lapse only suspends them),
/// invitations end with their inviter's role, and vouches end once they are no longer needed.
pub(crate) async fn set(tx: &mut WriteTx, membership: &Membership) -> Result<()> {
    let Membership { council, person, role, standing, .. } = membership;
    let had_lead = !memberships::leads(tx.sql(), council).await?.is_empty();
    memberships::put(tx, membership).await?;
    if *standing == Standing::Removed {
        seats::end_all(tx, *person, council).await?;
    }
    if *standing != Standing::Active || *role != Role::Lead {
        invitations::end_all_by(tx, *person, council).await?;
    } else {
        memberships::note_lead(tx, council, membership.leads()).await?;
    }
    if *standing == Standing::Removed || !membership.is_unconfirmed_lead() {
        vouches::end(tx, council, *person).await?;
    }
    people::change_access(tx, *person).await?;
    let has_lead = !memberships::leads(tx.sql(), council).await?.is_empty();
    if had_lead != has_lead {
        people::change_access_of_coordinators(tx).await?;
    }
    Ok(())
}

/// Updates a person's memberships to match the current domains and the time at which their address was last proved.
pub(crate) async fn verify(tx: &mut WriteTx, env: &Env, person: &Person) -> Result<()> {
    let (domain, councils) =
        domains::known_by(tx.sql(), person.domain(), env.now_ms()).await?.unwrap_or_default();
    let fresh = is_verified(env, person);
    let known = memberships::of_person(tx.sql(), person.id).await?;
    for before in &known {
        let invited = before.domain.is_empty();
        let standing = match before.standing {
            Standing::Removed => Standing::Removed,
            _ if fresh && (invited || councils.contains(&before.council)) => Standing::Active,
            _ => Standing::Lapsed,
        };
        let domain =
            if invited || standing == Standing::Lapsed { before.domain.clone() } else { domain.clone() };
        let after = Membership { standing, domain, verified_at: person.verified_at, ..before.clone() };
        if after.standing == before.standing {
            memberships::put(tx, &after).await?;
        } else {
            set(tx, &after).await?;
        }
    }
    for council in councils.iter().filter(|_| fresh) {
        if known.iter().all(|membership| membership.council != *council) {
            let new = Membership {
                council: council.clone(),
                person: person.id,
                role: Role::Contributor,
                confirmed_by: None,
                domain: domain.clone(),
                standing: Standing::Active,
                verified_at: person.verified_at,
            };
            set(tx, &new).await?;
        }
    }
    Ok(())
}

/// Makes a person who has just proved their address the lead of each council that knows them by it and has never had a
/// lead, so that nobody has to wait for a coordinator. Until someone confirms them they cannot do everything leads do.
pub(crate) async fn lead_if_first(tx: &mut WriteTx, env: &Env, person: PersonId) -> Result<()> {
    for membership in memberships::of_person(tx.sql(), person).await? {
        let is_known = membership.standing == Standing::Active && !membership.domain.is_empty();
        if !is_known || !has_never_had_lead(tx, &membership.council).await? {
            continue;
        }
        let event = AuditEvent {
            council: membership.council.to_string(),
            ..AuditEvent::new(
                person.to_string(),
                AuditAction::BecomeUnconfirmedLead,
                format!("person/{person}"),
            )
        };
        set(tx, &Membership { role: Role::Lead, confirmed_by: None, ..membership }).await?;
        audit::log(tx, env, &event).await?;
    }
    Ok(())
}

/// Whether neither the council nor any of its predecessors has ever had a lead.
async fn has_never_had_lead(tx: &mut WriteTx, council: &CouncilCode) -> Result<bool> {
    for led in memberships::led_councils(tx.sql()).await? {
        if led == *council || council::comes_after(tx.sql(), &led, council).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Does this for everyone at a domain that has just been added to a council or removed from it.
pub(crate) async fn verify_all_at(tx: &mut WriteTx, env: &Env, domain: &str) -> Result<()> {
    for person in people::at_domain(tx.sql(), domain).await? {
        verify(tx, env, &person).await?;
    }
    Ok(())
}

/// Lapses memberships whose address was not proved in time. The person's sessions end, so that the app asks them to
/// sign in again and keeps its outbox until then.
pub(crate) async fn lapse(tx: &mut WriteTx, env: &Env) -> Result<()> {
    for membership in memberships::verified_before(tx.sql(), oldest(env)).await? {
        let event = AuditEvent {
            council: membership.council.to_string(),
            ..AuditEvent::operator(AuditAction::Lapse, format!("person/{}", membership.person), "")
        };
        sessions::end_all(tx, membership.person, Ended::Lapsed, env.now_ms()).await?;
        set(tx, &Membership { standing: Standing::Lapsed, ..membership }).await?;
        audit::log(tx, env, &event).await?;
    }
    // Without a session a coordinator can do nothing until they sign in, which proves their address.
    let oldest = (env.clock.now() - COORDINATOR_FOR).as_millisecond();
    for coordinator in people::coordinators(tx.sql()).await? {
        if coordinator.verified_at < oldest
            && sessions::end_all(tx, coordinator.id, Ended::Lapsed, env.now_ms()).await?
        {
            let event = AuditEvent::operator(AuditAction::Lapse, format!("person/{}", coordinator.id), "");
            audit::log(tx, env, &event).await?;
        }
    }
    Ok(())
}

/// Whether the person's address was proved recently enough.
pub(crate) fn is_verified(env: &Env, person: &Person) -> bool {
    person.verified_at >= oldest(env)
}

fn oldest(env: &Env) -> i64 {
    (env.clock.now() - VERIFIED_FOR).as_millisecond()
}

/// Refuses to leave a council without a lead.
pub(crate) async fn check_not_last_lead(tx: &mut WriteTx, membership: &Membership) -> Result<()> {
    let leads = memberships::leads(tx.sql(), &membership.council).await?;
    if leads == [membership.person] {
        let title = "You are the only lead. Make someone else a lead before you leave";
        return Err(Error::refused(Code::LastLead, title));
    }
    Ok(())
}

/// Makes the person with that address a lead. False if they already are.
pub(crate) async fn make_lead(
    tx: &mut WriteTx,
    env: &Env,
    email: &str,
    council: &CouncilCode,
) -> Result<bool> {
    let now = env.now_ms();
    let person = people::find_or_add(tx, email, PersonId(env.new_id()), now).await?;
    let before = memberships::find(tx.sql(), council, person.id).await?;
    let before = before.filter(|before| before.standing == Standing::Active);
    let is_one = |before: &Membership| before.leads() && before.confirmed_by == Some(ConfirmedBy::Operator);
    if before.as_ref().is_some_and(is_one) {
        return Ok(false);
    }
    let known = domains::known_by(tx.sql(), person.domain(), now).await?;
    let domain = known.filter(|(_, councils)| councils.contains(council)).map(|(domain, _)| domain);
    let lead = Membership {
        council: council.clone(),
        person: person.id,
        role: Role::Lead,
        confirmed_by: Some(ConfirmedBy::Operator),
        domain: domain.unwrap_or_default(),
        standing: Standing::Active,
        verified_at: before.map_or(now, |before| before.verified_at),
    };
    set(tx, &lead).await?;
    Ok(true)
}
