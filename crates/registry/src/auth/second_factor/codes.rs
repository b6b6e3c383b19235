//! Making and comparing codes: those of an authenticator app (RFC 6238 with SHA-1, six digits and 30 seconds, which
//! every app supports), and recovery codes.

use guildhall_protocol::PersonId;
use guildhall_protocol::second_factor::{NewFactor, RECOVERY_CODES, RECOVERY_LENGTH, TOTP_DIGITS};
use guildhall_protocol::sign_in::{CODE_ALPHABET, normalise_code};
use totp_rs::{Builder, Secret, Totp};

use super::key::SealingKey;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::secrets::hash;
use crate::store::WriteTx;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::second_factors::{self, StoredFactor};

/// The length of a secret in bytes: that of a SHA-1 hash (RFC 4226 §4).
pub(super) const SECRET: usize = 20;
/// The length of the recovery codes of earlier versions.
const OLD_RECOVERY_LENGTH: usize = 16;
/// The wrong codes after which one has to wait. Each further batch of as many doubles the wait.
const TRIES: i64 = 5;
/// The first and the longest wait, in milliseconds.
const WAIT: i64 = 15 * 60 * 1000;
const LONGEST_WAIT: i64 = 24 * 60 * 60 * 1000;

/// The result of checking a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    Right,
    /// Wrong, old, or used before.
    Wrong,
}

fn totp(secret: &[u8], issuer: &str, account: &str) -> Result<Totp> {
    // Neither contains the separator.
    let (issuer, account) = (issuer.replace(':', " "), account.replace(':', " "));
    let built = Builder::new()
        .with_secret(Secret::from(secret))
        .with_issuer(Some(issuer))
        .with_account_name(account)
        .build();
    built.map_err(|error| Error::Damaged(format!("a second factor: {error}")))
}

/// A new secret, in the form that its person types in.
pub(super) fn new_factor(secret: &[u8], registry: &str, email: &str) -> Result<NewFactor> {
    let totp = totp(secret, registry, email)?;
    let uri = totp.to_url().map_err(|error| Error::Damaged(format!("a second factor: {error}")))?;
    Ok(NewFactor { secret: totp.secret().to_base32(), uri })
}

/// The time step of a code: the current one or one to either side. None if it is of none of these.
pub(super) fn step_of(secret: &[u8], typed: &str, env: &Env) -> Result<Option<i64>> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if digits.len() != TOTP_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let seconds = u64::try_from(env.now_ms() / 1000).unwrap_or_default();
    let step = totp(secret, "Guildhall", "person")?.check(&digits, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// New recovery codes and their hashes.
pub(super) fn new_recovery_codes(env: &Env, person: PersonId) -> (Vec<String>, Vec<String>) {
    // The alphabet has 32 letters, so each is equally likely.
    let letter = |byte: &u8| char::from(CODE_ALPHABET[usize::from(byte % 32)]);
    let code = || env.bytes::<RECOVERY_LENGTH>().iter().map(letter).collect::<String>();
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| code()).collect();
    let hashes = codes.iter().map(|code| hash_recovery_code(person, code)).collect();
    (codes.iter().map(|code| in_fours(code)).collect(), hashes)
}

/// The hash that is stored of a recovery code. A code is random enough to need no slow hash.
fn hash_recovery_code(person: PersonId, typed: &str) -> String {
    hash(format!("{person}/{}", normalise_code(typed)).as_bytes())
}

fn in_fours(code: &str) -> String {
    code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
}

/// Uses a code of the person's confirmed factor. Each code works once. After five wrong codes the person has to wait
/// before the next is checked.
///
/// # Errors
/// [`Error::TooMany`] during that wait, and an error without a key to check the code with.
pub(super) async fn check(
    tx: &mut WriteTx,
    env: &Env,
    key: Option<&SealingKey>,
    (person, stored): (PersonId, &StoredFactor),
    typed: &str,
) -> Result<Checked> {
    let now = env.now_ms();
    may_try(stored, now)?;
    let recovery = normalise_code(typed);
    if [RECOVERY_LENGTH, OLD_RECOVERY_LENGTH].contains(&recovery.len()) {
        let hash = hash_recovery_code(person, &recovery);
        if second_factors::use_recovery_code(tx, person, &hash, now).await? {
            second_factors::record_right(tx, person, stored.last_step).await?;
            let event =
                AuditEvent::new(person.to_string(), AuditAction::UseRecoveryCode, format!("person/{person}"));
            audit::log(tx, env, &event).await?;
            return Ok(Checked::Right);
        }
    } else {
        let lost = || Error::Damaged("there is no key to check second factors with".to_owned());
        let secret = key.ok_or_else(lost)?.open(person, &stored.secret)?;
        if let Some(step) = step_of(&secret, typed, env)?.filter(|step| *step > stored.last_step) {
            second_factors::record_right(tx, person, step).await?;
            return Ok(Checked::Right);
        }
    }
    wrong(tx, env, person, stored).await?;
    Ok(Checked::Wrong)
}

/// Refuses a code during the wait.
pub(super) fn may_try(stored: &StoredFactor, now: i64) -> Result<()> {
    if now < stored.wait_until {
        let seconds = (stored.wait_until - now).cast_unsigned().div_ceil(1000);
        return Err(Error::TooMany { seconds });
    }
    Ok(())
}

/// Counts a wrong code.
pub(super) async fn wrong(
    tx: &mut WriteTx,
    env: &Env,
    person: PersonId,
    stored: &StoredFactor,
) -> Result<()> {
    Ok(second_factors::record_wrong(tx, person, env.now_ms() + wait_after(stored.wrong + 1)).await?)
}

/// The wait after that many wrong codes.
fn wait_after(wrong: i64) -> i64 {
    if wrong % TRIES != 0 {
        return 0;
    }
    let times = u32::try_from(wrong / TRIES - 1).unwrap_or(u32::MAX).min(10);
    (WAIT << times).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_five_wrong_codes_cost_twice_as_long() {
        let waits = [1, 4, 5, 6, 10, 15, 40, 400].map(|wrong| wait_after(wrong) / 60_000);
        assert_eq!(waits, [0, 0, 15, 0, 30, 60, 1440, 1440]);
    }

    /// The example of RFC 6238, appendix B, with the last six digits.
    #[test]
    fn a_code_is_that_of_the_standard() {
        let totp = totp(b"12345678901234567890", "Guildhall: test", "sam@barchester.example").unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(totp.generate(seconds).to_string(), code);
        }
        let told = new_factor(b"12345678901234567890", "Guildhall: test", "sam@barchester.example").unwrap();
        assert_eq!(told.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(told.uri.starts_with("otpauth://totp/"), "{}", told.uri);
        assert!(told.uri.contains("issuer=Guildhall"), "{}", told.uri);
    }
}
