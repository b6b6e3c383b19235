//! Signing in with a provider (OpenID Connect). The app opens the system's browser at the registry, whose page shows the
//! code that the app shows and asks; then the registry sends it to the provider, and the provider back to the registry,
//! which looks whether it is the same browser. It takes a code to the app, which is good for that app only: it alone has
//! the verifier of the challenge with which it began (RFC 8252, RFC 7636).
//!
//! People are known by issuer and subject, never by the address. An address counts where the provider vouches for it
//! and nobody has it yet, or where it is the one that the person has; else a code by email has to confirm it once. Where
//! it vouches for another one than the person has, they say which is theirs.

mod browser;
mod provider;

pub(crate) use browser::BrowserSecret;
use guildhall_protocol::sign_in::{
    AddressChoice, DifferentAddresses, OpenIdProof, OpenIdVerify, Tokens, challenge, is_challenge, shown_code,
};
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{Code, PersonId, Problem};
pub use provider::{NotAProvider, Provider, ProviderError, Settings};
use url::Url;

use crate::access::factor::GivenBy;
use crate::auth::change_of_address::change_address;
use crate::auth::email_codes::{NewSession, code_refused, factor_refused};
use crate::auth::second_factor::{self, Admitted, Shown};
use crate::councils::membership;
use crate::error::{Error, Result};
use crate::mail::Letter;
use crate::registry::Write;
use crate::store::WriteTx;
use crate::store::openid::{self, Identity, SignIn};
use crate::store::people::{self, Person};
use crate::{Registry, secrets};

/// How long people may take at the provider, in milliseconds.
const AT_THE_PROVIDER: i64 = 15 * 60 * 1000;
/// How long the code is good with which they come back, in milliseconds: as long as one by email, which may have to be
/// waited for.
const CODE: i64 = 10 * 60 * 1000;

/// What a page says before it sends a browser on.
pub(crate) struct Question {
    /// What the registry is called.
    pub(crate) registry: String,
    /// The code that the app shows, too.
    pub(crate) code: String,
}

/// Where a browser goes on to.
pub(crate) enum Back {
    /// To the app, which listens.
    App(Url),
    /// Nowhere: its person types that code into the app.
    Paste(String),
    /// Nowhere: it is not the browser in which somebody pressed the button.
    AnotherBrowser,
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
    async fn identity(&self, tx: &mut WriteTx, now: i64) -> Result<Option<Identity>> {
        Ok(openid::named(tx, &self.challenge, &self.code_hash, now).await?)
    }

    /// Whoever signed in at the provider is that person: a code by email has shown it. Nothing comes of a proof that is
    /// too old, as the code is good without it.
    pub(crate) async fn link(&self, tx: &mut WriteTx, person: &Person, now: i64) -> Result<()> {
        if let Some(identity) = self.identity(tx, now).await? {
            openid::link(tx, &identity, person.id, now).await?;
            openid::use_up(tx, &self.challenge).await?;
        }
        Ok(())
    }
}

impl Registry {
    /// What is asked in an app's browser before it goes on. Nothing is stored of it.
    pub(crate) async fn ask_before_openid(&self, challenge: &str) -> Result<Question> {
        check_challenge(challenge)?;
        Ok(Question { registry: self.facts().await?.name, code: shown_code(challenge) })
    }

    /// Where that browser goes to sign in, once its person has pressed the button.
    pub(crate) async fn start_openid(
        &self,
        challenge: &str,
        port: Option<u16>,
        browser: &BrowserSecret,
    ) -> Result<Url> {
        let provider = self.provider().ok_or_else(Error::not_found)?;
        check_challenge(challenge)?;
        let secret = || secrets::hex(&self.env().bytes::<32>());
        let (state, nonce, verifier) = (secret(), secret(), secret());
        let (challenge, browser) = (challenge.to_owned(), browser.hash());
        let sign_in = SignIn { challenge, port, nonce, verifier, browser };
        let page = provider.page(&state, &sign_in).await?;
        let state = secrets::hash(state.as_bytes());
        self.write((state, sign_in), async |Write { tx, env }, (state, sign_in)| {
            Ok(openid::begin(tx, state, sign_in, env.now_ms() + AT_THE_PROVIDER).await?)
        })
        .await?;
        Ok(page)
    }

