//! Stores the refresh token in the operating system's keychain and nowhere else. Without one, or if it stays locked,
//! the session lives in memory until the app closes.

use std::sync::Arc;

use keyring::{Entry, Error};

/// A store for secrets, keyed by account. Calls may block while the keychain asks its owner to unlock it.
pub trait Keychain: Send + Sync {
    /// The secret; `None` if there is none, or no keychain.
    fn get(&self, whose: &str) -> Option<String>;
    /// Stores the secret. False if there is no keychain to store it.
    fn set(&self, whose: &str, secret: &str) -> bool;
    /// Deletes the secret.
    fn forget(&self, whose: &str);
}

/// The operating system's keychain.
pub(crate) struct SystemKeychain;

const SERVICE: &str = "Guildhall";

impl SystemKeychain {
    fn with<T>(&self, whose: &str, act: impl FnOnce(&Entry) -> Result<T, Error>) -> Option<T> {
        match Entry::new(SERVICE, whose).and_then(|entry| act(&entry)) {
            Ok(value) => Some(value),
            Err(Error::NoEntry) => None,
            // The error's own text may quote the stored secret.
            Err(error) => {
                tracing::warn!(kind = kind(&error), "the keychain failed");
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

/// The keychain entry of one session's refresh token.
#[derive(Clone)]
pub(crate) struct Profile {
    keychain: Arc<dyn Keychain>,
    whose: String,
}

impl Profile {
    /// `installation` distinguishes two installations on one laptop.
    pub(crate) fn new(keychain: Arc<dyn Keychain>, registry: &str, email: &str, installation: &str) -> Self {
        Self { keychain, whose: format!("{email} at {registry} ({installation})") }
    }

    /// The token; `None` if there is none, or no keychain.
    pub(crate) async fn get(&self) -> Option<String> {
        self.ask(|profile| profile.keychain.get(&profile.whose)).await.flatten()
    }

    /// Stores the token. False if there is no keychain to store it.
    pub(crate) async fn set(&self, token: String) -> bool {
        self.ask(move |profile| profile.keychain.set(&profile.whose, &token)).await.unwrap_or(false)
    }

    pub(crate) async fn forget(&self) {
        self.ask(|profile| profile.keychain.forget(&profile.whose)).await;
    }

    /// Runs a call on a thread where it may block.
    async fn ask<T: Send + 'static>(&self, question: impl FnOnce(&Self) -> T + Send + 'static) -> Option<T> {
        let profile = self.clone();
        tokio::task::spawn_blocking(move || question(&profile)).await.ok()
    }
}
