//! The months in which phases began. The screen asks when each phase began, and no more: it ends when the next one
//! begins. A record holds whole dates, which every version of the app reads, so a month is kept as its first day. The day
//! and the end that a record has already stay until its author gives other months.

use std::collections::BTreeMap;

use guildhall_protocol::validate::FieldError;
use guildhall_protocol::{Phase, PhaseDates};

use super::dates::{date_form, month};
use crate::views::PhaseForm;

/// The boxes for the dates of a project.
pub(super) fn shown(dates: &BTreeMap<Phase, PhaseDates>) -> Vec<PhaseForm> {
    dates
        .iter()
        .map(|(phase, dates)| PhaseForm {
            phase: *phase,
            started: date_form(dates.started),
            ended: date_form(dates.ended),
        })
        .collect()
}

/// The dates that the boxes say. `before` are the project's.
pub(super) fn read(
    errors: &mut Vec<FieldError>,
    typed: &[PhaseForm],
    before: &BTreeMap<Phase, PhaseDates>,
) -> BTreeMap<Phase, PhaseDates> {
    let mut dates = BTreeMap::new();
    for phase in typed {
        let pointer = format!("/phase_dates/{}/started", name(phase.phase));
        let started = month(errors, &phase.started, &pointer);
        // It is not asked for, so nobody could correct it: what is not a date is left out.
        let ended = month(&mut Vec::new(), &phase.ended, "");
        if started.is_some() || ended.is_some() {
            dates.insert(phase.phase, PhaseDates { started, ended });
        }
    }
    if dates != *before {
        end_where_the_next_begins(&mut dates);
    }
    dates
}

/// An end stays where it fits between its own beginning and the next one's.
fn end_where_the_next_begins(dates: &mut BTreeMap<Phase, PhaseDates>) {
    let mut next = None;
    for dates in dates.values_mut().rev() {
        let Some(started) = dates.started else { continue };
        let fits = |end| end >= started && next.is_none_or(|next| end <= next);
        dates.ended = dates.ended.filter(|end| fits(*end)).or(next.filter(|next| *next >= started));
        next = Some(started);
    }
}

fn name(phase: Phase) -> String {
    let value = serde_json::to_value(phase).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use guildhall_protocol::validate::FieldCode;
    use jiff::civil::{Date, date};

    use super::*;
    use crate::views::DateForm;

    fn began(phase: Phase, month: &str, year: &str) -> PhaseForm {
        let started = DateForm { month: month.into(), year: year.into(), ..DateForm::default() };
        PhaseForm { phase, started, ended: DateForm::default() }
    }

    fn read_all(typed: &[PhaseForm], before: &BTreeMap<Phase, PhaseDates>) -> Vec<(Phase, PhaseDates)> {
        let mut errors = Vec::new();
        let dates = read(&mut errors, typed, before);
        assert_eq!(errors, []);
        dates.into_iter().collect()
    }

    fn dates(started: Date, ended: Option<Date>) -> PhaseDates {
        PhaseDates { started: Some(started), ended }
    }

    #[test]
    fn a_month_is_enough_and_a_phase_ends_where_the_next_begins() {
        let typed = [began(Phase::Discovery, "March", "2026"), began(Phase::Beta, "9", "2026")];
        let expected = [
            (Phase::Discovery, dates(date(2026, 3, 1), Some(date(2026, 9, 1)))),
            (Phase::Beta, dates(date(2026, 9, 1), None)),
        ];
        assert_eq!(read_all(&typed, &BTreeMap::new()), expected);
    }

    #[test]
    fn whole_dates_stay_until_other_months_are_given() {
        let before = BTreeMap::from([
            (Phase::Discovery, dates(date(2026, 1, 12), Some(date(2026, 2, 27)))),
            (Phase::Alpha, dates(date(2026, 4, 6), None)),
        ]);
        let mut typed = shown(&before);
        assert_eq!(read_all(&typed, &before), before.clone().into_iter().collect::<Vec<_>>());

        // The window clears the day with the first key in another box.
        typed[1].started = DateForm { day: String::new(), month: "2".into(), year: "2026".into() };
        let expected = [
            (Phase::Discovery, dates(date(2026, 1, 12), Some(date(2026, 2, 1)))),
            (Phase::Alpha, dates(date(2026, 2, 1), None)),
        ];
        assert_eq!(read_all(&typed, &before), expected);
    }

    #[test]
    fn a_month_without_a_year_is_an_error_of_its_phase() {
        let mut errors = Vec::new();
        read(&mut errors, &[began(Phase::Alpha, "March", "")], &BTreeMap::new());
        assert_eq!(errors[0].pointer, "/phase_dates/alpha/started");
        assert_eq!(errors[0].code, FieldCode::NotADate);
    }
}
