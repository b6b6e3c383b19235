//! Second factors: a code of an authenticator app, a recovery code, or the provider's word that one was used there. The
//! operator sets whose roles require one; coordinators always need it. Someone without one when their days are over
//! loses the use of that role until they set one up. It is asked for at sign-in, and again for what does the most harm
//! in the wrong hands, but never for sending a draft.

mod codes;
mod key;
mod reset;

use guildhall_protocol::Code;
use guildhall_protocol::second_factor::{NewFactor, RecoveryCodes, SecondFactor};

pub(crate) use codes::Checked;
pub(crate) use key::{KeyFile, SealingKey};
pub(crate) use reset::apply_resets;

use crate::Registry;
use crate::access::factor::{FactorMethod, Standing, required};
use crate::access::factor_setting;
use crate::access::principal::{Actor, Principal};
use crate::error::{Error, Result};
use crate::mail::letters::{self, Letter};
use crate::registry::{Write, WriteAs};
use crate::store::audit::{self, AuditAction};
use crate::store::people::{self, Person};
use crate::store::second_factors::{self};
use crate::store::{WriteTx, read_time};

/// How long a new secret waits for its first code, in milliseconds.
const PENDING: i64 = 60 * 60 * 1000;

/// The second factor that someone presents when they sign in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    pub(crate) code: Option<String>,
    /// The provider says that a second factor was used there.
    pub(crate) vouched: bool,
    pub(crate) key: Option<SealingKey>,
}

/// Whether someone may sign in as far as the second factor is concerned.
pub(crate) enum Admitted {
    /// Yes, and how a second factor was given, if one was.
    Yes(Option<FactorMethod>),
    /// The code was wrong: it has to be counted, and nothing else may be stored.
    Wrong,
}

/// Checks the second factor of someone whose other proof is right.
///
/// # Errors
/// [`Code::SecondFactorRequired`] if one is needed and none was presented, and [`Error::TooMany`].
pub(crate) async fn admit(
    tx: &mut WriteTx,
    env: &crate::env::Env,
    person: &Person,
    shown: &Shown,
) -> Result<Admitted> {
    if shown.vouched {
        return Ok(Admitted::Yes(Some(FactorMethod::Provider)));
    }
    let stored = second_factors::find(tx.sql(), person.id, env.now_ms()).await?;
    let Some(stored) = stored.filter(second_factors::StoredFactor::is_confirmed) else {
        return Ok(Admitted::Yes(None));
    };
    let code = shown.code.as_deref().ok_or_else(required)?;
    let checked = codes::check(tx, env, shown.key.as_ref(), (person.id, &stored), code).await?;
    Ok(match checked {
        Checked::Right => Admitted::Yes(Some(FactorMethod::Code)),
        Checked::Wrong => Admitted::Wrong,
    })
}

/// Counts a wrong code again, after its first count was rolled back with everything else.
pub(crate) async fn count_wrong(
    tx: &mut WriteTx,
    env: &crate::env::Env,
    person: guildhall_protocol::PersonId,
) -> Result<()> {
    match second_factors::find(tx.sql(), person, env.now_ms()).await? {
        Some(stored) => codes::wrong(tx, env, person, &stored).await,
        None => Ok(()),
    }
}

/// Records that a second factor was given in that session.
pub(crate) async fn note_given(tx: &mut WriteTx, session: &str, by: FactorMethod, now: i64) -> Result<()> {
    Ok(second_factors::record_passed(tx, session, now, by.as_str()).await?)
}

impl Registry {
    /// The state of this person's second factor.
    pub(crate) async fn second_factor(&self, actor: &Actor) -> Result<SecondFactor> {
        let mut tx = self.store().read().await?;
        let (person, now) = (actor.person.id, self.env().now_ms());
        let asked = actor.factor.must_be_fresh().is_err();
        let stored = second_factors::find(&mut tx, person, now).await?;
        let Some(stored) = stored.filter(second_factors::StoredFactor::is_confirmed) else {
            let Standing { required, .. } = actor.factor;
            return Ok(SecondFactor { required, asked, ..SecondFactor::default() });
        };
        Ok(SecondFactor {
            since: Some(read_time(stored.confirmed_at)?),
            recovery_codes: second_factors::recovery_codes_left(&mut tx, person).await?,
            required: actor.factor.required,
            reset_at: (stored.reset_at > 0).then(|| read_time(stored.reset_at)).transpose()?,
            asked,
        })
    }

    /// Makes a new secret, which replaces the current one once its first code is confirmed.
    pub(crate) async fn begin_second_factor(&self, principal: &Principal) -> Result<NewFactor> {
        let key = self.factor_key().key_or_new(self.env())?;
        let secret: [u8; codes::SECRET] = self.env().bytes();
        let email =
            self.write_as(principal, (key, secret), async |WriteAs { tx, actor, env }, (key, secret)| {
                actor.factor.must_be_fresh()?;
                apply_resets(tx, env).await?;
                let sealed = key.seal(env, actor.person.id, secret)?;
                second_factors::begin(tx, actor.person.id, &sealed, env.now_ms()).await?;
                Ok(actor.person.email)
            });
        let email = email.await?;
        codes::new_factor(&secret, &self.facts().await?.name, &email)
    }

