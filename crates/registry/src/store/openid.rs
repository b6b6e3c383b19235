//! Who is known at an OpenID Connect provider, and the sign-ins that are on their way through a browser.

use guildhall_protocol::PersonId;
use sqlx::AnyConnection;

use super::people;
use super::write::WriteTx;
use crate::secrets;
use crate::store::error::Result;

/// A sign-in for which the provider is asked.
#[derive(Clone)]
pub(crate) struct SignIn {
    /// Of the app that began it.
    pub(crate) challenge: String,
    /// Where the app listens on its laptop; none where its person types the code in.
    pub(crate) port: Option<u16>,
    pub(crate) nonce: String,
    /// Of the registry, towards the provider.
    pub(crate) verifier: String,
    /// The hash of what the browser shows in which it was begun.
    pub(crate) browser: String,
}

/// Someone as a provider knows them.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Identity {
    pub(crate) issuer: String,
    /// The provider's name for them, which never becomes anyone else's.
    pub(crate) subject: String,
    /// The address that the provider says is theirs; empty where it vouches for none.
    pub(crate) email: String,
    /// More than 0 where the provider says that a second factor was used.
    pub(crate) second_factor: i64,
}

/// Takes note of one that begins.
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

/// The one of that state that waits for the provider's answer.
pub(crate) async fn under_way(sql: &mut AnyConnection, state_hash: &str, now: i64) -> Result<Option<SignIn>> {
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

/// The provider has said who it is; false where it had said so before.
pub(crate) async fn answered(
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

/// Who the app with that challenge may sign in as, with that code.
pub(crate) async fn named(
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

/// What that app began is done.
pub(crate) async fn use_up(tx: &mut WriteTx, challenge: &str) -> Result<()> {
    sqlx::query("DELETE FROM openid_sign_ins WHERE challenge = $1").bind(challenge).execute(tx.sql()).await?;
    Ok(())
}

/// Forgets those that took too long.
pub(crate) async fn forget(tx: &mut WriteTx, now: i64) -> Result<()> {
    sqlx::query("DELETE FROM openid_sign_ins WHERE expires_at <= $1").bind(now).execute(tx.sql()).await?;
    Ok(())
}

/// The person that identity is of.
pub(crate) async fn person(tx: &mut WriteTx, identity: &Identity) -> Result<Option<PersonId>> {
    let id: Option<String> =
        sqlx::query_scalar("SELECT person FROM identities WHERE issuer = $1 AND subject = $2")
            .bind(identity.issuer.as_str())
            .bind(identity.subject.as_str())
            .fetch_optional(tx.sql())
            .await?;
    id.as_deref().map(people::read_id).transpose()
}

/// That identity is of that person from now on: they have proved both.
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

/// Has the person of that identity said that the address for which the provider vouches is not the one to use?
pub(crate) async fn has_declined(tx: &mut WriteTx, identity: &Identity) -> Result<bool> {
    let declined: Option<String> =
        sqlx::query_scalar("SELECT declined FROM identities WHERE issuer = $1 AND subject = $2")
            .bind(identity.issuer.as_str())
            .bind(identity.subject.as_str())
            .fetch_optional(tx.sql())
            .await?;
    Ok(declined.is_some_and(|declined| declined == hash_of(identity)))
}

/// They say so.
pub(crate) async fn decline(tx: &mut WriteTx, identity: &Identity) -> Result<()> {
    sqlx::query("UPDATE identities SET declined = $1 WHERE issuer = $2 AND subject = $3")
        .bind(hash_of(identity))
        .bind(identity.issuer.as_str())
        .bind(identity.subject.as_str())
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// What is stored of an address that is not to be used here.
fn hash_of(identity: &Identity) -> String {
    secrets::hash(identity.email.as_bytes())
}
