//! What the registry holds about a person and on a council: handed out into a file, and erased.

use std::path::PathBuf;

use guildhall_protocol::{CouncilCode, Erase, routes};
use http::Method;

use crate::Client;
use crate::drafts::write_file;
use crate::error::Result;
use crate::sync::with_token;

impl Client {
    /// Writes all that the registry holds about this person into a file.
    ///
    /// # Errors
    /// Those of the connection, and where the file can't be written.
    pub async fn export_my_data(&self, to: PathBuf) -> Result<()> {
        self.export(routes::MY_DATA, to).await
    }

    /// Writes all that the registry holds on a council into a file.
    ///
    /// # Errors
    /// Those of the connection, where this person may not, and where the file can't be written.
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

    /// Has the registry erase this person, with the names by which contacts have them. Nothing of theirs stays on this
    /// laptop: their drafts go, too.
    ///
    /// # Errors
    /// Those of the connection: nothing is removed from the laptop then.
    pub async fn erase_me(&self, names: Vec<String>) -> Result<()> {
        self.inner.send(Method::DELETE, routes::ME, Erase { names }).await?;
        self.wipe_account().await
    }
}
