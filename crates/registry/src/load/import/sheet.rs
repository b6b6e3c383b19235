//! A CSV table as rows; the delimiter is detected from the headings. Lines are counted for any kind of line end, and
//! rows above the headings are counted as a spreadsheet numbers them.

use serde_json::Value;

use super::ImportError;
use super::report::Note;
use super::rows::{Column, Row, Rows, column_letter};

/// How many rows to search for the headings before suggesting `--skip-rows`.
const LOOK_AT: usize = 20;

/// Where the headings begin, and the delimiter.
struct Head {
    begins: usize,
    delimiter: u8,
}

/// Reads a table.
pub(super) fn read(text: &str, skip_rows: usize) -> Result<Rows, ImportError> {
    let head = head(text, skip_rows)?;
    let table = text.get(head.begins..).unwrap_or_default();
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(head.delimiter).from_reader(table.as_bytes());
    // Any text can be read as CSV. Only I/O could fail, and this is in memory.
    let header = reader.headers().map_err(|_| ImportError::Empty)?.clone();
    let columns: Vec<Column> = header.iter().enumerate().map(|(at, name)| Column::new(name, at)).collect();
    let mut rows = Rows { columns, ..Rows::default() };
    let (mut line, mut counted) = (1, 0);
    for record in reader.records() {
        let Ok(record) = record else { break };
        let at = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or_default());
        let begins = head.begins + at + blank_before(table.get(at..).unwrap_or_default());
        line += line_ends(text.get(counted..begins).unwrap_or_default());
        counted = begins;
        if record.iter().all(|value| value.trim().is_empty()) {
            continue;
        }
        for (at, value) in record.iter().enumerate().skip(rows.columns.len()) {
            if !value.trim().is_empty() {
                rows.cells.push(Note {
                    line,
                    column: format!("column {}", column_letter(at)),
                    value: value.trim().to_owned(),
                    reason: "It is after the last heading. Give its column a heading".to_owned(),
                });
            }
        }
        let values = record.iter().take(rows.columns.len()).map(|value| Some(Value::from(value)));
        rows.rows.push(Row::new(line, values.collect()));
    }
    Ok(rows)
}

/// The value of `--skip-rows` that would find the headings.
pub(super) fn offer_to_skip(
    text: &str,
    skip_rows: usize,
    are_headings: impl Fn(&[Column]) -> bool,
) -> Option<usize> {
    (skip_rows + 1..=skip_rows + LOOK_AT).find(|skip| {
        let Ok(head) = head(text, *skip) else { return false };
        let table = text.get(head.begins..).unwrap_or_default();
        let first = table.get(..record_length(table)).unwrap_or_default();
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(head.delimiter)
            .from_reader(first.as_bytes())
            .into_records()
            .next();
        let Some(Ok(record)) = reader else { return false };
        let columns: Vec<Column> =
            record.iter().enumerate().map(|(at, name)| Column::new(name, at)).collect();
        are_headings(&columns)
    })
}

fn head(text: &str, skip_rows: usize) -> Result<Head, ImportError> {
    let (mut begins, mut told) = (0, None);
    // Excel writes a line such as `sep=;` above a table.
    let first = text.get(..record_length(text)).unwrap_or_default();
    let word = first.trim().trim_matches('"');
    if let Some((name, separator)) = word.split_once('=')
        && name.eq_ignore_ascii_case("sep")
        && separator.chars().count() <= 1
    {
        told = separator.bytes().next().or(Some(b'\t')).filter(u8::is_ascii);
        begins = first.len();
    }
    for _ in 0..skip_rows {
        begins += record_length(text.get(begins..).unwrap_or_default());
    }
    let rest = text.get(begins..).unwrap_or_default();
    if rest.trim().is_empty() {
        return Err(match skip_rows {
            0 => ImportError::Empty,
            _ => ImportError::BadOption(format!("there is nothing below the first {skip_rows} rows")),
        });
    }
    begins += blank_before(rest);
    let rest = text.get(begins..).unwrap_or_default();
    let heading = rest.get(..record_length(rest)).unwrap_or_default();
    Ok(Head { begins, delimiter: told.unwrap_or_else(|| delimiter(heading)) })
}

/// The most frequent delimiter in the headings; a comma if none is.
fn delimiter(heading: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in heading.bytes() {
        quoted ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!quoted && byte == *delimiter);
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(delimiter, _)| *delimiter)
}

/// The length of the first row in bytes, with its line end. Quoted cells may contain line ends.
fn record_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut quoted = false;
    for (at, byte) in bytes.iter().enumerate() {
        quoted ^= *byte == b'"';
        match byte {
            b'\r' if !quoted && bytes.get(at + 1) == Some(&b'\n') => return at + 2,
            b'\r' | b'\n' if !quoted => return at + 1,
            _ => {}
        }
    }
    bytes.len()
}

/// The length of the leading line ends: empty lines, which are not rows.
fn blank_before(text: &str) -> usize {
    text.len() - text.trim_start_matches(['\r', '\n']).len()
}

/// The number of line ends of any kind.
pub(super) fn line_ends(text: &str) -> u64 {
    let ends = text.bytes().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
    (ends - text.matches("\r\n").count()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_known_by_the_line_on_which_it_begins() {
        for (text, skip, lines) in [
            ("title,summary\nOne,\"two\nlines\"\n\nThree,x\n", 0, &[2, 5][..]),
            ("title,summary\rOne,\"two\rlines\"\r\rThree,x\r", 0, &[2, 5]),
            ("title,summary\r\nOne,\"two\r\nlines\"\r\n\r\nThree,x\r\n", 0, &[2, 5]),
            ("\n\ntitle\nOne\n", 0, &[4]),
            ("sep=;\r\ntitle;x\r\nOne;2\r\n", 0, &[3]),
            ("Portfolio,\n\"of\n2025\",\n\ntitle,x\nOne,1\n,\nTwo,2", 3, &[6, 8]),
        ] {
            let rows = read(text, skip).unwrap();
            assert_eq!(rows.rows.iter().map(|row| row.line).collect::<Vec<_>>(), lines, "{text:?}");
            assert_eq!(rows.columns[0].name, "title");
        }
        assert!(read("a\nb", 2).is_err() && read("a\nb", 9).is_err());
    }

    #[test]
    fn tables_with_any_delimiter_are_read() {
        for text in
            ["title,b\nx,y", "title;b\nx;y", "title\tb\nx\ty", "title|b\nx|y", "\"title\",\"b; c; d\"\nx,y"]
        {
            let rows = read(text, 0).unwrap();
            assert_eq!(rows.rows[0].cell(1).and_then(Value::as_str), Some("y"), "{text}");
        }
    }

    #[test]
    fn headings_further_below_are_found() {
        let has_title = |columns: &[Column]| columns.iter().any(|column| column.name == "title");
        assert_eq!(offer_to_skip("A,,\n\"b\nc\",,\n\ntitle,x\n", 0, has_title), Some(2));
        assert_eq!(offer_to_skip("A;;\ntitle;x\n", 0, has_title), Some(1));
        assert_eq!(offer_to_skip("A\nB\n", 0, has_title), None);
    }

    #[test]
    fn cells_after_the_last_heading_are_dropped_or_told() {
        let rows = read("title,x\nOne,1,\nTwo,2,,,\nThree,3,more\nFour\n", 0).unwrap();
        assert_eq!(rows.rows.len(), 4);
        let told: Vec<(u64, &str, &str)> =
            rows.cells.iter().map(|note| (note.line, note.column.as_str(), note.value.as_str())).collect();
        assert_eq!(told, [(4, "column C", "more")]);
    }
}
