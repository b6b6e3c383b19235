//! Exporting and erasing the data that the registry holds about a person or a council.

use std::path::PathBuf;

use guildhall_protocol::{CouncilCode, EraseAccount, routes};
use http::Method;

use crate::Client;
use crate::drafts::write_file;
use crate::error::Result;
use crate::remote::session::with_token;

impl Client {
    /// Exports everything that the registry holds about this person to a file.
    ///
    /// # Errors
    /// Connection errors, and an error if the file cannot be written.
    pub async fn export_my_data(&self, to: PathBuf) -> Result<()> {
        self.export(routes::MY_DATA, to).await
    }

    /// Exports everything that the registry holds about a council to a file.
    ///
    /// # Errors
    /// Connection errors, an error if this person may not export it, and one if the file cannot be written.
    pub async fn export_council_data(&self, council: &CouncilCode, to: PathBuf) -> Result<()> {
        self.export(&routes::with(routes::COUNCIL_DATA, &[council.as_str()]), to).await
    }

    async fn export(&self, path: &str, to: PathBuf) -> Result<()> {
        let profile = self.inner.online()?;
        let data = with_token(profile.credentials(), |token| {
            let api = &profile.api;
            async move { api.export(path, token.as_deref()).await }
        });
        let data = data.await?;
        write_file(to, serde_json::to_vec_pretty(&data)?).await
    }

    /// Erases this person at the registry, together with contacts under the given names. Then deletes all their files
    /// on this laptop, including their drafts.
    ///
    /// # Errors
    /// Connection errors, in which case nothing is deleted from the laptop.
    pub async fn erase_me(&self, names: Vec<String>) -> Result<()> {
        self.inner.send(Method::DELETE, routes::ME, EraseAccount { names }).await?;
        self.inner.wipe_account().await
    }
}
