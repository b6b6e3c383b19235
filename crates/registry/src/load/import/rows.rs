//! A file as rows of cells under headings, from CSV or JSON. The format is detected from the content, because file
//! names are unreliable.

use std::collections::HashMap;

use guildhall_protocol::text;
use serde_json::Value;

use super::report::{Note, Unused};
use super::{ImportError, ImportOptions, encoding, json, sheet};

/// The rows of a file, and notes on what could not be read.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    pub(super) left_out: Vec<Note>,
    pub(super) cells: Vec<Note>,
    /// Sentences about the file.
    pub(super) words: Vec<String>,
    /// The text of a CSV file, to look for headings further down.
    pub(super) table: Option<String>,
    pub(super) by_name: HashMap<String, usize>,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The trimmed heading, or the position in a table that has no heading here.
    pub(super) name: String,
    /// The letter of a table's column: `C` for the third.
    pub(super) letter: Option<String>,
}

impl Column {
    /// A column of a table.
    pub(super) fn new(heading: &str, at: usize) -> Self {
        let name = text::clean(heading).text;
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let letter = column_letter(at);
        let name = if name.is_empty() { format!("column {letter}") } else { name };
        Self { name, letter: Some(letter) }
    }

    /// A member name of JSON objects.
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.trim().to_owned(), letter: None }
    }

    /// The heading, with its position in a table.
    pub(super) fn label(&self) -> String {
        match &self.letter {
            Some(letter) => format!("“{}” (column {letter})", self.name),
            None => format!("“{}”", self.name),
        }
    }
}

/// The name of a column in a spreadsheet: `A` to `Z`, `AA` and so on.
pub(super) fn column_letter(at: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(at % 26).unwrap_or_default());
    if at < 26 { letter.to_string() } else { format!("{}{letter}", column_letter(at / 26 - 1)) }
}

#[derive(Debug)]
pub(super) struct Row {
    /// The line where the row begins, from 1.
    pub(super) line: u64,
    /// By column; `None` where the row has no such cell.
    values: Vec<Option<Value>>,
}

impl Row {
    pub(super) fn new(line: u64, values: Vec<Option<Value>>) -> Self {
        Self { line, values }
    }

    /// The cell in this column, if there is one.
    pub(super) fn cell(&self, column: usize) -> Option<&Value> {
        self.values.get(column).and_then(Option::as_ref)
    }
}

/// Reads a file as rows. `is_row` decides by an object's member names whether a JSON object is a row.
pub(super) fn read(
    bytes: &[u8],
    options: &ImportOptions,
    is_row: impl Fn(&[&str]) -> bool,
) -> Result<Rows, ImportError> {
    let (text, word) = encoding::decode(bytes, options.encoding.as_deref())?;
    let text = text.trim_start_matches('\u{feff}');
    let mut rows = match text.trim_start().chars().next() {
        None => return Err(ImportError::Empty),
        Some('[' | '{') if options.skip_rows == 0 => json::read(text, is_row)?,
        Some(_) => Rows { table: Some(text.to_owned()), ..sheet::read(text, options.skip_rows)? },
    };
    rows.words.splice(0..0, word);
    Ok(rows)
}

impl Rows {
    /// The headings as a list, for a message.
    pub(super) fn found(&self) -> String {
        const MOST: usize = 40;
        let mut names: Vec<&str> =
            self.columns.iter().map(|column| column.name.as_str()).take(MOST).collect();
        if self.columns.len() > MOST {
            names.push("…");
        }
        names.join(", ")
    }

    /// The columns that are not used and their values.
    pub(super) fn unused(&self, used: &[usize]) -> Vec<Unused> {
        let columns = self.columns.iter().enumerate().filter(|(at, _)| !used.contains(at));
        let values = |at: usize| {
            let cells = self.rows.iter().filter_map(move |row| Some((row.line, row.cell(at)?)));
            cells.flat_map(|(line, cell)| shown(cell).into_iter().map(move |text| (line, text)))
        };
        columns
            .map(|(at, column)| Unused { column: column.name.clone(), values: values(at).collect() })
            .filter(|unused| !unused.values.is_empty())
            .collect()
    }
}

/// A cell's content, one text per member of a list.
pub(super) fn shown(cell: &Value) -> Vec<String> {
    match cell {
        Value::Null => Vec::new(),
        Value::String(text) if text.trim().is_empty() => Vec::new(),
        Value::String(text) => vec![text.trim().to_owned()],
        Value::Array(members) => members.iter().map(shown_whole).collect(),
        other => vec![other.to_string()],
    }
}

/// A cell's content as one text.
pub(super) fn shown_whole(cell: &Value) -> String {
    match cell {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}
