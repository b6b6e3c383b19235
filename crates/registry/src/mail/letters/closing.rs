//! The end of every letter: which registry it is from, who runs that, and whom to ask.

use askama::Template;
use sqlx::AnyConnection;

use crate::store::StoreError;
use crate::store::settings::{self, Setting};
use crate::words::letters as words;

/// What the registry says of itself at the end of a letter. Each may be empty.
#[derive(Clone, Debug, Template)]
#[template(path = "letters/closing.txt")]
pub(crate) struct Closing {
    pub(crate) registry: String,
    pub(crate) operator: String,
    /// An email address, or the address of a page.
    pub(crate) contact: String,
    /// Where the registry is reached, without a slash at the end.
    pub(crate) address: String,
}

impl Closing {
    pub(crate) async fn read(sql: &mut AnyConnection) -> Result<Self, StoreError> {
        let stored = settings::all(sql).await?;
        let says = |setting: Setting| {
            let value = stored.iter().find(|(name, _)| name == setting.as_str());
            value.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        Ok(Self {
            registry: says(Setting::Name),
            operator: says(Setting::Operator),
            contact: says(Setting::Contact),
            address: says(Setting::Address),
        })
    }

    /// The whole address of a page; empty where the registry's address is not known.
    pub(crate) fn page(&self, path: &str) -> String {
        if self.address.is_empty() { String::new() } else { format!("{}{path}", self.address) }
    }
}
