//! First run, signing in and out, and the council for which a person acts.

pub(crate) mod browser_sign_in;
mod personal_data;
pub(crate) mod second_factor;

use std::sync::Mutex;

use guildhall_protocol::sign_in::{OpenIdProof, StartId, Tokens};
use guildhall_protocol::validate::is_email;
use guildhall_protocol::{CouncilCode, PROTOCOL, Service, sign_in};
use rusqlite::Connection;
use url::{Host, Url};

use crate::account::browser_sign_in::BrowserSignIn;
use crate::account::second_factor::AwaitsFactor;
use crate::error::{Failure, Result};
use crate::inner::{ClientInner, locked};
use crate::profile::{self, Profile};
use crate::remote::api::{Api, ApiError};
use crate::remote::keychain;
use crate::remote::session::Credentials;
use crate::settings::{ChosenRegistry, PersistedState};
use crate::store::mirror::services;
use crate::store::work::drafts;
use crate::views::{Account, SignOutSummary};
use crate::{Client, Event};

/// Sign-ins under way, in memory only: closing the app ends them.
#[derive(Default)]
pub(crate) struct SignIns {
    /// The registry that was looked up last.
    looked_up: Mutex<Option<ChosenRegistry>>,
    /// The last sign-in started by email, with its address.
    by_email: Mutex<Option<(String, StartId)>>,
    /// A sign-in in progress in the browser.
    in_browser: Mutex<Option<BrowserSignIn>>,
    /// A sign-in that only needs a second-factor code.
    awaiting_factor: Mutex<Option<AwaitsFactor>>,
}

impl Client {
    /// Looks up the registry at an address, without switching to it.
    ///
    /// # Errors
    /// [`Failure::NotAnAddress`], [`Failure::NotSecure`], [`Failure::NothingThere`], [`Failure::NotARegistry`],
    /// [`Failure::OtherVersion`], or why the registry cannot answer now.
    pub async fn look_up_registry(&self, address: &str) -> Result<ChosenRegistry> {
        let address = registry_address(address)?;
        let api = Api::new(self.inner.env().clone(), address.clone());
        let facts = api.facts().await.map_err(|error| match error {
            ApiError::Transport(_) => Failure::NothingThere,
            // A 404 in the problem format comes from a registry too old to have this route.
            ApiError::Problem(_) => Failure::NotARegistry,
            other => other.into(),
        })?;
        if facts.protocol != PROTOCOL {
            return Err(Failure::OtherVersion { theirs: facts.protocol, ours: PROTOCOL });
        }
        let chosen = ChosenRegistry { address, facts };
        *locked(&self.inner.sign_ins().looked_up) = Some(chosen.clone());
        Ok(chosen)
    }

    /// Switches to a registry and starts reading it anonymously.
    ///
    /// # Errors
    /// Those of [`Self::look_up_registry`], and an error if the files cannot be created.
    pub async fn use_registry(&self, address: &str) -> Result<ChosenRegistry> {
        let known = locked(&self.inner.sign_ins().looked_up).clone();
        let chosen = match known {
            Some(known) if registry_address(address).as_ref() == Ok(&known.address) => known,
            _ => self.look_up_registry(address).await?,
        };
        if self.inner.state().registry.as_ref() == Some(&chosen) && self.inner.profile().is_some() {
            return Ok(chosen);
        }
        self.inner.move_to_anyone_at(&chosen).await?;
        Ok(chosen)
    }

    /// The registry in use: as it describes itself now, or as stored if it cannot be reached.
    ///
    /// # Errors
    /// If no registry has been chosen, or the settings cannot be written.
    pub async fn registry(&self) -> Result<ChosenRegistry> {
        let known = self.inner.state().registry.ok_or(Failure::NotFound)?;
        match self.registry_now().await {
            Ok(now) if now != known => {
                self.inner.update_state(|state| state.registry = Some(now.clone()))?;
                Ok(now)
            }
            _ => Ok(known),
        }
    }

    /// The registry in use, as it describes itself now.
    pub(crate) async fn registry_now(&self) -> Result<ChosenRegistry> {
        let PersistedState { registry, settings, .. } = self.inner.state();
        let ChosenRegistry { address, .. } = registry.ok_or(Failure::NotFound)?;
        if settings.work_offline {
            return Err(Failure::NoConnection);
        }
        let facts = self.api()?.facts().await?;
        Ok(ChosenRegistry { address, facts })
    }

    /// Every service: from the mirror, or from the registry if the mirror has none yet.
    ///
    /// # Errors
    /// If the files cannot be read, or the registry cannot be reached when it is needed.
    pub async fn services(&self) -> Result<Vec<Service>> {
        let profile = self.inner.open_profile()?;
        let here = profile.mirror.read(services::all).await?;
        if !here.is_empty() || self.inner.state().settings.work_offline {
            return Ok(here);
        }
        let mut services = profile.api.services().await?;
        services.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(services)
    }

