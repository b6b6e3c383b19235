//! Splitting a long description into a summary and the full text.

use guildhall_protocol::validate::LIMITS;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// A summary of a description, and the full text if the summary does not contain all of it.
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

/// The text of the first meaningful paragraph, without markup, images and headings.
fn first_paragraph(markdown: &str) -> String {
    /// Shorter paragraphs are usually headings without markup.
    const A_SENTENCE: usize = 40;
    let paragraphs = paragraphs(markdown);
    let sentence = paragraphs.iter().find(|paragraph| paragraph.chars().count() >= A_SENTENCE);
    sentence.or(paragraphs.first()).cloned().unwrap_or_default()
}

fn paragraphs(markdown: &str) -> Vec<String> {
    // People write `##Overview##` as a heading.
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

/// As many whole sentences as fit, otherwise as many words.
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
    fn a_short_description_is_the_summary_a_long_one_kept() {
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
}
