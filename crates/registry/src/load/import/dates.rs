//! Dates as people and spreadsheets write them. Ambiguous ones are read as day/month; imprecise or impossible ones (a
//! quarter, a year, a thirteenth month) are refused.

use jiff::Timestamp;
use jiff::civil::Date;

use super::cells::{Reading, literally, understood};

/// Which day to use if a text covers several: a month or a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    First,
    Last,
}

/// A date: `2026-03-01`, `1/3/2026`, `01-Mar-26`, `1st March 2026`, `Sept 2024`, `46082`, with or without a time.
pub(super) fn day(text: &str, end: End) -> Reading<Date> {
    if let Some(day) = whole_day(text) {
        return literally(day);
    }
    let guessed = spreadsheet_day(text).or_else(|| month(text, end)).or_else(|| one_of_two(text, end));
    match guessed {
        Some(day) => understood(day, &day.to_string()),
        None => Err(why_not(text)),
    }
}

/// A time such as `2026-03-01T09:00:00Z` or `2026-03-01 09:00:00`, or the start of a day.
pub(super) fn moment(text: &str) -> Reading<Timestamp> {
    let zoned = text.trim_end_matches('Z').replacen(' ', "T", 1);
    let exact = text.parse::<Timestamp>().or_else(|_| format!("{zoned}Z").parse::<Timestamp>());
    if let Some(moment) = exact.ok().and_then(|moment| Timestamp::from_second(moment.as_second()).ok()) {
        return literally(moment);
    }
    let day = day(text, End::First)?;
    let start = day.value.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| why_not(text))?;
    Ok(super::cells::Read { value: start.timestamp(), word: day.word })
}

fn why_not(text: &str) -> String {
    let is_quarter = text
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word.to_ascii_lowercase().as_str(), "q1" | "q2" | "q3" | "q4" | "quarter"));
    if is_quarter {
        return "It is a quarter, of a calendar or a financial year: give a day, such as 2026-03-01"
            .to_owned();
    }
    let numbers: Vec<u32> = parts(text).iter().filter_map(|part| part.parse().ok()).collect();
    if let [day, month, year] = numbers.as_slice()
        && *month > 12
        && *day <= 12
        && *year > 31
    {
        return format!("There is no month {month}: days are read as day/month/year, such as 1/3/2026");
    }
    "It is not a day, such as 2026-03-01 or 1/3/2026".to_owned()
}

/// The parts of a date in lower case, without the time and the day of the week.
fn parts(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let day = match lower.find(':') {
        // In `2026-03-01t09:00` and `1/3/2026 9:00`, take what comes before the hour.
        Some(colon) => {
            let before =
                lower.get(..colon).unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
            before.trim_end_matches(['t', ' ', ','])
        }
        None => lower.as_str(),
    };
    day.split([' ', '/', '.', '-', ',', '\u{2010}', '\u{2011}', '\u{2013}'])
        .filter(|part| !part.is_empty() && !is_day_of_week(part))
        .map(|part| without_ordinal(part).to_owned())
        .collect()
}

/// A complete date.
fn whole_day(text: &str) -> Option<Date> {
    of_parts(&parts(text))
}

fn of_parts(parts: &[String]) -> Option<Date> {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [one] if one.len() == 8 => date(one.get(..4)?, number(one.get(4..6)?)?, one.get(6..)?),
        [year, month, day] if year.len() == 4 && is_number(year) => date(year, month_of(month)?, day),
        [day, month, year] if is_number(day) => date(year, month_of(month)?, day),
        [name, day, year] => date(year, month_named(name)?, day),
        _ => None,
    }
}

fn date(year: &str, month: i8, day: &str) -> Option<Date> {
    Date::new(year_of(year)?, month, number(day)?).ok()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(text: &str) -> Option<i8> {
    if is_number(text) { text.parse().ok() } else { None }
}

fn month_of(text: &str) -> Option<i8> {
    number(text).or_else(|| month_named(text))
}

/// Two-digit years from 70 belong to the twentieth century.
fn year_of(text: &str) -> Option<i16> {
    let year: i16 = if is_number(text) { text.parse().ok()? } else { return None };
    match text.len() {
        2 if year < 70 => Some(2000 + year),
        2 => Some(1900 + year),
        4 => Some(year).filter(|year| (1000..2200).contains(year)),
        _ => None,
    }
}

/// A month by its English or Welsh name, or at least the first three letters of it.
fn month_named(text: &str) -> Option<i8> {
    const MONTHS: [[&str; 2]; 12] = [
        ["january", "ionawr"],
        ["february", "chwefror"],
        ["march", "mawrth"],
        ["april", "ebrill"],
        ["may", "mai"],
        ["june", "mehefin"],
        ["july", "gorffennaf"],
        ["august", "awst"],
        ["september", "medi"],
        ["october", "hydref"],
        ["november", "tachwedd"],
        ["december", "rhagfyr"],
    ];
    let is_it = |names: &[&str; 2]| text.len() >= 3 && names.iter().any(|name| name.starts_with(text));
    MONTHS.iter().position(is_it).and_then(|at| i8::try_from(at + 1).ok())
}

fn is_day_of_week(text: &str) -> bool {
    const DAYS: [&str; 15] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "dydd",
        "llun",
        "mawrth",
        "mercher",
        "iau",
        "gwener",
        "sadwrn",
        "sul",
    ];
    // `Mawrth` is both Tuesday and March. Read it as the month, which a date needs.
    text != "mawrth" && text != "mar" && text.len() >= 3 && DAYS.iter().any(|day| day.starts_with(text))
}