    /// Ends the first run: the app opens on Find from now on.
    ///
    /// # Errors
    /// If the settings cannot be written.
    pub async fn finish_welcome(&self) -> Result<()> {
        self.inner.update_state(|state| state.welcomed = true)
    }

    /// Requests a sign-in code by email.
    ///
    /// # Errors
    /// [`Failure::NotAnEmail`], [`Failure::TooManyTries`], and connection errors.
    pub async fn start_sign_in(&self, email: &str) -> Result<()> {
        let email = email_address(email)?;
        let profile = self.inner.open_profile()?;
        let start = profile.api.start_sign_in(&email).await.map_err(|error| match Failure::from(error) {
            Failure::Invalid { .. } => Failure::NotAnEmail,
            other => other,
        })?;
        *locked(&self.inner.sign_ins().by_email) = start.map(|start| (email, start));
        Ok(())
    }

    /// Signs in with the code from the email, and opens the person's own files.
    ///
    /// # Errors
    /// [`Failure::CodeRefused`], and errors of the connection and the files.
    pub async fn verify_sign_in(&self, email: &str, code: &str) -> Result<Account> {
        self.verify_address(email, code, None).await
    }

    /// As [`Self::verify_sign_in`], and also links the identity from the browser sign-in to this account.
    ///
    /// # Errors
    /// Those of [`Self::verify_sign_in`].
    pub async fn confirm_address(&self, email: &str, code: &str) -> Result<Account> {
        self.verify_address(email, code, self.proof()).await
    }

    async fn verify_address(&self, email: &str, code: &str, openid: Option<OpenIdProof>) -> Result<Account> {
        let email = email_address(email)?;
        let code = whole_code(code)?;
        let api = self.api()?;
        let started = locked(&self.inner.sign_ins().by_email).clone();
        let start = started.filter(|(address, _)| *address == email).map(|(_, start)| start);
        let tokens = api.verify_sign_in(&email, &code, start, openid.clone(), None).await;
        let tokens = tokens.map_err(|error| {
            self.note_awaited(error.into(), AwaitsFactor::Email { email, code, start, openid })
        })?;
        self.signed_in(api, tokens).await
    }

    /// The registry in use, for requests without a session.
    pub(crate) fn api(&self) -> Result<Api> {
        let registry = self.inner.state().registry.ok_or(Failure::NotFound)?;
        Ok(Api::new(self.inner.env().clone(), registry.address))
    }

    /// Opens the profile of a person whose session has just begun.
    pub(crate) async fn signed_in(&self, api: Api, tokens: Tokens) -> Result<Account> {
        self.cancel_browser_sign_in();
        let state = self.inner.state();
        let registry = state.registry.clone().ok_or(Failure::NotFound)?;
        let env = self.inner.env().clone();
        let me = api.me(&tokens.access_token).await?;
        let kept_under = |email: &str| {
            keychain::Profile::new(env.keychain.clone(), &registry.address, email, &state.installation)
        };
        // If the person's address has changed, the session under the old one has ended, and its token would never be
        // used again.
        if let Some(before) =
            state.me.as_ref().filter(|before| before.person == me.person && before.email != me.email)
        {
            kept_under(&before.email).forget().await;
        }
        let profile = kept_under(&me.email);
        let credentials = Credentials::begun(env.clone(), api.clone(), profile, tokens).await;
        let profile = Profile::with(
            self.inner.dir(),
            self.inner.env(),
            &registry.address,
            api,
            Some((me.clone(), credentials)),
            false,
        )?;
        self.inner.update_state(|state| {
            let known = |code: &CouncilCode| me.councils.iter().any(|membership| membership.council == *code);
            state.acting_for = state
                .acting_for
                .take()
                .filter(known)
                .or_else(|| me.councils.first().map(|membership| membership.council.clone()));
            state.me = Some(me);
            state.signed_out = None;
        })?;
        self.inner.set_profile(profile);
        self.inner.account_changed().await;
        self.account().await.ok_or(Failure::Internal)
    }

    /// The signed-in person.
    pub async fn account(&self) -> Option<Account> {
        let state = self.inner.state();
        let me = state.me?;
        let profile = self.inner.profile();
        let session = match profile.as_ref().and_then(|profile| profile.credentials()) {
            Some(credentials) => credentials.session().await,
            None => crate::views::Session::Ended,
        };
        Some(Account {
            person: me.person,
            email: me.email,
            councils: me.councils,
            coordinator: me.coordinator,
            acting_for: state.acting_for,
            session,
            factor_due: me.factor_due,
        })
    }

    /// What will stay on this laptop after signing out.
    ///
    /// # Errors
    /// If nobody is signed in, or the files cannot be read.
    pub async fn sign_out_summary(&self) -> Result<SignOutSummary> {
        let profile = self.inner.open_profile()?;
        let count =
            |connection: &Connection| Ok((drafts::count_open(connection)?, drafts::count(connection)?));
        let (drafts, (_, waiting, _)) = profile.work()?.read(count).await?;
        Ok(SignOutSummary { drafts, waiting })
    }

