//! What became of a file: counts, and each row and cell that was not taken as it stands. What is shown on a
//! terminal is made printable first, and what is written for a spreadsheet is safe to open there.

use std::io::{self, Write};

use guildhall_protocol::text;

use crate::load::bulk::Tally;

/// Something about one row or one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column's heading; empty where it is about the whole row.
    pub column: String,
    /// What the cell says.
    pub value: String,
    /// What is said about it, in a sentence.
    pub reason: String,
}

/// A column of which nothing was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// Its heading.
    pub column: String,
    /// Its values, each with the line of its row.
    pub values: Vec<(u64, String)>,
}

/// One field of one record that an import changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The line of the row.
    pub line: u64,
    /// What the record is called.
    pub record: String,
    /// The field, for example `contact.mailbox`.
    pub field: String,
    /// What it says now; empty for nothing.
    pub before: String,
    /// What it says then; empty for nothing.
    pub after: String,
}

/// What became of a file, or would.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many records came in.
    pub tally: Tally,
    /// The rows that did not.
    pub left_out: Vec<Note>,
    /// The cells that did not, of rows that did.
    pub cells: Vec<Note>,
    /// Cells that were read as something that they do not literally say.
    pub read_as: Vec<Note>,
    /// What is worth knowing about the file as a whole.
    pub words: Vec<String>,
    /// The columns that have no place in a record.
    pub unused: Vec<Unused>,
    /// Rows that went in under another council than they name, each with the name that they have.
    pub under_another: Vec<Note>,
    /// Projects that more people can see than before: its value is the title.
    pub widened: Vec<Note>,
    /// Who can see the new projects, where that was not said.
    pub default_visibility: Option<String>,
    /// What changes, cell by cell, where that was asked for.
    pub changes: Vec<Change>,
}

impl Report {
    /// Did no row come in?
    pub fn is_nothing_in(&self) -> bool {
        let Tally { new, changed, unchanged, claimed } = self.tally;
        new + changed + unchanged + claimed == 0
    }

    /// Was a row or a cell left out?
    pub fn is_partial(&self) -> bool {
        !self.left_out.is_empty() || !self.cells.is_empty()
    }
}

/// The headings of a report file, by which one is known.
const HEADINGS: [&str; 5] = ["line", "what", "column", "value", "why"];

/// Writes what was not taken, cell by cell, as CSV that is safe to open in a spreadsheet.
///
/// # Errors
/// When it can't be written.
pub fn write_report(report: &Report, mut to: impl Write) -> io::Result<()> {
    // A spreadsheet tells UTF-8 by this mark.
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

/// Is this the beginning of a report that was written here before?
pub fn is_report(beginning: &[u8]) -> bool {
    let line = format!("\u{feff}{}", HEADINGS.join(","));
    beginning.starts_with(line.as_bytes())
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection).
fn harmless(cell: &str) -> String {
    let shown = escaped(cell, &['\n', '\t']);
    let is_formula = shown
        .trim_start_matches(' ')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{shown}") } else { shown }
}

/// A text as it may stand on a terminal: what would move the cursor, change colours or hide is shown as an escape.
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
