//! For how long there was no contact with the registry, and what that means for what is not open to everyone. A laptop may
//! be lost, or its person have left. But its clock may also be wrong: only time that the app was running is certain.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction};

use crate::error::{Failure, Result};

/// How long what is hidden may still be brought back by a contact.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// What is not worth writing down.
const LITTLE: SignedDuration = SignedDuration::from_hours(1);

/// What became of what is not open to everyone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Private {
    /// It can be read.
    #[default]
    Shown,
    /// It is here and can't be read.
    Hidden,
    /// It is not here any more.
    Removed,
}

/// How long it is since the last contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contact {
    /// What the clock said when it was last looked at.
    pub(crate) looked_at: Timestamp,
    /// Since the last contact. What the clock says beyond the time that the app was running may not be so.
    pub(crate) passed: SignedDuration,
    /// How much of that the app was running.
    pub(crate) ran: SignedDuration,
    pub(crate) private: Private,
    /// What `ran` was when it was hidden.
    pub(crate) hidden_at: SignedDuration,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Nothing,
    Hide,
    Remove,
}

impl Contact {
    /// The clock says that it is `now`, and the app ran for so long since it was last looked at.
    pub(crate) fn look(&self, now: Timestamp, ran: SignedDuration) -> Self {
        // A clock that was set back takes nothing away: time counts on from the latest that it said.
        let passed = now.duration_since(self.looked_at).max(ran).max(SignedDuration::ZERO);
        Self {
            looked_at: now,
            passed: self.passed.saturating_add(passed),
            ran: self.ran.saturating_add(ran),
            ..self.clone()
        }
    }

    /// What has to be done where what is not open to everyone is kept for so long. `starting`: the app has just been
    /// opened.
    pub(crate) fn step(&self, kept_for: SignedDuration, starting: bool) -> Step {
        if self.passed <= kept_for {
            return Step::Nothing;
        }
        let certain = self.ran > kept_for;
        match self.private {
            Private::Removed => Step::Remove,
            Private::Shown if certain => Step::Remove,
            Private::Shown => Step::Hide,
            Private::Hidden if certain || starting || self.ran - self.hidden_at >= DAY => Step::Remove,
            Private::Hidden => Step::Nothing,
        }
    }

    /// Does this say more than what is written down?
    pub(crate) fn is_news(&self, written: &Self) -> bool {
        self.looked_at.duration_since(written.looked_at).abs() >= LITTLE || self.ran - written.ran >= LITTLE
    }
}

/// None before the first contact.
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

/// The registry answered just now. What is hidden stays so until all has been read: it may have changed who sees it.
pub(crate) fn made(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.prepare_cached("UPDATE contact SET looked_at = ?1, passed = 0, ran = 0, hidden_at = 0")?
        .execute([now.as_millisecond()])?;
    Ok(())
}

/// All has been read: nothing is hidden any more. True where something was.
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

    /// After each day the clock says `clock`, and the app ran for `ran`.
    fn after(looks: &[(i64, i64)]) -> Contact {
        looks.iter().fold(contact(), |contact, (clock, ran)| {
            contact.look(Timestamp::UNIX_EPOCH + days(*clock), days(*ran))
        })
    }

    #[test]
    fn what_the_clock_says_hides_and_what_is_certain_removes() {
        let month = days(30);
        for (looks, step) in [
            (&[(30, 0)][..], Step::Nothing),
            (&[(31, 0)][..], Step::Hide),
            (&[(31, 31)][..], Step::Remove),
            // Set ahead, and back again.
            (&[(31, 0), (1, 1)][..], Step::Hide),
            // Set back each time before the month is over.
            (&[(20, 0), (0, 0), (20, 0)][..], Step::Hide),
            // It stands still, and the app does not.
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
        let again = hidden.look(Timestamp::UNIX_EPOCH + days(80), SignedDuration::ZERO);
        assert_eq!(again.step(days(30), false), Step::Nothing, "the clock alone is not believed");
        let a_day_later = hidden.look(Timestamp::UNIX_EPOCH + days(41), days(1));
        assert_eq!(a_day_later.step(days(30), false), Step::Remove);
        // The registry answered, but not all was read.
        let met = Contact { passed: SignedDuration::ZERO, ..hidden };
        assert_eq!(met.step(days(30), true), Step::Nothing);
    }
}
