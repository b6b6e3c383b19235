//! Signing in with a provider (OpenID Connect). The app opens the system's browser at the registry, whose page shows
//! the same code as the app and a button. The registry then sends the browser to the provider, and checks that the same
//! browser comes back from there. It brings the app a code that only this app can use: it alone has the verifier of the
//! challenge that the sign-in began with (RFC 8252, RFC 7636).
//!
//! People are identified by issuer and subject, never by their address. An address is accepted if the provider vouches
//! for it and nobody has it yet, or if the person already has it. Otherwise a code by email has to confirm it once. If
//! the provider vouches for another address than the account has, the person says which one is right.

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

use crate::access::factor::FactorMethod;
use crate::auth::change_of_address::change_address;
use crate::auth::email_codes::{NewSession, code_refused, factor_refused};
use crate::auth::second_factor::{self, Admitted, Shown};
use crate::councils::membership;
use crate::error::{Error, Result};
use crate::mail::letters::{self, Letter};
use crate::registry::Write;
use crate::store::WriteTx;
use crate::store::openid::{self, Identity, SignIn};
use crate::store::people::{self, Person};
use crate::{Registry, secrets};

/// How long people may take at the provider, in milliseconds.
const AT_THE_PROVIDER: i64 = 15 * 60 * 1000;
/// How long the code they come back with is valid, in milliseconds: as long as a code by email, which they may have to
/// wait for.
const CODE: i64 = 10 * 60 * 1000;

/// What the page shows before it sends a browser to the provider.
pub(crate) struct PageRequest {
    /// The registry's name.
    pub(crate) registry: String,
    /// The code that the app shows as well.
    pub(crate) code: String,
}

/// Where a browser that came back goes next.
pub(crate) enum Back {
    /// To the app, which listens on a port.
    App(Url),
    /// Nowhere: the person types this code into the app.
    Paste(String),
    /// Nowhere: the button was pressed in another browser.
    AnotherBrowser,
}

/// An app's proof that a sign-in is its own, in the form that is compared.
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

    /// Who signed in at the provider. None if the proof is wrong or too old.
    async fn identity(&self, tx: &mut WriteTx, now: i64) -> Result<Option<Identity>> {
        Ok(openid::identity_for_code(tx, &self.challenge, &self.code_hash, now).await?)
    }

    /// Links whoever signed in at the provider to that person, as a code by email has proved. A proof that is too old
    /// is ignored, because the code is valid without it.
    pub(crate) async fn link(&self, tx: &mut WriteTx, person: &Person, now: i64) -> Result<()> {
        if let Some(identity) = self.identity(tx, now).await? {
            openid::link(tx, &identity, person.id, now).await?;
            openid::take(tx, &self.challenge).await?;
        }
        Ok(())
    }
}

impl Registry {
    /// What the page asks before it sends an app's browser to the provider. Nothing is stored.
    pub(crate) async fn ask_before_openid(&self, challenge: &str) -> Result<PageRequest> {
        check_challenge(challenge)?;
        Ok(PageRequest { registry: self.facts().await?.name, code: shown_code(challenge) })
    }

    /// Begins a sign-in once the button was pressed. Returns the provider's page.
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

    /// Receives a browser from the provider with its code, if it is the browser that was sent there.
    pub(crate) async fn finish_openid(
        &self,
        state: &str,
        code: &str,
        browser: Option<&BrowserSecret>,
    ) -> Result<Back> {
        let provider = self.provider().ok_or_else(Error::not_found)?;
        let state = secrets::hash(state.as_bytes());
        let mut tx = self.store().read().await?;
        let known = openid::find_pending(&mut tx, &state, self.env().now_ms()).await?;
        // Asking the provider can take long: no transaction stays open.
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
            Ok(openid::store_answer(tx, state, code_hash, identity, env.now_ms() + CODE).await?)
        });
        if !first.await? {
            return Err(too_old());
        }
        let Some(port) = sign_in.port else { return Ok(Back::Paste(own_code)) };
        // `localhost` need not be this laptop (RFC 8252, 8.3). By the challenge, the app knows this answer from
        // anything else that a program on the laptop may send it.
        let answer = [("code", own_code.as_str()), ("state", sign_in.challenge.as_str())];
        let app = Url::parse_with_params(&format!("http://127.0.0.1:{port}/"), answer);
        app.map(Back::App).map_err(|error| Error::Damaged(error.to_string()))
    }

    /// Exchanges the code that the browser brought for a session.
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
                let changed = letters::AddressChanged { before: &before, now: &now, provider };
                self.write_to(&Letter::new(&before, &changed)).await;
                Ok(tokens)
            }
            SignedIn::AddressDiffers(addresses) => {
                let title = "The provider has another address for you. Choose which one to use";
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
    /// Signed in, with a new address.
    WithAddress {
        before: String,
        now: String,
    },
    CodeRefused,
    /// The proof stays valid, for another try with the second factor.
    FactorRefused,
    /// The proof stays valid, to be sent again with a code by email.
    AddressUnconfirmed,
    /// The proof stays valid, to be sent again with the person's choice.
    AddressDiffers(Box<DifferentAddresses>),
}

/// What happens with someone whom the provider has named and who has an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    /// They sign in and have proved their address.
    Prove,
    /// They sign in. Their address is not proved again.
    SignIn,
    /// They sign in and get the provider's address.
    Move,
    /// They are asked which address is theirs.
    Ask,
    /// A code by email has to prove the address of their account.
    ByEmail,
}

/// The address of the account and the one that the provider vouches for.
#[derive(Clone, Copy, Debug)]
struct Addresses<'a> {
    account: &'a str,
    /// Empty if it vouches for none.
    provider: &'a str,
    /// Somebody else has the provider's address.
    taken: bool,
    /// The person chose to keep the account's address before.
    declined: bool,
    /// The account's address was proved recently enough.
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
        // After their choice they are asked again only when they have to prove their address anyway.
        Some(AddressChoice::Ask) if differ && (!declined || !proved) => Plan::Ask,
        _ if proved => Plan::SignIn,
        _ => Plan::ByEmail,
    }
}

/// Signs in whoever the provider has named. The second factor is checked last, so that its code is not used up if the
/// app has to ask something first.
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
        let given = Some(FactorMethod::Provider).filter(|_| identity.second_factor > 0);
        let new_id = PersonId(session.env.new_id());
        let person = people::find_or_add(tx, &identity.email, new_id, now).await?;
        openid::link(tx, &identity, person.id, now).await?;
        session.with_factor(given).verify_and_begin(tx, &person).await?;
        openid::take(tx, &proof.challenge).await?;
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
    openid::take(tx, &proof.challenge).await?;
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
    Error::refused(Code::CodeRefused, "This sign-in has expired or was already used")
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
