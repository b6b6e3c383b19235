//! Settings from the environment: where the app's files are, which registry to offer, and who signs in. For rolling the
//! app out and for trying it.

use std::path::PathBuf;

use guildhall_client::Client;
use guildhall_client::error::Result;

pub(crate) struct Options {
    /// `GUILDHALL_DATA_DIR`: the folder for all of the app's files.
    pub(crate) data_dir: Option<PathBuf>,
    /// `GUILDHALL_REGISTRY`: the address to offer at first run.
    pub(crate) registry: Option<String>,
    /// `GUILDHALL_WINDOW_SIZE`, as 1280x800: overrides the remembered size.
    pub(crate) window_size: Option<(f64, f64)>,
    /// `GUILDHALL_SIGN_IN`, as EMAIL:CODE: signs in with a code issued for that address, and skips first run.
    sign_in: Option<(String, String)>,
}

impl Options {
    pub(crate) fn from_environment() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            data_dir: std::env::var_os("GUILDHALL_DATA_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from),
            registry: text("GUILDHALL_REGISTRY"),
            window_size: text("GUILDHALL_WINDOW_SIZE").and_then(|size| {
                let (width, height) = size.split_once('x')?;
                Some((width.parse().ok()?, height.parse().ok()?))
            }),
            sign_in: text("GUILDHALL_SIGN_IN").and_then(|text| {
                text.rsplit_once(':').map(|(email, code)| (email.to_owned(), code.to_owned()))
            }),
        }
    }

    /// Signs in as requested, if nobody is signed in. The window opens even if this fails, and shows first run.
    pub(crate) async fn sign_in(&self, client: &Client) {
        if let (Some((email, code)), Some(registry)) = (&self.sign_in, &self.registry)
            && client.account().await.is_none()
            && let Err(failure) = sign_in(client, registry, email, code).await
        {
            tracing::warn!(%failure, "GUILDHALL_SIGN_IN did not sign in");
        }
    }
}

async fn sign_in(client: &Client, registry: &str, email: &str, code: &str) -> Result<()> {
    client.use_registry(registry).await?;
    client.verify_sign_in(email, code).await?;
    client.finish_welcome().await
}
