//! Erasing a person: their address and contacts under their name are removed from records, history and stored answers,
//! and through the feed from laptops. Free text is not searched. Each erasure is stored, so that it can be repeated
//! after an older backup is restored.

mod ledger;
mod words;

use std::path::Path;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{EraseAccount, MAX_NAMES};
use serde_json::Value;

use crate::Registry;
use crate::access::policy;
use crate::access::principal::Principal;
use crate::councils::membership;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{Write, WriteAs};
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::erasures::{self, Among, Erasure, PLACES};
use crate::store::memberships::{self, Membership, Standing};
use crate::store::people::Person;
use crate::store::{WriteTx, former_addresses, records};
pub use ledger::DamagedLedger;
use words::Names;

impl Registry {
    /// Erases the person who asks and ends their sessions.
    pub(crate) async fn erase_me(&self, principal: &Principal, erase: EraseAccount) -> Result<()> {
        if erase.names.len() > MAX_NAMES {
            let detail = format!("At most {MAX_NAMES} names");
            return Err(Error::invalid("/names", FieldCode::TooLong, detail));
        }
        let names: Vec<String> = erase.names.iter().map(|name| words::hash_of_name(name)).collect();
        self.write_as(principal, names, async |WriteAs { tx, actor, env }, names| {
            let erasure = Erasure { person: actor.person.id, names: names.clone(), at: env.now_ms() };
            erasures::add(tx, &erasure).await?;
            let event = actor.event(AuditAction::EraseAccount, format!("person/{}", actor.person.id));
            audit::log(tx, env, &event).await?;
            erase_person(tx, env, &actor.person, &erasure).await
        })
        .await?;
        self.after_erasing().await;
        Ok(())
    }

    /// Repeats erasures of people who came back with a restored backup.
    ///
    /// # Errors
    /// A database error.
    pub(crate) async fn erase_again(&self, known: Vec<Erasure>) -> Result<()> {
        let nothing_new = {
            let mut tx = self.store().read().await?;
            let stored = erasures::all(&mut tx).await?;
            known.iter().all(|erasure| stored.iter().any(|stored| stored.person == erasure.person))
                && erasures::not_done(&mut tx).await?.is_empty()
        };
        if nothing_new {
            return Ok(());
        }
        self.write(known, async |Write { tx, env }, known| {
            for erasure in known {
                erasures::add(tx, erasure).await?;
            }
            for (person, erasure) in erasures::not_done(tx.sql()).await? {
                erase_person(tx, env, &person, &erasure).await?;
                let event =
                    AuditEvent::operator(AuditAction::EraseAccount, format!("person/{}", person.id), "again");
                audit::log(tx, env, &event).await?;
            }
            Ok(())
        })
        .await?;
        self.after_erasing().await;
        Ok(())
    }

    /// Cleans the database files and writes the erasure list. The erasure itself is committed by now, so failures are
    /// logged and the next maintenance run tries again.
    pub(crate) async fn after_erasing(&self) {
        if let Err(error) = self.store().purge_deleted_pages().await {
            tracing::warn!(%error, "erased data may still be in the database's log");
        }
        if let Err(error) = self.keep_ledger(self.data_dir()).await {
            tracing::error!(%error, "the erasure list could not be written");
        }
    }

    /// Adds every erasure to the list in this folder, for backups that are restored later.
    pub(crate) async fn keep_ledger(&self, folder: &Path) -> Result<()> {
        let all = erasures::all(&mut *self.store().read().await?).await?;
        Ok(ledger::merge(folder, &all)?)
    }
}

/// The erasures listed in the registry's own folder.
pub(crate) fn listed_in(folder: &Path) -> Result<Vec<Erasure>, DamagedLedger> {
    ledger::close_to_others(folder)?;
    ledger::read(folder)
}

/// Copies the erasures listed in one folder to the list in another.
pub(crate) fn take_over(from: &Path, into: &Path) -> Result<(), DamagedLedger> {
    ledger::merge(into, &ledger::read(from)?)
}

async fn erase_person(tx: &mut WriteTx, env: &Env, person: &Person, erasure: &Erasure) -> Result<()> {
    let now = env.now_ms();
    // Their open reviews and what they were told about their submissions.
    for (kind, id) in own_records(tx, person).await? {
        if let Some(record) = records::find(tx.sql(), kind, &id).await? {
            records::remove(tx, kind, &record, now).await?;
        }
    }
    // Remove their addresses everywhere, but a name only at councils where they could have entered it.
    let mut addresses = former_addresses::of_person(tx.sql(), person.id).await?;
    addresses.push(person.email.clone());
    for email in &addresses {
        clean(tx, Among::Naming(email), Names { email, hashes: &[] }, now).await?;
    }
    let known = memberships::of_person(tx.sql(), person.id).await?;
    for membership in &known {
        let names = Names { email: &person.email, hashes: &erasure.names };
        if !erasure.names.is_empty() {
            clean(tx, Among::Council(membership.council.as_str()), names, now).await?;
        }
    }
    for membership in known {
        membership::set(tx, &Membership { standing: Standing::Removed, ..membership }).await?;
    }
    erasures::remove_rows(tx, person).await?;
    tx.wake_readers();
    Ok(())
}

async fn own_records(tx: &mut WriteTx, person: &Person) -> Result<Vec<(Kind, String)>> {
    let mut found = Vec::new();
    for id in records::written_by(tx.sql(), Kind::Review, person.id).await? {
        found.push((Kind::Review, id));
    }
    for id in records::in_cell(tx.sql(), &policy::cell_of_person(person.id)).await? {
        found.push((Kind::Submission, id));
    }
    Ok(found)
}

async fn clean(tx: &mut WriteTx, among: Among<'_>, names: Names<'_>, now: i64) -> Result<()> {
    for (kind, id) in erasures::records(tx.sql(), among).await? {
        let Ok(kind) = kind.parse::<Kind>() else { continue };
        let Some(record) = records::find(tx.sql(), kind, &id).await? else { continue };
        let mut body = Value::Object(record.body.clone());
        if names.leave(&mut body)
            && let Value::Object(body) = body
        {
            records::rewrite(tx, kind, &record, &body, now).await?;
        }
    }
    // The history comes last, because rewriting a record adds the old text to it.
    for place in &PLACES {
        erasures::rewrite(tx, place, among, |json| names.leave(json)).await?;
    }
    Ok(())
}
