//! The refresh token's place: the operating system's keychain, and nowhere else. Where there is none, or it stays
//! locked, the session lives in memory until the app closes.

use keyring::{Entry, Error};

const SERVICE: &str = "Guildhall";

/// Names one entry of the keychain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place(String);

impl Place {
    /// The installation tells two apps on one laptop apart.
    pub(crate) fn new(registry: &str, email: &str, installation: &str) -> Self {
        Self(format!("{email} at {registry} ({installation})"))
    }

    async fn with<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Option<T> {
        let user = self.0.clone();
        // The keychain may ask its owner, and answers when it pleases.
        let done =
            tokio::task::spawn_blocking(move || Entry::new(SERVICE, &user).and_then(|entry| act(&entry)));
        match done.await {
            Ok(Ok(value)) => Some(value),
            Ok(Err(Error::NoEntry)) => None,
            // The error's own text may quote what was stored.
            Ok(Err(error)) => {
                tracing::warn!(kind = kind(&error), "the keychain is of no use");
                None
            }
            Err(_) => None,
        }
    }

    /// The token; none where there is none, or no keychain.
    pub(crate) async fn get(&self) -> Option<String> {
        self.with(Entry::get_password).await
    }

    /// Keeps the token. False where there is no keychain to keep it.
    pub(crate) async fn set(&self, token: String) -> bool {
        self.with(move |entry| entry.set_password(&token)).await.is_some()
    }

    pub(crate) async fn forget(&self) {
        self.with(Entry::delete_credential).await;
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
