//! Phases, approaches, kinds of collaboration, languages and web addresses, as other people write them.

use guildhall_protocol::validate::is_web_address;
use guildhall_protocol::{Approach, Collaboration, Phase};
use url::Url;

use super::cells::{Reading, literally, understood};

fn words_of(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

pub(super) fn phase(text: &str) -> Reading<Phase> {
    let words = words_of(text);
    literally(match words.as_str() {
        "idea" | "concept" | "proposed" | "proposal" | "not started" | "backlog" | "planned" | "pipeline"
        | "syniad" => Phase::Idea,
        "discovery" | "research" | "scoping" | "in discovery" | "darganfod" => Phase::Discovery,
        "alpha" | "prototype" | "prototyping" | "in alpha" | "alffa" => Phase::Alpha,
        "beta" | "private beta" | "public beta" | "pilot" | "in beta" => Phase::Beta,
        "live" | "complete" | "completed" | "bau" | "business as usual" | "in use" | "delivered" | "byw" => {
            Phase::Live
        }
        "retired" | "decommissioned" | "replaced" => Phase::Retired,
        "stopped" | "cancelled" | "canceled" | "abandoned" => Phase::Stopped,
        // The text does not say which phase between idea and live. Whoever knows can correct the file.
        "in progress" | "in development" | "in delivery" | "underway" | "under way" | "started"
        | "active" | "ongoing" | "building" => {
            return understood(Phase::Alpha, "alpha, as it does not say which phase");
        }
        _ => return phase_within(&words),
    })
}

/// A phase among words that do not change its meaning: `Beta (private)` or `Phase 2: Alpha`.
fn phase_within(words: &str) -> Reading<Phase> {
    const HARMLESS: [&str; 14] = [
        "phase",
        "stage",
        "status",
        "private",
        "public",
        "in",
        "now",
        "currently",
        "service",
        "early",
        "late",
        "the",
        "is",
        "open",
    ];
    let known = |word: &str| serde_json::from_value::<Phase>(serde_json::Value::from(word)).ok();
    let is_harmless = |word: &str| HARMLESS.contains(&word) || word.chars().all(|c| c.is_ascii_digit());
    let named: Vec<&str> = words.split(' ').filter(|word| known(word).is_some()).collect();
    let says_no_more = words.split(' ').all(|word| known(word).is_some() || is_harmless(word));
    match named.as_slice() {
        [word] if says_no_more && let Some(phase) = known(word) => understood(phase, word),
        _ => Err("It is not a phase: use idea, discovery, alpha, beta, live, retired or stopped".to_owned()),
    }
}

pub(super) fn approach(text: &str) -> Reading<Approach> {
    literally(match words_of(text).as_str() {
        "not decided" | "undecided" => Approach::NotDecided,
        "build" | "in house" | "bespoke" | "built" => Approach::Build,
        "buy" | "bought" | "procure" | "off the shelf" => Approach::Buy,
        "adapt" | "reuse" | "re use" => Approach::Adapt,
        _ => return Err("It is not an approach: use build, buy, adapt or not decided".to_owned()),
    })
}

pub(super) fn collaboration(text: &str) -> Reading<Collaboration> {
    literally(match words_of(text).as_str() {
        "not now" | "no" | "false" => Collaboration::NotNow,
        "sharing ideas" => Collaboration::SharingIdeas,
        "open to talk" | "yes" | "true" => Collaboration::OpenToTalk,
        "looking for partners" => Collaboration::LookingForPartners,
        "sharing funding" => Collaboration::SharingFunding,
        _ => {
            return Err(
                "It is not a way to work together: use not now, sharing ideas, open to talk, looking for \
                        partners or sharing funding"
                    .to_owned(),
            );
        }
    })
}

/// `en` or `cy`.
pub(super) fn language(text: &str) -> Reading<String> {
    match text.to_lowercase().replace('_', "-").as_str() {
        "en" | "en-gb" | "english" | "saesneg" => literally("en".to_owned()),
        "cy" | "cy-gb" | "welsh" | "cymraeg" => literally("cy".to_owned()),
        _ => Err("It is not a language that a project can be in: use en or cy".to_owned()),
    }
}

/// Degrees, rounded to five decimal places: about a metre, which is precise enough for a council.
pub(super) fn degrees(text: &str, most: f64) -> Reading<f64> {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    let number = text.parse::<f64>().ok().filter(|number| is_plain && number.abs() <= most);
    match number {
        Some(number) => literally((number * 1e5).round() / 1e5),
        None => Err("It is not a number of degrees".to_owned()),
    }
}

/// A web address. A missing scheme and spaces are repaired. The host needs a dot: `https://tbc` and intranet names are
/// useless to others.
pub(super) fn web_address(text: &str) -> Reading<String> {
    const NONE: &str = "It is not a web address that others can open";
    let text = text.trim().trim_matches(['<', '>', '"']);
    let spaced = text.replace(' ', "%20");
    let has_scheme = ["http://", "https://"]
        .iter()
        .any(|scheme| spaced.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let whole = if has_scheme { spaced } else { format!("https://{spaced}") };
    let Ok(url) = Url::parse(&whole) else { return Err(NONE.to_owned()) };
    if !url.username().is_empty() || url.password().is_some() {
        // For example `sam@leeds.example`, or a password before the host.
        return Err("It names a person or a password, which a web address must not".to_owned());
    }
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let is_named = host.rsplit_once('.').is_some_and(|(name, end)| {
        !name.is_empty() && (end.len() > 1 || url.domain().is_none()) && !host.contains("..")
    });
    // Without a scheme, a word with a dot in it could be part of a sentence.
    let is_bare_text = !has_scheme && (text.contains(' ') || text.contains(':'));
    if !is_named || is_bare_text || !is_web_address(&whole) {
        return Err(NONE.to_owned());
    }
    if text.contains(' ') { understood(whole.clone(), &whole) } else { literally(whole) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_read_in_other_words() {
        for (text, expected) in [
            ("Beta", Some(Phase::Beta)),
            ("Beta (private)", Some(Phase::Beta)),
            ("Phase 2: Alpha", Some(Phase::Alpha)),
            ("In progress", Some(Phase::Alpha)),
            ("Completed", Some(Phase::Live)),
            ("not live", None),
            ("Alpha then beta", None),
            ("pre-beta", None),
            ("Amber", None),
            ("On hold", None),
            ("someday", None),
        ] {
            assert_eq!(phase(text).ok().map(|read| read.value), expected, "{text}");
        }
        assert!(phase("In progress").ok().unwrap().word.is_some());
    }

    #[test]
    fn addresses_are_mended_and_what_is_none_is_not_believed() {
        for (text, expected) in [
            ("https://leeds.example/x?y#z", "https://leeds.example/x?y#z"),
            ("www.example.org/x", "https://www.example.org/x"),
            ("leeds.example", "https://leeds.example"),
            (
                "https://leeds.example/Shared Documents/Plan.docx",
                "https://leeds.example/Shared%20Documents/Plan.docx",
            ),
            ("<https://leeds.example>", "https://leeds.example"),
            ("HTTPS://LEEDS.EXAMPLE/A", "HTTPS://LEEDS.EXAMPLE/A"),
            ("http://192.0.2.7/x", "http://192.0.2.7/x"),
        ] {
            assert_eq!(web_address(text).ok().map(|read| read.value).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "javascript:alert(1)",
            "on the intranet",
            "https://TBC",
            "http://n/a",
            "https://-",
            "https://.",
            "https://..",
            "https://",
            "http://intranet/page",
            "mailto:sam@leeds.example",
            "sam@leeds.example",
            "https://sam:secret@leeds.example/",
            "ftp://leeds.example",
            "see the wiki. It is there",
            "C:\\Plans\\bins.docx",
            "\\\\server\\share",
            "file:///etc/passwd",
            "coming soon.",
        ] {
            assert!(web_address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn degrees_are_plain_numbers() {
        assert_eq!(degrees("51.0712345678", 90.0).ok().map(|read| read.value), Some(51.07123));
        for text in ["nan", "inf", "1e1", "91", "north", "-", "0x1"] {
            assert!(degrees(text, 90.0).is_err(), "{text}");
        }
    }
}