    /// Takes a browser back from the provider, with its code, where it is the one that was sent there.
    pub(crate) async fn finish_openid(
        &self,
        state: &str,
        code: &str,
        browser: Option<&BrowserSecret>,
    ) -> Result<Back> {
        let provider = self.provider().ok_or_else(Error::not_found)?;
        let state = secrets::hash(state.as_bytes());
        let mut tx = self.store().read().await?;
        let known = openid::under_way(&mut tx, &state, self.env().now_ms()).await?;
        // The provider may take its time.
        drop(tx);
        let sign_in = known.ok_or_else(too_old)?;
        if !browser.is_some_and(|browser| browser.is_of(&sign_in.browser)) {
            return Ok(Back::AnotherBrowser);
        }
        if code.is_empty() {
            return Err(ProviderError::Refused("it sent the browser back without a code".to_owned()).into());
        }
        let identity = provider.identity(code, &sign_in).await?;
        let own_code = secrets::new_code(self.env());
        let answer = (state, secrets::hash_code(&sign_in.challenge, &own_code), identity);
        let first = self.write(answer, async |Write { tx, env }, (state, code_hash, identity)| {
            Ok(openid::answered(tx, state, code_hash, identity, env.now_ms() + CODE).await?)
        });
        if !first.await? {
            return Err(too_old());
        }
        let Some(port) = sign_in.port else { return Ok(Back::Paste(own_code)) };
        // The address and not `localhost`, which need not be this laptop (RFC 8252, 8.3). With the challenge the app
        // tells it from what anything else on the laptop may send it.
        let answer = [("code", own_code.as_str()), ("state", sign_in.challenge.as_str())];
        let app = Url::parse_with_params(&format!("http://127.0.0.1:{port}/"), answer);
        app.map(Back::App).map_err(|error| Error::Damaged(error.to_string()))
    }

    /// Exchanges what the browser came back with for a session.
    pub(crate) async fn verify_openid(&self, verify: OpenIdVerify) -> Result<Tokens> {
        let (tokens, session) = NewSession::on(&verify.device, self.env());
        let (proof, shown) = (Proof::of(&verify.openid), self.shown_factor(verify.second_factor)?);
        let args = (proof, session, shown, verify.address);
        let done = self.write(args, async |Write { tx, .. }, (proof, session, shown, choice)| {
            sign_in(tx, proof, session.clone(), shown, *choice).await
        });
        match done.await? {
            SignedIn::Yes => Ok(tokens),
            SignedIn::WithAddress { before, now } => {
                let provider = self.provider().map(Provider::name).unwrap_or_default();
                self.write_to(&Letter::address_changed(&before, &now, provider)).await;
                Ok(tokens)
            }
            SignedIn::AddressDiffers(addresses) => {
                let title = "The provider vouches for another address: say which one is yours";
                let problem = Problem::new(Code::AddressDiffers, title);
                Err(Error::Refused(Box::new(Problem { addresses: Some(addresses), ..problem })))
            }
            SignedIn::CodeRefused => Err(code_refused()),
            SignedIn::FactorRefused => Err(factor_refused()),
            SignedIn::AddressUnconfirmed => Err(Error::refused(
                Code::AddressUnconfirmed,
                "A code by email has to confirm the address first",
            )),
        }
    }
}

fn check_challenge(challenge: &str) -> Result<()> {
    if is_challenge(challenge) {
        return Ok(());
    }
    let detail = "Open this page from Guildhall, with the button that signs you in";
    Err(Error::invalid("/challenge", FieldCode::NotAllowed, detail))
}

enum SignedIn {
    Yes,
    /// And they have another address from now on.
    WithAddress {
        before: String,
        now: String,
    },
    CodeRefused,
    /// The proof stays good, to go with another one.
    FactorRefused,
    /// The proof stays good, to go with the email code.
    AddressUnconfirmed,
    /// The proof stays good, to go with what its person says.
    AddressDiffers(Box<DifferentAddresses>),
}

/// What is to become of someone whom the provider has named and who is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    /// They sign in, and have proved their address.
    Prove,
    /// They sign in as they are.
    SignIn,
    /// They sign in, and have the provider's address from now on.
    Move,
    /// They are asked which address is theirs.
    Ask,
    /// A code by email has to prove the address that they have.
    ByEmail,
}

/// What there is to know of the two addresses of someone whom the provider has named.
#[derive(Clone, Copy, Debug)]
struct Addresses<'a> {
    account: &'a str,
    /// Empty where it vouches for none.
    provider: &'a str,
    /// Somebody else has the provider's.
    taken: bool,
    /// Their person has said that the provider's is not the one to use.
    declined: bool,
    /// The account's was proved not too long ago.
    proved: bool,
}

fn plan(addresses: Addresses<'_>, choice: Option<AddressChoice>) -> Plan {
    let Addresses { account, provider, taken, declined, proved } = addresses;
    if account == provider {
        return Plan::Prove;
    }
    let differ = !provider.is_empty();
    match choice {
        Some(AddressChoice::Provider) if !differ => Plan::ByEmail,
        Some(AddressChoice::Provider) if taken => Plan::Ask,
        Some(AddressChoice::Provider) => Plan::Move,
        // Who has said so once is asked again only when they have to prove their address anyway.
        Some(AddressChoice::Ask) if differ && (!declined || !proved) => Plan::Ask,
        _ if proved => Plan::SignIn,
        _ => Plan::ByEmail,
    }
}

