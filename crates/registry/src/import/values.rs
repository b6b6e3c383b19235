//! The values of a spreadsheet read as ours: phases in other words, British dates, amounts of money, and long
//! descriptions from which a summary is taken. What can't be read is an error in a sentence for the report.

use guildhall_protocol::validate::{LIMITS, is_web_address};
use guildhall_protocol::{Approach, BudgetBand, Collaboration, Phase};
use jiff::Timestamp;
use jiff::civil::Date;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// A value or why it is none.
type Read<T> = Result<T, String>;

fn words_of(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

pub(super) fn phase(text: &str) -> Read<Phase> {
    Ok(match words_of(text).as_str() {
        "" | "idea" | "concept" | "proposed" | "proposal" | "not started" | "backlog" | "planned" => {
            Phase::Idea
        }
        "discovery" | "research" | "scoping" | "in discovery" => Phase::Discovery,
        "alpha" | "prototype" | "prototyping" | "in alpha" => Phase::Alpha,
        "beta" | "private beta" | "public beta" | "pilot" | "in beta" => Phase::Beta,
        "live" | "complete" | "completed" | "bau" | "business as usual" => Phase::Live,
        "retired" | "decommissioned" | "replaced" => Phase::Retired,
        "stopped" | "cancelled" | "canceled" | "abandoned" => Phase::Stopped,
        _ => {
            return Err(format!(
                "“{text}” is not a phase: use idea, discovery, alpha, beta, live, retired or stopped"
            ));
        }
    })
}

pub(super) fn approach(text: &str) -> Read<Approach> {
    Ok(match words_of(text).as_str() {
        "" | "not decided" | "tbc" | "tbd" | "unknown" => Approach::NotDecided,
        "build" | "in house" | "bespoke" => Approach::Build,
        "buy" | "bought" | "procure" | "off the shelf" => Approach::Buy,
        "adapt" | "reuse" | "re use" => Approach::Adapt,
        _ => return Err(format!("“{text}” is not an approach: use build, buy, adapt or not decided")),
    })
}

pub(super) fn collaboration(text: &str) -> Read<Collaboration> {
    Ok(match words_of(text).as_str() {
        "" | "not now" | "no" => Collaboration::NotNow,
        "sharing ideas" => Collaboration::SharingIdeas,
        "open to talk" | "yes" => Collaboration::OpenToTalk,
        "looking for partners" => Collaboration::LookingForPartners,
        "sharing funding" => Collaboration::SharingFunding,
        _ => {
            return Err(format!(
                "“{text}” is not a way to work together: use not now, sharing ideas, open to talk, looking for \
                 partners or sharing funding"
            ));
        }
    })
}

/// An amount in pounds, such as "£25,000", "30k" or "1.2m".
pub(super) fn budget_band(text: &str) -> Read<BudgetBand> {
    let plain: String = text.to_lowercase().chars().filter(|c| !matches!(c, '£' | ',' | ' ')).collect();
    if plain.is_empty() {
        return Ok(BudgetBand::NotSaid);
    }
    let (number, times) = match plain.strip_suffix('k') {
        Some(number) => (number, 1e3),
        None => plain.strip_suffix('m').map_or((plain.as_str(), 1.0), |number| (number, 1e6)),
    };
    let pounds: f64 = number
        .parse::<f64>()
        .map_err(|_| format!("“{text}” is not an amount of pounds, such as 25,000 or 25k"))?;
    Ok(match pounds * times {
        pounds if pounds < 10e3 => BudgetBand::Under10k,
        pounds if pounds < 50e3 => BudgetBand::From10kTo50k,
        pounds if pounds < 250e3 => BudgetBand::From50kTo250k,
        pounds if pounds < 1e6 => BudgetBand::From250kTo1m,
        _ => BudgetBand::Over1m,
    })
}

/// A day, as `2026-03-01` (with or without a time after it) or `1/3/2026`, as Britain writes it.
pub(super) fn date(text: &str) -> Read<Option<Date>> {
    if text.is_empty() {
        return Ok(None);
    }
    let iso = || text.get(..10).and_then(|day| day.parse::<Date>().ok());
    let british = || {
        let mut parts = text.split(['/', '.']).map(|part| part.trim().parse::<i16>().ok());
        let (day, month, year) = (parts.next()??, parts.next()??, parts.next()??);
        let (day, month) = (i8::try_from(day).ok()?, i8::try_from(month).ok()?);
        Date::new(year, month, day).ok().filter(|_| parts.next().is_none() && year > 999)
    };
    iso()
        .or_else(british)
        .map(Some)
        .ok_or_else(|| format!("“{text}” is not a date, such as 2026-03-01 or 1/3/2026"))
}

/// A moment, as `2026-03-01T09:00:00Z` or `2026-03-01 09:00:00`, or the start of a day.
pub(super) fn moment(text: &str) -> Read<Option<Timestamp>> {
    let zoned = text.trim_end_matches('Z').replacen(' ', "T", 1);
    if let Ok(moment) = format!("{zoned}Z").parse::<Timestamp>() {
        return Ok(Timestamp::from_second(moment.as_second()).ok());
    }
    let start = |day: Date| day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|start| start.timestamp());
    Ok(date(text)?.and_then(start))
}

