//! The registry's settings, which its operator can change. The default texts are true of any registry that runs this
//! software.

use guildhall_protocol::validate::{FieldCode, is_email, is_web_address};
use guildhall_protocol::{PROTOCOL, RegistryFacts};

use crate::Registry;
use crate::access::factor_setting;
use crate::error::{Error, Result};
use crate::registry::Write;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::settings::{self, Setting};

const PRIVACY_NOTICE: &str = "\
This registry keeps the email address with which you sign in, when you signed in, and what you publish for your \
council. Your address is used to send you a sign-in code and to see at which council you work. It is not shown to \
others unless you put it into a project yourself.

A project's contact is shown to everyone who may see the project: give a team's mailbox where there is one. Do not \
write residents' names or case details into a project. What councils record here can be asked for under the \
Freedom of Information Act.";

const TERMS: &str = "\
Publish only what your council is content for others to see, at the visibility that you choose. What you publish \
can be read, kept and reused by those who may see it. Councils stay responsible for what they publish.";

impl Registry {
    /// Changes a setting.
    ///
    /// # Errors
    /// If the value is invalid or cannot be stored.
    pub async fn set(&self, setting: Setting, value: &str) -> Result<()> {
        let value = checked(setting, value)?;
        self.write((setting, value), async |Write { tx, env }, (setting, value)| {
            match setting {
                Setting::SecondFactor => factor_setting::set_asked_of(tx, env, value).await?,
                Setting::SecondFactorDays => factor_setting::set_days(tx, env, value).await?,
                _ => {}
            }
            settings::set(tx, setting.as_str(), value).await?;
            Ok(audit::log(tx, env, &AuditEvent::operator(AuditAction::Set, setting.as_str(), "")).await?)
        })
        .await
    }

    /// What the operator has not said yet and people miss: the names of the settings.
    ///
    /// # Errors
    /// If the settings cannot be read.
    pub async fn missing_settings(&self) -> Result<Vec<&'static str>> {
        let stored = settings::all(&mut *self.store().read().await?).await?;
        let is_missing = |setting: &Setting| {
            !stored.iter().any(|(name, value)| name == setting.as_str() && !value.is_empty())
        };
        let missed = [Setting::Operator, Setting::Contact, Setting::Address];
        Ok(missed.into_iter().filter(is_missing).map(Setting::as_str).collect())
    }

    /// What the registry says about itself.
    pub(crate) async fn facts(&self) -> Result<RegistryFacts> {
        Ok(self.facts_from(&settings::all(&mut *self.store().read().await?).await?))
    }

    /// The same, from the stored settings.
    pub(crate) fn facts_from(&self, stored: &[(String, String)]) -> RegistryFacts {
        let says = |setting: Setting, otherwise: &str| {
            let value = stored.iter().find(|(name, _)| name == setting.as_str());
            value.map_or(otherwise, |(_, value)| value).to_owned()
        };
        RegistryFacts {
            protocol: PROTOCOL,
            name: says(Setting::Name, "Guildhall registry"),
            operator: says(Setting::Operator, "Whoever runs this machine: they have not given a name yet"),
            place: says(Setting::Place, "The machine that this registry runs on"),
            privacy_notice: says(Setting::PrivacyNotice, PRIVACY_NOTICE),
            terms: says(Setting::Terms, TERMS),
            sign_in_with: self.provider().map(|provider| provider.name().to_owned()),
            contact: Some(says(Setting::Contact, "")).filter(|contact| !contact.is_empty()),
        }
    }
}

/// The value as it is stored.
fn checked(setting: Setting, value: &str) -> Result<String> {
    let value = value.trim();
    let (is_right, detail) = match setting {
        Setting::Contact => (
            is_email(value) || is_web_address(value),
            "Give an email address or the web address of a page, for example help@guildhall.example",
        ),
        Setting::Address => {
            (is_web_address(value), "Give the registry's web address, for example https://guildhall.example")
        }
        Setting::SearchEngines => (matches!(value, "yes" | "no"), "Give yes or no"),
        _ => return Ok(value.to_owned()),
    };
    if !is_right && !value.is_empty() {
        return Err(Error::invalid("/value", FieldCode::NotAllowed, detail));
    }
    Ok(value.trim_end_matches('/').to_owned())
}