    /// Confirms the new secret by its first code. Returns recovery codes.
    pub(crate) async fn confirm_second_factor(
        &self,
        principal: &Principal,
        code: String,
    ) -> Result<RecoveryCodes> {
        let key = self.factor_key().key()?;
        let confirmed =
            self.write_as(principal, (key, code), async |WriteAs { tx, actor, env }, (key, code)| {
                actor.factor.must_be_fresh()?;
                let (person, now) = (actor.person.id, env.now_ms());
                let stored = second_factors::find(tx.sql(), person, now).await?;
                let waits =
                    stored.filter(|stored| !stored.pending.is_empty() && now < stored.pending_at + PENDING);
                let (stored, key) = waits.zip(key.as_ref()).ok_or_else(code_refused)?;
                let secret = key.open(person, &stored.pending)?;
                let step = codes::step_of(&secret, code, env)?.ok_or_else(code_refused)?;
                second_factors::confirm(tx, person, step, now).await?;
                let (codes, hashes) = codes::new_recovery_codes(env, person);
                second_factors::put_recovery_codes(tx, person, &hashes).await?;
                note_given(tx, &actor.principal.session, FactorMethod::Code, now).await?;
                // A suspended role counts again.
                people::change_access(tx, person).await?;
                let event = actor.event(AuditAction::EnrolSecondFactor, format!("person/{person}"));
                audit::log(tx, env, &event).await?;
                Ok((RecoveryCodes { codes }, Letter::new(&actor.person.email, &letters::SecondFactorSetUp)))
            });
        let (codes, letter) = confirmed.await?;
        self.write_to(&letter).await;
        Ok(codes)
    }

    /// Checks a code again in this session.
    pub(crate) async fn give_second_factor(&self, principal: &Principal, code: String) -> Result<()> {
        let key = self.factor_key().key()?;
        let checked =
            self.write_as(principal, (key, code), async |WriteAs { tx, actor, env }, (key, code)| {
                let (person, now) = (actor.person.id, env.now_ms());
                let stored = second_factors::find(tx.sql(), person, now).await?;
                let stored = stored.filter(second_factors::StoredFactor::is_confirmed);
                let stored = stored.ok_or_else(code_refused)?;
                let checked = codes::check(tx, env, key.as_ref(), (person, &stored), code).await?;
                if checked == Checked::Right {
                    note_given(tx, &actor.principal.session, FactorMethod::Code, now).await?;
                }
                Ok(checked)
            });
        match checked.await? {
            Checked::Right => Ok(()),
            Checked::Wrong => Err(code_refused()),
        }
    }

    /// Makes new recovery codes, which replace all earlier ones.
    pub(crate) async fn new_recovery_codes(&self, principal: &Principal) -> Result<RecoveryCodes> {
        self.write_as(principal, (), async |WriteAs { tx, actor, env }, ()| {
            actor.factor.must_be_fresh()?;
            if !actor.factor.has_one() {
                return Err(Error::not_found());
            }
            let person = actor.person.id;
            let (codes, hashes) = codes::new_recovery_codes(env, person);
            second_factors::put_recovery_codes(tx, person, &hashes).await?;
            let event = actor.event(AuditAction::NewRecoveryCodes, format!("person/{person}"));
            audit::log(tx, env, &event).await?;
            Ok(RecoveryCodes { codes })
        })
        .await
    }

    /// Turns off the second factor of someone who does not need one.
    pub(crate) async fn turn_off_second_factor(&self, principal: &Principal) -> Result<()> {
        let turned_off = self.write_as(principal, (), async |WriteAs { tx, actor, env }, ()| {
            actor.factor.must_be_fresh()?;
            if !actor.factor.has_one() {
                return Err(Error::not_found());
            }
            if actor.factor.required {
                let title = "Your role needs a second factor. Set up another one instead";
                return Err(Error::refused(Code::NotAllowed, title));
            }
            let person = actor.person.id;
            second_factors::remove(tx, person).await?;
            let event = actor.event(AuditAction::TurnOffSecondFactor, format!("person/{person}"));
            audit::log(tx, env, &event).await?;
            Ok(Letter::new(&actor.person.email, &letters::SecondFactorTurnedOff))
        });
        let letter = turned_off.await?;
        self.write_to(&letter).await;
        Ok(())
    }

    /// Gives coordinators from before second factors were required their days from now on.
    pub(crate) async fn note_coordinators_days(&self) -> Result<()> {
        let none = {
            let mut tx = self.store().read().await?;
            second_factors::coordinators_without_day(&mut tx).await?.is_empty()
        };
        if none {
            return Ok(());
        }
        self.write((), async |Write { tx, env }, ()| factor_setting::note_days(tx, env).await).await
    }
}

fn code_refused() -> Error {
    Error::refused(Code::CodeRefused, "This code is wrong, has expired or was already used")
}
