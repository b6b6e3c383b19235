//! Asking to act for a council, and the answers: for that person alone, or for everyone with an address at their
//! domain.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{
    Code, CouncilAccessRequest, CouncilCode, CouncilRequest, DecideDomain, Domain, DomainAnswer,
    DomainStatus, MAX_REQUESTS, PersonId, Role,
};
use sqlx::AnyConnection;

use super::domain_name::{read_domain, refuse_shared};
use super::domains::{activate, lets_in};
use crate::Registry;
use crate::access::council::{Council, allow, deciders_of, name_of};
use crate::access::policy::{Action, can};
use crate::access::principal::{Actor, Principal};
use crate::councils::membership;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::mail::letters::{self, Letter};
use crate::registry::WriteAs;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::council_requests::{self, Request};
use crate::store::memberships::{self, Membership, Standing};
use crate::store::people::{self, Person};
use crate::store::{WriteTx, domains, read_time, records};

/// The most characters in which someone may say why their address is the council's.
const EVIDENCE: usize = 1000;

impl Registry {
    /// Asks to act for a council.
    pub(crate) async fn ask_for_council(
        &self,
        principal: &Principal,
        ask: CouncilAccessRequest,
    ) -> Result<()> {
        let evidence = ask.evidence.trim().to_owned();
        if evidence.is_empty() || evidence.chars().count() > EVIDENCE {
            let detail = format!("Enter how you work for this council, in {EVIDENCE} characters or fewer");
            return Err(Error::invalid("/evidence", FieldCode::Missing, detail));
        }
        let args = (ask.council, evidence);
        let letters =
            self.write_as(principal, args, async |WriteAs { tx, actor, env }, (council, evidence)| {
                if records::find(tx.sql(), Kind::Council, council.as_str()).await?.is_none() {
                    return Err(Error::not_found());
                }
                if actor.role_at(council).is_some() {
                    let title = "You already act for this council";
                    return Err(Error::refused(Code::NotAllowed, title));
                }
                let name = name_of(tx.sql(), council).await?;
                let asks = letters::AsksToAct { council: &name, by: &actor.person.email, evidence };
                let letters = Letter::to_each(deciders_of(tx.sql(), council).await?, &asks);
                let asked_at = env.now_ms();
                let subject = format!("council/{council}");
                let request = Request {
                    council: council.clone(),
                    person: actor.person.id,
                    evidence: evidence.clone(),
                    asked_at,
                };
                if !council_requests::add(tx, &request).await? {
                    return Ok(Vec::new());
                }
                // Logged without the council, whose log is for what its own people did.
                audit::log(tx, env, &actor.event(AuditAction::CouncilAccessRequest, subject)).await?;
                Ok(letters)
            });
        self.write_to_all(letters.await?).await;
        Ok(())
    }

    /// Answers a request to act for a council, or adds or removes a domain of the council.
    pub(crate) async fn answer_domain(
        &self,
        principal: &Principal,
        code: CouncilCode,
        domain: &str,
        answer: DecideDomain,
    ) -> Result<()> {
        let args = (code, read_domain(domain)?, answer);
        let letters =
            self.write_as(principal, args, async |WriteAs { tx, actor, env }, (code, domain, answer)| {
                answer_domain(tx, env, &actor, code, domain, answer).await
            });
        self.write_to_all(letters.await?).await;
        Ok(())
    }
}

async fn answer_domain(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    code: &CouncilCode,
    domain: &str,
    answer: &DecideDomain,
) -> Result<Vec<Letter>> {
    let council = Council::find(tx.sql(), code).await?;
    let exists = records::find(tx.sql(), Kind::Council, code.as_str()).await?.is_some();
    let is_coordinators = can(actor, Action::ManageDomains, &council);
    if !exists || !(is_coordinators || can(actor, Action::InviteEditors, &council)) {
        return Err(Error::not_found());
    }
    let letters = match answer.answer {
        DomainAnswer::Domain => {
            allow(actor, Action::ManageDomains, &council)?;
            refuse_shared(domain)?;
            activate(tx, env, domain, code, answer.below, &actor.person.id.to_string()).await?;
            answer_those_let_in(tx, env, code).await?
        }
        DomainAnswer::Remove => {
            allow(actor, Action::ManageDomains, &council)?;
            if !domains::remove(tx, domain, code).await? {
                return Err(Error::not_found());
            }
            membership::verify_all_at(tx, env, domain).await?;
            Vec::new()
        }
        DomainAnswer::Person | DomainAnswer::No => {
            let person = asker_at(tx, code, domain, answer.person).await?.ok_or_else(Error::not_found)?;
            vec![answer_person(tx, code, &person, answer.answer == DomainAnswer::Person).await?]
        }
    };
    let action = match answer.answer {
        DomainAnswer::Domain => AuditAction::AddDomain,
        DomainAnswer::Remove => AuditAction::RemoveDomain,
        DomainAnswer::Person => AuditAction::ApproveRequest,
        DomainAnswer::No => AuditAction::DeclineDomain,
    };
    let event = AuditEvent {
        council: code.to_string(),
        detail: domain.to_owned(),
        ..actor.event(action, format!("council/{code}"))
    };
    audit::log(tx, env, &event).await?;
    Ok(letters)
}

