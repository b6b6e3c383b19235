//! The result of an import: counts, and every row and cell that was left out or interpreted. Output for a terminal is
//! escaped, and report files are safe to open in a spreadsheet.

use std::io::{self, Write};

use guildhall_protocol::text;

use crate::load::bulk::Tally;

/// A note about a row or a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// The column's heading; empty if the note is about the whole row.
    pub column: String,
    /// The cell's content.
    pub value: String,
    /// The explanation, as a sentence.
    pub reason: String,
}

/// A column that was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The column's heading.
    pub column: String,
    /// Its values, each with its line.
    pub values: Vec<(u64, String)>,
}

/// A field that an import changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The row's line.
    pub line: u64,
    /// The record's name.
    pub record: String,
    /// The field's name, for example `contact.mailbox`.
    pub field: String,
    /// The value before the import; empty for none.
    pub before: String,
    /// The value after the import; empty for none.
    pub after: String,
}

/// The result of an import, or of a dry run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The records that were written, by outcome.
    pub tally: Tally,
    /// Rows that were left out.
    pub left_out: Vec<Note>,
    /// Cells that were left out of rows that were imported.
    pub cells: Vec<Note>,
    /// Cells that were interpreted, not taken literally.
    pub read_as: Vec<Note>,
    /// Sentences about the file as a whole.
    pub words: Vec<String>,
    /// Columns that match no field.
    pub unused: Vec<Unused>,
    /// Rows imported under another council than they name, each with the name that the row has.
    pub under_another: Vec<Note>,
    /// Projects that more people can see than before. The note's value is the title.
    pub widened: Vec<Note>,
    /// Who can see new projects, if no option says so.
    pub default_visibility: Option<String>,
    /// Every changed field, if requested.
    pub changes: Vec<Change>,
}

impl Report {
    /// Whether no row was imported.
    pub fn is_nothing_in(&self) -> bool {
        let Tally { new, changed, unchanged, claimed } = self.tally;
        new + changed + unchanged + claimed == 0
    }

    /// Whether a row or a cell was left out.
    pub fn is_partial(&self) -> bool {
        !self.left_out.is_empty() || !self.cells.is_empty()
    }
}

/// The headings of a report file, which also identify one.
const HEADINGS: [&str; 5] = ["line", "what", "column", "value", "why"];

/// Writes every left-out and interpreted row or cell as CSV that is safe to open in a spreadsheet.
///
/// # Errors
/// If the output cannot be written.
pub fn write_report(report: &Report, mut to: impl Write) -> io::Result<()> {
    // The byte order mark makes spreadsheets read the file as UTF-8.
    to.write_all("\u{feff}".as_bytes())?;
    let mut csv = csv::Writer::from_writer(to);
    csv.write_record(HEADINGS)?;
    let mut rows: Vec<(u64, &str, &str, &str, &str)> = Vec::new();
    for (what, notes) in [
        ("row left out", &report.left_out),
        ("cell left out", &report.cells),
        ("read as", &report.read_as),
        ("under another council", &report.under_another),
    ] {
        rows.extend(
            notes.iter().map(|n| (n.line, what, n.column.as_str(), n.value.as_str(), n.reason.as_str())),
        );
    }
    for unused in &report.unused {
        let why = "Nothing is taken from this column";
        let cells = unused.values.iter();
        rows.extend(cells.map(|(line, v)| (*line, "not taken", unused.column.as_str(), v.as_str(), why)));
    }
    rows.sort_by_key(|row| row.0);
    for (line, what, column, value, why) in rows {
        let cells = [&line.to_string(), what, column, value, why].map(harmless);
        csv.write_record(&cells)?;
    }
    csv.flush()
}

/// Whether a file's first bytes are those of an import report.
pub fn is_report(beginning: &[u8]) -> bool {
    let line = format!("\u{feff}{}", HEADINGS.join(","));
    beginning.starts_with(line.as_bytes())
}

/// Escapes a cell that a spreadsheet would take for a formula (OWASP, CSV injection).
fn harmless(cell: &str) -> String {
    let shown = escaped(cell, &['\n', '\t']);
    let is_formula = shown
        .trim_start_matches(' ')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{shown}") } else { shown }
}

/// Escapes what would move the cursor, change colours or be invisible on a terminal.
pub fn printable(text: &str) -> String {
    escaped(text, &[])
}

fn escaped(text: &str, but: &[char]) -> String {
    let hides = text::clean(text).removed;
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let is_hidden = hides
            && matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
        if !but.contains(&c) && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || is_hidden) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(line: u64, value: &str) -> Note {
        Note { line, column: "title".into(), value: value.into(), reason: "It is “odd”, and long".into() }
    }

    #[test]
    fn a_report_is_safe_to_open_in_a_spreadsheet() {
        let values = [
            "=1+1",
            "+44 1234",
            "-5000",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "a \"b\", c\nd",
            "\u{1b}[2J",
            " =1",
            "＝1",
        ];
        let cells = values.iter().zip(2..).map(|(value, line)| note(line, value)).collect();
        let unused = vec![Unused { column: "=cmd|'/c calc'!A0".into(), values: vec![(2, "x".into())] }];
        let mut written = Vec::new();
        write_report(&Report { cells, unused, ..Report::default() }, &mut written).unwrap();
        assert!(is_report(&written));
        let text = String::from_utf8(written).unwrap();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), values.len() + 1);
        for cell in rows.iter().flatten() {
            assert!(
                !cell.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '＝']),
                "{cell:?}"
            );
            assert!(!cell.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')), "{cell:?}");
        }
        let quoted = rows.iter().find(|row| row[3].contains("\"b\"")).unwrap();
        assert_eq!((&quoted[0], &quoted[3], &quoted[4]), ("8", "a \"b\", c\nd", "It is “odd”, and long"));
    }

    #[test]
    fn what_is_printed_is_printable() {
        assert_eq!(printable("a\u{1b}[2J\u{9b}2J\r\n\tb"), "a\\u{1b}[2J\\u{9b}2J\\r\\n\\tb");
        assert_eq!(printable("pay \u{202e}lla"), "pay \\u{202e}lla");
        assert_eq!(printable("Ŵy £5 – 👩\u{200d}💻"), "Ŵy £5 – 👩\u{200d}💻");
    }
}
