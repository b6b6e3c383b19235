//! Sign-ins started by email. Each start has its own code and its own tries, so that nobody can use up another's. The
//! rows also count the emails sent: per mailbox, per domain and in total.

use guildhall_protocol::sign_in::StartId;

use super::write::WriteTx;
use crate::store::error::Result;

/// The lifetime of a code, in milliseconds.
const LIFE: i64 = 10 * 60 * 1000;
/// Wrong codes that a start allows before its right code is refused too.
const TRIES: i64 = 5;
/// Wrong codes allowed per start from apps that name no start: anyone who knows the address can use these up. There are
/// 2^40 codes.
const TRIES_WITHOUT_START: i64 = 100;
/// The window for the limits per mailbox, in milliseconds.
const MAILBOX_WINDOW: i64 = 15 * 60 * 1000;
/// The most emails to one mailbox in that window, from any network: enough that a few strangers cannot lock its owner
/// out.
const TO_KNOWN_MAILBOX: i64 = 20;
/// The same for a mailbox that has never signed in, whose owner may have nothing to do with Guildhall.
const TO_MAILBOX: i64 = 5;
/// The window for the other limits, in milliseconds.
const WINDOW: i64 = 60 * 60 * 1000;
/// The most emails to new addresses at one domain.
const TO_DOMAIN: i64 = 100;
/// The most emails to all new addresses: half of the budget is reserved for people who have signed in before.
const TO_STRANGERS: i64 = 500;
/// The budget for all emails. People who have signed in before get theirs even beyond it.
const BUDGET: i64 = 1_000;

/// A sign-in to be started.
pub(crate) struct Start<'a> {
    pub(crate) id: StartId,
    pub(crate) email: &'a str,
    pub(crate) hash: &'a str,
    pub(crate) now: i64,
}

/// The mailbox behind an address: the part after a plus is a label (RFC 5233).
pub(crate) fn mailbox(email: &str) -> String {
    let (name, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let base = name.split('+').next().filter(|base| !base.is_empty()).unwrap_or(name);
    format!("{base}@{domain}")
}

/// Stores a start whose code is about to be sent. If a limit is reached, stores nothing and returns false.
pub(crate) async fn add(tx: &mut WriteTx, start: &Start<'_>) -> Result<bool> {
    let Start { id, email, hash, now } = start;
    sqlx::query("DELETE FROM sign_in_starts WHERE started_at <= $1")
        .bind(now - WINDOW)
        .execute(tx.sql())
        .await?;
    let known: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM people WHERE email = $1 AND verified_at > 0")
        .bind(*email)
        .fetch_one(tx.sql())
        .await?;
    let (known, mailbox) = (known > 0, mailbox(email));
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    let to_mailbox: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sign_in_starts WHERE mailbox = $1 AND started_at > $2")
            .bind(mailbox.as_str())
            .bind(now - MAILBOX_WINDOW)
            .fetch_one(tx.sql())
            .await?;
    if to_mailbox >= if known { TO_KNOWN_MAILBOX } else { TO_MAILBOX } {
        return Ok(false);
    }
    if !known {
        let (all, to_strangers, to_domain): (i64, i64, i64) = sqlx::query_as(
            "SELECT COUNT(*), COUNT(CASE WHEN known = 0 THEN 1 END),
                 COUNT(CASE WHEN known = 0 AND domain = $1 THEN 1 END) FROM sign_in_starts",
        )
        .bind(domain)
        .fetch_one(tx.sql())
        .await?;
        if all >= BUDGET || to_strangers >= TO_STRANGERS || to_domain >= TO_DOMAIN {
            tracing::warn!(
                all,
                to_strangers,
                to_domain,
                "a code for an address that never signed in was held back"
            );
            return Ok(false);
        }
    }
    sqlx::query(
        "INSERT INTO sign_in_starts
             (id, email, mailbox, domain, known, hash, started_at, expires_at, tries_left, tries_without_start_left)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id.to_string())
    .bind(*email)
    .bind(mailbox.as_str())
    .bind(domain)
    .bind(i64::from(known))
    .bind(*hash)
    .bind(*now)
    .bind(now + LIFE)
    .bind(TRIES)
    .bind(TRIES_WITHOUT_START)
    .execute(tx.sql())
    .await?;
    Ok(true)
}

/// Deletes a start whose email could not be sent, so that it counts towards no limit.
pub(crate) async fn take_back(tx: &mut WriteTx, id: StartId) -> Result<()> {
    sqlx::query("DELETE FROM sign_in_starts WHERE id = $1").bind(id.to_string()).execute(tx.sql()).await?;
    Ok(())
}

/// Uses up a start's code. Returns true if it is right; a wrong code costs that start a try. Older apps name no start:
/// the code may then belong to any start for the address, and a wrong one costs each of these starts one of its
/// separate tries.
pub(crate) async fn take(
    tx: &mut WriteTx,
    start: Option<StartId>,
    email: &str,
    hash: &str,
    now: i64,
) -> Result<bool> {
    let (right, wrong) = match start {
        Some(_) => (
            "UPDATE sign_in_starts SET tries_left = 0, tries_without_start_left = 0
             WHERE email = $1 AND hash = $2 AND expires_at > $3 AND id = $4 AND tries_left > 0",
            "UPDATE sign_in_starts SET tries_left = tries_left - 1 WHERE email = $1 AND id = $2 AND tries_left > 0",
        ),
        None => (
            "UPDATE sign_in_starts SET tries_left = 0, tries_without_start_left = 0
             WHERE email = $1 AND hash = $2 AND expires_at > $3 AND $4 = '' AND tries_without_start_left > 0",
            "UPDATE sign_in_starts SET tries_without_start_left = tries_without_start_left - 1
             WHERE email = $1 AND $2 = '' AND tries_without_start_left > 0",
        ),
    };
    let id = start.map(|start| start.to_string()).unwrap_or_default();
    let used =
        sqlx::query(right).bind(email).bind(hash).bind(now).bind(id.as_str()).execute(tx.sql()).await?;
    if used.rows_affected() == 0 {
        sqlx::query(wrong).bind(email).bind(id).execute(tx.sql()).await?;
    }
    Ok(used.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use super::mailbox;

    #[test]
    fn a_label_does_not_make_another_mailbox() {
        for (email, same) in [
            ("sam@barchester.example", "sam@barchester.example"),
            ("sam+work@barchester.example", "sam@barchester.example"),
            ("sam+a+b@barchester.example", "sam@barchester.example"),
            ("+sam@barchester.example", "+sam@barchester.example"),
        ] {
            assert_eq!(mailbox(email), same);
        }
    }
}