/// The number in `1st` or `2il`.
fn without_ordinal(text: &str) -> &str {
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic());
    let ending = text.get(digits.len()..).unwrap_or_default();
    let is_ordinal = matches!(
        ending,
        "st" | "nd" | "rd" | "th" | "af" | "il" | "ail" | "ydd" | "fed" | "ed" | "eg" | "ain"
    );
    if is_number(digits) && is_ordinal { digits } else { text }
}

/// A spreadsheet's serial date, as left in a cell without its format: days since 30 December 1899.
fn spreadsheet_day(text: &str) -> Option<Date> {
    let (days, time) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    // Only 1970 to 2099: smaller numbers are more likely amounts or years.
    let days: i64 = if is_number(days) && is_number(time) { days.parse().ok()? } else { return None };
    if !(25_569..73_051).contains(&days) {
        return None;
    }
    Date::constant(1899, 12, 30).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// A month and a year: the first or last day of it.
fn month(text: &str, end: End) -> Option<Date> {
    let parts = parts(text);
    let (year, month) = match parts.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [month, year] if year.len() == 4 || month_named(month).is_some() => {
            (year_of(year)?, month_of(month)?)
        }
        [year, month] if year.len() == 4 => (year_of(year)?, month_of(month)?),
        _ => return None,
    };
    let first = Date::new(year, month, 1).ok()?;
    Some(if end == End::First { first } else { first.last_of_month() })
}

/// A range: the first or last day of it.
fn one_of_two(text: &str, end: End) -> Option<Date> {
    let text = text.trim().trim_start_matches("from ").trim_start_matches("From ");
    for between in [" - ", " – ", " — ", " to ", " until ", "–", "—"] {
        let Some((first, last)) = text.split_once(between) else { continue };
        let read = |text: &str, end| whole_day(text).or_else(|| month(text, end));
        if let (Some(first), Some(last)) = (read(first, End::First), read(last, End::Last))
            && first <= last
        {
            return Some(if end == End::First { first } else { last });
        }
    }
    let parts = parts(text);
    let (first, last) = (of_parts(parts.get(..3)?)?, of_parts(parts.get(3..)?)?);
    (first <= last).then_some(if end == End::First { first } else { last })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, end: End) -> String {
        day(text, end).map(|read| read.value.to_string()).unwrap_or_default()
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2014-09-17", "2014-09-17"),
            ("2014-09-17 19:57:16.158", "2014-09-17"),
            ("2025-04-03T00:00:00+01:00", "2025-04-03"),
            ("2025/4/3", "2025-04-03"),
            ("20250403", "2025-04-03"),
            ("3/4/2026", "2026-04-03"),
            ("03.04.2026", "2026-04-03"),
            ("01-04-2025", "2025-04-01"),
            ("03/04/2025 00:00", "2025-04-03"),
            ("3/4/25", "2025-04-03"),
            ("28-Apr-10", "2010-04-28"),
            ("28-Apr-99", "1999-04-28"),
            ("1st March 2026", "2026-03-01"),
            ("Monday 3 April 2025", "2025-04-03"),
            ("Tue, 1 Apr 2025", "2025-04-01"),
            ("April 3, 2025", "2025-04-03"),
            ("3 Ebrill 2025", "2025-04-03"),
            ("Dydd Mawrth 1 Mawrth 2022", ""),
            ("1af Mawrth 2022", "2022-03-01"),
            ("3 Sept. 2024", "2024-09-03"),
            ("45750", "2025-04-03"),
            ("45750.5", "2025-04-03"),
            ("Sept 2024", "2024-09-01"),
            ("Medi 2024", "2024-09-01"),
            ("Sep-24", "2024-09-01"),
            ("09/2024", "2024-09-01"),
            ("2024-09", "2024-09-01"),
            ("1/4/2024 - 30/6/2024", "2024-04-01"),
            ("Apr 2024 – Jun 2024", "2024-04-01"),
            ("01/04/2024-30/06/2024", "2024-04-01"),
        ] {
            assert_eq!(read(text, End::First), expected, "{text}");
        }
        assert_eq!(read("Feb 2024", End::Last), "2024-02-29");
        assert_eq!(read("Apr 2024 to Jun 2024", End::Last), "2024-06-30");
    }

    #[test]
    fn what_can_not_be_known_is_no_day() {
        for text in [
            "soon",
            "31/2/2026",
            "2026",
            "4/3/2026/1",
            "4/13/2025",
            "Q3 2024",
            "12",
            "-45750",
            "1e5",
            "99999",
            "nan",
            "2024-25",
            "1/4",
            "30/6/2024 - 1/4/2024",
            "2025-04-031",
            "Summer 2024",
            "0/1/2025",
        ] {
            assert_eq!(read(text, End::First), "", "{text}");
        }
        assert!(day("Q3 2024", End::First).err().unwrap().contains("quarter"));
        assert!(day("4/13/2025", End::First).err().unwrap().contains("no month 13"));
        // A month, a range or a serial number is reported; a complete date is not.
        assert!(day("Sept 2024", End::First).ok().unwrap().word.is_some());
        assert!(day("28-Apr-10", End::First).ok().unwrap().word.is_none());
    }

    #[test]
    fn moments_are_read() {
        let time = |text: &str| moment(text).map(|read| read.value.to_string()).unwrap_or_default();
        assert_eq!(time("2014-10-17 08:06:19.9022029Z"), "2014-10-17T08:06:19Z");
        assert_eq!(time("2014-10-17T08:06:19+01:00"), "2014-10-17T07:06:19Z");
        assert_eq!(time("17/10/2014"), "2014-10-17T00:00:00Z");
    }
}
