//! How an unconfirmed lead is confirmed without a coordinator: leads of two other councils vouch for them, the
//! council's people are told, and three days without an objection confirm them.

use std::collections::BTreeSet;

use guildhall_protocol::{Code, CouncilCode, PersonId, UnconfirmedLead};
use jiff::{SignedDuration, Timestamp};
use sqlx::AnyConnection;

use crate::Registry;
use crate::access::council::name_of;
use crate::access::principal::{Actor, Principal};
use crate::councils::membership;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::mail::letters::{self, Letter};
use crate::registry::WriteAs;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::memberships::{self, ConfirmedBy, Membership, Standing};
use crate::store::vouches::{self, Vouch};
use crate::store::{WriteTx, people, read_time};

/// The number of other councils whose leads have to vouch.
const ENOUGH: usize = 2;
/// How long the council's people can object.
const TIME_TO_OBJECT: SignedDuration = SignedDuration::from_hours(3 * 24);

impl Registry {
    /// The unconfirmed leads that this person may vouch for or object to, and this person if they are one.
    pub(crate) async fn unconfirmed_leads(&self, actor: &Actor) -> Result<Vec<UnconfirmedLead>> {
        let mut tx = self.store().read().await?;
        let mut shown = Vec::new();
        for (council, person) in memberships::unconfirmed_leads(&mut tx).await? {
            let may_vouch = voucher_for(&mut tx, actor, &council, person).await?.is_some();
            let may_object = may_object(actor, &council, person);
            if !may_vouch && !may_object && person != actor.person.id {
                continue;
            }
            let vouches = vouches_that_count(&mut tx, &council, person).await?;
            let mut vouched_by = Vec::new();
            for vouch in &vouches {
                vouched_by.push(name_of(&mut tx, &vouch.for_council).await?);
            }
            shown.push(UnconfirmedLead {
                council_name: name_of(&mut tx, &council).await?,
                email: people::address_of(&mut tx, &person.to_string()).await?,
                confirmed_from: confirmed_from(&vouches)?,
                may_vouch: may_vouch && vouches.iter().all(|vouch| vouch.voucher != actor.person.id),
                may_object,
                vouched_by,
                council,
                person,
            });
        }
        Ok(shown)
    }

    /// Vouches for the unconfirmed lead of another council. Once enough leads have, the council's people get a letter.
    pub(crate) async fn vouch(
        &self,
        principal: &Principal,
        code: CouncilCode,
        person: PersonId,
    ) -> Result<()> {
        let letters =
            self.write_as(principal, (code, person), async |WriteAs { tx, actor, env }, (code, person)| {
                vouch(tx, env, &actor, code, *person).await
            });
        self.write_to_all(letters.await?).await;
        Ok(())
    }

    /// Objects to an unconfirmed lead, whom only a coordinator can confirm from then on.
    pub(crate) async fn object(
        &self,
        principal: &Principal,
        code: CouncilCode,
        person: PersonId,
    ) -> Result<()> {
        self.write_as(principal, (code, person), async |WriteAs { tx, actor, env }, (code, person)| {
            unconfirmed_lead(tx.sql(), code, *person).await?;
            if !may_object(&actor, code, *person) {
                return Err(Error::not_found());
            }
            if vouches::is_objected_to(tx.sql(), code, *person).await? {
                return Ok(());
            }
            vouches::object(tx, code, *person, actor.person.id, env.now_ms()).await?;
            let event = AuditEvent {
                council: code.to_string(),
                ..actor.event(AuditAction::Object, format!("person/{person}"))
            };
            Ok(audit::log(tx, env, &event).await?)
        })
        .await
    }
}

async fn vouch(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    code: &CouncilCode,
    person: PersonId,
) -> Result<Vec<Letter>> {
    let Some(for_council) = leads_elsewhere(tx.sql(), actor, code).await? else {
        return Err(Error::not_found());
    };
    unconfirmed_lead(tx.sql(), code, person).await?;
    if voucher_for(tx.sql(), actor, code, person).await?.is_none() {
        let title =
            "Only a coordinator can confirm this lead: the council had a confirmed one, or someone objects";
        return Err(Error::refused(Code::NotAllowed, title));
    }
    let before = vouches_that_count(tx.sql(), code, person).await?;
    let voucher = actor.person.id;
    let vouch = Vouch { council: code.clone(), person, voucher, for_council, vouched_at: env.now_ms() };
    if !vouches::add(tx, &vouch).await? {
        return Ok(Vec::new());
    }
    // Logged under the voucher's council, as its people did it.
    let event = AuditEvent {
        council: vouch.for_council.to_string(),
        ..actor.event(AuditAction::Vouch, format!("person/{person}"))
    };
    audit::log(tx, env, &event).await?;
    let after = vouches_that_count(tx.sql(), code, person).await?;
    if before.len() >= ENOUGH || after.len() < ENOUGH {
        return Ok(Vec::new());
    }
    let name = name_of(tx.sql(), code).await?;
    let lead = people::address_of(tx.sql(), &person.to_string()).await?;
    let mut letters = Vec::new();
    for membership in memberships::of_council(tx.sql(), code).await? {
        if membership.standing == Standing::Active {
            let to = people::address_of(tx.sql(), &membership.person.to_string()).await?;
            letters.push(Letter::new(&to, &letters::Vouched { council: &name, lead: &lead }));
        }
    }
    Ok(letters)
}

