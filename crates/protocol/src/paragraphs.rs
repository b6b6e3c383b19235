//! Merges two changes to one text paragraph by paragraph. Paragraphs are separated by empty lines.

use std::ops::Range;

use similar::algorithms::IdentifyDistinct;
use similar::{Algorithm, DiffOp, capture_diff};

const BETWEEN: &str = "\n\n";
/// The most paragraphs in a text that is merged; a longer one is replaced as a whole. The cost of comparing two texts
/// grows with the square of the number of differing paragraphs. Both ends must use the same limit.
pub(crate) const PARAGRAPHS: usize = 400;

/// A run of paragraphs of the base and their replacement.
#[derive(Debug)]
struct Edit<'a> {
    /// The range in the base; empty where paragraphs were only inserted before it.
    was: Range<usize>,
    is: &'a [&'a str],
}

/// The text with both changes; none where both changed the same paragraph differently, or where a text has more than
/// [`PARAGRAPHS`]. Where both inserted paragraphs at the same place, theirs come first.
pub(crate) fn merge(base: &str, theirs: &str, mine: &str) -> Option<String> {
    let [base, theirs, mine] = [base, theirs, mine].map(|text| text.split(BETWEEN).collect::<Vec<_>>());
    if [&base, &theirs, &mine].into_iter().any(|text| text.len() > PARAGRAPHS) {
        return None;
    }
    let (theirs, mine) = (edits(&base, &theirs), edits(&base, &mine));
    let mut merged: Vec<&str> = Vec::new();
    let (mut at, mut i, mut j) = (0, 0, 0);
    loop {
        let next = match (theirs.get(i), mine.get(j)) {
            (None, None) => break,
            (Some(edit), None) => (edit, true, false),
            (None, Some(edit)) => (edit, false, true),
            (Some(a), Some(b)) if a.was == b.was && a.is == b.is => (a, true, true),
            (Some(a), Some(b)) if a.was.end <= b.was.start => (a, true, false),
            (Some(a), Some(b)) if b.was.end <= a.was.start => (b, false, true),
            _ => return None,
        };
        let (edit, of_theirs, of_mine) = next;
        merged.extend(base.get(at..edit.was.start).unwrap_or_default());
        merged.extend(edit.is);
        at = edit.was.end;
        i += usize::from(of_theirs);
        j += usize::from(of_mine);
    }
    merged.extend(base.get(at..).unwrap_or_default());
    Some(merged.join(BETWEEN))
}

/// The edits that turn `base` into `text`, in the order of the base; no two of them touch.
fn edits<'a>(base: &[&str], text: &'a [&'a str]) -> Vec<Edit<'a>> {
    let mut edits: Vec<Edit<'a>> = Vec::new();
    // Each distinct paragraph is numbered once, and then compared by number.
    let known = IdentifyDistinct::<u32>::new(base, 0..base.len(), text, 0..text.len());
    let (old, new) = (known.old_lookup(), known.new_lookup());
    for op in capture_diff(Algorithm::Myers, old, known.old_range(), new, known.new_range()) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (was, is) = (op.old_range(), op.new_range());
        edits.push(Edit { was, is: text.get(is).unwrap_or_default() });
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_very_many_paragraphs_is_changed_as_a_whole() {
        let text = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(BETWEEN);
        let changed = |text: &str| text.replacen('0', "zero", 1);
        let (most, more) = (text(PARAGRAPHS), text(PARAGRAPHS + 1));
        assert_eq!(merge(&most, &changed(&most), &most), Some(changed(&most)));
        assert_eq!(merge(&more, &changed(&more), &more), None);
    }

    #[test]
    fn cases() {
        let cases = [
            ("a\n\nb", "a!\n\nb", "a\n\nb!", Some("a!\n\nb!")),
            ("a\n\nb\n\nc", "a\n\nc", "a\n\nb\n\nc\n\nd", Some("a\n\nc\n\nd")),
            ("a\n\nb", "a\n\nx\n\nb", "a\n\nb!", Some("a\n\nx\n\nb!")),
            ("a", "a\n\ntheirs", "a\n\nmine", Some("a\n\ntheirs\n\nmine")),
            ("a\n\nb", "a\n\nc", "a\n\nc", Some("a\n\nc")),
            ("a\n\nb", "a\n\nc", "a\n\nd", None),
            ("a\n\nb", "a", "a\n\nb!", None),
            ("", "theirs", "mine", None),
            ("a", "a\r\n\r\nb", "a", Some("a\r\n\r\nb")),
            ("a\n\n\nb", "a\n\n\nb", "a\n\n\nc", Some("a\n\n\nc")),
        ];
        for (base, theirs, mine, expected) in cases {
            assert_eq!(merge(base, theirs, mine).as_deref(), expected, "{base:?} {theirs:?} {mine:?}");
        }
    }
}