/// Degrees, to five places: a metre, which says enough of where a council is.
pub(super) fn degrees(text: &str, what: &str) -> Read<Option<f64>> {
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse::<f64>().ok().filter(|number| number.abs() <= 180.0);
    let number = number.map(|number| (number * 1e5).round() / 1e5);
    number.map(Some).ok_or_else(|| format!("The {what} “{text}” is not a number of degrees"))
}

/// A web address, also where its beginning was left off.
pub(super) fn web_address(text: &str) -> Read<String> {
    if is_web_address(text) {
        return Ok(text.to_owned());
    }
    let whole = format!("https://{text}");
    let looks_like_one = text.contains('.') && !text.contains(':') && is_web_address(&whole);
    if looks_like_one { Ok(whole) } else { Err(format!("“{text}” is not a web address")) }
}

/// A description as a summary and, where that does not hold all of it, the long text.
pub(super) fn summary_and_rest(description: &str) -> (String, String) {
    let most = LIMITS.summary as usize;
    if description.chars().count() <= most && !description.contains('\n') && !is_marked_up(description) {
        return (description.to_owned(), String::new());
    }
    (first_sentence(&first_paragraph(description), most), description.to_owned())
}

fn is_marked_up(text: &str) -> bool {
    text.contains(['[', '*', '`', '#']) || text.contains("](")
}

/// The words of the first paragraph that says something, without markup, pictures and headings.
fn first_paragraph(markdown: &str) -> String {
    /// Shorter ones are headings that nobody marked up as such.
    const A_SENTENCE: usize = 40;
    let paragraphs = paragraphs(markdown);
    let sentence = paragraphs.iter().find(|paragraph| paragraph.chars().count() >= A_SENTENCE);
    sentence.or(paragraphs.first()).cloned().unwrap_or_default()
}

fn paragraphs(markdown: &str) -> Vec<String> {
    // People write "##Overview##" and mean a heading.
    let body: Vec<&str> = markdown.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let (mut all, mut text, mut in_picture) = (Vec::new(), String::new(), false);
    for event in Parser::new(&body.join("\n")) {
        match event {
            Event::Start(Tag::Image { .. }) => in_picture = true,
            Event::End(TagEnd::Image) => in_picture = false,
            Event::Text(words) | Event::Code(words) if !in_picture => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                let words = std::mem::take(&mut text);
                let words = words.trim_matches(['*', '_', ' ']);
                if words.chars().any(char::is_alphanumeric) {
                    all.push(words.to_owned());
                }
            }
            _ => {}
        }
    }
    all
}

