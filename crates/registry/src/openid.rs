//! Signing in with a provider (OpenID Connect). The app opens the system's browser at the registry, the registry sends
//! it to the provider, and the provider back; then the browser takes a code to the app, which is good for that app only:
//! it alone has the verifier of the challenge with which it began (RFC 8252, RFC 7636).
//!
//! People are known by issuer and subject, never by the address. An address counts where the provider vouches for it
//! and nobody has it yet, or where it is the one that the person has; else a code by email has to confirm it once.

mod provider;

use guildhall_protocol::sign_in::{OpenIdProof, OpenIdVerify, Tokens, challenge, is_challenge};
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{Code, PersonId};
pub use provider::{NotAProvider, Provider, ProviderError, Settings};
use url::Url;

use crate::Registry;
use crate::failure::{Failure, Outcome};
use crate::membership;
use crate::second_factor::{self, Admitted, GivenBy, Shown};
use crate::secrets;
use crate::sign_in::{NewSession, code_refused, factor_refused};
use crate::store::WriteTx;
use crate::store::openid::{self, Identity, SignIn};
use crate::store::people::{self, Person};

/// How long people may take at the provider, in milliseconds.
const AT_THE_PROVIDER: i64 = 15 * 60 * 1000;
/// How long the code is good with which they come back, in milliseconds: as long as one by email, which may have to be
/// waited for.
const CODE: i64 = 10 * 60 * 1000;

/// Where a browser goes on to.
pub(crate) enum Back {
    /// To the app, which listens.
    App(Url),
    /// Nowhere: its person types that code into the app.
    Paste(String),
}

/// What an app shows of a sign-in that was its own, as it is compared.
#[derive(Clone)]
pub(crate) struct Proof {
    challenge: String,
    code_hash: String,
}

impl Proof {
    pub(crate) fn of(proof: &OpenIdProof) -> Self {
        let challenge = challenge(&proof.verifier);
        let code_hash = secrets::hash_code(&challenge, &proof.code);
        Self { challenge, code_hash }
    }

    /// Who signed in at the provider; none where it is not the app's own, or too old.
    async fn identity(&self, tx: &mut WriteTx, now: i64) -> Outcome<Option<Identity>> {
        openid::named(tx, &self.challenge, &self.code_hash, now).await
    }

    /// Whoever signed in at the provider is that person: a code by email has shown it. Nothing comes of a proof that is
    /// too old, as the code is good without it.
    pub(crate) async fn link(&self, tx: &mut WriteTx, person: &Person, now: i64) -> Outcome<()> {
        if let Some(identity) = self.identity(tx, now).await? {
            openid::link(tx, &identity, person.id, now).await?;
            openid::use_up(tx, &self.challenge).await?;
        }
        Ok(())
    }
}

impl Registry {
    /// Where an app's browser goes to sign in.
    pub(crate) async fn start_openid(&self, challenge: &str, port: Option<u16>) -> Outcome<Url> {
        let provider = self.provider().ok_or_else(Failure::not_found)?;
        if !is_challenge(challenge) {
            let detail = "Open this page from Guildhall, with the button that signs you in";
            return Err(Failure::invalid("/challenge", FieldCode::NotAllowed, detail));
        }
        let secret = || secrets::hex(&self.world().bytes::<32>());
        let (state, nonce, verifier) = (secret(), secret(), secret());
        let sign_in = SignIn { challenge: challenge.to_owned(), port, nonce, verifier };
        let page = provider.page(&state, &sign_in).await?;
        let (state, expires_at) = (secrets::hash(state.as_bytes()), self.world().now_ms() + AT_THE_PROVIDER);
        self.store()
            .write(move |tx| {
                let (state, sign_in) = (state.clone(), sign_in.clone());
                Box::pin(async move { openid::begin(tx, &state, &sign_in, expires_at).await })
            })
            .await?;
        Ok(page)
    }

