//! Settings of the registry, set by its operator.

use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::Result;

/// All settings, as name and value.
pub(crate) async fn all(sql: &mut AnyConnection) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as("SELECT name, value FROM settings ORDER BY name").fetch_all(sql).await?)
}

pub(crate) async fn set(tx: &mut WriteTx, name: &str, value: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(tx.sql())
    .await?;
    Ok(())
}

/// A setting of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The registry's name.
    Name,
    /// Who operates it.
    Operator,
    /// Where the data is stored.
    Place,
    /// What is stored about people, and why.
    PrivacyNotice,
    /// The terms of use.
    Terms,
    /// Where to reach the operator: an email address, or the address of a page.
    Contact,
    /// The address at which people reach the registry.
    Address,
    /// Whether search engines may list its web pages.
    SearchEngines,
    /// Who needs a second factor, besides coordinators.
    SecondFactor,
    /// How many days people who already have such a role get to set one up.
    SecondFactorDays,
}

impl Setting {
    /// Every setting.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Operator,
        Self::Place,
        Self::PrivacyNotice,
        Self::Terms,
        Self::Contact,
        Self::Address,
        Self::SearchEngines,
        Self::SecondFactor,
        Self::SecondFactorDays,
    ];

    /// The setting's name, on the command line and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Operator => "operator",
            Self::Place => "place",
            Self::PrivacyNotice => "privacy_notice",
            Self::Terms => "terms",
            Self::Contact => "contact",
            Self::Address => "address",
            Self::SearchEngines => "search_engines",
            Self::SecondFactor => "second_factor",
            Self::SecondFactorDays => "second_factor_days",
        }
    }
}
