//! How text is cleaned before it is stored, and when two names count as the same. Titles that look the same must
//! compare as equal, and text must hide nothing: invisible characters are removed, and control characters are refused.
//! Joiners within words and emoji are kept, and every script is allowed.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_properties::{EmojiStatus, GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};

mod contact;

pub use contact::{Contacts, split_contact};

/// A text after cleaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// The text in Unicode NFC, with line feeds as line ends and without invisible characters.
    pub text: String,
    /// Whether invisible characters were removed: the author is told.
    pub removed: bool,
}

/// Removes invisible characters: bidirectional overrides, embeddings and isolates, and zero-width and other hidden
/// characters where they have no meaning. Control characters stay, so that they can be refused ([`has_control`]).
pub fn clean(text: &str) -> Cleaned {
    if text.is_ascii() && !text.contains('\r') {
        return Cleaned { text: text.to_owned(), removed: false };
    }
    let chars: Vec<char> = text.replace("\r\n", "\n").nfc().collect();
    let mut kept = String::with_capacity(text.len());
    let mut removed = false;
    let reads_from_right = chars.iter().any(|c| is_right_to_left(*c));
    for (place, c) in chars.iter().copied().enumerate() {
        let next = chars.get(place + 1).copied();
        match c {
            '\u{2028}' | '\u{2029}' => kept.push('\n'),
            _ if !is_hidden(c) || is_meant(c, &kept, next, reads_from_right) => kept.push(c),
            _ => removed = true,
        }
    }
    if has_broken_flag(&kept) {
        kept.retain(|c| !is_tag(c));
        removed = true;
    }
    let text: String = kept.nfc().collect();
    // Removing one character can leave its neighbour without a meaning, so the result is cleaned again.
    if removed { Cleaned { removed, ..clean(&text) } } else { Cleaned { text, removed } }
}

/// Cleans every text in the JSON. Where characters were removed, adds the JSON Pointer to `cleaned`, starting from
/// `at`.
pub fn clean_json(json: &mut Value, at: &str, cleaned: &mut Vec<String>) {
    each_text(json, at, &mut |text, at| {
        let Cleaned { text: kept, removed } = clean(text);
        *text = kept;
        if removed {
            cleaned.push(at.to_owned());
        }
    });
}

/// Cleans every text in the JSON with [`clean_typed`].
pub fn clean_typed_json(json: &mut Value) {
    each_text(json, "", &mut |text, _| *text = clean_typed(text).text);
}