/// A domain was added: those it lets in no longer wait for an answer. The first of them leads the council if nobody
/// has.
async fn answer_those_let_in(tx: &mut WriteTx, env: &Env, code: &CouncilCode) -> Result<Vec<Letter>> {
    let (name, mut letters) = (name_of(tx.sql(), code).await?, Vec::new());
    for request in council_requests::of_council(tx.sql(), code).await? {
        let membership = memberships::find(tx.sql(), code, request.person).await?;
        if membership.is_some_and(|membership| membership.standing == Standing::Active) {
            council_requests::remove(tx, code, request.person).await?;
            membership::lead_if_first(tx, env, request.person).await?;
            let to = people::address_of(tx.sql(), &request.person.to_string()).await?;
            letters.push(Letter::new(&to, &letters::CouncilAnswer { council: &name, let_in: true }));
        }
    }
    Ok(letters)
}

/// Lets in the person who asked, or does not.
async fn answer_person(
    tx: &mut WriteTx,
    code: &CouncilCode,
    person: &Person,
    let_in: bool,
) -> Result<Letter> {
    council_requests::remove(tx, code, person.id).await?;
    if let_in {
        let joined = Membership {
            council: code.clone(),
            person: person.id,
            role: Role::Contributor,
            confirmed_by: None,
            domain: String::new(),
            standing: Standing::Active,
            verified_at: person.verified_at,
        };
        membership::set(tx, &joined).await?;
    }
    let council = &name_of(tx.sql(), code).await?;
    Ok(Letter::new(&person.email, &letters::CouncilAnswer { council, let_in }))
}

/// The person who asked to act for that council: the one named, or the first with an address at that domain.
async fn asker_at(
    tx: &mut WriteTx,
    code: &CouncilCode,
    domain: &str,
    named: Option<PersonId>,
) -> Result<Option<Person>> {
    for request in council_requests::of_council(tx.sql(), code).await? {
        let Some(person) = people::find(tx.sql(), request.person).await? else { continue };
        if person.domain() == domain && named.is_none_or(|named| named == person.id) {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// A request, shown as the domain it is about. None if its author has been erased.
pub(crate) async fn shown(sql: &mut AnyConnection, request: Request) -> Result<Option<Domain>> {
    let Some(person) = people::find(sql, request.person).await? else { return Ok(None) };
    let domain = person.domain().to_owned();
    Ok(Some(Domain {
        council_name: name_of(sql, &request.council).await?,
        lets_in: lets_in(sql, &domain, false).await?,
        below: false,
        person: Some(person.id),
        domain,
        council: request.council,
        status: DomainStatus::Asked,
        evidence: request.evidence,
        added_by: person.email,
        added_at: Some(read_time(request.asked_at)?),
        from: None,
        until: None,
    }))
}

/// The requests that this person can answer as a lead of the council, oldest first.
pub(crate) async fn waiting_for(sql: &mut AnyConnection, actor: &Actor) -> Result<Vec<CouncilRequest>> {
    let mut waiting = Vec::new();
    for request in council_requests::all(sql).await? {
        let is_lead = actor.role_at(&request.council) == Some(Role::Lead);
        if !is_lead || waiting.len() == MAX_REQUESTS {
            continue;
        }
        let Some(person) = people::find(sql, request.person).await? else { continue };
        waiting.push(CouncilRequest {
            council_name: name_of(sql, &request.council).await?,
            council: request.council,
            person: person.id,
            email: person.email,
            evidence: request.evidence,
            asked_at: read_time(request.asked_at)?,
        });
    }
    Ok(waiting)
}
