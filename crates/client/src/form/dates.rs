//! Dates as typed in three boxes, with the month as a number or a name.

use guildhall_protocol::validate::{FieldCode, FieldError};
use jiff::civil::Date;

use crate::error::{Failure, Result};
use crate::views::DateForm;

/// Whether all three boxes are empty.
pub(super) fn is_empty(date: &DateForm) -> bool {
    [&date.day, &date.month, &date.year].into_iter().all(|typed| typed.trim().is_empty())
}

/// The boxes for a date.
pub(super) fn date_form(date: Option<Date>) -> DateForm {
    date.map_or_else(DateForm::default, |date| DateForm {
        day: date.day().to_string(),
        month: date.month().to_string(),
        year: date.year().to_string(),
    })
}

/// Reads a required date.
///
/// # Errors
/// [`Failure::Invalid`] if the boxes are empty or not a date.
pub(crate) fn read_date(form: &DateForm, pointer: &str) -> Result<Date> {
    let mut errors = Vec::new();
    match date(&mut errors, form, pointer) {
        Some(date) => Ok(date),
        None if errors.is_empty() => {
            let missing = FieldError::new(pointer, FieldCode::Missing, "Give a date");
            Err(Failure::Invalid { errors: vec![missing] })
        }
        None => Err(Failure::Invalid { errors }),
    }
}

/// The date in the three boxes; `None` if they are empty, and an error if they are not a date from 1900 to 2200.
pub(super) fn date(errors: &mut Vec<FieldError>, form: &DateForm, pointer: &str) -> Option<Date> {
    if is_empty(form) {
        return None;
    }
    let [day, month, year] = [form.day.trim(), form.month.trim(), form.year.trim()];
    let date = match (day.parse(), month_number(month), year.parse::<i16>()) {
        (Ok(day), Some(month), Ok(year)) if (1900..=2200).contains(&year) => Date::new(year, month, day).ok(),
        _ => None,
    };
    if date.is_none() {
        errors.push(FieldError::new(pointer, FieldCode::NotADate, "Give a real date, like 27 3 2026"));
    }
    date
}

/// As [`date`], for boxes of which the month and the year are enough: without a day it is the first of the month.
pub(super) fn month(errors: &mut Vec<FieldError>, form: &DateForm, pointer: &str) -> Option<Date> {
    let [month, year] = [form.month.trim(), form.year.trim()];
    if month.is_empty() && year.is_empty() {
        return None;
    }
    let day = Some(form.day.trim()).filter(|day| !day.is_empty()).unwrap_or("1").to_owned();
    date(errors, &DateForm { day, month: month.to_owned(), year: year.to_owned() }, pointer)
}

/// A month as people type it: a number, or an English or Welsh name, in full or its first three letters or more.
fn month_number(typed: &str) -> Option<i8> {
    const ENGLISH: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const WELSH: [&str; 12] = [
        "ionawr",
        "chwefror",
        "mawrth",
        "ebrill",
        "mai",
        "mehefin",
        "gorffennaf",
        "awst",
        "medi",
        "hydref",
        "tachwedd",
        "rhagfyr",
    ];
    if let Ok(number) = typed.parse() {
        return Some(number);
    }
    let typed = typed.to_lowercase();
    let begins =
        |names: [&str; 12]| names.iter().position(|name| typed.len() >= 3 && name.starts_with(&typed));
    let index = begins(ENGLISH).or_else(|| begins(WELSH))?;
    i8::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_as_people_write_them() {
        for (typed, month) in
            [("3", Some(3)), ("March", Some(3)), ("tach", Some(11)), ("ma", None), ("x", None)]
        {
            assert_eq!(month_number(typed), month, "{typed}");
        }
    }
}
