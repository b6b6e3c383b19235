//! Sessions: families of token pairs, stored as hashes. A refresh token can be used once, for the next pair. If that
//! answer was lost, the previous token still works: for a minute, or until a newer pair is seen in use. Any other reuse
//! means that a token was copied, and ends the whole family.

use guildhall_protocol::PersonId;
use sqlx::AnyConnection;

use super::people;
use super::write::WriteTx;
use crate::store::error::Result;

/// The lifetime of an access token, in milliseconds.
pub(crate) const ACCESS_LIFE: i64 = 15 * 60 * 1000;
/// How long an unused session lasts, in milliseconds.
const IDLE_LIFE: i64 = 90 * 24 * 60 * 60 * 1000;
/// The lifetime of a session even if it is used, in milliseconds.
const LIFE: i64 = 365 * 24 * 60 * 60 * 1000;
/// How long the previous refresh token works in any case, in milliseconds.
const GRACE: i64 = 60 * 1000;

/// The hashes of a new token pair.
#[derive(Clone, Debug)]
pub(crate) struct PairHashes {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

/// Creates a session with its first token pair.
pub(crate) async fn begin(
    tx: &mut WriteTx,
    id: &str,
    person: PersonId,
    device: &str,
    hashes: &PairHashes,
    now: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO sessions (id, person, created_at, revoked_at, pair, previous_pair, seen_pair, rotated_at, device,
             seen_at)
         VALUES ($1, $2, $3, NULL, 1, 1, 0, $3, $4, $3)",
    )
    .bind(id)
    .bind(person.to_string())
    .bind(now)
    .bind(device)
    .execute(tx.sql())
    .await?;
    add_pair(tx, id, 1, hashes, now).await
}

async fn add_pair(tx: &mut WriteTx, session: &str, pair: i64, hashes: &PairHashes, now: i64) -> Result<()> {
    // Delete expired tokens here, so that a session has only a few rows.
    sqlx::query("DELETE FROM access_tokens WHERE session = $1 AND expires_at <= $2")
        .bind(session)
        .bind(now)
        .execute(tx.sql())
        .await?;
    sqlx::query("INSERT INTO access_tokens (hash, session, pair, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(hashes.access.as_str())
        .bind(session)
        .bind(pair)
        .bind(now + ACCESS_LIFE)
        .execute(tx.sql())
        .await?;
    sqlx::query("INSERT INTO refresh_tokens (hash, session, pair) VALUES ($1, $2, $3)")
        .bind(hashes.refresh.as_str())
        .bind(session)
        .bind(pair)
        .execute(tx.sql())
        .await?;
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The person signed out.
    SignOut,
    /// A refresh token was used twice.
    Reuse,
    /// The person signed this laptop out from another one.
    Elsewhere,
    /// The person has to confirm their address again.
    Lapsed,
}

impl Ended {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignOut => "sign_out",
            Self::Reuse => "reuse",
            Self::Elsewhere => "elsewhere",
            Self::Lapsed => "lapsed",
        }
    }

    fn of(stored: &str) -> Self {
        match stored {
            "elsewhere" => Self::Elsewhere,
            "reuse" => Self::Reuse,
            "lapsed" => Self::Lapsed,
            _ => Self::SignOut,
        }
    }
}

/// What an access token allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It is valid.
    Person {
        /// The person's id.
        id: PersonId,
        /// The session's id.
        session: String,
        /// The laptop's name.
        device: String,
        /// No token of this pair has been used before: see [`seen`].
        first_use: bool,
    },
    /// Its session has ended.
    Revoked(Ended),
    /// It is unknown or has expired.
    Unknown,
}

#[derive(sqlx::FromRow)]
struct AccessRow {
    person: String,
    session: String,
    device: String,
    pair: i64,
    seen_pair: i64,
    expires_at: i64,
    revoked_at: Option<i64>,
    ended_by: String,
}

/// Looks up an access token.
pub(crate) async fn look_up(sql: &mut AnyConnection, access_hash: &str, now: i64) -> Result<Access> {
    let row: Option<AccessRow> = sqlx::query_as(
        "SELECT sessions.person, sessions.id AS session, sessions.device, access_tokens.pair, sessions.seen_pair,
             access_tokens.expires_at, sessions.revoked_at, sessions.ended_by
         FROM access_tokens JOIN sessions ON sessions.id = access_tokens.session
         WHERE access_tokens.hash = $1",
    )
    .bind(access_hash)
    .fetch_optional(sql)
    .await?;
    Ok(match row {
        Some(AccessRow { revoked_at: Some(_), ended_by, .. }) => Access::Revoked(Ended::of(&ended_by)),
        Some(looked) if looked.expires_at > now => Access::Person {
            id: people::read_id(&looked.person)?,
            session: looked.session,
            device: looked.device,
            first_use: looked.pair > looked.seen_pair,
        },
        _ => Access::Unknown,
    })
}

/// Records that an access token was used, which proves that its pair arrived. The previous refresh token then works
/// only for the rest of its grace period.
pub(crate) async fn seen(tx: &mut WriteTx, access_hash: &str, now: i64) -> Result<()> {
    sqlx::query(
        "UPDATE people SET seen_at = $2
         WHERE id = (SELECT sessions.person FROM access_tokens JOIN sessions ON sessions.id = access_tokens.session
                     WHERE access_tokens.hash = $1)",
    )
    .bind(access_hash)
    .bind(now)
    .execute(tx.sql())
    .await?;
    sqlx::query(
        "UPDATE sessions SET seen_at = $2 WHERE id = (SELECT session FROM access_tokens WHERE hash = $1)",
    )
    .bind(access_hash)
    .bind(now)
    .execute(tx.sql())
    .await?;
    sqlx::query(
        "UPDATE sessions SET seen_pair = (SELECT pair FROM access_tokens WHERE hash = $1)
         WHERE id = (SELECT session FROM access_tokens WHERE hash = $1)
             AND seen_pair < (SELECT pair FROM access_tokens WHERE hash = $1)",
    )
    .bind(access_hash)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// The result of using a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// The next pair was stored.
    Rotated,
    /// The session has ended, perhaps because of this use.
    Revoked(Ended),
    /// The token is unknown, or the session was unused for too long.
    Unknown,
}

