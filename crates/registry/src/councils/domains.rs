//! The list of email domains by which people are verified at councils.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{
    AnswerDomain, AskForCouncil, Code, CouncilCode, CouncilRequest, Domain, DomainAnswer, DomainStatus,
    MAX_REQUESTS, PersonId, Role,
};
use sqlx::AnyConnection;

use crate::Registry;
use crate::access::council::{Council, allow, deciders_of, name_of};
use crate::access::policy::{Action, can};
use crate::access::principal::{Actor, Principal};
use crate::councils::membership;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::mail::Letter;
use crate::registry::{Write, WriteAs};
use crate::store::audit::{self, AuditAction, AuditEvent, OPERATOR};
use crate::store::council_requests::{self, Request};
use crate::store::memberships::{self, Membership, Standing};
use crate::store::people::{self, Person};
use crate::store::{WriteTx, domains, read_time, records};

/// The most characters of why an address is a council's.
const EVIDENCE: usize = 1000;

/// How far a domain that is added reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// It counts for every domain that ends with it, too, at a dot.
    pub below: bool,
    /// Also where anyone can have an address at it: a public suffix, or a mail provider's domain.
    pub anyway: bool,
}

impl Registry {
    /// From now on people with an address at exactly that domain are verified at that council. False where they were
    /// already.
    ///
    /// # Errors
    /// As [`Self::add_domain_reaching`].
    pub async fn add_domain(&self, domain: &str, council: &CouncilCode) -> Result<bool> {
        self.add_domain_reaching(domain, council, Reach::default()).await
    }

    /// The same, as far as is said.
    ///
    /// # Errors
    /// When it is no domain, or one at which anyone can have an address, or there is no such council.
    pub async fn add_domain_reaching(
        &self,
        domain: &str,
        council: &CouncilCode,
        reach: Reach,
    ) -> Result<bool> {
        let domain = read_domain(domain)?;
        if reach.anyway {
            tracing::warn!(%domain, %council, "a domain was added however many people it lets in");
        } else {
            refuse_shared(&domain)?;
        }
        let args = (domain, council.clone(), reach.below);
        self.write(args, async |Write { tx, env }, (domain, council, below)| {
            must_exist(tx, council).await?;
            add(tx, env, domain, council, *below).await
        })
        .await
    }

    /// From now on people with an address at that domain are no longer verified at that council. False where they
    /// were not.
    ///
    /// # Errors
    /// When it is no domain.
    pub async fn remove_domain(&self, domain: &str, council: &CouncilCode) -> Result<bool> {
        let args = (read_domain(domain)?, council.clone());
        self.write(args, async |Write { tx, env }, (domain, council)| {
            if !domains::remove(tx, domain, council).await? {
                return Ok(false);
            }
            membership::verify_all_at(tx, env, domain).await?;
            let event = AuditEvent::operator(AuditAction::RemoveDomain, format!("council/{council}"), domain);
            audit::log(tx, env, &event).await?;
            Ok(true)
        })
        .await
    }

    /// Who is known by a domain that counts for what is below it, and by which: a line each. Before every domain did.
    ///
    /// # Errors
    /// When nothing can be read.
    pub async fn known_by_a_domain_above(&self) -> Result<Vec<String>> {
        let mut tx = self.store().read().await?;
        let mut lines = Vec::new();
        for known in domains::all(&mut tx).await?.into_iter().filter(|known| known.below) {
            let people = people::at_domain(&mut tx, &known.domain).await?;
            let below = people.into_iter().filter(|person| person.domain() != known.domain);
            lines.extend(below.map(|person| {
                format!("{} acts for {} by {} and below", person.email, known.council, known.domain)
            }));
        }
        Ok(lines)
    }

    /// Asks to act for a council.
    pub(crate) async fn ask_for_council(&self, principal: &Principal, ask: AskForCouncil) -> Result<()> {
        let evidence = ask.evidence.trim().to_owned();
        if evidence.is_empty() || evidence.chars().count() > EVIDENCE {
            let detail = format!("Say why your address is the council's, in up to {EVIDENCE} characters");
            return Err(Error::invalid("/evidence", FieldCode::Missing, detail));
        }
        let args = (ask.council, evidence);
        let letters =
            self.write_as(principal, args, async |WriteAs { tx, actor, env }, (council, evidence)| {
                if records::find(tx.sql(), Kind::Council, council.as_str()).await?.is_none() {
                    return Err(Error::not_found());
                }
                if actor.role_at(council).is_some() {
                    let title = "You act for this council already";
                    return Err(Error::refused(Code::NotAllowed, title));
                }
                let name = name_of(tx.sql(), council).await?;
                let letters = deciders_of(tx.sql(), council).await?.into_iter();
                let letters = letters
                    .map(|to| Letter::asks_to_act(&to, &name, &actor.person.email, evidence))
                    .collect();
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
                // Not under the council: that is for what its own people did.
                audit::log(tx, env, &actor.event(AuditAction::AskForCouncil, subject)).await?;
                Ok(letters)
            });
        self.write_to_all(letters.await?).await;
        Ok(())
    }

