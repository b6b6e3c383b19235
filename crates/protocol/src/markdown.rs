//! Renders other people's Markdown (CommonMark) as safe HTML: no scripts, styles, forms, frames or images, and links
//! only to the web. The window and the registry's pages insert it unescaped, so loosening anything here is a security decision.

use std::collections::HashSet;

use ammonia::Builder;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Renders Markdown as sanitised HTML.
pub fn to_html(markdown: &str) -> String {
    let parser = Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH).map(below_the_page_s_own_headings);
    let mut unsafe_html = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut unsafe_html, parser);
    Builder::default()
        .tags(HashSet::from([
            "p",
            "br",
            "em",
            "strong",
            "del",
            "code",
            "pre",
            "blockquote",
            "ul",
            "ol",
            "li",
            "a",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
        ]))
        .tag_attributes(std::collections::HashMap::from([("a", HashSet::from(["href"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["https", "http"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(&unsafe_html)
        .to_string()
}

/// Lowers headings by two levels, as the text is shown below the page's own headings.
fn below_the_page_s_own_headings(event: Event<'_>) -> Event<'_> {
    let lower = |level| match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    };
    match event {
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: lower(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        other => other,
    }
}

/// The text without its markup.
pub fn to_plain_text(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new(markdown) {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            // What stands inside a line ends without a space: "in **the dark**, and".
            Event::End(
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image,
            ) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !text.ends_with(' ') => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html() {
        let html = to_html("# Bins\n\nA *missed* [bin](https://example.org/a?b=c&d)\n\n- one\n- two");
        assert!(html.contains("<h3>Bins</h3>"), "{html}");
        assert!(html.contains("<em>missed</em>"), "{html}");
        assert!(html.contains("href=\"https://example.org/a?b=c&amp;d\""), "{html}");
        assert!(html.contains("<li>one</li>"), "{html}");
    }

    #[test]
    fn nothing_that_can_act_comes_through() {
        for bad in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![pixel](https://example.org/p.gif)",
            "<a href=\"javascript:alert(1)\">x</a>",
            "[x](javascript:alert(1))",
            "[x](  data:text/html;base64,PHNjcmlwdD4=)",
            "[x](file:///etc/passwd)",
            "<p style=\"position:fixed\" onclick=\"x()\">y</p>",
            "<iframe src=\"https://example.org\"></iframe>",
            "<form action=\"https://example.org\"><input name=a></form>",
            "<svg><script>alert(1)</script></svg>",
            "<style>body{display:none}</style>",
        ] {
            let html = to_html(bad).to_lowercase();
            for word in [
                "script", "onerror", "onclick", "style", "<img", "<iframe", "<form", "<svg", "data:", "file:",
            ] {
                assert!(!html.contains(word), "{bad} gave {html}");
            }
        }
    }

    #[test]
    fn plain_text_has_the_words_alone() {
        assert_eq!(to_plain_text("## A *b*\n\nc `d`"), "A b c d");
        assert_eq!(to_plain_text("In **the dark**, and [on](https://a.example)."), "In the dark, and on.");
    }
}