/// Signs in whoever the provider has named. What it takes of a second factor is looked at last: none is used up by a
/// question that comes back.
async fn sign_in(
    tx: &mut WriteTx,
    proof: &Proof,
    mut session: NewSession,
    shown: &Shown,
    choice: Option<AddressChoice>,
) -> Result<SignedIn> {
    let now = session.env.now_ms();
    let Some(identity) = proof.identity(tx, now).await? else { return Ok(SignedIn::CodeRefused) };
    let known = match openid::person(tx, &identity).await? {
        Some(id) => people::find(tx.sql(), id).await?,
        None => None,
    };
    let of_provider = people::with_address(tx.sql(), &identity.email).await?;
    let Some(person) = known else {
        if identity.email.is_empty() || of_provider.is_some() {
            return Ok(SignedIn::AddressUnconfirmed);
        }
        let given = Some(GivenBy::Provider).filter(|_| identity.second_factor > 0);
        let new_id = PersonId(session.env.new_id());
        let person = people::find_or_add(tx, &identity.email, new_id, now).await?;
        openid::link(tx, &identity, person.id, now).await?;
        session.with_factor(given).verify_and_begin(tx, &person).await?;
        openid::use_up(tx, &proof.challenge).await?;
        return Ok(SignedIn::Yes);
    };
    let addresses = Addresses {
        account: &person.email,
        provider: &identity.email,
        taken: of_provider.is_some(),
        declined: openid::has_declined(tx, &identity).await?,
        proved: membership::is_verified(&session.env, &person),
    };
    let plan = plan(addresses, choice);
    if choice == Some(AddressChoice::Keep) {
        openid::decline(tx, &identity).await?;
    }
    match plan {
        Plan::Ask => {
            let Addresses { account, provider, taken, .. } = addresses;
            let (account, provider) = (account.to_owned(), provider.to_owned());
            let addresses = DifferentAddresses { account, provider, taken };
            return Ok(SignedIn::AddressDiffers(Box::new(addresses)));
        }
        Plan::ByEmail => return Ok(SignedIn::AddressUnconfirmed),
        Plan::Prove | Plan::SignIn | Plan::Move => {}
    }
    let shown = Shown { vouched: identity.second_factor > 0, ..shown.clone() };
    match second_factor::admit(tx, &session.env, &person, &shown).await? {
        Admitted::Yes(given) => session = session.with_factor(given),
        Admitted::Wrong => return Ok(SignedIn::FactorRefused),
    }
    openid::use_up(tx, &proof.challenge).await?;
    if plan == Plan::Move {
        let moved = change_address(tx, &session.env, &person, &identity.email).await?;
        session.verify_and_begin(tx, &moved).await?;
        return Ok(SignedIn::WithAddress { before: person.email, now: moved.email });
    }
    match plan {
        Plan::Prove => session.verify_and_begin(tx, &person).await?,
        _ => session.begin(tx, &person).await?,
    }
    Ok(SignedIn::Yes)
}

fn too_old() -> Error {
    Error::refused(Code::CodeRefused, "This sign-in is too old, or was finished before")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_two_addresses_is_asked_once_for_each() {
        use AddressChoice::{Ask, Keep, Provider};
        let differ =
            Addresses { account: "a@x", provider: "b@x", taken: false, declined: false, proved: true };
        let old = Addresses { proved: false, ..differ };
        let declined = Addresses { declined: true, ..differ };
        let none = Addresses { provider: "", ..differ };
        let taken = Addresses { taken: true, ..differ };
        let same = Addresses { provider: "a@x", taken: true, ..old };
        for (addresses, choice, then) in [
            (same, None, Plan::Prove),
            (same, Some(Provider), Plan::Prove),
            (differ, None, Plan::SignIn),
            (differ, Some(Ask), Plan::Ask),
            (differ, Some(Keep), Plan::SignIn),
            (differ, Some(Provider), Plan::Move),
            (old, None, Plan::ByEmail),
            (old, Some(Ask), Plan::Ask),
            (old, Some(Keep), Plan::ByEmail),
            (old, Some(Provider), Plan::Move),
            (declined, Some(Ask), Plan::SignIn),
            (Addresses { proved: false, ..declined }, Some(Ask), Plan::Ask),
            (taken, Some(Ask), Plan::Ask),
            (taken, Some(Provider), Plan::Ask),
            (taken, Some(Keep), Plan::SignIn),
            (none, Some(Ask), Plan::SignIn),
            (none, Some(Provider), Plan::ByEmail),
        ] {
            assert_eq!(plan(addresses, choice), then, "{addresses:?} {choice:?}");
        }
    }
}
