//! Text typed into boxes outside of drafts, kept until it is sent so that it survives a kill. Boxes for one short line,
//! such as a search, a code or an address, are not kept: they are quickly typed again.

use rusqlite::Connection;

use crate::Client;
use crate::error::Result;
use crate::store::work::unfinished::{self, StoredText};
use crate::views::{TextBox, Unfinished};

impl Client {
    /// The text typed into a box and not sent yet. `about` is the id of the record that it concerns; empty if none.
    ///
    /// # Errors
    /// [`crate::error::Failure::SignInNeeded`] if nobody is signed in; nothing is kept then.
    pub async fn unfinished(&self, text_box: TextBox, about: String) -> Result<Option<Unfinished>> {
        let profile = self.inner.open_profile()?;
        let find = move |connection: &Connection| unfinished::find(connection, text_box.as_str(), &about);
        let found = profile.work()?.read(find).await?;
        Ok(found.map(|StoredText { choice, text }| Unfinished { choice, text }))
    }

    /// Saves the current content of a box. It is on the disk when this returns. An empty box is removed.
    ///
    /// # Errors
    /// [`crate::error::Failure::SignInNeeded`], and an error if the file cannot be written.
    pub async fn save_unfinished(&self, text_box: TextBox, about: String, now: Unfinished) -> Result<()> {
        let (profile, at) = (self.inner.open_profile()?, self.inner.env().clock.now());
        let now = StoredText { choice: now.choice, text: now.text };
        profile.work()?.write(move |tx| unfinished::save(tx, text_box.as_str(), &about, &now, at)).await
    }
}