    /// Signs out: ends the session and removes this person's copy of the catalogue. Their own work stays.
    ///
    /// # Errors
    /// If the files cannot be written.
    pub async fn sign_out(&self) -> Result<()> {
        match self.inner.state() {
            PersistedState { registry: Some(registry), me: Some(_), .. } => {
                self.inner.move_to_anyone_at(&registry).await
            }
            _ => Ok(()),
        }
    }

    /// Changes the council for which the person acts.
    ///
    /// # Errors
    /// [`Failure::NotAllowed`] if the person is not verified there.
    pub async fn act_for(&self, council: CouncilCode) -> Result<Account> {
        let profile = self.inner.open_profile()?;
        if !profile.me()?.councils.iter().any(|membership| membership.council == council) {
            return Err(Failure::NotAllowed);
        }
        self.inner.update_state(|state| state.acting_for = Some(council))?;
        self.inner.emit(Event::AccountChanged);
        self.account().await.ok_or(Failure::SignInNeeded)
    }
}

impl ClientInner {
    /// Switches to reading a registry anonymously. Ends the session of anyone signed in, and removes their copy of the
    /// catalogue.
    async fn move_to_anyone_at(&self, registry: &ChosenRegistry) -> Result<()> {
        let (before, left) = (self.state(), self.profile());
        let api = Api::new(self.env().clone(), registry.address.clone());
        let profile = Profile::with(self.dir(), self.env(), &registry.address, api, None, false)?;
        self.update_state(|state| {
            state.registry = Some(registry.clone());
            state.me = None;
            state.acting_for = None;
        })?;
        self.set_profile(profile);
        if let Some(credentials) = left.as_deref().and_then(Profile::credentials) {
            credentials.end().await;
        }
        drop(left);
        if let (Some(registry), Some(me)) = (before.registry, before.me) {
            profile::forget_mirror(self.dir(), &registry.address, &me);
        }
        self.account_changed().await;
        Ok(())
    }

    /// Follows a sign-out from another laptop: removes the person's copy of the catalogue. Their own work stays for
    /// when they sign in again.
    pub(crate) async fn follow_remote_sign_out(&self) -> Result<()> {
        let PersistedState { registry: Some(registry), me: Some(me), .. } = self.state() else {
            return Ok(());
        };
        self.update_state(|state| state.signed_out = Some(me.email))?;
        self.move_to_anyone_at(&registry).await
    }

    /// Deletes all of a person's files on this laptop, after they were erased.
    pub(crate) async fn wipe_account(&self) -> Result<()> {
        let PersistedState { registry: Some(registry), me: Some(me), .. } = self.state() else {
            return Ok(());
        };
        self.move_to_anyone_at(&registry).await?;
        profile::forget_all(self.dir(), &registry.address, &me).map_err(|error| {
            tracing::error!(%error, "cannot delete an erased person's files");
            Failure::CantWrite
        })
    }

    async fn account_changed(&self) {
        self.refresh_status(|status| status.sign_in_needed = false).await;
        self.emit(Event::AccountChanged);
        self.emit(Event::CatalogueChanged);
        self.emit(Event::DraftsChanged);
    }
}

fn email_address(typed: &str) -> Result<String> {
    let email = typed.trim().to_lowercase();
    if is_email(&email) { Ok(email) } else { Err(Failure::NotAnEmail) }
}

/// Normalises a code.
///
/// # Errors
/// [`Failure::CodeRefused`] if it cannot be one.
pub(crate) fn whole_code(typed: &str) -> Result<String> {
    let code = sign_in::normalise_code(typed);
    if code.len() == sign_in::CODE_LENGTH { Ok(code) } else { Err(Failure::CodeRefused) }
}

/// A registry's address as stored: a scheme and a host, without a path. The default scheme is `https`; `http` is
/// allowed only for this laptop itself.
fn registry_address(typed: &str) -> Result<String> {
    let typed = typed.trim();
    let full = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::parse(&full).map_err(|_| Failure::NotAnAddress)?;
    let on_this_laptop = match url.host().ok_or(Failure::NotAnAddress)? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    match url.scheme() {
        "https" => {}
        "http" if on_this_laptop => {}
        "http" => return Err(Failure::NotSecure),
        _ => return Err(Failure::NotAnAddress),
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_type_it() {
        let cases = [
            ("registry.example.org", Ok("https://registry.example.org")),
            (" https://registry.example.org/ ", Ok("https://registry.example.org")),
            ("https://registry.example.org:8443/api?x", Ok("https://registry.example.org:8443")),
            ("http://127.0.0.1:8787", Ok("http://127.0.0.1:8787")),
            ("http://localhost:8787/", Ok("http://localhost:8787")),
            ("http://registry.example.org", Err(Failure::NotSecure)),
            ("ftp://registry.example.org", Err(Failure::NotAnAddress)),
            ("", Err(Failure::NotAnAddress)),
            ("not an address", Err(Failure::NotAnAddress)),
        ];
        for (typed, expected) in cases {
            assert_eq!(registry_address(typed), expected.map(str::to_owned), "{typed}");
        }
    }
}
