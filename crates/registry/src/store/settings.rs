//! What the registry says of itself, set by who operates it.

use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::Result;

/// All settings, as name and value.
pub(crate) async fn all(sql: &mut AnyConnection) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as("SELECT name, value FROM settings ORDER BY name").fetch_all(sql).await?)
}

/// Sets one.
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

/// The settings that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// What the registry is called.
    Name,
    /// Who operates it.
    Operator,
    /// Where the data are kept.
    Place,
    /// What is kept about people and why.
    PrivacyNotice,
    /// What one agrees to.
    Terms,
    /// Of whom a second factor is asked, besides coordinators.
    SecondFactor,
    /// How many days those have who are it already.
    SecondFactorDays,
}

impl Setting {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Operator,
        Self::Place,
        Self::PrivacyNotice,
        Self::Terms,
        Self::SecondFactor,
        Self::SecondFactorDays,
    ];

    /// Its name, on the command line and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Operator => "operator",
            Self::Place => "place",
            Self::PrivacyNotice => "privacy_notice",
            Self::Terms => "terms",
            Self::SecondFactor => "second_factor",
            Self::SecondFactorDays => "second_factor_days",
        }
    }
}
