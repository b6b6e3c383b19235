//! How long the registry has not been reached, and what follows for records that are not open to everyone. The laptop
//! may be lost, or its owner may have left. But its clock may also be wrong: only the time that the app was running is
//! certain.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction};

use crate::error::{Failure, Result};

/// How long the app keeps running with records hidden before it removes them.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Smaller changes than this are not stored.
const MIN_CHANGE: SignedDuration = SignedDuration::from_hours(1);

/// The state of the records that are not open to everyone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Private {
    /// They can be read.
    #[default]
    Shown,
    /// They are on the laptop but cannot be read.
    Hidden,
    /// They have been removed from the laptop.
    Removed,
}

/// The time since the last contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contact {
    /// The laptop's time when this was last updated.
    pub(crate) looked_at: Timestamp,
    /// Time since the last contact, by the laptop's clock. Anything beyond `ran` may be wrong.
    pub(crate) passed: SignedDuration,
    /// How much of that time the app was running.
    pub(crate) ran: SignedDuration,
    pub(crate) private: Private,
    /// The value of `ran` when the records were hidden.
    pub(crate) hidden_at: SignedDuration,
}

/// What to do with the records that are not open to everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Nothing,
    Hide,
    Remove,
}

impl Contact {
    /// Updates the contact: the clock now says `now`, and the app ran for `ran` since the last update.
    pub(crate) fn advance(&self, now: Timestamp, ran: SignedDuration) -> Self {
        // Setting the clock back subtracts nothing; counting goes on from the time that it shows now.
        let passed = now.duration_since(self.looked_at).max(ran).max(SignedDuration::ZERO);
        Self {
            looked_at: now,
            passed: self.passed.saturating_add(passed),
            ran: self.ran.saturating_add(ran),
            ..self.clone()
        }
    }

    /// What to do if private records may be kept for `kept_for` without contact. `at_start` means that the app has just
    /// been opened.
    pub(crate) fn step(&self, kept_for: SignedDuration, at_start: bool) -> Step {
        if self.passed <= kept_for {
            return Step::Nothing;
        }
        let certain = self.ran > kept_for;
        match self.private {
            Private::Removed => Step::Remove,
            Private::Shown if certain => Step::Remove,
            Private::Shown => Step::Hide,
            Private::Hidden if certain || at_start || self.ran - self.hidden_at >= DAY => Step::Remove,
            Private::Hidden => Step::Nothing,
        }
    }

    /// Whether this differs enough from the stored contact to be worth writing.
    pub(crate) fn is_worth_storing(&self, written: &Self) -> bool {
        self.looked_at.duration_since(written.looked_at).abs() >= MIN_CHANGE
            || self.ran - written.ran >= MIN_CHANGE
    }
}

/// The stored contact; `None` before the first one.
pub(crate) fn get(connection: &Connection) -> Result<Option<Contact>> {
    let sql = "SELECT looked_at, passed, ran, private, hidden_at FROM contact";
    connection
        .query_row(sql, [], |row| {
            let looked_at: Option<i64> = row.get(0)?;
            let millis = |column| row.get(column).map(SignedDuration::from_millis);
            let (passed, ran, hidden_at) = (millis(1)?, millis(2)?, millis(4)?);
            let private = match row.get::<_, String>(3)?.as_str() {
                "shown" => Private::Shown,
                "hidden" => Private::Hidden,
                _ => Private::Removed,
            };
            Ok(looked_at.map(|at| (at, passed, ran, private, hidden_at)))
        })?
        .map(|(at, passed, ran, private, hidden_at)| {
            let looked_at = Timestamp::from_millisecond(at).map_err(|_| Failure::Internal)?;
            Ok(Contact { looked_at, passed, ran, private, hidden_at })
        })
        .transpose()
}

pub(crate) fn set(tx: &Transaction<'_>, contact: &Contact) -> Result<()> {
    let millis = |time: SignedDuration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let private = match contact.private {
        Private::Shown => "shown",
        Private::Hidden => "hidden",
        Private::Removed => "removed",
    };
    tx.prepare_cached(
        "UPDATE contact SET looked_at = ?1, passed = ?2, ran = ?3, private = ?4, hidden_at = ?5",
    )?
    .execute(rusqlite::params![
        contact.looked_at.as_millisecond(),
        millis(contact.passed),
        millis(contact.ran),
        private,
        millis(contact.hidden_at),
    ])?;
    Ok(())
}

/// Records a contact. Hidden records stay hidden until everything is read, as who may see them can have changed.
pub(crate) fn made(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.prepare_cached("UPDATE contact SET looked_at = ?1, passed = 0, ran = 0, hidden_at = 0")?
        .execute([now.as_millisecond()])?;
    Ok(())
}

/// Marks private records as shown once everything has been read. True if they were hidden or removed.
pub(crate) fn restored(tx: &Transaction<'_>) -> Result<bool> {
    let sql = "UPDATE contact SET private = 'shown' WHERE private <> 'shown'";
    Ok(tx.prepare_cached(sql)?.execute([])? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: i64) -> SignedDuration {
        SignedDuration::from_hours(24 * days)
    }

    fn contact() -> Contact {
        let (passed, ran, hidden_at) = Default::default();
        Contact { looked_at: Timestamp::UNIX_EPOCH, passed, ran, private: Private::Shown, hidden_at }
    }

    /// The contact after a series of updates, each given as the day on the clock and the days run since the one before.
    fn after(looks: &[(i64, i64)]) -> Contact {
        looks.iter().fold(contact(), |contact, (clock, ran)| {
            contact.advance(Timestamp::UNIX_EPOCH + days(*clock), days(*ran))
        })
    }

    #[test]
    fn what_the_clock_says_hides_and_what_is_certain_removes() {
        let month = days(30);
        for (looks, step) in [
            (&[(30, 0)][..], Step::Nothing),
            (&[(31, 0)][..], Step::Hide),
            (&[(31, 31)][..], Step::Remove),
            // The clock is set ahead and back again.
            (&[(31, 0), (1, 1)][..], Step::Hide),
            // It is set back each time before the limit is reached.
            (&[(20, 0), (0, 0), (20, 0)][..], Step::Hide),
            // It stands still while the app runs.
            (&[(0, 31)][..], Step::Remove),
        ] {
            assert_eq!(after(looks).step(month, false), step, "{looks:?}");
        }
    }

    #[test]
    fn what_is_hidden_goes_after_a_day_or_at_the_next_start() {
        let hidden = Contact { private: Private::Hidden, ..after(&[(40, 0)]) };
        assert_eq!(hidden.step(days(30), false), Step::Nothing);
        assert_eq!(hidden.step(days(30), true), Step::Remove);
        let again = hidden.advance(Timestamp::UNIX_EPOCH + days(80), SignedDuration::ZERO);
        assert_eq!(again.step(days(30), false), Step::Nothing, "the clock alone is not believed");
        let a_day_later = hidden.advance(Timestamp::UNIX_EPOCH + days(41), days(1));
        assert_eq!(a_day_later.step(days(30), false), Step::Remove);
        // The registry has answered, but not everything is read yet.
        let met = Contact { passed: SignedDuration::ZERO, ..hidden };
        assert_eq!(met.step(days(30), true), Step::Nothing);
    }
}