/// A session, and where one of its refresh tokens stands in it.
#[derive(sqlx::FromRow)]
struct Family {
    id: String,
    /// The number of the token's pair.
    mine: i64,
    /// The number of the last pair issued.
    newest: i64,
    previous_pair: i64,
    seen_pair: i64,
    created_at: i64,
    rotated_at: i64,
    revoked_at: Option<i64>,
    ended_by: String,
}

/// Exchanges a refresh token for the next pair.
pub(crate) async fn rotate(
    tx: &mut WriteTx,
    refresh_hash: &str,
    next: &PairHashes,
    now: i64,
) -> Result<Rotation> {
    let family: Option<Family> = sqlx::query_as(
        "SELECT sessions.id, refresh_tokens.pair AS mine, sessions.pair AS newest, sessions.previous_pair,
             sessions.seen_pair, sessions.created_at, sessions.rotated_at, sessions.revoked_at, sessions.ended_by
         FROM refresh_tokens JOIN sessions ON sessions.id = refresh_tokens.session
         WHERE refresh_tokens.hash = $1",
    )
    .bind(refresh_hash)
    .fetch_optional(tx.sql())
    .await?;
    let Some(family) = family else { return Ok(Rotation::Unknown) };
    if family.revoked_at.is_some() {
        return Ok(Rotation::Revoked(Ended::of(&family.ended_by)));
    }
    if now >= family.rotated_at + IDLE_LIFE {
        return Ok(Rotation::Unknown);
    }
    if now >= family.created_at + LIFE {
        end(tx, &family.id, Ended::Lapsed, now).await?;
        return Ok(Rotation::Revoked(Ended::Lapsed));
    }
    let Family { id: session, mine, newest, previous_pair, rotated_at, .. } = &family;
    // A request that arrived twice was answered with two pairs, and the laptop may have received either.
    let is_newest = mine == newest || mine > previous_pair;
    let answer_was_lost =
        mine == previous_pair && (family.seen_pair <= *previous_pair || now < rotated_at + GRACE);
    if !is_newest && !answer_was_lost {
        end(tx, session, Ended::Reuse, now).await?;
        return Ok(Rotation::Revoked(Ended::Reuse));
    }
    if is_newest {
        // This pair arrived. The others get the number 0, which no pair has, so using one of them counts as reuse.
        sqlx::query("UPDATE refresh_tokens SET pair = 0 WHERE session = $1 AND pair > $2 AND pair <> $3")
            .bind(session.as_str())
            .bind(previous_pair)
            .bind(mine)
            .execute(tx.sql())
            .await?;
    }
    // A repeat with the previous token must not extend its grace period.
    let rotated_at = if is_newest { now } else { *rotated_at };
    sqlx::query("UPDATE sessions SET pair = $1, previous_pair = $2, rotated_at = $3 WHERE id = $4")
        .bind(newest + 1)
        .bind(mine)
        .bind(rotated_at)
        .bind(session.as_str())
        .execute(tx.sql())
        .await?;
    add_pair(tx, session, newest + 1, next, now).await?;
    Ok(Rotation::Rotated)
}

/// Ends the session of a refresh token, if there is one.
pub(crate) async fn revoke(tx: &mut WriteTx, refresh_hash: &str, now: i64) -> Result<()> {
    let session: Option<String> = sqlx::query_scalar("SELECT session FROM refresh_tokens WHERE hash = $1")
        .bind(refresh_hash)
        .fetch_optional(tx.sql())
        .await?;
    match session {
        Some(session) => end(tx, &session, Ended::SignOut, now).await,
        None => Ok(()),
    }
}

/// Ends a session, unless it has already ended.
pub(crate) async fn end(tx: &mut WriteTx, session: &str, why: Ended, now: i64) -> Result<()> {
    sqlx::query("UPDATE sessions SET revoked_at = $1, ended_by = $2 WHERE id = $3 AND revoked_at IS NULL")
        .bind(now)
        .bind(why.as_str())
        .bind(session)
        .execute(tx.sql())
        .await?;
    Ok(())
}

/// Ends all of a person's sessions. Returns false if there were none.
pub(crate) async fn end_all(tx: &mut WriteTx, person: PersonId, why: Ended, now: i64) -> Result<bool> {
    let ended = sqlx::query(
        "UPDATE sessions SET revoked_at = $1, ended_by = $2 WHERE person = $3 AND revoked_at IS NULL",
    )
    .bind(now)
    .bind(why.as_str())
    .bind(person.to_string())
    .execute(tx.sql())
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// A session that has not ended.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) device: String,
    pub(crate) created_at: i64,
    pub(crate) seen_at: i64,
}

/// A person's current sessions, most recently seen first.
pub(crate) async fn of_person(sql: &mut AnyConnection, person: PersonId, now: i64) -> Result<Vec<Session>> {
    let sessions = sqlx::query_as(
        "SELECT id, device, created_at, seen_at FROM sessions
         WHERE person = $1 AND revoked_at IS NULL AND rotated_at > $2 ORDER BY seen_at DESC, id",
    );
    Ok(sessions.bind(person.to_string()).bind(now - IDLE_LIFE).fetch_all(sql).await?)
}
