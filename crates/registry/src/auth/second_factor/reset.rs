//! Resetting someone's second factor when their phone and recovery codes are lost. A confirmed lead of their council
//! who has one asks for it, and for a day all its leads and the person can cancel that. A coordinator or the operator
//! resets it at once.

use guildhall_protocol::{Code, CouncilCode, PersonId, Role};
use sqlx::AnyConnection;

use crate::Registry;
use crate::access::council::{leads_of, name_of};
use crate::access::principal::{Actor, Principal};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::mail::letters::{self, Letter};
use crate::mail::read_email;
use crate::registry::{Write, WriteAs};
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::memberships::{self, Standing};
use crate::store::people::{self, Person};
use crate::store::second_factors::{self, StoredFactor};
use crate::store::{WriteTx, read_time};

/// How long until a lead's reset takes effect, in milliseconds.
const DELAY: i64 = 24 * 60 * 60 * 1000;

impl Registry {
    /// Resets someone's second factor: at once for a coordinator, after a day for a lead.
    pub(crate) async fn reset_second_factor(
        &self,
        principal: &Principal,
        code: CouncilCode,
        person: PersonId,
    ) -> Result<()> {
        let letters = self.write_as(
            principal,
            (code, person),
            async |WriteAs { tx, actor, env }, (council, person)| {
                actor.factor.must_be_fresh()?;
                must_look_after(&actor, council)?;
                let (target, stored) = whose(tx.sql(), env, council, *person).await?;
                if actor.person.coordinator {
                    let event = AuditEvent {
                        council: council.to_string(),
                        ..actor.event(AuditAction::ResetSecondFactor, format!("person/{person}"))
                    };
                    return reset_now(tx, env, &target, &event, Some(&actor.person.email)).await;
                }
                // A coordinator's role reaches beyond this council, so its leads may not recover it.
                if target.coordinator {
                    let title = "A coordinator or whoever runs the registry resets it for a coordinator";
                    return Err(Error::refused(Code::NotAllowed, title));
                }
                if stored.reset_at > 0 {
                    return Ok(Vec::new());
                }
                let at = env.now_ms() + DELAY;
                second_factors::set_reset(tx, *person, at).await?;
                let event = AuditEvent {
                    council: council.to_string(),
                    ..actor.event(AuditAction::AskFactorReset, format!("person/{person}"))
                };
                audit::log(tx, env, &event).await?;
                let (name, at) = (name_of(tx.sql(), council).await?, read_time(at)?);
                let to = leads_and(tx.sql(), council, &target.email).await?;
                let (whose, by) = (&target.email, &actor.person.email);
                Ok(Letter::to_each(to, &letters::ResetAsked { whose, by, council: &name, at }))
            },
        );
        self.write_to_all(letters.await?).await;
        Ok(())
    }

    /// Cancels a reset that a lead has asked for.
    pub(crate) async fn cancel_factor_reset(
        &self,
        principal: &Principal,
        code: CouncilCode,
        person: PersonId,
    ) -> Result<()> {
        let letters = self.write_as(
            principal,
            (code, person),
            async |WriteAs { tx, actor, env }, (council, person)| {
                if actor.role_at(council) != Some(Role::Lead) && !actor.person.coordinator {
                    return Err(Error::not_found());
                }
                let (target, stored) = whose(tx.sql(), env, council, *person).await?;
                cancel(tx, env, &actor, (&target, &stored), Some(council)).await
            },
        );
        self.write_to_all(letters.await?).await;
        Ok(())
    }

    /// Cancels a reset of the second factor of the person who asks.
    pub(crate) async fn cancel_my_factor_reset(&self, principal: &Principal) -> Result<()> {
        let letters = self.write_as(principal, (), async |WriteAs { tx, actor, env }, ()| {
            let stored = second_factors::find(tx.sql(), actor.person.id, env.now_ms()).await?;
            let stored = stored.ok_or_else(Error::not_found)?;
            cancel(tx, env, &actor, (&actor.person, &stored), None).await
        });
        self.write_to_all(letters.await?).await;
        Ok(())
    }

