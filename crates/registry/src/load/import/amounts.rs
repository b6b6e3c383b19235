//! Amounts of money, and the budget bands that they fall into. Only amounts in pounds are recognised.

use guildhall_protocol::BudgetBand;

use super::cells::{Reading, literally, understood};

const NOT_AN_AMOUNT: &str = "It is not an amount of pounds, such as 25,000, 25k or £1.2 million";

/// The budget band of an amount such as `£25,000`, `30k`, `£1.2 million` or `£10k to £50k`.
pub(super) fn budget_band(text: &str) -> Reading<BudgetBand> {
    if let Ok(band) = serde_json::from_value(serde_json::Value::from(text.trim())) {
        return literally(band);
    }
    let lower = text.to_lowercase();
    if let Some(pounds) = pounds(&lower) {
        return literally(band_of(pounds));
    }
    match bounds(&lower) {
        Some((least, most)) if band_of(least) == band_below(most) => {
            understood(band_of(least), &label(least))
        }
        Some(_) => Err("It is in several bands. Give one amount of pounds".to_owned()),
        None => Err(NOT_AN_AMOUNT.to_owned()),
    }
}

fn band_of(pounds: f64) -> BudgetBand {
    match pounds {
        pounds if pounds < 10e3 => BudgetBand::Under10k,
        pounds if pounds < 50e3 => BudgetBand::From10kTo50k,
        pounds if pounds < 250e3 => BudgetBand::From50kTo250k,
        pounds if pounds < 1e6 => BudgetBand::From250kTo1m,
        _ => BudgetBand::Over1m,
    }
}

fn band_below(pounds: f64) -> BudgetBand {
    band_of(pounds - 0.01)
}

fn label(pounds: f64) -> String {
    match band_of(pounds) {
        BudgetBand::NotSaid => "not said",
        BudgetBand::Under10k => "under £10,000",
        BudgetBand::From10kTo50k => "£10,000 to £50,000",
        BudgetBand::From50kTo250k => "£50,000 to £250,000",
        BudgetBand::From250kTo1m => "£250,000 to £1 million",
        BudgetBand::Over1m => "over £1 million",
    }
    .to_owned()
}

/// The lower and upper bound in `under 10k`, `£1m+` or `10k-50k`.
fn bounds(lower: &str) -> Option<(f64, f64)> {
    let text = lower.trim();
    let after = |words: &[&str]| words.iter().find_map(|word| text.strip_prefix(word));
    if let Some(most) = after(&["under", "less than", "below", "up to", "<="]).or_else(|| after(&["<"])) {
        return Some((0.0, pounds(most)?));
    }
    let over = after(&["over", "more than", "above", "at least", ">="]).or_else(|| after(&[">"]));
    if let Some(least) = over.or_else(|| text.strip_suffix('+')) {
        return Some((pounds(least)?, f64::INFINITY));
    }
    let text = text.strip_prefix("between ").or_else(|| text.strip_prefix("from ")).unwrap_or(text);
    let between = [" to ", " and ", "-", "–", "—"];
    let (least, most) = between.iter().find_map(|between| text.split_once(between))?;
    let (most, unit) = with_unit(most)?;
    let (mut least, own_unit) = with_unit(least)?;
    // In `10-50k` the unit applies to both.
    if own_unit == 1.0 && least < 1000.0 {
        least *= unit;
    }
    (least <= most).then_some((least, most))
}

/// An amount in pounds.
fn pounds(lower: &str) -> Option<f64> {
    with_unit(lower).map(|(pounds, _)| pounds)
}

/// An amount in pounds, and the factor of its unit.
fn with_unit(lower: &str) -> Option<(f64, f64)> {
    let mut text = lower.trim();
    for word in
        ["approximately", "approx.", "approx", "circa", "about", "around", "est.", "c.", "ca.", "c ", "~"]
    {
        text = text.strip_prefix(word).map_or(text, str::trim_start);
    }
    for word in [
        "per annum",
        "per year",
        "a year",
        "p.a.",
        "pa",
        "/year",
        "in total",
        "total",
        "ex vat",
        "inc vat",
        "gbp",
        "pounds",
    ] {
        text = text.strip_suffix(word).map_or(text, str::trim_end);
    }
    let text = text.strip_prefix("gbp").unwrap_or(text).trim().trim_start_matches('£').trim_start();
    let unit_at = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let unit = match unit.trim() {
        "" => 1.0,
        "k" | "thousand" => 1e3,
        "m" | "mn" | "mil" | "million" => 1e6,
        "bn" | "billion" => 1e9,
        _ => return None,
    };
    Some((plain_number(number.trim(), unit)? * unit, unit))
}

/// Digits with optional commas or spaces between thousands, and an optional decimal point. `25.000` is ambiguous and
/// therefore refused.
fn plain_number(text: &str, unit: f64) -> Option<f64> {
    let text = text.replace(['\u{a0}', '\u{202f}'], " ");
    let (whole, rest) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let groups: Vec<&str> = whole.split([',', ' ']).collect();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = match groups.as_slice() {
        [one] => is_digits(one),
        [first, rest @ ..] => {
            is_digits(first)
                && first.len() <= 3
                && rest.iter().all(|group| group.len() == 3 && is_digits(group))
        }
        [] => false,
    };
    let is_point = rest.is_empty() || is_digits(rest) && (rest.len() != 3 || unit > 1.0 || groups.len() > 1);
    let all = format!("{}.{rest}0", groups.concat());
    if grouped && is_point && whole.len() <= 20 { all.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(text: &str) -> Option<BudgetBand> {
        budget_band(text).ok().map(|read| read.value)
    }

    #[test]
    fn amounts_fall_into_bands() {
        for (text, expected) in [
            ("£9,999", BudgetBand::Under10k),
            ("0", BudgetBand::Under10k),
            ("10k", BudgetBand::From10kTo50k),
            ("£25,000.00", BudgetBand::From10kTo50k),
            ("circa £30K p.a.", BudgetBand::From10kTo50k),
            ("£60 000", BudgetBand::From50kTo250k),
            ("1.2m", BudgetBand::Over1m),
            ("£1.2 million", BudgetBand::Over1m),
            ("£0.5M", BudgetBand::From250kTo1m),
            ("GBP 300000", BudgetBand::From250kTo1m),
            ("under £10k", BudgetBand::Under10k),
            ("£10,000 to £50,000", BudgetBand::From10kTo50k),
            ("£10k-50k", BudgetBand::From10kTo50k),
            ("60-80k", BudgetBand::From50kTo250k),
            ("£1m+", BudgetBand::Over1m),
            ("over £1 million", BudgetBand::Over1m),
            ("from50k_to250k", BudgetBand::From50kTo250k),
        ] {
            assert_eq!(band(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_not_believed() {
        for text in [
            "a lot",
            "nan",
            "inf",
            "infinity",
            "-inf",
            "-5000",
            "(5,000)",
            "1e6",
            "0x10",
            "€25,000",
            "$5",
            "25.000",
            "1,2m",
            "1,23,456",
            "10k-500k",
            "over 20k",
            "50k-10k",
            "12 months",
            "£",
            "k",
            "amber",
            "٣",
            "5000 hours",
        ] {
            assert_eq!(band(text), None, "{text}");
        }
    }
}
