//! The cells of one row, converted to field values. A cell that cannot be read leaves its field as it is and is
//! reported.

use guildhall_protocol::text;
use serde_json::{Map, Value};

use super::columns::Columns;
use super::html;
use super::report::Note;
use super::rows::{Column, Row, shown_whole};

/// How a cell changes its field.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) enum Patch<T> {
    /// Leave the field as it is: the file does not have it, or the cell cannot be read.
    #[default]
    Keep,
    /// Clear the field.
    Clear,
    /// Set the field.
    Set(T),
}

impl<T: Clone + Default> Patch<T> {
    pub(super) fn apply(&self, field: &mut T) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = T::default(),
            Self::Set(value) => field.clone_from(value),
        }
    }
}

impl<T> Patch<T> {
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// Turns a value for which `is_nothing` is true into [`Patch::Keep`].
    pub(super) fn unless(self, is_nothing: impl FnOnce(&T) -> bool) -> Self {
        match self {
            Self::Set(value) if is_nothing(&value) => Self::Keep,
            patch => patch,
        }
    }

    pub(super) fn value(&self) -> Option<&T> {
        if let Self::Set(value) = self { Some(value) } else { None }
    }
}

/// A value, with a note if the cell does not literally say this.
pub(super) struct Read<T> {
    pub(super) value: T,
    pub(super) word: Option<String>,
}

/// A value, or a sentence that says why the cell cannot be read.
pub(super) type Reading<T> = Result<Read<T>, String>;

/// A value that the cell literally says.
pub(super) fn literally<T>(value: T) -> Reading<T> {
    Ok(Read { value, word: None })
}

/// A value that the cell implies, with a note of how it was read.
pub(super) fn understood<T>(value: T, as_what: &str) -> Reading<T> {
    Ok(Read { value, word: Some(format!("It was read as {as_what}")) })
}

/// One row, with the columns of its fields.
pub(super) struct Cells<'a> {
    pub(super) row: &'a Row,
    pub(super) columns: &'a Columns,
    pub(super) headings: &'a [Column],
    pub(super) clear_empty: bool,
    /// Notes on cells that were left out.
    pub(super) left_out: Vec<Note>,
    /// Notes on cells that were interpreted.
    pub(super) read_as: Vec<Note>,
}

/// Which member of a JSON object to use where a field takes a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Name,
    Email,
    Url,
}

impl Part {
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["name", "title", "label"],
            Self::Email => &["email", "mail", "mailbox"],
            Self::Url => &["url", "href", "link"],
        }
    }

    /// This member of an object.
    pub(super) fn of(self, object: &Map<String, Value>) -> Option<String> {
        let texts = self.keys().iter().filter_map(|key| {
            let is_it = |(name, _): &(&String, &Value)| name.eq_ignore_ascii_case(key);
            object.iter().find(is_it).and_then(|(_, value)| value.as_str())
        });
        texts.map(str::trim).find(|text| !text.is_empty()).map(str::to_owned)
    }
}

impl<'a> Cells<'a> {
    pub(super) fn new(row: &'a Row, columns: &'a Columns, headings: &'a [Column], clear_empty: bool) -> Self {
        Self { row, columns, headings, clear_empty, left_out: Vec::new(), read_as: Vec::new() }
    }

    /// The heading of a field's column, or the field's name if it has none.
    pub(super) fn heading(&self, field: &str) -> String {
        let column = self.columns.get(field).and_then(|at| self.headings.get(*at));
        column.map_or_else(|| field.to_owned(), |column| column.name.clone())
    }

