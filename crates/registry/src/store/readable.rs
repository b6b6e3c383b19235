//! The one visibility rule: a reader can read a record if its cell is among the reader's cells. Every query that
//! returns records to a reader applies it with [`placeholders`].

use std::fmt::Write as _;

/// The audience cells of a reader, without duplicates.
pub(crate) type Cells = Vec<String>;

/// `$1, $2, …`: one placeholder per value, numbered from `from`.
pub(super) fn placeholders(from: usize, values: &[String]) -> String {
    let mut list = String::new();
    for number in from..from + values.len() {
        let separator = if list.is_empty() { "" } else { ", " };
        // Writing to a `String` cannot fail.
        let _ = write!(list, "{separator}${number}");
    }
    list
}