/// Confirms the leads that enough others vouched for long enough ago.
pub(crate) async fn confirm_vouched(tx: &mut WriteTx, env: &Env) -> Result<()> {
    for (council, person) in memberships::unconfirmed_leads(tx.sql()).await? {
        let vouches = vouches_that_count(tx.sql(), &council, person).await?;
        let due = confirmed_from(&vouches)?.is_some_and(|from| from <= env.clock.now());
        if !due || memberships::has_had_confirmed_lead(tx.sql(), &council).await? {
            continue;
        }
        let lead = unconfirmed_lead(tx.sql(), &council, person).await?;
        membership::set(tx, &Membership { confirmed_by: Some(ConfirmedBy::Vouching), ..lead }).await?;
        let event = AuditEvent {
            council: council.to_string(),
            detail: "lead".to_owned(),
            ..AuditEvent::operator(AuditAction::SetRole, format!("person/{person}"), "")
        };
        audit::log(tx, env, &event).await?;
    }
    Ok(())
}

async fn unconfirmed_lead(
    sql: &mut AnyConnection,
    code: &CouncilCode,
    person: PersonId,
) -> Result<Membership> {
    let membership = memberships::find(sql, code, person).await?;
    membership
        .filter(|membership| membership.standing == Standing::Active && membership.is_unconfirmed_lead())
        .ok_or_else(Error::not_found)
}

/// The council for which this person may vouch for the lead. None if they may not.
async fn voucher_for(
    sql: &mut AnyConnection,
    actor: &Actor,
    code: &CouncilCode,
    lead: PersonId,
) -> Result<Option<CouncilCode>> {
    if actor.person.id == lead
        || memberships::has_had_confirmed_lead(sql, code).await?
        || vouches::is_objected_to(sql, code, lead).await?
    {
        return Ok(None);
    }
    leads_elsewhere(sql, actor, code).await
}

/// Another council that the person leads, confirmed by a coordinator or the operator. None while that role is suspended
/// for want of a second factor.
async fn leads_elsewhere(
    sql: &mut AnyConnection,
    actor: &Actor,
    code: &CouncilCode,
) -> Result<Option<CouncilCode>> {
    let memberships = memberships::of_person(sql, actor.person.id).await?;
    let vouches = |it: &Membership| it.council != *code && may_vouch(it) && actor.leads(&it.council);
    Ok(memberships.into_iter().find(vouches).map(|it| it.council))
}

fn may_vouch(membership: &Membership) -> bool {
    let by = membership.confirmed_by;
    membership.leads() && matches!(by, Some(ConfirmedBy::Coordinator | ConfirmedBy::Operator))
}

/// The vouches by leads who still may vouch, at most one for each council, oldest first.
async fn vouches_that_count(
    sql: &mut AnyConnection,
    code: &CouncilCode,
    lead: PersonId,
) -> Result<Vec<Vouch>> {
    let (mut councils, mut counted) = (BTreeSet::new(), Vec::new());
    for vouch in vouches::of(sql, code, lead).await? {
        let still = memberships::find(sql, &vouch.for_council, vouch.voucher).await?;
        if still.as_ref().is_some_and(may_vouch) && councils.insert(vouch.for_council.clone()) {
            counted.push(vouch);
        }
    }
    Ok(counted)
}

fn confirmed_from(vouches: &[Vouch]) -> Result<Option<Timestamp>> {
    let last = vouches.get(ENOUGH - 1);
    last.map(|vouch| Ok(read_time(vouch.vouched_at)? + TIME_TO_OBJECT)).transpose()
}

fn may_object(actor: &Actor, code: &CouncilCode, lead: PersonId) -> bool {
    actor.person.id != lead && (actor.person.coordinator || actor.role_at(code).is_some())
}