/// As many whole sentences as fit, or else as many words.
fn first_sentence(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let fits: String = text.chars().take(most).collect();
    let ends = fits.char_indices().filter(|(at, c)| {
        matches!(c, '.' | '!' | '?') && fits[at + c.len_utf8()..].starts_with(char::is_whitespace)
    });
    if let Some((end, c)) = ends.max_by_key(|(end, _)| *end) {
        return fits[..end + c.len_utf8()].to_owned();
    }
    let fits: String = text.chars().take(most - 1).collect();
    let end = fits.rfind(char::is_whitespace).unwrap_or(fits.len());
    format!("{}…", fits[..end].trim_end_matches([',', ';', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_british() {
        let day = |text: &str| date(text).unwrap().map(|day| day.to_string()).unwrap_or_default();
        assert_eq!(day("2014-09-17"), "2014-09-17");
        assert_eq!(day("2014-09-17 19:57:16.158"), "2014-09-17");
        assert_eq!(day("3/4/2026"), "2026-04-03");
        assert_eq!(day("03.04.2026"), "2026-04-03");
        assert_eq!(day(""), "");
        for bad in ["soon", "31/2/2026", "2026", "1/2/26", "4/3/2026/1"] {
            assert!(date(bad).is_err(), "{bad}");
        }
        let time = |text: &str| moment(text).unwrap().map(|time| time.to_string()).unwrap_or_default();
        assert_eq!(time("2014-10-17 08:06:19.9022029Z"), "2014-10-17T08:06:19Z");
        assert_eq!(time("17/10/2014"), "2014-10-17T00:00:00Z");
    }

    #[test]
    fn amounts_fall_into_bands() {
        for (text, band) in [
            ("", BudgetBand::NotSaid),
            ("£9,999", BudgetBand::Under10k),
            ("10k", BudgetBand::From10kTo50k),
            ("£60 000", BudgetBand::From50kTo250k),
            ("1.2m", BudgetBand::Over1m),
        ] {
            assert_eq!(budget_band(text), Ok(band), "{text}");
        }
        assert!(budget_band("a lot").is_err());
    }

    #[test]
    fn a_short_description_is_the_summary_and_a_long_one_is_kept_whole() {
        assert_eq!(summary_and_rest("tbc - coming soon"), ("tbc - coming soon".into(), String::new()));
        let two = "First thing.\n\nSecond thing.";
        assert_eq!(summary_and_rest(two), ("First thing.".into(), two.into()));
        let marked = "[The idea](http://example.org/)";
        assert_eq!(summary_and_rest(marked), ("The idea".into(), marked.into()));
        let title = "***Project March***\n\nThe aim of this project is to end wasteful spending.";
        assert_eq!(summary_and_rest(title).0, "The aim of this project is to end wasteful spending.");
        let heading = "##Overview##\nAll **councils** in\nBarsetshire ![x](y.png)";
        assert_eq!(summary_and_rest(heading).0, "All councils in Barsetshire");
        let picture = "![Image title](/logo.png)\n\nStarted in 2008.";
        assert_eq!(summary_and_rest(picture).0, "Started in 2008.");
    }

    #[test]
    fn a_summary_is_cut_between_sentences_or_words() {
        let sentences = format!("A short one. {}", "word ".repeat(100));
        assert_eq!(first_sentence(&sentences, 300), "A short one.");
        let words = first_sentence(&"ŵord ".repeat(100), 300);
        assert!(words.chars().count() <= 300 && words.ends_with("ŵord…"), "{words}");
        assert!(first_sentence(&"x".repeat(400), 300).chars().count() <= 300);
    }

    #[test]
    fn addresses_are_mended_and_scripts_are_not() {
        assert_eq!(web_address("www.example.org/x").unwrap(), "https://www.example.org/x");
        assert!(web_address("javascript:alert(1)").is_err());
        assert!(web_address("on the intranet").is_err());
    }
}
