//! A file as rows of named values, whatever it is: CSV with a header, a JSON array of objects, or an object a line
//! (NDJSON). Which one is told by how it begins, as names of files lie.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{ImportError, LeftOut, Unused};

/// The rows of a file, and those that could not be read.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The names of the columns, in their order.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) left_out: Vec<LeftOut>,
}

/// A row that could be read.
#[derive(Debug)]
pub(super) struct Row {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    values: Map<String, Value>,
}

impl Row {
    /// The text of that column, trimmed, with one kind of line ending; empty where there is none.
    pub(super) fn text(&self, column: &str) -> String {
        match self.values.get(column) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned(),
            Some(Value::Array(_)) => self.list(column).join(", "),
            Some(other) => other.to_string(),
        }
    }

    /// The members of that column: a list's, or the parts of a text between commas, semicolons or lines.
    pub(super) fn list(&self, column: &str) -> Vec<String> {
        let trimmed = |text: &str| text.trim().to_owned();
        let members: Vec<String> = match self.values.get(column) {
            Some(Value::Array(members)) => members
                .iter()
                .map(|member| member.as_str().map_or_else(|| member.to_string(), trimmed))
                .collect(),
            _ => self.text(column).split([',', ';', '\n']).map(trimmed).collect(),
        };
        members.into_iter().filter(|member| !member.is_empty()).collect()
    }
}

/// Reads a file's bytes as rows.
pub(super) fn read(bytes: &[u8]) -> Result<Rows, ImportError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(ImportError::NotUtf8 { line: 1 });
    }
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(ImportError::Empty),
        Some(b'[') => read_json(bytes),
        Some(b'{') => Ok(read_ndjson(bytes)),
        Some(_) => read_csv(bytes),
    }
}

const ROW_NOT_UTF8: &str = "It is not UTF-8 text: save the file as “CSV UTF-8” and import it again";

fn read_csv(bytes: &[u8]) -> Result<Rows, ImportError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(delimiter(bytes)).from_reader(bytes);
    let header = reader.byte_headers().map_err(|_| ImportError::Empty)?.clone();
    let columns: Vec<String> = header
        .iter()
        .map(|name| std::str::from_utf8(name).map(|name| name.trim().to_owned()))
        .collect::<Result<_, _>>()
        .map_err(|_| ImportError::NotUtf8 { line: 1 })?;
    let mut rows = Rows { columns, ..Rows::default() };
    for record in reader.byte_records() {
        // Bytes can always be read as CSV; only the file's end could be an error, and this is no file.
        let Ok(record) = record else { break };
        let line = record.position().map_or(0, |position| {
            // The reader counts blank lines to the row after them.
            let begins = usize::try_from(position.byte()).unwrap_or_default();
            let blank = bytes.iter().skip(begins).take_while(|byte| byte.is_ascii_whitespace());
            position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
        });
        let values: Result<Vec<&str>, _> = record.iter().map(std::str::from_utf8).collect();
        match values {
            Err(_) => rows.left_out.push(LeftOut { line, reason: ROW_NOT_UTF8.to_owned() }),
            Ok(values) if values.iter().all(|value| value.trim().is_empty()) => {}
            Ok(values) if values.len() > rows.columns.len() => {
                let reason = format!(
                    "It has {} values, and the first line names {} columns",
                    values.len(),
                    rows.columns.len()
                );
                rows.left_out.push(LeftOut { line, reason });
            }
            Ok(values) => {
                let pairs = rows.columns.iter().cloned().zip(values.into_iter().map(Value::from));
                rows.rows.push(Row { line, values: pairs.collect() });
            }
        }
    }
    Ok(rows)
}

/// A comma, or what a spreadsheet set to another country's habits puts there.
fn delimiter(bytes: &[u8]) -> u8 {
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| header.iter().filter(|byte| **byte == delimiter).count();
    [b';', b'\t'].into_iter().find(|other| count(*other) > count(b',')).unwrap_or(b',')
}

fn read_json(bytes: &[u8]) -> Result<Rows, ImportError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ImportError::NotUtf8 { line: 1 + newlines(bytes, 0, error.valid_up_to()) })?;
    let members: Vec<&RawValue> =
        serde_json::from_str(text).map_err(|error| ImportError::NotJson(error.to_string()))?;
    let mut rows = Rows::default();
    let (mut line, mut counted) = (1, 0);
    for member in members {
        // A raw value is a part of the text that it was read from: where it begins tells its line.
        let begins = (member.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        line += newlines(bytes, counted, begins);
        counted = begins;
        rows.take_object(line, member.get());
    }
    Ok(rows)
}

fn read_ndjson(bytes: &[u8]) -> Rows {
    let mut rows = Rows::default();
    for (line, bytes) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => rows.take_object(line, text),
            Err(_) => rows.left_out.push(LeftOut { line, reason: ROW_NOT_UTF8.to_owned() }),
        }
    }
    rows
}

