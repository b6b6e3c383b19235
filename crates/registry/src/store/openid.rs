//! OpenID Connect identities, and sign-ins that are under way in a browser.

use guildhall_protocol::PersonId;
use sqlx::AnyConnection;

use super::people;
use super::write::WriteTx;
use crate::secrets;
use crate::store::error::Result;

/// A sign-in that waits for the provider.
#[derive(Clone)]
pub(crate) struct SignIn {
    /// The PKCE challenge of the app that started it.
    pub(crate) challenge: String,
    /// The port that the app listens on; `None` if the person types the code in.
    pub(crate) port: Option<u16>,
    pub(crate) nonce: String,
    /// The registry's own PKCE verifier, for the provider.
    pub(crate) verifier: String,
    /// The hash of the cookie of the browser that started it.
    pub(crate) browser: String,
}

/// A person as a provider knows them.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Identity {
    pub(crate) issuer: String,
    /// The provider's identifier for the person, which it never reuses.
    pub(crate) subject: String,
    /// The address that the provider vouches for; empty for none.
    pub(crate) email: String,
    /// More than 0 if the provider says that a second factor was used.
    pub(crate) second_factor: i64,
}

/// Stores a new sign-in.
pub(crate) async fn begin(
    tx: &mut WriteTx,
    state_hash: &str,
    sign_in: &SignIn,
    expires_at: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO openid_sign_ins
             (state, challenge, port, nonce, verifier, browser, code, issuer, subject, email, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, '', '', '', '', $7)",
    )
    .bind(state_hash)
    .bind(sign_in.challenge.as_str())
    .bind(i64::from(sign_in.port.unwrap_or(0)))
    .bind(sign_in.nonce.as_str())
    .bind(sign_in.verifier.as_str())
    .bind(sign_in.browser.as_str())
    .bind(expires_at)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// The sign-in with this state that still waits for the provider.
pub(crate) async fn find_pending(
    sql: &mut AnyConnection,
    state_hash: &str,
    now: i64,
) -> Result<Option<SignIn>> {
    let row: Option<(String, i64, String, String, String)> = sqlx::query_as(
        "SELECT challenge, port, nonce, verifier, browser FROM openid_sign_ins
         WHERE state = $1 AND code = '' AND expires_at > $2",
    )
    .bind(state_hash)
    .bind(now)
    .fetch_optional(sql)
    .await?;
    Ok(row.map(|(challenge, port, nonce, verifier, browser)| {
        let port = u16::try_from(port).ok().filter(|port| *port > 0);
        SignIn { challenge, port, nonce, verifier, browser }
    }))
}

/// Stores the provider's answer. Returns false if there was one already.
pub(crate) async fn store_answer(
    tx: &mut WriteTx,
    state_hash: &str,
    code_hash: &str,
    identity: &Identity,
    expires_at: i64,
) -> Result<bool> {
    let updated = sqlx::query(
        "UPDATE openid_sign_ins SET code = $1, issuer = $2, subject = $3, email = $4, expires_at = $5, second_factor = $7
         WHERE state = $6 AND code = ''",
    )
    .bind(code_hash)
    .bind(identity.issuer.as_str())
    .bind(identity.subject.as_str())
    .bind(identity.email.as_str())
    .bind(expires_at)
    .bind(state_hash)
    .bind(identity.second_factor)
    .execute(tx.sql())
    .await?;
    Ok(updated.rows_affected() > 0)
}

/// The identity that the app with this challenge may sign in as, given this code.
pub(crate) async fn identity_for_code(
    tx: &mut WriteTx,
    challenge: &str,
    code_hash: &str,
    now: i64,
) -> Result<Option<Identity>> {
    let identity = sqlx::query_as(
        "SELECT issuer, subject, email, second_factor FROM openid_sign_ins
         WHERE challenge = $1 AND code = $2 AND expires_at > $3",
    );
    Ok(identity.bind(challenge).bind(code_hash).bind(now).fetch_optional(tx.sql()).await?)
}

/// Deletes the sign-ins of the app with this challenge.
pub(crate) async fn take(tx: &mut WriteTx, challenge: &str) -> Result<()> {
    sqlx::query("DELETE FROM openid_sign_ins WHERE challenge = $1").bind(challenge).execute(tx.sql()).await?;
    Ok(())
}

/// Deletes expired sign-ins.
pub(crate) async fn forget(tx: &mut WriteTx, now: i64) -> Result<()> {
    sqlx::query("DELETE FROM openid_sign_ins WHERE expires_at <= $1").bind(now).execute(tx.sql()).await?;
    Ok(())
}

/// The person that an identity is linked to.
pub(crate) async fn person(tx: &mut WriteTx, identity: &Identity) -> Result<Option<PersonId>> {
    let id: Option<String> =
        sqlx::query_scalar("SELECT person FROM identities WHERE issuer = $1 AND subject = $2")
            .bind(identity.issuer.as_str())
            .bind(identity.subject.as_str())
            .fetch_optional(tx.sql())
            .await?;
    id.as_deref().map(people::read_id).transpose()
}

/// Links an identity to a person, who has proved both.
pub(crate) async fn link(tx: &mut WriteTx, identity: &Identity, person: PersonId, now: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO identities (issuer, subject, person, linked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (issuer, subject) DO UPDATE SET person = excluded.person, linked_at = excluded.linked_at",
    )
    .bind(identity.issuer.as_str())
    .bind(identity.subject.as_str())
    .bind(person.to_string())
    .bind(now)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// Whether the person chose not to use the address that the provider vouches for.
pub(crate) async fn has_declined(tx: &mut WriteTx, identity: &Identity) -> Result<bool> {
    let declined: Option<String> =
        sqlx::query_scalar("SELECT declined FROM identities WHERE issuer = $1 AND subject = $2")
            .bind(identity.issuer.as_str())
            .bind(identity.subject.as_str())
            .fetch_optional(tx.sql())
            .await?;
    Ok(declined.is_some_and(|declined| declined == hash_of(identity)))
}

/// Records that choice.
pub(crate) async fn decline(tx: &mut WriteTx, identity: &Identity) -> Result<()> {
    sqlx::query("UPDATE identities SET declined = $1 WHERE issuer = $2 AND subject = $3")
        .bind(hash_of(identity))
        .bind(identity.issuer.as_str())
        .bind(identity.subject.as_str())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Only a hash of a declined address is stored.
fn hash_of(identity: &Identity) -> String {
    secrets::hash(identity.email.as_bytes())
}