    /// Resets the second factor of the person with that address. False if they have none.
    ///
    /// # Errors
    /// If it is no email address, nobody has it, or it cannot be stored.
    pub async fn reset_second_factor_of(&self, email: &str) -> Result<bool> {
        let letters = self.write(read_email(email)?, async |Write { tx, env }, email| {
            let person = people::with_address(tx.sql(), email).await?;
            let person = person.ok_or_else(Error::not_found)?;
            if second_factors::find(tx.sql(), person.id, env.now_ms()).await?.is_none() {
                return Ok(None);
            }
            let event =
                AuditEvent::operator(AuditAction::ResetSecondFactor, format!("person/{}", person.id), "");
            reset_now(tx, env, &person, &event, None).await.map(Some)
        });
        let letters = letters.await?;
        let had_one = letters.is_some();
        self.write_to_all(letters.unwrap_or_default()).await;
        Ok(had_one)
    }
}

/// Removes the second factors whose reset is due.
pub(crate) async fn apply_resets(tx: &mut WriteTx, env: &Env) -> Result<()> {
    for person in second_factors::reset_by(tx.sql(), env.now_ms()).await? {
        second_factors::remove(tx, person).await?;
        people::change_access(tx, person).await?;
        let event = AuditEvent::operator(AuditAction::ResetSecondFactor, format!("person/{person}"), "");
        audit::log(tx, env, &event).await?;
    }
    Ok(())
}

/// Refuses anyone but a coordinator or a confirmed lead of that council with a second factor of their own. Otherwise
/// someone without one could remove those of the others.
fn must_look_after(actor: &Actor, council: &CouncilCode) -> Result<()> {
    if actor.person.coordinator && actor.factor.is_held() {
        return Ok(());
    }
    if !actor.person.coordinator && actor.role_at(council) != Some(Role::Lead) {
        return Err(Error::not_found());
    }
    if !actor.leads(council) || !actor.factor.is_held() {
        let title = "A confirmed lead or a coordinator who has a second factor asks for this";
        return Err(Error::refused(Code::NotAllowed, title));
    }
    Ok(())
}

/// A person of that council, with their second factor.
async fn whose(
    sql: &mut AnyConnection,
    env: &Env,
    council: &CouncilCode,
    person: PersonId,
) -> Result<(Person, StoredFactor)> {
    let membership = memberships::find(sql, council, person).await?;
    let is_there = membership.is_some_and(|membership| membership.standing != Standing::Removed);
    let stored = second_factors::find(sql, person, env.now_ms()).await?;
    let person = people::find(sql, person).await?.filter(|_| is_there);
    person.zip(stored.filter(StoredFactor::is_confirmed)).ok_or_else(Error::not_found)
}

async fn reset_now(
    tx: &mut WriteTx,
    env: &Env,
    person: &Person,
    event: &AuditEvent,
    by: Option<&str>,
) -> Result<Vec<Letter>> {
    second_factors::remove(tx, person.id).await?;
    people::change_access(tx, person.id).await?;
    audit::log(tx, env, event).await?;
    let mut to = vec![person.email.clone()];
    for membership in memberships::of_person(tx.sql(), person.id).await? {
        if membership.standing != Standing::Removed {
            to.extend(leads_of(tx.sql(), &membership.council).await?);
        }
    }
    Ok(Letter::to_each(each_once(to), &letters::SecondFactorReset { whose: &person.email, by }))
}

async fn cancel(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    (person, stored): (&Person, &StoredFactor),
    council: Option<&CouncilCode>,
) -> Result<Vec<Letter>> {
    if stored.reset_at == 0 {
        return Err(Error::not_found());
    }
    second_factors::set_reset(tx, person.id, 0).await?;
    let event = AuditEvent {
        council: council.map(ToString::to_string).unwrap_or_default(),
        ..actor.event(AuditAction::CallOffFactorReset, format!("person/{}", person.id))
    };
    audit::log(tx, env, &event).await?;
    let mut to = vec![person.email.clone()];
    for membership in memberships::of_person(tx.sql(), person.id).await? {
        if membership.standing != Standing::Removed {
            to.extend(leads_of(tx.sql(), &membership.council).await?);
        }
    }
    let by = &actor.person.email;
    Ok(Letter::to_each(each_once(to), &letters::ResetCalledOff { whose: &person.email, by }))
}

async fn leads_and(sql: &mut AnyConnection, council: &CouncilCode, email: &str) -> Result<Vec<String>> {
    let mut to = leads_of(sql, council).await?;
    to.push(email.to_owned());
    Ok(each_once(to))
}

fn each_once(mut to: Vec<String>) -> Vec<String> {
    to.sort();
    to.dedup();
    to
}
