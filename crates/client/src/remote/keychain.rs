//! The refresh token's place: the operating system's keychain, and nowhere else. Where there is none, or it stays
//! locked, the session lives in memory until the app closes.

use std::sync::Arc;

use keyring::{Entry, Error};

/// Where secrets are kept, by whose they are. May ask its owner, and answers when it pleases.
pub trait Keychain: Send + Sync {
    /// The secret; none where there is none, or no keychain.
    fn get(&self, whose: &str) -> Option<String>;
    /// Keeps the secret. False where there is no keychain to keep it.
    fn set(&self, whose: &str, secret: &str) -> bool;
    /// Forgets the secret.
    fn forget(&self, whose: &str);
}

/// The operating system's.
pub(crate) struct SystemKeychain;

const SERVICE: &str = "Guildhall";

impl SystemKeychain {
    fn with<T>(&self, whose: &str, act: impl FnOnce(&Entry) -> Result<T, Error>) -> Option<T> {
        match Entry::new(SERVICE, whose).and_then(|entry| act(&entry)) {
            Ok(value) => Some(value),
            Err(Error::NoEntry) => None,
            // The error's own text may quote what was stored.
            Err(error) => {
                tracing::warn!(kind = kind(&error), "the keychain is of no use");
                None
            }
        }
    }
}

impl Keychain for SystemKeychain {
    fn get(&self, whose: &str) -> Option<String> {
        self.with(whose, Entry::get_password)
    }
    fn set(&self, whose: &str, secret: &str) -> bool {
        self.with(whose, |entry| entry.set_password(secret)).is_some()
    }
    fn forget(&self, whose: &str) {
        self.with(whose, Entry::delete_credential);
    }
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::PlatformFailure(_) => "platform failure",
        Error::NoStorageAccess(_) => "locked, or no collection",
        Error::NoDefaultStore => "none on this system",
        Error::TooLong(..) => "too long",
        _ => "other",
    }
}

/// The place of one session's refresh token.
#[derive(Clone)]
pub(crate) struct Profile {
    keychain: Arc<dyn Keychain>,
    whose: String,
}

impl Profile {
    /// The installation tells two apps on one laptop apart.
    pub(crate) fn new(keychain: Arc<dyn Keychain>, registry: &str, email: &str, installation: &str) -> Self {
        Self { keychain, whose: format!("{email} at {registry} ({installation})") }
    }

    /// The token; none where there is none, or no keychain.
    pub(crate) async fn get(&self) -> Option<String> {
        self.ask(|profile| profile.keychain.get(&profile.whose)).await.flatten()
    }

    /// Keeps the token. False where there is no keychain to keep it.
    pub(crate) async fn set(&self, token: String) -> bool {
        self.ask(move |profile| profile.keychain.set(&profile.whose, &token)).await.unwrap_or(false)
    }

    pub(crate) async fn forget(&self) {
        self.ask(|profile| profile.keychain.forget(&profile.whose)).await;
    }

    /// Asks on a thread where waiting for the keychain's owner holds up nobody.
    async fn ask<T: Send + 'static>(&self, question: impl FnOnce(&Self) -> T + Send + 'static) -> Option<T> {
        let profile = self.clone();
        tokio::task::spawn_blocking(move || question(&profile)).await.ok()
    }
}
