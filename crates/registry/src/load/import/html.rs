//! Converts HTML in a cell, as exported from rich text fields, to plain text.

/// Tags that identify HTML. `<name@example.org>` and `a < b` are not HTML.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "body",
    "br",
    "div",
    "em",
    "embed",
    "font",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "li",
    "object",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "span",
    "s",
    "strong",
    "style",
    "sub",
    "sup",
    "svg",
    "table",
    "td",
    "th",
    "tr",
    "u",
    "ul",
    "video",
];

/// Block tags. If a text has none of them, its own line ends are kept.
const BLOCKS: &[&str] =
    &["p", "div", "br", "li", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "blockquote"];

/// Stands for a line end that must be kept: a private-use character, which no real text contains.
const LINE_END: &str = "\u{e00a}";

/// The text without markup; `None` if it has no markup.
pub(super) fn plain(text: &str) -> Option<String> {
    let mut plain = text.to_owned();
    // HTML that was escaped twice needs more than one pass.
    for _ in 0..3 {
        let has = |tags: &[&str]| tag_names(&plain).any(|name| tags.contains(&name.as_str()));
        if !has(TAGS) && !has_entity(&plain) {
            break;
        }
        // Long texts are Markdown, so lists stay lists.
        let plain_lists = plain.replace("<li>", "<li>- ").replace("<LI>", "<LI>- ");
        let html = if has(BLOCKS) { plain_lists } else { plain.replace('\n', LINE_END) };
        let read = nanohtml2text::html2text(&html)
            .replace("\r\n", "\n")
            .replace(LINE_END, "\n")
            .replace('\u{a0}', " ");
        let lines: Vec<&str> = read.lines().map(str::trim_end).collect();
        plain = lines.join("\n").trim().to_owned();
    }
    (plain != text).then_some(plain)
}

/// The names of everything that looks like a tag.
fn tag_names(text: &str) -> impl Iterator<Item = String> {
    text.split('<').skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        let ends = rest.get(name.len()..)?.starts_with(['>', ' ', '/', '\n', '\t', '\r']);
        (ends && rest.contains('>')).then(|| name.to_ascii_lowercase())
    })
}

/// Whether the text has a character reference such as `&amp;`, `&#39;` or `&#x2019;`.
fn has_entity(text: &str) -> bool {
    text.split('&').skip(1).any(|rest| {
        rest.split_once(';').is_some_and(|(name, _)| {
            let digits = name.strip_prefix('#').map(|number| number.trim_start_matches(['x', 'X']));
            match digits {
                Some(digits) => !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit()),
                None => (2..=8).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric()),
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text_and_text_stays() {
        for (html, text) in [
            ("<p>All the <b>bins</b></p><p>And more</p>", "All the bins\n\nAnd more"),
            ("One<br/>two", "One\ntwo"),
            ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
            ("a<script>alert(1)</script>b", "ab"),
            ("a<style>p{}</style><img src=x onerror=alert(1)>b", "ab"),
            ("Trees &amp; parks&nbsp;&#39;24", "Trees & parks '24"),
            ("&lt;script&gt;alert(1)&lt;/script&gt;x", "x"),
            ("<a href=\"https://leeds.example\">Leeds</a>", "Leeds (https://leeds.example)"),
            ("<a href=\"javascript:alert(1)\">Leeds</a>", "Leeds"),
            ("One\n\n<b>two</b>", "One\n\ntwo"),
        ] {
            assert_eq!(plain(html).as_deref(), Some(text), "{html}");
        }
        for text in [
            "a < b > c",
            "Sam <sam@leeds.example>",
            "R&D; more",
            "x <3",
            "see <https://leeds.example>",
            "**Markdown**",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
