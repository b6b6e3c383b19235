//! The list of email domains by which people are verified at councils.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{Code, CouncilCode, DomainStatus};

use crate::Registry;
use crate::failure::{Failure, Outcome};
use crate::membership;
use crate::store::audit::{self, Act, OPERATOR};
use crate::store::{WriteTx, domains, records};
use crate::world::World;

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
                    if records::find(tx.sql(), Kind::Council, council.as_str()).await?.is_none() {
                        let title = format!("There is no council with the code {council}");
                        return Err(Failure::refused(Code::NotFound, title));
                    }
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
                    let act = Act::operator("remove_domain", format!("council/{council}"), domain);
                    audit::log(tx, &world, &act).await?;
                    Ok(true)
                })
            })
            .await
    }
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
    if known.as_ref().is_some_and(|known| known.status == DomainStatus::Active) {
        return Ok(false);
    }
    let active = domains::Domain {
        domain: domain.to_owned(),
        council: council.clone(),
        status: DomainStatus::Active,
        evidence: known.map(|known| known.evidence).unwrap_or_default(),
        added_by: OPERATOR.to_owned(),
        added_at: world.now_ms(),
    };
    domains::put(tx, &active).await?;
    membership::verify_all_at(tx, world, domain).await?;
    let act = Act {
        council: council.to_string(),
        ..Act::operator("add_domain", format!("council/{council}"), domain)
    };
    audit::log(tx, world, &act).await?;
    Ok(true)
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