    /// Answers who asked to act for a council, or says that a domain is the council's, or no longer.
    pub(crate) async fn answer_domain(
        &self,
        principal: &Principal,
        code: CouncilCode,
        domain: &str,
        answer: AnswerDomain,
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

/// Refuses the code of no council.
pub(crate) async fn must_exist(tx: &mut WriteTx, council: &CouncilCode) -> Result<()> {
    if records::find(tx.sql(), Kind::Council, council.as_str()).await?.is_some() {
        return Ok(());
    }
    let title = format!("There is no council with the code {council}");
    Err(Error::refused(Code::NotFound, title))
}

/// Adds all of them, for councils that are known to be there.
pub(crate) async fn add_all(registry: &Registry, all: Vec<(String, CouncilCode)>) -> Result<()> {
    registry
        .write(all, async |Write { tx, env }, all| {
            for (domain, council) in all {
                add(tx, env, domain, council, false).await?;
            }
            Ok(())
        })
        .await
}

/// Adds a domain, and gives those with an address there their new access.
pub(crate) async fn add(
    tx: &mut WriteTx,
    env: &Env,
    domain: &str,
    council: &CouncilCode,
    below: bool,
) -> Result<bool> {
    let known = domains::find(tx.sql(), domain, council).await?;
    if known.as_ref().is_some_and(|known| known.came_from.is_empty() && known.below == below) {
        return Ok(false);
    }
    let active = domains::Domain {
        domain: domain.to_owned(),
        council: council.clone(),
        below,
        evidence: known.map(|known| known.evidence).unwrap_or_default(),
        added_by: OPERATOR.to_owned(),
        added_at: env.now_ms(),
        from_at: 0,
        until_at: 0,
        came_from: String::new(),
    };
    domains::put(tx, &active).await?;
    membership::verify_all_at(tx, env, domain).await?;
    let event = AuditEvent {
        council: council.to_string(),
        ..AuditEvent::operator(AuditAction::AddDomain, format!("council/{council}"), domain)
    };
    audit::log(tx, env, &event).await?;
    Ok(true)
}

async fn answer_domain(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    code: &CouncilCode,
    domain: &str,
    answer: &AnswerDomain,
) -> Result<Vec<Letter>> {
    let council = Council::find(tx.sql(), code).await?;
    let exists = records::find(tx.sql(), Kind::Council, code.as_str()).await?.is_some();
    let is_coordinators = can(actor, Action::ManageDomains, &council);
    if !exists || !(is_coordinators || can(actor, Action::InviteEditors, &council)) {
        return Err(Error::not_found());
    }
    let (name, mut letters) = (name_of(tx.sql(), code).await?, Vec::new());
    match answer.answer {
        DomainAnswer::Domain => {
            allow(actor, Action::ManageDomains, &council)?;
            refuse_shared(domain)?;
            let known = domains::find(tx.sql(), domain, code).await?;
            let active = domains::Domain {
                domain: domain.to_owned(),
                council: code.clone(),
                below: answer.below,
                evidence: known.map(|known| known.evidence).unwrap_or_default(),
                added_by: actor.person.id.to_string(),
                added_at: env.now_ms(),
                from_at: 0,
                until_at: 0,
                came_from: String::new(),
            };
            domains::put(tx, &active).await?;
            membership::verify_all_at(tx, env, domain).await?;
            // Whoever of those let in asked for it has their answer; the first of them leads, where nobody has.
            for request in council_requests::of_council(tx.sql(), code).await? {
                let membership = memberships::find(tx.sql(), code, request.person).await?;
                if membership.is_some_and(|membership| membership.standing == Standing::Active) {
                    council_requests::remove(tx, code, request.person).await?;
                    membership::lead_if_first(tx, env, request.person).await?;
                    let to = people::address_of(tx.sql(), &request.person.to_string()).await?;
                    letters.push(Letter::answer_about_council(&to, &name, true));
                }
            }
        }
        DomainAnswer::Remove => {
            allow(actor, Action::ManageDomains, &council)?;
            if !domains::remove(tx, domain, code).await? {
                return Err(Error::not_found());
            }
            membership::verify_all_at(tx, env, domain).await?;
        }
        DomainAnswer::Person | DomainAnswer::No => {
            let person = asker_at(tx, code, domain, answer.person).await?.ok_or_else(Error::not_found)?;
            council_requests::remove(tx, code, person.id).await?;
            let let_in = answer.answer == DomainAnswer::Person;
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
            letters.push(Letter::answer_about_council(&person.email, &name, let_in));
        }
    }
    let action = match answer.answer {
        DomainAnswer::Domain => AuditAction::AddDomain,
        DomainAnswer::Remove => AuditAction::RemoveDomain,
        DomainAnswer::Person => AuditAction::LetIn,
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

/// Who asked to act for that council: the one who is named, or the first with an address at that domain.
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

/// A row, with the names that people know.
pub(crate) async fn shown(sql: &mut AnyConnection, row: domains::Domain) -> Result<Domain> {
    Ok(Domain {
        council_name: name_of(sql, &row.council).await?,
        added_by: people::address_of(sql, &row.added_by).await?,
        added_at: (row.added_at > 0).then(|| read_time(row.added_at)).transpose()?,
        from: (row.from_at > 0).then(|| read_time(row.from_at)).transpose()?,
        until: (row.until_at > 0).then(|| read_time(row.until_at)).transpose()?,
        lets_in: lets_in(sql, &row.domain, row.below).await?,
        below: row.below,
        person: None,
        domain: row.domain,
        council: row.council,
        status: DomainStatus::Active,
        evidence: row.evidence,
    })
}

/// A request, as the domain that is asked about; none where its author is no more.
pub(crate) async fn asked(sql: &mut AnyConnection, request: Request) -> Result<Option<Domain>> {
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

/// Who waits for that person's answer, as a lead of the council that they ask to act for; the first asked first.
pub(crate) async fn requests_to(sql: &mut AnyConnection, actor: &Actor) -> Result<Vec<CouncilRequest>> {
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

/// How many people with an address there have signed in.
async fn lets_in(sql: &mut AnyConnection, domain: &str, below: bool) -> Result<u32> {
    let people = people::at_domain(sql, domain).await?;
    let count = people.iter().filter(|person| below || person.domain() == domain).count();
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The domains of mail providers at which anyone can have an address.
const MAIL_PROVIDERS: &str = include_str!("mail_providers.txt");

/// Refuses a domain at which anyone can have an address: it would let them all in.
fn refuse_shared(domain: &str) -> Result<()> {
    let is_suffix =
        psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.as_bytes().len() == domain.len());
    let is_provider = |known: &str| domain == known || domain.ends_with(&format!(".{known}"));
    let providers = MAIL_PROVIDERS.lines().filter(|line| !line.starts_with('#'));
    let why = if is_suffix {
        "others register names below it"
    } else if providers.into_iter().any(is_provider) {
        "it belongs to a mail provider"
    } else {
        return Ok(());
    };
    let title = format!("Anyone can have an address at {domain}, as {why}: approve single people instead");
    Err(Error::refused(Code::ValidationFailed, title))
}

/// A domain as people type it, or a refusal of what is none.
pub(crate) fn read_domain(typed: &str) -> Result<String> {
    let domain = typed.trim().trim_start_matches('@').to_ascii_lowercase();
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if domain.contains('.') && domain.len() <= 253 && domain.split('.').all(label) {
        Ok(domain)
    } else {
        Err(Error::refused(
            Code::ValidationFailed,
            format!("“{}” is not an email domain, such as barchester.example", typed.trim()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_read_as_people_type_it_and_nothing_else_is_taken() {
        assert_eq!(read_domain(" @Barchester.Example ").unwrap(), "barchester.example");
        for bad in ["", "barchester", "a b.example", "x..y", "a%.example", "sam@barchester.example"] {
            assert!(read_domain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_domain_at_which_anyone_can_have_an_address_is_refused() {
        for shared in
            ["gov.uk", "co.uk", "uk", "gmail.com", "mail.yahoo.co.uk", "github.io", "btinternet.com"]
        {
            assert!(refuse_shared(shared).is_err(), "{shared}");
        }
        for own in ["barchester.example", "barchester.gov.uk", "mail.barchester.gov.uk", "ymail.gov.uk"] {
            assert!(refuse_shared(own).is_ok(), "{own}");
        }
    }
}
