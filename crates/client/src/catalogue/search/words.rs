//! Turns typed text into FTS5 expressions. Every word is quoted, so that nothing typed is read as an operator. The
//! index holds stems, so "collections" finds "collected". A word that is still being typed is matched as a prefix and
//! by possible stems, so "collectio" finds "collect" too.

use std::collections::BTreeSet;

use rust_stemmers::{Algorithm, Stemmer};

/// Stop words.
const COMMON: &[&str] = &[
    "a", "about", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been", "but", "by",
    "can", "do", "does", "for", "from", "get", "has", "have", "how", "i", "if", "in", "into", "is", "it",
    "its", "me", "my", "need", "needs", "no", "not", "of", "on", "one", "or", "our", "out", "so", "some",
    "than", "that", "the", "their", "them", "then", "there", "they", "this", "to", "up", "us", "use", "was",
    "we", "what", "when", "where", "which", "who", "will", "with", "without", "you", "your",
];

/// The text as FTS5 expressions, one for each search word. The last word may be unfinished.
pub(crate) fn terms(text: &str) -> Vec<String> {
    let all = split(text);
    let telling: Vec<&String> = all.iter().filter(|word| !COMMON.contains(&word.as_str())).collect();
    // Stop words count only on their own: a search for "need" finds it, "I need to park" ignores it.
    let words = if telling.is_empty() { all.iter().collect() } else { telling };
    let unfinished = all.last().filter(|_| !text.ends_with(char::is_whitespace));
    let term = |word: &String| if Some(word) == unfinished { beginning(word) } else { format!("\"{word}\"") };
    words.into_iter().map(term).collect()
}

/// An expression for texts with all of the terms; `None` without any terms.
pub(crate) fn all_of(terms: &[String]) -> Option<String> {
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

/// The words of a text that say what it is about, one for each stem, in order.
pub(crate) fn telling_words(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    split(text)
        .into_iter()
        .filter(|word| word.chars().count() > 2 && !COMMON.contains(&word.as_str()))
        .filter(|word| seen.insert(stem(word)))
        .collect()
}

/// An expression for texts with any of the words; `None` without any words.
pub(crate) fn any_of(words: &[String]) -> Option<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    (!quoted.is_empty()).then(|| quoted.join(" OR "))
}

/// The English stem of a word.
pub(crate) fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

/// An expression for words with this prefix, and for possible stems of the finished word.
fn beginning(word: &str) -> String {
    // No English ending is longer than this, and a shorter stem would match too much.
    const LONGEST_ENDING: usize = 5;
    const SHORTEST_STEM: usize = 4;
    let letters: Vec<char> = word.chars().collect();
    let mut forms = vec![format!("\"{word}\"*"), format!("\"{word}\"")];
    for end in letters.len().saturating_sub(LONGEST_ENDING).max(SHORTEST_STEM)..letters.len() {
        forms.push(format!("\"{}\"", letters[..end].iter().collect::<String>()));
    }
    format!("({})", forms.join(" OR "))
}

/// Splits text as the index does: letters and digits of any script, in lower case. At most 32 words.
fn split(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .take(32)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, text: &str) -> bool {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "CREATE VIRTUAL TABLE s USING fts5 (t, tokenize = 'porter unicode61 remove_diacritics 2')",
            )
            .unwrap();
        connection.execute("INSERT INTO s (t) VALUES (?1)", [text]).unwrap();
        let Some(expression) = all_of(&terms(typed)) else { return true };
        connection
            .query_row("SELECT count(*) FROM s WHERE s MATCH ?1", [expression], |row| row.get::<_, i64>(0))
            .unwrap()
            == 1
    }

    #[test]
    fn word_forms_and_beginnings_are_found() {
        let found = [
            ("missed bin coll", "Missed bins: collections that were not made"),
            ("collectio", "What we collect"),
            ("recycli", "What can be recycled"),
            ("collected", "A collection of bins"),
            ("policies", "The policy on parking"),
            ("policy", "Our policies"),
            ("recycling", "What can be recycled"),
            ("Gwynedd tŷ", "Ty yng Ngwynedd, Gwynedd"),
            ("I need to report a bin", "report bins"),
            ("", "anything"),
        ];
        for (typed, text) in found {
            assert!(finds(typed, text), "{typed:?} should find {text:?}");
        }
        for (typed, text) in [
            ("garden", "Missed bins"),
            ("bin park", "Missed bins"),
            ("coll ", "collections"),
            ("car ", "care"),
        ] {
            assert!(!finds(typed, text), "{typed:?} should not find {text:?}");
        }
    }

    #[test]
    fn what_looks_like_an_operator_is_a_word() {
        for typed in ["\"", "bins AND", "NEAR(a b)", "title:x", "-bins", "a*b", "(", "^bins", "{a b}:c", "🗑️"]
        {
            finds(typed, "bins and more");
        }
        assert!(finds("bins AND", "bins and more"));
    }
}
