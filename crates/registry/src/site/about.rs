//! What every page needs to know of the registry.

use sha2::{Digest as _, Sha256};

use crate::Registry;
use crate::error::Result;
use crate::secrets;
use crate::store::counter;
use crate::store::settings::{self, Setting};

/// The registry, as its pages show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) name: String,
    /// Empty where they have not said.
    pub(crate) operator: String,
    /// An email address or the address of a page; empty where the operator has not said.
    pub(crate) contact: String,
    /// Where the registry is reached, without a slash at the end; empty where the operator has not said.
    pub(crate) address: String,
    pub(crate) privacy_notice: String,
    pub(crate) terms: String,
    /// Whether search engines may list the pages.
    pub(crate) is_listed: bool,
    /// Names this history of the registry, for the ids of feeds.
    pub(crate) epoch: String,
    /// Changes with every change of a record or a setting, and every day.
    pub(crate) stamp: String,
}

impl Site {
    /// The whole address of a path, or the path alone where the registry's address is not known.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// The link to the contact.
    pub(crate) fn contact_link(&self) -> String {
        match guildhall_protocol::validate::is_email(&self.contact) {
            true => format!("mailto:{}", self.contact),
            false => self.contact.clone(),
        }
    }
}

impl Registry {
    /// The registry, as its pages show it.
    pub(crate) async fn site(&self) -> Result<Site> {
        let mut sql = self.store().read().await?;
        let stored = settings::all(&mut sql).await?;
        let (epoch, seq) = counter::read(&mut sql).await?;
        drop(sql);
        let facts = self.facts_from(&stored);
        let says = |setting: Setting| {
            let value = stored.iter().find(|(name, _)| name == setting.as_str());
            value.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let day = self.env().now_ms() / (24 * 60 * 60 * 1000);
        let mut hash = Sha256::new();
        for part in [epoch.as_str(), &seq.to_string(), &day.to_string()] {
            hash.update(part);
            hash.update([0]);
        }
        for (name, value) in &stored {
            hash.update(name);
            hash.update([0]);
            hash.update(value);
            hash.update([0]);
        }
        Ok(Site {
            name: facts.name,
            operator: says(Setting::Operator),
            contact: facts.contact.unwrap_or_default(),
            address: says(Setting::Address),
            privacy_notice: facts.privacy_notice,
            terms: facts.terms,
            is_listed: says(Setting::SearchEngines) != "no",
            epoch,
            stamp: secrets::hex(&hash.finalize()),
        })
    }
}