    /// The value of a field's cell. A text that contains a JSON object or list is parsed.
    pub(super) fn value(&self, field: &str) -> Option<Value> {
        let value = self.columns.get(field).and_then(|at| self.row.cell(*at))?;
        match value {
            Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
                let read = serde_json::from_str(text).ok();
                Some(read.filter(|read: &Value| read.is_object() || read.is_array()).unwrap_or(value.clone()))
            }
            other => Some(other.clone()),
        }
    }

    /// The content of a field's cell, for use in a message.
    pub(super) fn shown(&self, field: &str) -> String {
        self.columns.get(field).and_then(|at| self.row.cell(*at)).map(shown_whole).unwrap_or_default()
    }

    fn note(&self, field: &str, value: String, reason: String) -> Note {
        Note { line: self.row.line, column: self.heading(field), value, reason }
    }

    /// Reports that a cell was left out.
    pub(super) fn leave_out(&mut self, field: &str, value: impl Into<String>, reason: impl Into<String>) {
        let note = self.note(field, value.into(), reason.into());
        self.left_out.push(note);
    }

    /// Reports how a cell was interpreted.
    pub(super) fn say(&mut self, field: &str, value: impl Into<String>, word: impl Into<String>) {
        let note = self.note(field, value.into(), word.into());
        self.read_as.push(note);
    }

    pub(super) fn empty<T>(&self) -> Patch<T> {
        if self.clear_empty { Patch::Clear } else { Patch::Keep }
    }

    /// The cleaned text of a cell; of an object, the given part.
    pub(super) fn raw(&mut self, field: &str, part: Part) -> Patch<String> {
        let Some(value) = self.value(field) else { return Patch::Keep };
        let texts = match self.texts(field, &value, part) {
            Some(texts) => texts,
            None => return Patch::Keep,
        };
        let text = texts.join(", ");
        if text.is_empty() { self.empty() } else { Patch::Set(text) }
    }

    /// The texts in a value or a list. `None` if nothing in it can be used, which is reported.
    fn texts(&mut self, field: &str, value: &Value, part: Part) -> Option<Vec<String>> {
        match value {
            Value::Null => Some(Vec::new()),
            Value::Array(members) => {
                let read: Vec<Vec<String>> =
                    members.iter().filter_map(|member| self.texts(field, member, part)).collect();
                let nothing = read.is_empty() && !members.is_empty();
                if nothing { None } else { Some(read.into_iter().flatten().collect()) }
            }
            Value::Object(object) => match part.of(object) {
                Some(text) => {
                    self.say(field, value.to_string(), format!("Of this object “{text}” was taken"));
                    self.texts(field, &Value::String(text), part)
                }
                None => {
                    let reason = "It is an object, of which nothing can be taken for this field";
                    self.leave_out(field, value.to_string(), reason);
                    None
                }
            },
            Value::String(text) => {
                let text = self.clean(field, text, true)?;
                Some(Vec::from_iter((!text.is_empty()).then_some(text)))
            }
            other => Some(vec![other.to_string()]),
        }
    }

    /// Text without markup and hidden characters. `None` if it has a control character, which is reported.
    pub(super) fn clean(&mut self, field: &str, text: &str, may_be_html: bool) -> Option<String> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = match may_be_html.then(|| html::plain(&text)).flatten() {
            Some(plain) => {
                self.say(field, text.as_str(), "Its HTML became plain text");
                plain
            }
            None => text,
        };
        if text::has_control(&text) {
            self.leave_out(field, text, "It has a control character, which nobody can see: type it again");
            return None;
        }
        let cleaned = text::clean(&text);
        if cleaned.removed {
            self.say(field, text, "Hidden characters were taken out of it");
        }
        Some(if text::is_blank(&cleaned.text) { String::new() } else { cleaned.text.trim().to_owned() })
    }

    /// A text of several lines.
    pub(super) fn text(&mut self, field: &str, most: u32) -> Patch<String> {
        let patch = match self.raw(field, Part::Name) {
            Patch::Set(text) if is_blank_word(&text) => self.empty(),
            patch => patch,
        };
        self.at_most(field, patch, most)
    }

    /// A text of one line.
    pub(super) fn line(&mut self, field: &str, most: u32) -> Patch<String> {
        let patch = self.text(field, u32::MAX).map(|text| one_line(&text));
        self.at_most(field, patch, most)
    }

    /// Leaves out a text that is too long, because it cannot be shortened safely.
    pub(super) fn at_most(&mut self, field: &str, patch: Patch<String>, most: u32) -> Patch<String> {
        if let Patch::Set(text) = &patch {
            let count = text.chars().count();
            if count > most as usize {
                let text = text.clone();
                self.leave_out(field, text, format!("Enter {most} characters or fewer. This has {count}"));
                return Patch::Keep;
            }
        }
        patch
    }

    /// Parses a one-line value.
    pub(super) fn read<T>(&mut self, field: &str, read: impl FnOnce(&str) -> Reading<T>) -> Patch<T> {
        match self.line(field, u32::MAX) {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(text) => match read(&text) {
                Ok(Read { value, word }) => {
                    if let Some(word) = word {
                        self.say(field, text, word);
                    }
                    Patch::Set(value)
                }
                Err(reason) => {
                    self.leave_out(field, text, reason);
                    Patch::Keep
                }
            },
        }
    }

    /// The members of a cell: of a list, or of a text split at commas, semicolons and line ends.
    pub(super) fn list(&mut self, field: &str) -> Patch<Vec<String>> {
        let Some(value) = self.value(field) else { return Patch::Keep };
        let is_list = value.is_array();
        let Some(texts) = self.texts(field, &value, Part::Name) else { return Patch::Keep };
        let parts = texts.iter().flat_map(|text| {
            let separators: &[char] = if is_list { &[] } else { &[',', ';', '\n'] };
            text.split(separators)
        });
        let members: Vec<String> =
            parts.map(one_line).filter(|part| !part.is_empty() && !is_blank_word(part)).collect();
        if members.is_empty() { self.empty() } else { Patch::Set(members) }
    }
}

/// Collapses all whitespace to single spaces.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is one that people write to mean an empty cell.
pub(super) fn is_blank_word(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "n/a",
        "na",
        "n.a.",
        "n.a",
        "n\\a",
        "tbc",
        "t.b.c.",
        "tbd",
        "tba",
        "none",
        "nil",
        "null",
        "unknown",
        "not known",
        "not applicable",
        "not available",
        "to be confirmed",
        "to be decided",
        "#n/a",
        "#value!",
        "#ref!",
    ];
    let folded = text::fold(text);
    WORDS.contains(&folded.as_str())
        || !folded.is_empty() && folded.chars().all(|c| matches!(c, '-' | '.' | '?' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_an_empty_cell_are_known() {
        for blank in
            ["n/a", "N/A", "TBC", "tbd", "-", "–", "--", "?", "...", "None", "#N/A", "To be confirmed"]
        {
            assert!(is_blank_word(blank), "{blank}");
        }
        for says in ["", "tbc - coming soon", "Nancy", "0", "-5"] {
            assert!(!is_blank_word(says), "{says}");
        }
    }
}
