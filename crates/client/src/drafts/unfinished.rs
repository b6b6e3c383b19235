//! What is being typed in a box that is no draft: it outlives a kill until it is sent. Boxes that ask for one short line,
//! as a search, a code or an address does, are not kept: they are answered at once or asked again.

use rusqlite::Connection;

use crate::Client;
use crate::error::Result;
use crate::store::work::unfinished::{self, StoredText};
use crate::views::{TextBox, Unfinished};

impl Client {
    /// What was typed in that box and not sent.
    ///
    /// # Errors
    /// [`crate::error::Failure::SignInNeeded`] where nobody is signed in: nothing is kept then.
    pub async fn unfinished(&self, text_box: TextBox, about: String) -> Result<Option<Unfinished>> {
        let profile = self.inner.open_profile()?;
        let find = move |connection: &Connection| unfinished::find(connection, text_box.word(), &about);
        let found = profile.work()?.read(find).await?;
        Ok(found.map(|StoredText { choice, text }| Unfinished { choice, text }))
    }

    /// Saves what is in that box now; it is on the disk when this answers. An empty one leaves nothing behind.
    ///
    /// # Errors
    /// [`crate::error::Failure::SignInNeeded`], and where the file can't be written.
    pub async fn save_unfinished(&self, text_box: TextBox, about: String, now: Unfinished) -> Result<()> {
        let (profile, at) = (self.inner.open_profile()?, self.inner.env.clock.now());
        let now = StoredText { choice: now.choice, text: now.text };
        profile.work()?.write(move |tx| unfinished::save(tx, text_box.word(), &about, &now, at)).await
    }
}
