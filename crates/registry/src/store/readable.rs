//! The one visibility predicate: a record is readable where its cell is among the reader's. Each query that hands
//! records out spells it with [`placeholders`].

use std::fmt::Write as _;

/// The audience cells that a reader may read, each once.
pub(crate) type Cells = Vec<String>;

/// `$FIRST, $SECOND, …` for binding each cell, the first of them numbered `from`.
pub(super) fn placeholders(from: usize, cells: &Cells) -> String {
    let mut list = String::new();
    for number in from..from + cells.len() {
        let separator = if list.is_empty() { "" } else { ", " };
        // Writing to a String can't fail.
        let _ = write!(list, "{separator}${number}");
    }
    list
}
