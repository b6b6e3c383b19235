//! What people are told in letters and on pages: a function for each sentence of `words/en.json`, with a parameter for each
//! of its placeholders. `build.rs` writes them. Below stand the names of choices, and dates in words.

#![deny(dead_code, reason = "a sentence that is never said is no part of the catalogue")]

use guildhall_protocol::{Approach, BudgetBand, Collaboration, LinkKind, Phase, WantedKind};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

pub(crate) fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Idea => choices::phase::idea(),
        Phase::Discovery => choices::phase::discovery(),
        Phase::Alpha => choices::phase::alpha(),
        Phase::Beta => choices::phase::beta(),
        Phase::Live => choices::phase::live(),
        Phase::Retired => choices::phase::retired(),
        Phase::Stopped => choices::phase::stopped(),
    }
}

pub(crate) fn approach(approach: Approach) -> &'static str {
    match approach {
        Approach::NotDecided => choices::approach::not_decided(),
        Approach::Build => choices::approach::build(),
        Approach::Buy => choices::approach::buy(),
        Approach::Adapt => choices::approach::adapt(),
    }
}

pub(crate) fn collaboration(collaboration: Collaboration) -> &'static str {
    match collaboration {
        Collaboration::NotNow => choices::collaboration::not_now(),
        Collaboration::SharingIdeas => choices::collaboration::sharing_ideas(),
        Collaboration::OpenToTalk => choices::collaboration::open_to_talk(),
        Collaboration::LookingForPartners => choices::collaboration::looking_for_partners(),
        Collaboration::SharingFunding => choices::collaboration::sharing_funding(),
    }
}

pub(crate) fn budget(band: BudgetBand) -> &'static str {
    match band {
        BudgetBand::NotSaid => choices::budget::not_said(),
        BudgetBand::Under10k => choices::budget::under10k(),
        BudgetBand::From10kTo50k => choices::budget::from10k_to50k(),
        BudgetBand::From50kTo250k => choices::budget::from50k_to250k(),
        BudgetBand::From250kTo1m => choices::budget::from250k_to1m(),
        BudgetBand::Over1m => choices::budget::over1m(),
    }
}

pub(crate) fn link_kind(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Repository => choices::link_kind::repository(),
        LinkKind::Board => choices::link_kind::board(),
        LinkKind::Chat => choices::link_kind::chat(),
        LinkKind::Documents => choices::link_kind::documents(),
        LinkKind::Website => choices::link_kind::website(),
        LinkKind::Research => choices::link_kind::research(),
        LinkKind::Other => choices::link_kind::other(),
    }
}

pub(crate) fn wanted(kind: WantedKind) -> &'static str {
    match kind {
        WantedKind::Research => choices::wanted::research(),
        WantedKind::Design => choices::wanted::design(),
        WantedKind::Code => choices::wanted::code(),
        WantedKind::Testing => choices::wanted::testing(),
        WantedKind::Money => choices::wanted::money(),
        WantedKind::Time => choices::wanted::time(),
    }
}

/// For example `1 April 2027`.
pub(crate) fn day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// For example `April 2027`.
pub(crate) fn month(day: Date) -> String {
    day.strftime("%B %Y").to_string()
}

/// The day in the United Kingdom.
pub(crate) fn date(at: Timestamp) -> String {
    day(at.to_zoned(uk()).date())
}

/// The day and the time in the United Kingdom, for example `1 April 2027 at 9:30am`.
pub(crate) fn moment(at: Timestamp) -> String {
    let at = at.to_zoned(uk());
    let half = if at.hour() < 12 { "am" } else { "pm" };
    let hour = match at.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let minute = if at.minute() == 0 { String::new() } else { format!(":{:02}", at.minute()) };
    format!("{} at {hour}{minute}{half}", day(at.date()))
}

/// The United Kingdom's time, or UTC on a machine that does not know it.
fn uk() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_in_words() {
        for (at, said) in [
            ("2026-03-02T09:30:00Z", "2 March 2026 at 9:30am"),
            ("2026-12-11T00:05:00Z", "11 December 2026 at 12:05am"),
            ("2026-12-11T12:00:00Z", "11 December 2026 at 12pm"),
        ] {
            assert_eq!(moment(at.parse().unwrap()), said);
        }
        assert_eq!(day("2027-04-01".parse().unwrap()), "1 April 2027");
        assert_eq!(month("2027-04-01".parse().unwrap()), "April 2027");
    }
}
