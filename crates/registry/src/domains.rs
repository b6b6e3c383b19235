//! The list of email domains by which people are verified at councils.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{AskForCouncil, Code, CouncilCode, Domain, DomainAnswer, DomainStatus, Role};
use sqlx::AnyConnection;

use crate::authority::{Action, Actor, Asker, Council, can};
use crate::failure::{Failure, Outcome};
use crate::mail::Letter;
use crate::people::{allow, name_of, time};
use crate::store::audit::{self, Act, AuditAction, OPERATOR};
use crate::store::memberships::{Membership, Standing};
use crate::store::{WriteTx, domains, people, records};
use crate::world::World;
use crate::{Registry, membership};

/// The most characters of why an address is a council's.
const EVIDENCE: usize = 1000;

impl Registry {
    /// From now on people with an address at that domain are verified at that council. False where they were
    /// already.
    ///
    /// # Errors
    /// When it is no domain, or there is no such council.
    pub async fn add_domain(&self, domain: &str, council: &CouncilCode) -> Outcome<bool> {
        let (domain, council, world) = (read_domain(domain)?, council.clone(), self.world().clone());
        self.store()
            .write(move |tx| {
                let (domain, council, world) = (domain.clone(), council.clone(), world.clone());
                Box::pin(async move {
                    must_exist(tx, &council).await?;
                    add(tx, &world, &domain, &council).await
                })
            })
            .await
    }

