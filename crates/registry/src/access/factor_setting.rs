//! The settings for second factors: who needs one, and how many days people who already have such a role get.

use std::str::FromStr;

use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{PersonId, Role};
use sqlx::AnyConnection;

use crate::env::Env;
use crate::error::{Error, Result};
use crate::store::settings::{self, Setting};
use crate::store::{WriteTx, people, second_factors};

/// The default number of days to set up a second factor once it is required.
pub(crate) const DAYS: i64 = 30;
const MOST_DAYS: i64 = 365;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Who needs a second factor, besides coordinators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequiredOf {
    Nobody,
    Leads,
    /// Editors and leads.
    Editors,
    /// Everyone who acts for a council.
    Everyone,
}

impl FromStr for RequiredOf {
    type Err = Error;

    fn from_str(said: &str) -> Result<Self> {
        match said {
            "nobody" | "" => Ok(Self::Nobody),
            "leads" => Ok(Self::Leads),
            "editors" => Ok(Self::Editors),
            "everyone" => Ok(Self::Everyone),
            _ => {
                let detail = "Use nobody, leads, editors (and leads) or everyone";
                Err(Error::invalid("/value", FieldCode::NotAllowed, detail))
            }
        }
    }
}

impl RequiredOf {
    /// The lowest role that needs one.
    pub(crate) fn least(self) -> Option<Role> {
        match self {
            Self::Nobody => None,
            Self::Leads => Some(Role::Lead),
            Self::Editors => Some(Role::Editor),
            Self::Everyone => Some(Role::Contributor),
        }
    }
}

async fn said(sql: &mut AnyConnection, setting: Setting) -> Result<Option<String>> {
    let all = settings::all(sql).await?;
    Ok(all.into_iter().find(|(name, _)| name == setting.as_str()).map(|(_, value)| value))
}

async fn grace(sql: &mut AnyConnection) -> Result<i64> {
    let days = said(sql, Setting::SecondFactorDays).await?.and_then(|days| days.parse::<i64>().ok());
    Ok(days.unwrap_or(DAYS) * DAY)
}

/// Sets a due date for everyone who newly needs a second factor. Must run before the new setting is stored.
pub(crate) async fn set_asked_of(tx: &mut WriteTx, env: &Env, value: &str) -> Result<()> {
    let asked: RequiredOf = value.parse()?;
    let before = said(tx.sql(), Setting::SecondFactor).await?.unwrap_or_default();
    let before: RequiredOf = before.parse().unwrap_or(RequiredOf::Nobody);
    let due_at = env.now_ms() + grace(tx.sql()).await?;
    // Suspended roles can change what people may read.
    tx.wake_readers();
    let Some(least) = asked.least() else { return Ok(()) };
    let mut known: Vec<PersonId> =
        people::coordinators(tx.sql()).await?.into_iter().map(|person| person.id).collect();
    if let Some(least) = before.least() {
        known.extend(second_factors::holders(tx.sql(), least).await?);
    }
    for person in second_factors::holders(tx.sql(), least).await? {
        if !known.contains(&person) {
            second_factors::forget_due(tx, person).await?;
            second_factors::set_due(tx, person, due_at).await?;
            // So that their laptops read their roles again and tell them.
            people::change_access(tx, person).await?;
        }
    }
    Ok(())
}

/// Shortens the time left to at most this many days from now.
pub(crate) async fn set_days(tx: &mut WriteTx, env: &Env, value: &str) -> Result<()> {
    let days = value.parse::<i64>().ok().filter(|days| (0..=MOST_DAYS).contains(days));
    let Some(days) = days else {
        let detail = format!("Give a number of days from 0, for at once, to {MOST_DAYS}");
        return Err(Error::invalid("/value", FieldCode::NotAllowed, detail));
    };
    second_factors::bring_forward(tx, env.now_ms() + days * DAY).await?;
    tx.wake_readers();
    Ok(())
}

/// Sets a due date for a new coordinator, who always needs a second factor.
pub(crate) async fn begin_coordinator(tx: &mut WriteTx, env: &Env, person: PersonId) -> Result<()> {
    let due_at = env.now_ms() + grace(tx.sql()).await?;
    second_factors::forget_due(tx, person).await?;
    Ok(second_factors::set_due(tx, person, due_at).await?)
}

/// Sets a due date for coordinators from before they needed a second factor.
pub(crate) async fn note_days(tx: &mut WriteTx, env: &Env) -> Result<()> {
    let due_at = env.now_ms() + grace(tx.sql()).await?;
    for person in second_factors::coordinators_without_day(tx.sql()).await? {
        second_factors::set_due(tx, person, due_at).await?;
    }
    Ok(())
}
