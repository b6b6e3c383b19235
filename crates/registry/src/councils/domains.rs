//! The email domains that make people verified at a council.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{Code, CouncilCode, Domain, DomainStatus};
use sqlx::AnyConnection;

use super::domain_name::{read_domain, refuse_shared};
use crate::Registry;
use crate::access::council::name_of;
use crate::councils::membership;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::Write;
use crate::store::audit::{self, AuditAction, AuditEvent, OPERATOR};
use crate::store::{WriteTx, domains, people, read_time, records};

/// How far a domain reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Subdomains count too.
    pub below: bool,
    /// The domain is added even if anyone can have an address at it, as at a public suffix or a mail provider's domain.
    pub anyway: bool,
}

impl Registry {
    /// Verifies people with an address at exactly that domain at the council. False if the domain was already listed.
    ///
    /// # Errors
    /// As [`Self::add_domain_reaching`].
    pub async fn add_domain(&self, domain: &str, council: &CouncilCode) -> Result<bool> {
        self.add_domain_reaching(domain, council, Reach::default()).await
    }

    /// Adds a domain with the given reach.
    ///
    /// # Errors
    /// If it is no domain, if anyone can have an address at it, or if there is no such council.
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

    /// Removes a domain of a council. False if the council does not have it.
    ///
    /// # Errors
    /// If it is no domain.
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

    /// A line for each person who is verified by a domain above their own. Once, every domain included its subdomains.
    ///
    /// # Errors
    /// If the database cannot be read.
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
}

/// Refuses a code that no council has.
pub(crate) async fn must_exist(tx: &mut WriteTx, council: &CouncilCode) -> Result<()> {
    if records::find(tx.sql(), Kind::Council, council.as_str()).await?.is_some() {
        return Ok(());
    }
    let title = format!("There is no council with the code {council}");
    Err(Error::refused(Code::NotFound, title))
}

/// Adds domains of councils that are known to exist.
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

/// Adds a domain as the operator. False if it is already listed with the same reach.
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
    activate(tx, env, domain, council, below, OPERATOR).await?;
    let event = AuditEvent {
        council: council.to_string(),
        ..AuditEvent::operator(AuditAction::AddDomain, format!("council/{council}"), domain)
    };
    audit::log(tx, env, &event).await?;
    Ok(true)
}

/// Stores a domain, and brings in line the memberships of those with an address there.
pub(super) async fn activate(
    tx: &mut WriteTx,
    env: &Env,
    domain: &str,
    council: &CouncilCode,
    below: bool,
    added_by: &str,
) -> Result<()> {
    let known = domains::find(tx.sql(), domain, council).await?;
    let active = domains::Domain {
        domain: domain.to_owned(),
        council: council.clone(),
        below,
        evidence: known.map(|known| known.evidence).unwrap_or_default(),
        added_by: added_by.to_owned(),
        added_at: env.now_ms(),
        from_at: 0,
        until_at: 0,
        came_from: String::new(),
    };
    domains::put(tx, &active).await?;
    membership::verify_all_at(tx, env, domain).await
}

/// A domain as it is shown, with names instead of ids.
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

/// The number of people with an address there who have signed in.
pub(super) async fn lets_in(sql: &mut AnyConnection, domain: &str, below: bool) -> Result<u32> {
    let people = people::at_domain(sql, domain).await?;
    let count = people.iter().filter(|person| below || person.domain() == domain).count();
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
