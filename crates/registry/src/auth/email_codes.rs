//! Signing in by email: a code is sent to an address, and the app exchanges it for a session. The answers are the same
//! whether or not the address is known, so that nobody can find out who uses Guildhall.

use std::net::IpAddr;

use guildhall_protocol::sign_in::{DEVICE, StartId, Started, Tokens, Verify};
use guildhall_protocol::{Code, PersonId};

use crate::access::factor::FactorMethod;
use crate::access::principal::{self, Actor, Principal};
use crate::auth::openid::Proof;
use crate::auth::second_factor::{self, Admitted, Shown};
use crate::councils::membership;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::mail::letters::{self, Letter};
use crate::mail::read_email;
use crate::registry::Write;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::people::{self, Person};
use crate::store::sessions::{self, Access, Ended, PairHashes, Rotation};
use crate::store::sign_in_starts::{self, Start};
use crate::store::{WriteTx, second_factors, sign_in_codes};
use crate::{Registry, secrets};

impl Registry {
    /// Sends a code to that email address, for someone at that network address. If too many codes were sent to similar
    /// addresses, no mail goes out but the answer is the same: only people who have never signed in are held back, and
    /// the answer must not show who they are.
    pub(crate) async fn start_sign_in(&self, from: IpAddr, email: &str) -> Result<Started> {
        let email = read_email(email)?;
        if let Some(limits) = self.limits() {
            limits.request_code_to(from, sign_in_starts::mailbox(&email))?;
        }
        let code = secrets::new_code(self.env());
        let start = StartId(self.env().new_id());
        let args = (start, email.clone(), secrets::hash_code(&email, &code));
        let may_be_sent = self.write(args, async |Write { tx, env }, (start, email, hash)| {
            Ok(sign_in_starts::add(tx, &Start { id: *start, email, hash, now: env.now_ms() }).await?)
        });
        let letter = Letter::new(&email, &letters::SignInCode { code: &code });
        if may_be_sent.await?
            && let Err(error) = self.post(&letter).await
        {
            // The network that asked is still charged for it, but the person who waits for the mail is not.
            self.write(start, async |Write { tx, .. }, start| {
                Ok(sign_in_starts::take_back(tx, *start).await?)
            })
            .await?;
            return Err(error);
        }
        Ok(Started { start })
    }

    /// Makes a sign-in code for that address and returns it to the operator. It replaces an earlier one and lasts 10
    /// minutes. The registry may be serving at the same time.
    ///
    /// # Errors
    /// If it is no email address, or the code cannot be stored.
    pub async fn issue_code(&self, email: &str) -> Result<String> {
        let email = read_email(email)?;
        let code = secrets::new_code(self.env());
        let hash = secrets::hash_code(&email, &code);
        self.write((email, hash), async |Write { tx, env }, (email, hash)| {
            sign_in_codes::issue(tx, email, hash, env.now_ms()).await?;
            Ok(audit::log(tx, env, &AuditEvent::operator(AuditAction::IssueCode, "sign-in", "")).await?)
        })
        .await?;
        Ok(code)
    }

    /// Exchanges a code for a session.
    pub(crate) async fn verify_sign_in(&self, verify: Verify) -> Result<Tokens> {
        let Verify { email, code, start, device, openid, second_factor } = verify;
        let email = read_email(&email)?;
        let (tokens, session) = NewSession::on(&device, self.env());
        let code_hash = secrets::hash_code(&email, &code);
        let shown = self.shown_factor(second_factor)?;
        let proof = openid.as_ref().map(Proof::of);
        let right = self.write(
            (email, start, code_hash, proof, session, shown),
            async |Write { tx, env }, (email, start, code_hash, proof, session, shown)| {
                let now = env.now_ms();
                second_factors::mark(tx).await?;
                // The operator may have given them a code instead of the one by email.
                if !sign_in_starts::take(tx, *start, email, code_hash, now).await?
                    && !sign_in_codes::take(tx, email, code_hash, now).await?
                {
                    return Ok(Verified::CodeRefused);
                }
                let person = people::find_or_add(tx, email, PersonId(env.new_id()), now).await?;
                let Admitted::Yes(given) = second_factor::admit(tx, env, &person, shown).await? else {
                    // The code by email stays valid, so that they can try another code of the second factor.
                    second_factors::back_to_mark(tx).await?;
                    second_factor::count_wrong(tx, env, person.id).await?;
                    return Ok(Verified::FactorRefused);
                };
                if let Some(proof) = proof {
                    proof.link(tx, &person, now).await?;
                }
                session.clone().with_factor(given).verify_and_begin(tx, &person).await?;
                Ok(Verified::Yes)
            },
        );
        match right.await? {
            Verified::Yes => Ok(tokens),
            Verified::CodeRefused => Err(code_refused()),
            Verified::FactorRefused => Err(factor_refused()),
        }
    }

    /// The second factor that someone presents, with the key to check it.
    pub(crate) fn shown_factor(&self, code: Option<String>) -> Result<Shown> {
        let key = if code.is_some() { self.factor_key().key()? } else { None };
        Ok(Shown { code, vouched: false, key })
    }