fn newlines(bytes: &[u8], from: usize, to: usize) -> u64 {
    bytes.get(from..to).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count() as u64
}

impl Rows {
    fn take_object(&mut self, line: u64, json: &str) {
        let values: Map<String, Value> = match serde_json::from_str(json) {
            Ok(values) => values,
            Err(error) => {
                let reason = format!("It is not a JSON object: {error}");
                return self.left_out.push(LeftOut { line, reason });
            }
        };
        for column in values.keys() {
            if !self.columns.contains(column) {
                self.columns.push(column.clone());
            }
        }
        self.rows.push(Row { line, values });
    }

    /// The column of that name, whatever its case, spaces, hyphens and underscores.
    pub(super) fn column(&self, name: &str) -> Option<&str> {
        let same = |column: &&String| plain(column) == plain(name);
        self.columns.iter().find(same).map(String::as_str)
    }

    /// The columns that are in the file and not among these, with how many values they have.
    pub(super) fn unused(&self, used: &[&str]) -> Vec<Unused> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &self.rows {
            for (column, value) in &row.values {
                *counts.entry(column).or_default() += match value {
                    Value::Null => 0,
                    Value::String(text) => usize::from(!text.trim().is_empty()),
                    Value::Array(members) => members.len(),
                    _ => 1,
                };
            }
        }
        let unused = self.columns.iter().filter(|column| !used.contains(&column.as_str()));
        unused
            .map(|column| Unused {
                column: column.clone(),
                values: counts.get(column.as_str()).copied().unwrap_or_default(),
            })
            .filter(|unused| unused.values > 0)
            .collect()
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rows: &Rows) -> Vec<u64> {
        rows.rows.iter().map(|row| row.line).collect()
    }

    #[test]
    fn a_row_is_known_by_the_line_on_which_it_begins() {
        let csv = "title,summary\nOne,\"two\nlines\"\n\nThree,x\n";
        assert_eq!(lines(&read(csv.as_bytes()).unwrap()), [2, 5]);
        let json = "[\n {\"title\": \"One\",\n  \"tags\": []},\n {\"title\": \"Two\"}\n]";
        assert_eq!(lines(&read(json.as_bytes()).unwrap()), [2, 4]);
        let ndjson = "{\"title\": \"One\"}\n\n{\"title\": \"Two\"}\n";
        assert_eq!(lines(&read(ndjson.as_bytes()).unwrap()), [1, 3]);
    }

    #[test]
    fn spreadsheets_of_all_kinds_are_read() {
        for text in ["\u{feff}title,Why done\na,b\n", "title;Why done\r\na;b\r\n", "title\tWhy done\na\tb"] {
            let rows = read(text.as_bytes()).unwrap();
            let why = rows.column("why_done").unwrap();
            assert_eq!((rows.rows[0].text("title").as_str(), rows.rows[0].text(why).as_str()), ("a", "b"));
        }
    }

    #[test]
    fn what_can_not_be_read_is_told_by_its_line() {
        let rows = read(b"title,x\nBins,1\nCaf\xe9,2\nToo,many,values\n").unwrap();
        assert_eq!(lines(&rows), [2]);
        let reasons: Vec<u64> = rows.left_out.iter().map(|row| row.line).collect();
        assert_eq!(reasons, [3, 4]);
        assert!(rows.left_out[0].reason.contains("UTF-8"));
        let ndjson = read(b"{\"title\": 1}\n[1]\n{\n").unwrap();
        assert_eq!(ndjson.left_out.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3]);
        assert!(matches!(read(b" \n"), Err(ImportError::Empty)));
        assert!(matches!(read(b"[{]"), Err(ImportError::NotJson(_))));
        assert!(matches!(read(b"[\n\"\xe9\"]"), Err(ImportError::NotUtf8 { line: 2 })));
        assert!(matches!(read(b"\xff\xfet\0"), Err(ImportError::NotUtf8 { line: 1 })));
    }

    #[test]
    fn columns_of_which_nothing_is_taken_are_counted() {
        let rows = read(br#"[{"a": "x", "b": [1, 2], "c": null}, {"b": [3], "d": 0}]"#).unwrap();
        let unused = rows.unused(&["a"]);
        assert_eq!(
            unused,
            [Unused { column: "b".into(), values: 3 }, Unused { column: "d".into(), values: 1 },]
        );
    }

    #[test]
    fn a_list_is_one_whether_it_is_json_or_text() {
        let rows = read(br#"[{"a": ["x", " y"], "b": "x; y,,z"}]"#).unwrap();
        assert_eq!(rows.rows[0].list("a"), ["x", "y"]);
        assert_eq!(rows.rows[0].list("b"), ["x", "y", "z"]);
    }
}