fn each_text(json: &mut Value, at: &str, change: &mut impl FnMut(&mut String, &str)) {
    match json {
        Value::String(text) => change(text, at),
        Value::Array(items) => {
            items.iter_mut().enumerate().for_each(|(i, item)| each_text(item, &format!("{at}/{i}"), change));
        }
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(name, value)| each_text(value, &format!("{at}/{name}"), change));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Finds the first text or field name in the JSON that has a control character: a JSON Pointer starting from `at`.
pub fn find_control(json: &Value, at: &str) -> Option<String> {
    match json {
        Value::String(text) => has_control(text).then(|| at.to_owned()),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(i, item)| find_control(item, &format!("{at}/{i}")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| match has_control(name) {
            true => Some(at.to_owned()),
            false => find_control(value, &format!("{at}/{name}")),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Cleans text as [`clean`] does and removes control characters too: for text pasted into a box, where nobody could
/// find them.
pub fn clean_typed(text: &str) -> Cleaned {
    let shown: String = text.replace("\r\n", "\n").chars().filter(|c| !is_control(*c)).collect();
    let removed = has_control(text);
    let cleaned = clean(&shown);
    Cleaned { removed: removed || cleaned.removed, ..cleaned }
}

/// Whether the text has a control character (C0, C1 or delete) other than a line feed, a tab, or a carriage return
/// before a line feed.
pub fn has_control(text: &str) -> bool {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if is_control(c) && !(c == '\r' && chars.peek() == Some(&'\n')) {
            return true;
        }
    }
    false
}

/// A form in which two names or titles that read the same are equal: Unicode NFKC, plain quotation marks, apostrophes
/// and dashes, no hidden characters, single spaces, case folded. For comparing only, never for display.
pub fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' | '\u{2032}' | '\u{02BC}' | '\u{02B9}' | '`'
        | '\u{B4}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{2033}' | '\u{AB}' | '\u{BB}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => '-',
        other => other,
    };
    let shown = text.chars().filter(|c| !is_hidden(*c) && !is_control_but_space(*c)).map(plain).nfkc();
    let folded: String =
        caseless::default_case_fold_str(&shown.map(plain).collect::<String>()).nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether nothing can be seen: the text is empty, or has only spaces and invisible characters.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_hidden(c) || is_control(c) || c == '\u{2800}')
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
}

fn is_control_but_space(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
}

/// Invisible by itself (Unicode's default ignorable characters, and other format characters).
fn is_hidden(c: char) -> bool {
    match c {
        // Combining grapheme joiner, Hangul fillers, Khmer inherent vowels, Mongolian and other variation selectors.
        '\u{34F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FFA0}'
        | '\u{E0000}'..='\u{E0FFF}' => true,
        // Format characters that stand before a number and are visible.
        '\u{600}'..='\u{605}'
        | '\u{6DD}'
        | '\u{70F}'
        | '\u{890}'
        | '\u{891}'
        | '\u{8E2}'
        | '\u{110BD}'
        | '\u{110CD}' => false,
        c => !c.is_ascii() && c.general_category() == GeneralCategory::Format,
    }
}

/// Whether a hidden character has a meaning at this place.
fn is_meant(c: char, before: &str, next: Option<char>, reads_from_right: bool) -> bool {
    let last = before.chars().next_back();
    match c {
        // Non-joiner and joiner: within a word, after a virama, and between the parts of an emoji.
        '\u{200C}' | '\u{200D}' => {
            let after_virama = last.is_some_and(|last| canonical_combining_class(last) == VIRAMA);
            let within_word = last.is_some_and(is_of_word) && next.is_some_and(is_of_word);
            let within_emoji = c == '\u{200D}'
                && before.chars().rev().find(|c| !is_variation(*c)).is_some_and(is_emoji)
                && next.is_some_and(is_emoji);
            within_emoji || within_word || after_virama
        }
        // A single variation selector, which says how the character before it is drawn.
        '\u{FE00}'..='\u{FE0F}' | '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{E0100}'..='\u{E01EF}' => {
            last.is_some_and(|last| !last.is_whitespace() && !is_hidden(last))
        }
        // Marks that set the direction of a line.
        '\u{200E}' | '\u{200F}' | '\u{61C}' => reads_from_right,
        // The flags of England, Scotland and Wales are spelled with tags; `has_broken_flag` checks that they end.
        '\u{E0020}'..='\u{E007F}' => last.is_some_and(|last| last == FLAG || is_tag(last)),
        _ => false,
    }
}

/// The combining class of the virama, which removes a vowel, as in Hindi and Bengali.
const VIRAMA: u8 = 9;
const FLAG: char = '\u{1F3F4}';
const END_OF_TAGS: char = '\u{E007F}';

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0020}'..='\u{E007F}')
}

/// Whether tags spell no valid flag: a flag is a few letters or digits, then an end tag.
fn has_broken_flag(text: &str) -> bool {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != FLAG || !chars.peek().copied().is_some_and(is_tag) {
            continue;
        }
        let mut tags = Vec::new();
        while let Some(tag) = chars.next_if(|c| is_tag(*c)) {
            tags.push(tag);
        }
        let ends =
            tags.iter().filter(|tag| **tag == END_OF_TAGS).count() == 1 && tags.last() == Some(&END_OF_TAGS);
        if !ends || tags.len() > 7 {
            return true;
        }
    }
    false
}

fn is_variation(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}')
}

fn is_emoji(c: char) -> bool {
    !c.is_ascii() && !is_tag(c) && !matches!(c.emoji_status(), EmojiStatus::NonEmoji)
}

fn is_mark(c: char) -> bool {
    matches!(c.general_category(), GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c) && !is_hidden(c)
}

/// Whether the character is of a script read from right to left: Hebrew, Arabic, Syriac, Thaana, NKo and related
/// scripts.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_removed_and_text_stays() {
        for stays in [
            "Bins, £5 – “on time”\n\tŵ Ŷ â",
            "مشروع النفايات\u{200F} 5",
            "می\u{200C}خواهم",
            "क्\u{200D}ष क्\u{200D}",
            "👩\u{200D}💻 👨\u{200D}👩\u{200D}👧 ❤\u{FE0F}\u{200D}🔥 👷🏽\u{200D}♀\u{FE0F}",
            "🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F} Cymru",
            "葛\u{E0100}",
            "\u{600}12",
        ] {
            assert_eq!(clean(stays), Cleaned { text: stays.into(), removed: false }, "{stays:?}");
            assert!(!has_control(stays), "{stays:?}");
        }
        for (dirty, cleaned) in [
            ("Bins\u{200B}", "Bins"),
            ("\u{FEFF}Bins", "Bins"),
            ("Bi\u{AD}ns", "Bins"),
            ("pay \u{202E}lla\u{202C}", "pay lla"),
            ("a \u{2066}b\u{2069}", "a b"),
            ("a\u{200F}b", "ab"),
            ("a \u{200D}b", "a b"),
            ("x\u{FE0F}\u{FE0E}\u{FE0F}", "x\u{FE0F}"),
            ("\u{3164}", ""),
            ("a\u{E0061}\u{E0062}", "a"),
            ("🏴\u{E0067}\u{E0062} no end", "🏴 no end"),
            ("\u{2060}\u{2064}\u{34F}x", "x"),
        ] {
            assert_eq!(clean(dirty), Cleaned { text: cleaned.into(), removed: true }, "{dirty:?}");
        }
    }

    #[test]
    fn text_is_nfc_with_line_feeds() {
        let text = |dirty| (clean(dirty).text, clean(dirty).removed);
        assert_eq!(text("Cafe\u{301}"), ("Café".to_owned(), false));
        assert_eq!(text("a\r\nb\u{2028}c"), ("a\nb\nc".to_owned(), false));
    }

    #[test]
    fn cleaning_twice_is_cleaning_once() {
        proptest::proptest!(|(text in "\\PC*|[\\u{200b}-\\u{200f}\\u{fe00}-\\u{fe0f}\\u{e0020}-\\u{e007f}🏴👩aé\\u{301}ش]{0,12}")| {
            let once = clean(&text).text;
            proptest::prop_assert_eq!(clean(&once), Cleaned { text: once.clone(), removed: false });
            proptest::prop_assert_eq!(fold(&fold(&text)), fold(&text));
        });
    }

    #[test]
    fn control_characters_are_refused_but_for_line_ends_and_tabs() {
        for good in ["", "a\nb\tc", "a\r\nb"] {
            assert!(!has_control(good), "{good:?}");
        }
        for bad in ["\u{1b}[2J", "a\0", "a\rb", "\u{7f}", "\u{85}", "\u{9b}2J"] {
            assert!(has_control(bad), "{bad:?}");
        }
        assert_eq!(clean_typed("a\u{1b}[2J\r\nb"), Cleaned { text: "a[2J\nb".into(), removed: true });
    }

    #[test]
    fn names_that_read_the_same_are_the_same() {
        for (one, other) in [
            ("Children's portal", "Children’s portal"),
            ("Blue badge", "Blue\u{A0} badge "),
            ("Café", "CAFE\u{301}"),
            ("Bins", "Bins\u{200B}"),
            ("Bath & North-East", "bath & north–east"),
            ("ﬁne", "Fine"),
            ("Straße", "STRASSE"),
            ("„a“", "\"a\""),
            ("Ｂｉｎｓ", "bins"),
        ] {
            assert_eq!(fold(one), fold(other), "{one:?} and {other:?}");
        }
        assert_ne!(fold("Bins"), fold("Bin"));
        assert_ne!(fold("Ynys Môn"), fold("Ynys Mon"), "a mark is a letter of its own");
    }

    #[test]
    fn invisible_text_is_blank() {
        for blank in ["", " ", "\u{200B}", "\u{A0}\u{3164}\u{2800}\u{FEFF}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        assert!(!is_blank("x"));
    }
}