    /// Takes a browser back from the provider, with its code.
    pub(crate) async fn finish_openid(&self, state: &str, code: &str) -> Outcome<Back> {
        let provider = self.provider().ok_or_else(Failure::not_found)?;
        let state = secrets::hash(state.as_bytes());
        let mut tx = self.store().read().await?;
        let known = openid::under_way(&mut tx, &state, self.world().now_ms()).await?;
        // The provider may take its time.
        drop(tx);
        let sign_in = known.ok_or_else(too_old)?;
        if code.is_empty() {
            return Err(ProviderError::Refused("it sent the browser back without a code".to_owned()).into());
        }
        let identity = provider.identity(code, &sign_in).await?;
        let own_code = secrets::new_code(self.world());
        let (code_hash, expires_at) =
            (secrets::hash_code(&sign_in.challenge, &own_code), self.world().now_ms() + CODE);
        let first = self.store().write(move |tx| {
            let (state, code_hash, identity) = (state.clone(), code_hash.clone(), identity.clone());
            Box::pin(async move { openid::answered(tx, &state, &code_hash, &identity, expires_at).await })
        });
        if !first.await? {
            return Err(too_old());
        }
        let Some(port) = sign_in.port else { return Ok(Back::Paste(own_code)) };
        // The address and not `localhost`, which need not be this laptop (RFC 8252, 8.3). With the challenge the app
        // tells it from what anything else on the laptop may send it.
        let answer = [("code", own_code.as_str()), ("state", sign_in.challenge.as_str())];
        let app = Url::parse_with_params(&format!("http://127.0.0.1:{port}/"), answer);
        app.map(Back::App).map_err(|error| Failure::Damaged(error.to_string()))
    }

    /// Exchanges what the browser came back with for a session.
    pub(crate) async fn verify_openid(&self, verify: &OpenIdVerify) -> Outcome<Tokens> {
        let (tokens, session) = NewSession::on(&verify.device, self.world());
        let proof = Proof::of(&verify.openid);
        let shown = self.shown_factor(verify.second_factor.clone())?;
        let done = self.store().write(move |tx| {
            let (proof, session, shown) = (proof.clone(), session.clone(), shown.clone());
            Box::pin(async move { sign_in(tx, &proof, session, shown).await })
        });
        match done.await? {
            SignedIn::Yes => Ok(tokens),
            SignedIn::CodeRefused => Err(code_refused()),
            SignedIn::FactorRefused => Err(factor_refused()),
            SignedIn::AddressUnconfirmed => Err(Failure::refused(
                Code::AddressUnconfirmed,
                "A code by email has to confirm the address first",
            )),
        }
    }
}

enum SignedIn {
    Yes,
    CodeRefused,
    /// The proof stays good, to go with another one.
    FactorRefused,
    /// The proof stays good, to go with the email code.
    AddressUnconfirmed,
}

/// Signs in whoever the provider has named.
async fn sign_in(
    tx: &mut WriteTx,
    proof: &Proof,
    mut session: NewSession,
    shown: Shown,
) -> Outcome<SignedIn> {
    let now = session.world.now_ms();
    let Some(identity) = proof.identity(tx, now).await? else { return Ok(SignedIn::CodeRefused) };
    let known = match openid::person(tx, &identity).await? {
        Some(id) => people::find(tx.sql(), id).await?,
        None => None,
    };
    if let Some(person) = &known {
        let shown = Shown { vouched: identity.second_factor > 0, ..shown };
        match second_factor::admit(tx, &session.world, person, &shown).await? {
            Admitted::Yes(given) => session = session.with_factor(given),
            Admitted::Wrong => return Ok(SignedIn::FactorRefused),
        }
    } else if identity.second_factor > 0 {
        session = session.with_factor(Some(GivenBy::Provider));
    }
    match known {
        Some(person) if person.email == identity.email => session.verify_and_begin(tx, &person).await?,
        // The provider doesn't vouch for the address, but a code by email did, not too long ago.
        Some(person) if membership::is_verified(&session.world, &person) => {
            session.begin(tx, &person).await?;
        }
        None if !identity.email.is_empty()
            && people::with_address(tx.sql(), &identity.email).await?.is_none() =>
        {
            let new_id = PersonId(session.world.new_id());
            let person = people::find_or_add(tx, &identity.email, new_id, now).await?;
            openid::link(tx, &identity, person.id, now).await?;
            session.verify_and_begin(tx, &person).await?;
        }
        _ => return Ok(SignedIn::AddressUnconfirmed),
    }
    openid::use_up(tx, &proof.challenge).await?;
    Ok(SignedIn::Yes)
}

fn too_old() -> Failure {
    Failure::refused(Code::CodeRefused, "This sign-in is too old, or was finished before")
}