    /// Exchanges a refresh token for a new pair of tokens.
    pub(crate) async fn refresh_session(&self, refresh_token: &str) -> Result<Tokens> {
        let (tokens, next) = secrets::new_pair(self.env());
        let hash = secrets::hash(refresh_token.as_bytes());
        let rotation = self.write((hash, next), async |Write { tx, env }, (hash, next)| {
            Ok(sessions::rotate(tx, hash, next, env.now_ms()).await?)
        });
        match rotation.await? {
            Rotation::Rotated => Ok(tokens),
            Rotation::Revoked(why) => Err(ended(why)),
            Rotation::Unknown => Err(Error::refused(Code::SignInRequired, "Sign in again")),
        }
    }

    /// Ends the session of a refresh token, if there is one.
    pub(crate) async fn revoke_session(&self, refresh_token: &str) -> Result<()> {
        let hash = secrets::hash(refresh_token.as_bytes());
        self.write(hash, async |Write { tx, env }, hash| Ok(sessions::revoke(tx, hash, env.now_ms()).await?))
            .await
    }

    /// The person an access token belongs to, with their roles as they are now.
    pub(crate) async fn authenticate(&self, access_token: &str, request: &str) -> Result<Actor> {
        let hash = secrets::hash(access_token.as_bytes());
        let mut tx = self.store().read().await?;
        let now = self.env().now_ms();
        let (principal, first_use) = match sessions::look_up(&mut tx, &hash, now).await? {
            Access::Person { id, session, device, first_use } => {
                (Principal { person: id, session, device, request: request.to_owned(), at: now }, first_use)
            }
            Access::Revoked(why) => return Err(ended(why)),
            Access::Unknown => return Err(Error::refused(Code::SignInRequired, "Sign in again")),
        };
        let actor = principal::actor(&mut tx, principal).await?;
        drop(tx);
        if first_use {
            self.write(hash, async |Write { tx, env }, hash| {
                Ok(sessions::seen(tx, hash, env.now_ms()).await?)
            })
            .await?;
        }
        actor.ok_or_else(|| Error::refused(Code::SignInRequired, "Sign in again"))
    }
}

/// A session that begins once its person has proved who they are.
#[derive(Clone)]
pub(crate) struct NewSession {
    pub(crate) env: Env,
    device: String,
    hashes: PairHashes,
    given: Option<FactorMethod>,
}

impl NewSession {
    /// A new session on the laptop of that name, and its first tokens.
    pub(crate) fn on(device: &str, env: &Env) -> (Tokens, Self) {
        let (tokens, hashes) = secrets::new_pair(env);
        // Names are shown in a list, so they are kept short and on one line.
        let device = device.chars().filter(|c| !c.is_control()).take(DEVICE).collect();
        (tokens, Self { env: env.clone(), device, hashes, given: None })
    }

    /// Adds the second factor that was given for it.
    pub(crate) fn with_factor(self, given: Option<FactorMethod>) -> Self {
        Self { given, ..self }
    }

    /// Begins the session of someone who has just proved their address.
    pub(crate) async fn verify_and_begin(self, tx: &mut WriteTx, person: &Person) -> Result<()> {
        let now = self.env.now_ms();
        people::verified(tx, person.id, now).await?;
        membership::verify(tx, &self.env, &Person { verified_at: now, ..person.clone() }).await?;
        membership::lead_if_first(tx, &self.env, person.id).await?;
        self.begin(tx, person).await
    }

    /// Begins the session.
    pub(crate) async fn begin(self, tx: &mut WriteTx, person: &Person) -> Result<()> {
        let Self { env, device, hashes, given } = self;
        let session = env.new_id().to_string();
        sessions::begin(tx, &session, person.id, &device, &hashes, env.now_ms()).await?;
        if let Some(given) = given {
            second_factor::note_given(tx, &session, given, env.now_ms()).await?;
        }
        let event = AuditEvent { device, ..AuditEvent::new(person.id.to_string(), AuditAction::SignIn, "") };
        Ok(audit::log(tx, &env, &event).await?)
    }
}

/// The result of checking a code by email.
enum Verified {
    Yes,
    CodeRefused,
    /// The code by email stays valid.
    FactorRefused,
}

/// The refusal of a second factor that is wrong, old or used.
pub(crate) fn factor_refused() -> Error {
    let title = "The second factor code is wrong, has expired or was already used";
    Error::refused(Code::SecondFactorRequired, title)
}

pub(crate) fn code_refused() -> Error {
    Error::refused(Code::CodeRefused, "This code is wrong, has expired or was already used")
}

fn ended(why: Ended) -> Error {
    match why {
        Ended::Elsewhere => {
            Error::refused(Code::DeviceRevoked, "This laptop was signed out from another one")
        }
        Ended::SignOut | Ended::Reuse | Ended::Lapsed => {
            Error::refused(Code::SessionRevoked, "This session was ended")
        }
    }
}