    /// From now on people with an address at that domain are no longer verified at that council. False where they
    /// were not.
    ///
    /// # Errors
    /// When it is no domain.
    pub async fn remove_domain(&self, domain: &str, council: &CouncilCode) -> Outcome<bool> {
        let (domain, council, world) = (read_domain(domain)?, council.clone(), self.world().clone());
        self.store()
            .write(move |tx| {
                let (domain, council, world) = (domain.clone(), council.clone(), world.clone());
                Box::pin(async move {
                    if !domains::remove(tx, &domain, &council).await? {
                        return Ok(false);
                    }
                    membership::verify_all_at(tx, &world, &domain).await?;
                    let act = Act::operator(AuditAction::RemoveDomain, format!("council/{council}"), domain);
                    audit::log(tx, &world, &act).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Asks to act for a council.
    pub(crate) async fn ask_for_council(&self, asker: &Asker, ask: AskForCouncil) -> Outcome<()> {
        let evidence = ask.evidence.trim().to_owned();
        if evidence.is_empty() || evidence.chars().count() > EVIDENCE {
            let detail = format!("Say why your address is the council's, in up to {EVIDENCE} characters");
            return Err(Failure::invalid("/evidence", FieldCode::Missing, detail));
        }
        self.write_as(asker, move |tx, actor, world| {
            let (council, evidence) = (ask.council.clone(), evidence.clone());
            Box::pin(async move {
                if records::find(tx.sql(), Kind::Council, council.as_str()).await?.is_none() {
                    return Err(Failure::not_found());
                }
                if actor.role_at(&council).is_some() {
                    let title = "You act for this council already";
                    return Err(Failure::refused(Code::NotAllowed, title));
                }
                let domain = actor.person.domain().to_owned();
                if domains::find(tx.sql(), &domain, &council).await?.is_some() {
                    return Ok(());
                }
                let act = Act {
                    council: council.to_string(),
                    detail: domain.clone(),
                    ..actor.act(AuditAction::AskForCouncil, format!("council/{council}"))
                };
                let asked = domains::Domain {
                    domain,
                    council,
                    status: DomainStatus::Asked,
                    evidence,
                    added_by: actor.person.id.to_string(),
                    added_at: world.now_ms(),
                    from_at: 0,
                    until_at: 0,
                    came_from: String::new(),
                };
                domains::put(tx, &asked).await?;
                audit::log(tx, &world, &act).await
            })
        })
        .await
    }

    /// Answers who asked to act for a council.
    pub(crate) async fn answer_domain(
        &self,
        asker: &Asker,
        code: &CouncilCode,
        domain: &str,
        answer: DomainAnswer,
    ) -> Outcome<()> {
        let (code, domain) = (code.clone(), read_domain(domain)?);
        let letter = self
            .write_as(asker, move |tx, actor, world| {
                let (code, domain) = (code.clone(), domain.clone());
                Box::pin(async move { answer_domain(tx, &world, &actor, &code, &domain, answer).await })
            })
            .await?;
        if let Some(letter) = letter {
            self.write_to(&letter).await;
        }
        Ok(())
    }
}

/// Refuses the code of no council.
pub(crate) async fn must_exist(tx: &mut WriteTx, council: &CouncilCode) -> Outcome<()> {
    if records::find(tx.sql(), Kind::Council, council.as_str()).await?.is_some() {
        return Ok(());
    }
    let title = format!("There is no council with the code {council}");
    Err(Failure::refused(Code::NotFound, title))
}

/// Adds all of them, for councils that are known to be there.
pub(crate) async fn add_all(registry: &Registry, all: Vec<(String, CouncilCode)>) -> Outcome<()> {
    let world = registry.world().clone();
    registry
        .store()
        .write(move |tx| {
            let (world, all) = (world.clone(), all.clone());
            Box::pin(async move {
                for (domain, council) in &all {
                    add(tx, &world, domain, council).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Adds a domain, and gives those with an address there their new access.
pub(crate) async fn add(
    tx: &mut WriteTx,
    world: &World,
    domain: &str,
    council: &CouncilCode,
) -> Outcome<bool> {
    let known = domains::find(tx.sql(), domain, council).await?;
    let is_its_own =
        |known: &domains::Domain| known.status == DomainStatus::Active && known.came_from.is_empty();
    if known.as_ref().is_some_and(is_its_own) {
        return Ok(false);
    }
    let active = domains::Domain {
        domain: domain.to_owned(),
        council: council.clone(),
        status: DomainStatus::Active,
        evidence: known.map(|known| known.evidence).unwrap_or_default(),
        added_by: OPERATOR.to_owned(),
        added_at: world.now_ms(),
        from_at: 0,
        until_at: 0,
        came_from: String::new(),
    };
    domains::put(tx, &active).await?;
    membership::verify_all_at(tx, world, domain).await?;
    let act = Act {
        council: council.to_string(),
        ..Act::operator(AuditAction::AddDomain, format!("council/{council}"), domain)
    };
    audit::log(tx, world, &act).await?;
    Ok(true)
}

async fn answer_domain(
    tx: &mut WriteTx,
    world: &World,
    actor: &Actor,
    code: &CouncilCode,
    domain: &str,
    answer: DomainAnswer,
) -> Outcome<Option<Letter>> {
    let council = Council::find(tx.sql(), code).await?;
    let exists = records::find(tx.sql(), Kind::Council, code.as_str()).await?.is_some();
    let is_coordinators = can(actor, Action::ManageDomains, &council);
    if !exists || !(is_coordinators || can(actor, Action::ManagePeople, &council)) {
        return Err(Failure::not_found());
    }
    if answer == DomainAnswer::Domain {
        allow(actor, Action::ManageDomains, &council)?;
    }
    let known = domains::find(tx.sql(), domain, code).await?;
    let asked = known.clone().filter(|known| known.status == DomainStatus::Asked);
    let asker = match &asked {
        Some(asked) => match asked.added_by.parse() {
            Ok(id) => people::find(tx.sql(), id).await?,
            Err(_) => None,
        },
        None => None,
    };
    match answer {
        DomainAnswer::Domain => {
            let (status, now) = (DomainStatus::Active, world.now_ms());
            let evidence = known.map(|known| known.evidence).unwrap_or_default();
            let active = domains::Domain {
                domain: domain.to_owned(),
                council: code.clone(),
                status,
                evidence,
                added_by: actor.person.id.to_string(),
                added_at: now,
                from_at: 0,
                until_at: 0,
                came_from: String::new(),
            };
            domains::put(tx, &active).await?;
            membership::verify_all_at(tx, world, domain).await?;
        }
        DomainAnswer::Person => {
            asked.as_ref().ok_or_else(Failure::not_found)?;
            domains::remove(tx, domain, code).await?;
            if let Some(person) = &asker {
                let joined = Membership {
                    council: code.clone(),
                    person: person.id,
                    role: Role::CouncilUser,
                    interim: false,
                    domain: String::new(),
                    standing: Standing::Active,
                    verified_at: person.verified_at,
                };
                membership::set(tx, &joined).await?;
            }
        }
        DomainAnswer::No => {
            asked.as_ref().ok_or_else(Failure::not_found)?;
            domains::remove(tx, domain, code).await?;
        }
    }
    let action = match answer {
        DomainAnswer::Domain => AuditAction::AddDomain,
        DomainAnswer::Person => AuditAction::LetIn,
        DomainAnswer::No => AuditAction::DeclineDomain,
    };
    let act = Act {
        council: code.to_string(),
        detail: domain.to_owned(),
        ..actor.act(action, format!("council/{code}"))
    };
    audit::log(tx, world, &act).await?;
    let name = name_of(tx.sql(), code).await?;
    Ok(asker.map(|asker| Letter::answer_about_council(&asker.email, &name, answer != DomainAnswer::No)))
}

/// A row, with the names that people know.
pub(crate) async fn shown(sql: &mut AnyConnection, row: domains::Domain) -> Outcome<Domain> {
    Ok(Domain {
        council_name: name_of(sql, &row.council).await?,
        added_by: people::address_of(sql, &row.added_by).await?,
        added_at: (row.added_at > 0).then(|| time(row.added_at)).transpose()?,
        from: (row.from_at > 0).then(|| time(row.from_at)).transpose()?,
        until: (row.until_at > 0).then(|| time(row.until_at)).transpose()?,
        domain: row.domain,
        council: row.council,
        status: row.status,
        evidence: row.evidence,
    })
}

/// A domain as people type it, or a refusal of what is none.
pub(crate) fn read_domain(typed: &str) -> Outcome<String> {
    let domain = typed.trim().trim_start_matches('@').to_ascii_lowercase();
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if domain.contains('.') && domain.len() <= 253 && domain.split('.').all(label) {
        Ok(domain)
    } else {
        Err(Failure::refused(
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
}
